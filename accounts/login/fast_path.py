"""The two statements of signing in that are written in SQL, each beside its ORM form.

`docs/performance.md` measures sign-ins on PostgreSQL: there, each of these saves round trips and the time that the ORM
takes to compose SQL. Other databases run the ORM form; `test_fast_path` compares the two.
"""

from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

from accounts.lifetimes import LIFETIMES
from accounts.models import AuthSession, LoginToken, User
from core.clock import MAX_SKEW


def insert_request(request: LoginToken) -> None:
    """Insert an unsaved request for a sign-in link; its user is the one with its address, if there is one."""
    if connection.vendor != "postgresql":
        return insert_request_by_orm(request)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_REQUEST, vars(request) | {"now": timezone.now()})
    return None


def insert_request_by_orm(request: LoginToken) -> None:
    """Do the same in two statements."""
    request.user = User.objects.for_address(request.email)
    request.save(force_insert=True)


_INSERT_REQUEST = """
    INSERT INTO accounts_logintoken (
        id, purpose, email, user_id, locale, next_path, masked,
        browser_hash, ip, user_agent, created_at, code_hash, code_attempts, used_via
    ) VALUES (
        %(id)s, %(purpose)s, CAST(%(email)s AS text), (SELECT id FROM accounts_user WHERE email = %(email)s),
        %(locale)s, %(next_path)s, %(masked)s,
        %(browser_hash)s, %(ip)s, %(user_agent)s, %(now)s, %(code_hash)s, %(code_attempts)s, %(used_via)s
    )
"""


class LoginLink(NamedTuple):
    """The outcome of `use_login_link`.

    `token` is the link's row as it was before. `user` is the account with its address, locked; None if there is none,
    or if the link was not redeemable. `is_used` says whether this call used the link. `is_new_device` says whether the
    user signed in before, but never from this browser.
    """

    token: LoginToken | None = None
    user: User | None = None
    is_used: bool = False
    is_new_device: bool = False


def use_login_link(token_hash: str, *, via: LoginToken.Via, browser_hash: str) -> LoginLink:
    """Lock the user with a sign-in link's address, use the link for that user, and replace the other open links.

    The caller holds the transaction and must roll it back where it refuses the link after all. An expired, used or
    replaced link locks no row, so that posting one again and again cannot delay its user.
    """
    if connection.vendor != "postgresql":
        return use_login_link_by_orm(token_hash, via=via, browser_hash=browser_hash)
    with connection.cursor() as cursor:
        now = timezone.now()
        latest = now + LIFETIMES["login"] + MAX_SKEW
        values = {"token_hash": token_hash, "via": via.value, "browser_hash": browser_hash}
        cursor.execute(_USE_LOGIN_LINK, {**values, "now": now, "latest": latest})
        row = cursor.fetchone()
    if row is None:
        return LoginLink()
    *columns, has_user, is_used, is_new_device = row
    end = len(_TOKEN_COLUMNS)
    token = LoginToken.from_db(DEFAULT_DB_ALIAS, _TOKEN_COLUMNS, columns[:end])
    user = User.from_db(DEFAULT_DB_ALIAS, _USER_COLUMNS, columns[end:]) if has_user else None
    return LoginLink(token, user, is_used, is_new_device)


def use_login_link_by_orm(token_hash: str, *, via: LoginToken.Via, browser_hash: str) -> LoginLink:
    """Do the same in up to six statements."""
    token = LoginToken.objects.filter(token_hash=token_hash, purpose=LoginToken.Purpose.LOGIN).first()
    if token is None or token.state != "issued":
        return LoginLink(token)
    # The user before any link: two links of one user, redeemed at once, would otherwise wait for each other.
    user = User.objects.select_for_update().filter(email=token.email).first()
    if user is None:
        return LoginLink(token)
    sessions = AuthSession.objects.filter(user=user)
    is_new_device = sessions.exists() and not sessions.filter(browser_hash=browser_hash).exists()
    now = timezone.now()
    used = LoginToken.objects.redeemable().filter(id=token.id).update(used_at=now, used_via=via, user=user)
    others = (
        LoginToken.objects.unfinished().filter(email=user.email, purpose=token.purpose).exclude(id=token.id)
    )
    others.update(superseded_at=now)
    return LoginLink(token, user, bool(used), is_new_device)


# All columns, in the order that `Model.from_db` expects.
_TOKEN_COLUMNS = [field.attname for field in LoginToken._meta.concrete_fields]
_USER_COLUMNS = [field.attname for field in User._meta.concrete_fields]
_COLUMNS = ", ".join(
    [f"link.{name}" for name in _TOKEN_COLUMNS] + [f"owner.{name}" for name in _USER_COLUMNS]
)
# The user's lock comes first here too: the UPDATE needs the address that "owner" locks. Where it waited for that lock,
# PostgreSQL checks each row again before it changes it.
_USE_LOGIN_LINK = f"""
    WITH link AS (
        SELECT * FROM accounts_logintoken WHERE token_hash = %(token_hash)s AND purpose = 'login'
    ), owner AS (
        SELECT * FROM accounts_user WHERE email = (
            SELECT email FROM link WHERE used_at IS NULL AND superseded_at IS NULL
                AND expires_at > %(now)s AND expires_at <= %(latest)s
        ) FOR UPDATE
    ), closed AS (
        UPDATE accounts_logintoken SET
            used_at = CASE WHEN token_hash = %(token_hash)s THEN %(now)s END,
            used_via = CASE WHEN token_hash = %(token_hash)s THEN %(via)s ELSE '' END,
            user_id = CASE WHEN token_hash = %(token_hash)s THEN (SELECT id FROM owner) ELSE user_id END,
            superseded_at = CASE WHEN token_hash = %(token_hash)s THEN NULL ELSE %(now)s END
        WHERE purpose = 'login' AND email = (SELECT email FROM owner) AND used_at IS NULL AND superseded_at IS NULL
            AND (token_hash IS NULL OR token_hash <> %(token_hash)s
                OR (expires_at > %(now)s AND expires_at <= %(latest)s))
        RETURNING id
    )
    SELECT {_COLUMNS},
        owner.id IS NOT NULL,
        closed.id IS NOT NULL,
        EXISTS (SELECT 1 FROM accounts_authsession WHERE user_id = owner.id) AND NOT EXISTS (
            SELECT 1 FROM accounts_authsession WHERE user_id = owner.id AND browser_hash = %(browser_hash)s)
    FROM link LEFT JOIN owner ON true LEFT JOIN closed ON closed.id = link.id
"""  # noqa: S608 - only names of columns
