"""The statements of signing in, as SQL: each sign-in runs all of them, and they never change (see `core.rows`)."""

import uuid

from django.db import connection
from django.utils import timezone

from accounts.browsers import Asker
from accounts.models import LoginToken, User
from core import rows


def find_link(token_hash: str, purpose: LoginToken.Purpose) -> LoginToken | None:
    """The row of a mailed secret, in whatever state."""
    condition = "token_hash = %(token_hash)s AND purpose = %(purpose)s"
    return rows.fetch(LoginToken, condition, token_hash=token_hash, purpose=purpose.value)


_ASK = """
    INSERT INTO accounts_logintoken (
        id, purpose, email, user_id, locale, next_path, browser_hash, ip, user_agent, created_at,
        code_hash, code_attempts, used_via
    ) VALUES (
        %(id)s, 'login', CAST(%(email)s AS text), (SELECT id FROM accounts_user WHERE email = %(email)s), %(locale)s,
        %(next_path)s, %(browser_hash)s, %(ip)s, %(user_agent)s, %(now)s, '', 0, ''
    )
"""


def add_request(*, email: str, locale: str, next_path: str, asker: Asker) -> uuid.UUID:
    """A row for a link that is asked for, of the person with this normalised address where there is one; its id."""
    request_id = uuid.uuid4()
    rows.execute(
        _ASK,
        id=request_id,
        email=email,
        locale=locale,
        next_path=next_path,
        now=timezone.now(),
        **vars(asker),
    )
    return request_id


def lock_user(email: str) -> User | None:
    """The person with this normalised address, locked until the transaction ends."""
    return rows.fetch(User, _locked(), email=email)


def _locked() -> str:
    # SQLite has no such lock, and needs none: its transactions follow one another.
    return "email = %(email)s" + (" FOR UPDATE" if connection.features.has_select_for_update else "")


_NEW_DEVICE = """
    EXISTS (SELECT 1 FROM accounts_authsession WHERE user_id = %(user)s) AND NOT EXISTS (
        SELECT 1 FROM accounts_authsession WHERE user_id = %(user)s AND browser_hash = %(browser_hash)s)
"""


_USE = f"""
    UPDATE accounts_logintoken SET
        used_at = CASE WHEN id = %(link)s THEN %(now)s END,
        used_via = CASE WHEN id = %(link)s THEN %(via)s ELSE '' END,
        user_id = CASE WHEN id = %(link)s THEN %(user)s ELSE user_id END,
        superseded_at = CASE WHEN id = %(link)s THEN NULL ELSE %(now)s END
    WHERE purpose = 'login' AND email = %(email)s AND used_at IS NULL AND superseded_at IS NULL
        AND (id <> %(link)s OR expires_at > %(now)s)
    RETURNING used_via, {_NEW_DEVICE}
"""  # noqa: S608 - nothing but the text above


def use_login_link(
    token: LoginToken, *, via: LoginToken.Via, browser_hash: str
) -> tuple[User | None, bool | None]:
    """Lock the person with a sign-in link's address; use the link up for its `user_id`; replace its siblings.

    The person, and whether they signed in before but never from this browser, which is None where the link was not to
    be used any more. Roll back then, or where the person is not the link's: siblings may be replaced already.
    """
    found, changed = rows.query_in_turn(
        rows.selection(User, _locked()),
        _USE,
        link=token.pk,
        user=token.user_id,
        email=token.email,
        via=via.value,
        browser_hash=browser_hash,
        now=timezone.now(),
    )
    is_new = next((bool(is_new) for used_via, is_new in changed if used_via), None)
    return rows.row_of(User, found), is_new
