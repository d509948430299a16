"""Django's session store on AuthSession: hashed keys, one row a sign-in, no row for anonymous visitors."""

import secrets
import uuid
from copy import deepcopy
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.utils import timezone

from accounts.lifetimes import IDLE_SESSION, LONGEST_SESSION
from accounts.models import AuthSession
from accounts.secrets import digest

SEEN_EVERY = timedelta(minutes=1)


class SessionStore(SessionBase):
    """The store named by SESSION_ENGINE.

    `row` is the session's AuthSession with its user, once the session was loaded; `opening` holds columns for a new row
    (device, IP address, link). Data of an anonymous visitor is not stored.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: AuthSession | None = None
        self.opening: dict[str, Any] = {}
        self._stored: dict[str, Any] = {}  # the session data in the row

    @classmethod
    def get_model_class(cls) -> type[AuthSession]:
        return AuthSession

    def load(self) -> dict[str, Any]:
        """Read the session's data, its row and its user in one query; empty if unknown, ended or expired."""
        key = self.session_key or ""
        self.row = AuthSession.objects.live().select_related("user").filter(session_key=digest(key)).first()
        if self.row is None:
            self._session_key = None
            return {}
        self._keep_alive(self.row)
        data = self.decode(self.row.session_data)
        self._stored = deepcopy(data)
        return data

    def _keep_alive(self, row: AuthSession) -> None:
        # At most once a minute, so that most requests write nothing. A later time than now is from a fast clock.
        now = timezone.now()
        if abs(now - row.last_seen_at) < SEEN_EVERY:
            return
        row.last_seen_at, row.created_at = now, min(row.created_at, now)
        row.expire_date = min(now + IDLE_SESSION, row.created_at + LONGEST_SESSION)
        AuthSession.objects.filter(id=row.id, revoked_at=None).update(
            last_seen_at=now, created_at=row.created_at, expire_date=row.expire_date
        )

    def exists(self, session_key: str) -> bool:
        return AuthSession.objects.filter(session_key=digest(session_key)).exists()

    def create(self) -> None:
        """Take a new key: 192 random bits for a unique column, so there is no need to check that it is free."""
        self._session_key = secrets.token_hex(24)
        self.row = None
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Write changed data. Raises UpdateError for an ended session."""
        data = self._session  # type: ignore[attr-defined]
        user_id = data.get(SESSION_KEY)
        if not user_id:
            return
        if self.session_key is None:
            self.create()
        if self.row is None:
            self._insert(user_id, data)
        elif data != self._stored:
            self._update(self.row, data)

    def _insert(self, user_id: str, data: dict[str, Any]) -> None:
        now = timezone.now()
        self.row = AuthSession.objects.create(
            session_key=digest(self.session_key or ""),
            session_data=self.encode(data),
            expire_date=now + IDLE_SESSION,
            user_id=uuid.UUID(user_id),
            last_seen_at=now,
            **self.opening,
        )
        self._stored = deepcopy(data)

    def _update(self, row: AuthSession, data: dict[str, Any]) -> None:
        live = AuthSession.objects.filter(id=row.id, revoked_at=None)
        if not live.update(session_data=self.encode(data)):
            raise UpdateError
        self._stored = deepcopy(data)

    def delete(self, session_key: str | None = None) -> None:
        """End the session; its row stays until `clear_expired` removes it."""
        key = session_key or self.session_key
        if key:
            AuthSession.objects.filter(session_key=digest(key)).revoke("signed_out")
            self.row = None

    @classmethod
    def clear_expired(cls) -> None:
        """Remove sessions that expired long ago; ended ones are kept as long."""
        old = timezone.now() - LONGEST_SESSION
        AuthSession.objects.filter(expire_date__lt=old).delete()
