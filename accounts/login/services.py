"""Redeeming a link: once, whoever else tries at the same moment."""

import uuid
from contextlib import suppress
from dataclasses import replace
from typing import cast

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.backends import BACKEND
from accounts.login import fast_path, rate_limits, rows
from accounts.login.browser import Asker, asker_with, browser_hash, browser_secret, remember_browser
from accounts.login.emails import send_login_link
from accounts.models import AuthSession, LoginToken, User
from accounts.secrets import digest, new_secret
from accounts.sessions.emails import send_new_device
from accounts.sessions.services import current_session
from accounts.sessions.store import SessionStore
from core.audit.services import record_event
from core.security.rate_limits import LimitedError

DEAD = {"used", "superseded", "expired"}


class RefusedError(Exception):
    """The link does not open anything.

    `state` says why: what `state_for` tells of it, or unknown, withdrawn or taken. `token` is the link, where the
    caller did not bring it.
    """

    def __init__(self, state: str, token: LoginToken | None = None) -> None:
        super().__init__(state)
        self.state = state
        self.token = token


class _UnbornError(Exception):
    """Nobody has the address of this link yet, and whoever proves it may sign up."""

    def __init__(self, token: LoginToken) -> None:
        super().__init__(token.email)
        self.token = token


def redeem(request: HttpRequest, token_hash: str, *, via: LoginToken.Via, switch: bool = True) -> AuthSession:
    """Sign this browser in by the link with this hash; without `switch`, not where somebody else is signed in.

    All or nothing: a failure leaves the link as it was. Raises RefusedError; that a link was dead is written down
    after the rollback, unless that was done often lately.
    """
    try:
        try:
            return _redeem(request, token_hash, via, switch)
        except _UnbornError as unborn:
            with transaction.atomic():
                lock_person(unborn.token, may_make=True)
                return _redeem(request, token_hash, via, switch)
    except RefusedError as refusal:
        if refusal.token and refusal.state in DEAD:
            with suppress(LimitedError):
                rate_limits.hit_refusal(refusal.token.email)
                person = person_of(refusal.token)
                record_event("accounts.sign_in_refused", subject=person, reason=refusal.state)
        raise


@transaction.atomic
def _redeem(request: HttpRequest, token_hash: str, via: LoginToken.Via, switch: bool) -> AuthSession:
    token, user, is_new = fast_path.use_login_link(token_hash, via=via, browser_hash=browser_hash(request))
    if token is None:
        raise RefusedError("unknown")
    state = state_for(request, token)
    if state != "issued" and not (switch and state == "other_user"):
        raise RefusedError(state, token)
    if user is None and token.user_id is None and settings.AVA_SIGNUP == "open":
        raise _UnbornError(token)
    if user is None or not user.is_active or token.user_id not in {None, user.pk}:
        raise RefusedError("expired", token)
    if is_new is None:
        raise _refusal(token)
    return enter(request, user, token=token, via=via, is_new=is_new)


def state_for(request: HttpRequest, token: LoginToken) -> str:
    """The link's state; success where this browser is signed in by it, other_user where it is as somebody else."""
    session = current_session(request)
    if token.state != "issued":
        return "success" if session and session.login_token_id == token.id else token.state
    return "other_user" if session and session.user.email != token.email else "issued"


def lock_person(token: LoginToken, *, may_make: bool) -> tuple[User, bool]:
    """The person behind a link's address, locked until the transaction ends, and whether they are born of it.

    With `may_make`, an address that its link proves just now and that nobody has gets its account here. Raises
    RefusedError where there is nobody.
    """
    user, is_born = fast_path.lock_user(token.email), False
    if user is None and may_make:
        # Born here and never before: an address nobody proved makes no account.
        born = User(email=token.email, locale=token.locale)
        User.objects.bulk_create([born], ignore_conflicts=True)
        user = User.objects.select_for_update().get(email=token.email)
        is_born = user.pk == born.pk  # else another link of this address was faster
    if user is None or not user.is_active:
        raise RefusedError("expired", token)
    if is_born:
        record_event("accounts.signed_up", actor=user)
    return user, is_born


def use_link(token: LoginToken, purpose: LoginToken.Purpose, *, user: User, via: LoginToken.Via) -> None:
    """Use up a link that stands alone, unlike those for signing in.

    Raises RefusedError where somebody was faster, or its time was over.
    """
    # Reading, checking and saving would let several threads through; one conditional UPDATE lets exactly one.
    won = (
        LoginToken.objects.redeemable()
        .filter(id=token.id, purpose=purpose)
        .update(used_at=timezone.now(), used_via=via, user=user)
    )
    if won != 1:
        raise _refusal(token)


def _refusal(token: LoginToken) -> RefusedError:
    """Why a link did not work, now that it is known not to."""
    now = LoginToken.objects.filter(id=token.id).first()  # None where it went with an account that was closed
    return RefusedError(now.state if now and now.state in DEAD else "expired", token)


def person_of(token: LoginToken) -> User | None:
    """Whom a link that was read a moment ago belongs to, if their account is still there."""
    return User.objects.filter(pk=str(token.user_id)).first() if token.user_id else None


def enter(
    request: HttpRequest, user: User, *, token: LoginToken, via: LoginToken.Via, is_new: bool
) -> AuthSession:
    """Sign this browser in by a link that was just used; tells the person where it `is_new`, one they never used."""
    with rows.together():
        session = open_session(request, user, token=token)
        record_event("accounts.signed_in", actor=user, via=via, new_device=is_new)
    if is_new:
        send_new_device.enqueue(str(session.id))
    return session


def open_session(request: HttpRequest, user: User, *, token: LoginToken | None) -> AuthSession:
    """A new session for `user` in this browser, under a new key; the one it had before is ended."""
    session = cast(SessionStore, request.session)
    session.flush()
    session.opening = {"login_token": token, **vars(asker_with(browser_secret(request)))}
    login(request, user, backend=BACKEND)
    session.save()  # inside the caller's transaction, so that a failure takes the session back with the rest
    return cast(AuthSession, session.row)


def ask(request: HttpRequest, address: str, next_path: str, *, masked: bool = False) -> HttpResponse:
    """Count, note the request, and lead to the page that says what to do next. Raises LimitedError.

    `masked` where whoever asks did not type the address, and need not know it.
    """
    brought = browser_secret(request)  # what the limits know a browser by: a new cookie was never seen before
    asker = asker_with(brought)
    rate_limits.hit_link(address, asker)
    secret = brought or new_secret()
    request_id = request_login(
        address=address,
        locale=get_language() or settings.LANGUAGE_CODE,
        next_path=next_path,
        asker=replace(asker, browser_hash=digest(secret)),
        masked=masked,
    )
    response = HttpResponseRedirect(f"{reverse('accounts:sent')}?request={request_id}", status=303)
    remember_browser(response, secret)
    return response


@transaction.atomic
def request_login(
    *, address: str, locale: str, next_path: str, asker: Asker, masked: bool = False
) -> uuid.UUID:
    """Note that somebody asks for a link, and hand it to the queue; returns the id of the LoginToken.

    `address` is normalised. The same work whether it is known or not. The row and its task commit together, so no mail
    is lost between the two.
    """
    request_id = fast_path.add_request(
        email=address, locale=locale, next_path=next_path, asker=asker, masked=masked
    )
    send_login_link.enqueue(str(request_id))
    return request_id
