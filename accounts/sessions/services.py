"""The sign-in of a browser, and ending sign-ins."""

import uuid
from typing import cast

from django.contrib.auth import logout
from django.http import HttpRequest

from accounts.models import AuthSession, User
from accounts.sessions.devices import device_name
from accounts.sessions.store import SessionStore
from core.audit.services import record_event


def current_session(request: HttpRequest) -> AuthSession | None:
    """The sign-in of this browser, if it has one."""
    return cast(SessionStore, request.session).row if request.user.is_authenticated else None


def sign_out(request: HttpRequest) -> None:
    """End this browser's sign-in."""
    record_event("accounts.signed_out", actor=_actor(request))
    logout(request)


def sign_out_everywhere(user: User, *, actor: User | None, reason: str = "everywhere") -> int:
    """End every sign-in of `user`, at once; returns how many. `actor` did it."""
    # Not only the live ones: those of a deactivated person would come to life again with the account.
    ended = AuthSession.objects.of(user).revoke(reason)
    record_event("accounts.signed_out_everywhere", actor=actor, subject=user, ended=ended)
    return ended


def sign_out_others(user: User, *, keep: AuthSession) -> int:
    """End every sign-in of `user` but this browser's; returns how many."""
    ended = AuthSession.objects.of(user).live().exclude(id=keep.id).revoke("others")
    record_event("accounts.signed_out_others", actor=user, ended=ended)
    return ended


def revoke_session(user: User, session_id: uuid.UUID, *, actor: User | None, reason: str) -> bool:
    """End one sign-in of `user`; False where it is not theirs or was over already."""
    session = AuthSession.objects.of(user).filter(id=session_id).first()
    ended = AuthSession.objects.of(user).live().filter(id=session_id).revoke(reason)
    if session and ended:
        record_event(
            "accounts.not_me" if reason == "not_me" else "accounts.session_revoked",
            actor=actor,
            subject=user,
            device=device_name(session.user_agent),
        )
    return bool(ended)


def _actor(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None
