"""The statements of signing in, as SQL: each sign-in runs all of them, and they never change (see `core.rows`)."""

from django.db import connection
from django.utils import timezone

from accounts.models import LoginToken, User
from core import rows


def find_link(token_hash: str, purpose: LoginToken.Purpose) -> LoginToken | None:
    """The row of a mailed secret, in whatever state."""
    found = LoginToken.objects.raw(
        "SELECT * FROM accounts_logintoken WHERE token_hash = %s AND purpose = %s", [token_hash, purpose]
    )
    return next(iter(found), None)


def find_user(email: str, *, lock: bool = False) -> User | None:
    """The person with this normalised address; with `lock`, nobody else's until the transaction ends."""
    # SQLite has no such lock, and needs none: its transactions follow one another.
    sql = "SELECT * FROM accounts_user WHERE email = %s"
    if lock and connection.features.has_select_for_update:
        sql += " FOR UPDATE"
    found = User.objects.raw(sql, [email])
    return next(iter(found), None)


def browsers_of(user: User) -> set[str]:
    """The browsers that this person has signed in from, hashed."""
    return {
        browser_hash
        for (browser_hash,) in rows.execute(
            "SELECT DISTINCT browser_hash FROM accounts_authsession WHERE user_id = %(user)s", user=user.pk
        )
    }


_USE = """
    UPDATE accounts_logintoken SET
        used_at = CASE WHEN id = %(link)s THEN %(now)s END,
        used_via = CASE WHEN id = %(link)s THEN %(via)s ELSE '' END,
        user_id = CASE WHEN id = %(link)s THEN %(user)s ELSE user_id END,
        superseded_at = CASE WHEN id = %(link)s THEN NULL ELSE %(now)s END
    WHERE purpose = 'login' AND email = %(email)s AND used_at IS NULL AND superseded_at IS NULL
        AND (id <> %(link)s OR expires_at > %(now)s)
    RETURNING used_via
"""


def use_login_link(token: LoginToken, *, user: User, via: LoginToken.Via) -> bool:
    """Use up a sign-in link and replace its siblings. False where it was not to be used any more: then roll back."""
    changed = rows.execute(
        _USE, link=token.pk, email=token.email, user=user.pk, via=str(via), now=timezone.now()
    )
    return any(used_via for (used_via,) in changed)
