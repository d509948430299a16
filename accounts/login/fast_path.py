"""The statements of signing in, as SQL: each sign-in runs all of them, and they never change (see `rows`)."""

import uuid
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.login import rows
from accounts.login.browser import Asker
from accounts.models import LoginToken, User


def find_link(token_hash: str, purpose: LoginToken.Purpose) -> LoginToken | None:
    """The row of a mailed secret, in whatever state."""
    condition = "token_hash = %(token_hash)s AND purpose = %(purpose)s"
    return rows.fetch(LoginToken, condition, token_hash=token_hash, purpose=purpose.value)


_ASK = """
    INSERT INTO accounts_logintoken (
        id, purpose, email, user_id, locale, next_path, browser_hash, ip, user_agent, created_at,
        masked, code_hash, code_attempts, used_via
    ) VALUES (
        %(id)s, 'login', CAST(%(email)s AS text), (SELECT id FROM accounts_user WHERE email = %(email)s), %(locale)s,
        %(next_path)s, %(browser_hash)s, %(ip)s, %(user_agent)s, %(now)s,
        %(masked)s, '', 0, ''
    )
"""


def add_request(*, email: str, locale: str, next_path: str, asker: Asker, masked: bool) -> uuid.UUID:
    """A row for a link that is asked for, of the person with this normalised address where there is one; its id."""
    request_id = uuid.uuid4()
    rows.execute(
        _ASK,
        id=request_id,
        email=email,
        locale=locale,
        next_path=next_path,
        now=timezone.now(),
        masked=masked,
        **vars(asker),
    )
    return request_id


def lock_user(email: str) -> User | None:
    """The person with this normalised address, locked until the transaction ends."""
    return rows.fetch(User, f"email = %(email)s {_lock()}", email=email)


def _lock() -> str:
    # SQLite has no such lock, and needs none: its transactions follow one another.
    return "FOR UPDATE" if connection.features.has_select_for_update else ""


_USE = """
    UPDATE accounts_logintoken SET
        used_at = CASE WHEN token_hash = %(token_hash)s THEN %(now)s END,
        used_via = CASE WHEN token_hash = %(token_hash)s THEN %(via)s ELSE '' END,
        user_id = CASE WHEN token_hash = %(token_hash)s THEN (SELECT id FROM person) ELSE user_id END,
        superseded_at = CASE WHEN token_hash = %(token_hash)s THEN NULL ELSE %(now)s END
    WHERE purpose = 'login' AND email = (SELECT email FROM person) AND used_at IS NULL AND superseded_at IS NULL
        AND (token_hash IS NULL OR token_hash <> %(token_hash)s OR expires_at > %(now)s)
    RETURNING used_via,
        EXISTS (SELECT 1 FROM accounts_authsession WHERE user_id = accounts_logintoken.user_id) AND NOT EXISTS (
            SELECT 1 FROM accounts_authsession
            WHERE user_id = accounts_logintoken.user_id AND browser_hash = %(browser_hash)s) AS is_new
"""


@cache
def _link_statements() -> list[str]:
    """Find the link and lock the person; use it. PostgreSQL does all of it in one statement, SQLite cannot."""
    link = rows.selection(LoginToken, "token_hash = %(token_hash)s AND purpose = 'login'")
    alive = "used_at IS NULL AND superseded_at IS NULL AND expires_at > %(now)s"
    person = rows.selection(User, f"email = (SELECT email FROM link WHERE {alive}) {_lock()}")  # noqa: S608
    found = f"WITH link AS ({link}), person AS ({person})"
    names = f"{rows.columns(LoginToken, 'link')}, {rows.columns(User, 'person')}"
    joined = "FROM link LEFT JOIN person ON true"
    if connection.vendor != "postgresql":
        return [f"{found} SELECT {names} {joined}", f"{found} {_USE}"]
    joined += " LEFT JOIN used ON used.used_via <> ''"
    return [f"{found}, used AS ({_USE}) SELECT {names}, used.* {joined}"]


class LoginLink(NamedTuple):
    """What `use_login_link` found.

    The link as it was before; where it lives, the person with its address; whether they signed in before but never
    from this browser, which is None where the link was not to be used any more.
    """

    token: LoginToken | None
    person: User | None
    is_new: bool | None


def use_login_link(token_hash: str, *, via: LoginToken.Via, browser_hash: str) -> LoginLink:
    """Lock the person with a sign-in link's address; use the link up for them; replace its siblings.

    It asks nothing but whether the link lives: roll back where it is not to be used up, for siblings may be replaced
    already. A dead one touches nobody's row, so that whoever keeps one cannot make others wait.
    """
    # The person first, always: two links of one person, redeemed together, otherwise lock each other out. PostgreSQL's
    # one statement keeps to it, since the UPDATE needs their address; where it had to wait for that lock, it looks anew
    # at each row that it would change.
    values = {"token_hash": token_hash, "via": via.value, "browser_hash": browser_hash, "now": timezone.now()}
    found, *others = [rows.query(statement, **values) for statement in _link_statements()]
    if not found:
        return LoginLink(None, None, None)
    token, person = rows.rows_of(found[0], LoginToken, User)
    used = others[0] if others else [found[0][-2:]]
    return LoginLink(token, person, next((bool(is_new) for used_via, is_new in used if used_via), None))
