"""Signing in by the six-digit code of a mail: only in the browser that requested it, five tries, ten minutes.

The answer to a wrong code depends on what this browser did alone: when it asked, and how often it tried. It does not
change when the mail goes out, when the link is used or replaced elsewhere, or with the account: that would reveal that
there is one.
"""

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.lifetimes import CODE_LIFETIME, lasts
from accounts.login import rate_limits
from accounts.login.services import RefusedError, redeem_link
from accounts.models import AuthSession, LoginToken
from accounts.secrets import code_digest, same_digest
from core.audit.services import record_event
from core.security.rate_limits import LimitedError

MAX_ATTEMPTS = 5


class WrongCodeError(Exception):
    """The code is wrong; `left` tries remain, 0 if the code no longer works."""

    def __init__(self, left: int) -> None:
        super().__init__(str(left))
        self.left = left


def redeem_code(request: HttpRequest, token: LoginToken, code: str) -> AuthSession:
    """Sign this browser in by the code of the link it requested. Raises WrongCodeError.

    The caller found `token` by its id and this browser's cookie. The try is counted first, in a transaction of its own,
    so that parallel tries cannot share one.
    """
    left = MAX_ATTEMPTS - _count_attempt(token)
    try:
        rate_limits.hit_code(token.email, token.browser_hash)
    except LimitedError as limited:
        raise WrongCodeError(0) from limited  # the link still works, on any device
    if not same_digest(token.code_hash, code_digest(token.id, code)):  # of no code, before the mail is sent
        if left == 0:
            record_event("accounts.code_locked", subject=token.user)
        # From the request: when the mail went out, or whether, is not the asker's to know.
        raise WrongCodeError(left if timezone.now() < token.created_at + CODE_LIFETIME else 0)
    # Only the mail holds the right code, so from here on the answer may depend on the link.
    if not lasts(token.code_expires_at, CODE_LIFETIME):
        raise WrongCodeError(0)
    try:
        return redeem_link(request, token.token_hash or "", via=LoginToken.Via.CODE)
    except RefusedError as refusal:
        raise WrongCodeError(0) from refusal


@transaction.atomic  # so that it reads the number it wrote, not that of a later try
def _count_attempt(token: LoginToken) -> int:
    counted = LoginToken.objects.filter(id=token.id, code_attempts__lt=MAX_ATTEMPTS).update(
        code_attempts=F("code_attempts") + 1
    )
    if not counted:
        raise WrongCodeError(0)
    token.refresh_from_db(fields=["code_attempts", "code_hash", "code_expires_at", "token_hash"])
    return token.code_attempts
