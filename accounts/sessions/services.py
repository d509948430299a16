"""The current session of a browser, and ending sessions."""

import uuid
from typing import cast

from django.contrib.auth import logout
from django.http import HttpRequest

from accounts.models import AuthSession, User
from accounts.sessions.devices import device_name
from accounts.sessions.store import SessionStore
from core.audit.services import record_event


def current_session(request: HttpRequest) -> AuthSession | None:
    """The session of this browser, if it is signed in."""
    return cast(SessionStore, request.session).row if request.user.is_authenticated else None


def sign_out(request: HttpRequest) -> None:
    """End this browser's session."""
    actor = request.user if request.user.is_authenticated else None
    record_event("accounts.signed_out", actor=actor)
    logout(request)


def sign_out_everywhere(user: User, *, actor: User | None, reason: str = "everywhere") -> int:
    """End all sessions of `user` at once, on behalf of `actor`; returns how many."""
    # Not only the live ones: the sessions of a deactivated user would be live again once the user is reactivated.
    ended = AuthSession.objects.of(user).revoke(reason)
    record_event("accounts.signed_out_everywhere", actor=actor, subject=user, ended=ended)
    return ended


def sign_out_others(user: User, *, keep: AuthSession) -> int:
    """End all sessions of `user` but this browser's; returns how many."""
    ended = AuthSession.objects.of(user).live().exclude(id=keep.id).revoke("others")
    record_event("accounts.signed_out_others", actor=user, ended=ended)
    return ended


def revoke_session(user: User, session_id: uuid.UUID, *, actor: User | None, reason: str) -> bool:
    """End one session of `user`; False if it belongs to another user or is over already."""
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
