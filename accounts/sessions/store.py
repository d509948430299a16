"""Django's sessions, kept in AuthSession: hashed keys, one row a sign-in, none for anonymous visitors."""

import secrets
import uuid
from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.utils import timezone

from accounts.login import rows
from accounts.secrets import digest

if TYPE_CHECKING:
    from accounts.models import AuthSession

IDLE = timedelta(days=30)
LONGEST = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=1)


class SessionStore(SessionBase):
    """The store named by SESSION_ENGINE.

    `row` is the sign-in this session stands for, with its user, once the session was read; `opening` are the columns
    to give a new row (device, address, link). What an anonymous visitor would store is not kept.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: AuthSession | None = None
        self.opening: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}  # what the row holds of the session's data

    @classmethod
    def get_model_class(cls) -> "type[AuthSession]":
        """The table."""
        from accounts.models import AuthSession

        return AuthSession

    def load(self) -> dict[str, Any]:
        """The session's data, its row and its user in one query; empty for an unknown, ended or expired one."""
        key = self.session_key or ""
        self.row = (
            self.get_model_class()
            .objects.live()
            .select_related("user")
            .filter(session_key=digest(key))
            .first()
        )
        if self.row is None:
            self._session_key = None
            return {}
        self._keep_alive(self.row)
        data = self.decode(self.row.session_data)
        self._kept = deepcopy(data)
        return data

    def _keep_alive(self, row: "AuthSession") -> None:
        """Slide the expiry, at most once a minute: 30 days after the last visit, 90 after signing in."""
        now = timezone.now()
        if now - row.last_seen_at < SEEN_EVERY:
            return
        row.last_seen_at, row.expire_date = now, min(now + IDLE, row.created_at + LONGEST)
        self.get_model_class().objects.filter(id=row.id, revoked_at=None).update(
            last_seen_at=row.last_seen_at, expire_date=row.expire_date
        )

    def exists(self, session_key: str) -> bool:
        """Whether a row has this key."""
        return self.get_model_class().objects.filter(session_key=digest(session_key)).exists()

    def create(self) -> None:
        """Take a new key. 192 random bits and a unique column: no need to look whether it is free."""
        self._session_key = secrets.token_hex(24)
        self.row = None
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Write what changed. An ended session is never written again: raises UpdateError."""
        data = self._session  # type: ignore[attr-defined]
        user_id = data.get(SESSION_KEY)
        if not user_id:
            return
        if self.session_key is None:
            self.create()
        if self.row is None:
            self._insert(user_id, data)
        elif data != self._kept:
            self._update(self.row, data)

    def _insert(self, user_id: str, data: dict[str, Any]) -> None:
        now = timezone.now()
        row = self.get_model_class()(
            session_key=digest(self.session_key or ""),
            session_data=self.encode(data),
            expire_date=now + IDLE,
            user_id=uuid.UUID(user_id),
            last_seen_at=now,
            **self.opening,
        )
        self.row, self._kept = rows.insert(row), deepcopy(data)

    def _update(self, row: "AuthSession", data: dict[str, Any]) -> None:
        live = self.get_model_class().objects.filter(id=row.id, revoked_at=None)
        if not live.update(session_data=self.encode(data)):
            raise UpdateError
        self._kept = deepcopy(data)

    def delete(self, session_key: str | None = None) -> None:
        """End the session; its row stays in the person's list of sign-ins."""
        key = session_key or self.session_key
        if key:
            self.get_model_class().objects.filter(session_key=digest(key)).revoke("signed_out")
            self.row = None

    @classmethod
    def clear_expired(cls) -> None:
        """Remove what would have expired long ago by itself; what was ended goes with it, no sooner."""
        old = timezone.now() - LONGEST
        cls.get_model_class().objects.filter(expire_date__lt=old).delete()
