"""Requesting a sign-in link, and signing in by it exactly once."""

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
from accounts.login import fast_path, rate_limits
from accounts.login.browser import (
    Requester,
    browser_hash,
    browser_secret,
    remember_browser,
    requester_with,
)
from accounts.login.emails import send_login_link
from accounts.models import AuthSession, LoginToken, User
from accounts.secrets import digest, new_secret
from accounts.sessions.emails import send_new_device
from accounts.sessions.services import current_session
from accounts.sessions.store import SessionStore
from core.audit.services import record_event
from core.locales import default_timezone_name
from core.security.rate_limits import LimitedError

UNUSABLE_STATES = {"used", "superseded", "expired"}


def start_login(request: HttpRequest, address: str, next_path: str, *, masked: bool = False) -> HttpResponse:
    """Request a link for `address` (normalised) and redirect to the page that says so. Raises LimitedError.

    `masked` if this browser's user did not type the address and must not read it.
    """
    # A new cookie would have rate limits of its own, so they see only the cookie that came with the request.
    known = browser_secret(request)
    requester = requester_with(known)
    rate_limits.hit_link(address, requester.browser_hash)
    secret = known or new_secret()
    token = request_link(
        address=address,
        locale=get_language() or settings.LANGUAGE_CODE,
        next_path=next_path,
        requester=replace(requester, browser_hash=digest(secret)),
        masked=masked,
    )
    response = HttpResponseRedirect(f"{reverse('accounts:sent')}?request={token.id}", status=303)
    remember_browser(response, secret)
    return response


@transaction.atomic
def request_link(
    *, address: str, locale: str, next_path: str, requester: Requester, masked: bool = False
) -> LoginToken:
    """Store a request for a sign-in link and enqueue its mail, in one transaction.

    `address` is normalised. The work is the same whether it has an account or not, so that timing reveals nothing.
    """
    token = LoginToken(
        purpose=LoginToken.Purpose.LOGIN,
        email=address,
        locale=locale,
        next_path=next_path,
        masked=masked,
        **vars(requester),
    )
    fast_path.insert_request(token)
    send_login_link.enqueue(str(token.id))
    return token


class RefusedError(Exception):
    """The link cannot be used.

    `state` says why: a result of `state_for`, or unknown, withdrawn or taken. `token` is the link, where the caller did
    not pass it.
    """

    def __init__(self, state: str, token: LoginToken | None = None) -> None:
        super().__init__(state)
        self.state = state
        self.token = token


def redeem_link(
    request: HttpRequest, token_hash: str, *, via: LoginToken.Via, switch: bool = True
) -> AuthSession:
    """Sign this browser in by the link with this hash; without `switch`, not if another user is signed in.

    All or nothing: a failure leaves the link as it was. Raises RefusedError, after recording the refusal of an unusable
    link in the audit.
    """
    try:
        with transaction.atomic():
            return _redeem_link(request, token_hash, via, switch)
    except RefusedError as refusal:
        if refusal.token and refusal.state in UNUSABLE_STATES:
            with suppress(LimitedError):
                rate_limits.hit_refusal(refusal.token.email)
                user = user_of_link(refusal.token)
                record_event("accounts.sign_in_refused", subject=user, reason=refusal.state)
        raise


def _redeem_link(request: HttpRequest, token_hash: str, via: LoginToken.Via, switch: bool) -> AuthSession:
    token, user, is_used, is_new_device = fast_path.use_login_link(
        token_hash, via=via, browser_hash=browser_hash(request)
    )
    if token is None:
        raise RefusedError("unknown")
    state = state_for(request, token)
    if state != "issued" and not (switch and state == "other_user"):
        raise RefusedError(state, token)
    if user is None and token.user_id is None and settings.AVA_SIGNUP == "open":
        lock_or_create_user(token)
        return _redeem_link(request, token_hash, via, switch)  # now there is a user to use the link for
    if user is None or not user.is_active or token.user_id not in {None, user.pk}:
        raise RefusedError("expired", token)
    if not is_used:
        raise _refusal_of(token)
    return sign_in(request, user, token=token, via=via, is_new_device=is_new_device)


def state_for(request: HttpRequest, token: LoginToken) -> str:
    """The link's state; "success" if this browser is signed in by it, "other_user" if as another user."""
    session = current_session(request)
    if token.state != "issued":
        return "success" if session and session.login_token_id == token.id else token.state
    return "other_user" if session and session.user.email != token.email else "issued"


def lock_or_create_user(token: LoginToken) -> tuple[User, bool]:
    """The user with a link's address, locked until the transaction ends, and whether this call created the account.

    Only for a caller that just received the link's secret: an account is made only for a proven address. Raises
    RefusedError for a deactivated user.
    """
    users = User.objects.select_for_update().filter(email=token.email)
    user, new = (
        users.first(),
        User(email=token.email, locale=token.locale, timezone=default_timezone_name(token.locale)),
    )
    if user is None:
        User.objects.bulk_create([new], ignore_conflicts=True)  # another link of this address may be faster
        user = users.get()
    if not user.is_active:
        raise RefusedError("expired", token)
    is_created = user.pk == new.pk
    if is_created:
        record_event("accounts.signed_up", actor=user)
    return user, is_created


def use_link(token: LoginToken, purpose: LoginToken.Purpose, *, user: User, via: LoginToken.Via) -> None:
    """Use a link for something other than signing in. The caller has locked the user.

    Raises RefusedError if another request was faster, or if the link has expired.
    """
    # Reading, checking and saving would let several threads through; one conditional UPDATE lets exactly one.
    won = (
        LoginToken.objects.redeemable()
        .filter(id=token.id, purpose=purpose)
        .update(used_at=timezone.now(), used_via=via, user=user)
    )
    if won != 1:
        raise _refusal_of(token)


def _refusal_of(token: LoginToken) -> RefusedError:
    now = LoginToken.objects.filter(id=token.id).first()  # None if it went with an account that was closed
    return RefusedError(now.state if now and now.state in UNUSABLE_STATES else "expired", token)


def user_of_link(token: LoginToken) -> User | None:
    """The user of a link read earlier, if the account still exists."""
    return User.objects.filter(pk=token.user_id).first() if token.user_id else None


def sign_in(
    request: HttpRequest, user: User, *, token: LoginToken, via: LoginToken.Via, is_new_device: bool
) -> AuthSession:
    """Sign this browser in by a link that was just used; mail a notice to the user if the device is new."""
    session = open_session(request, user, token=token)
    record_event("accounts.signed_in", actor=user, via=via, new_device=is_new_device)
    if is_new_device:
        send_new_device.enqueue(str(session.id))
    return session


def open_session(request: HttpRequest, user: User, *, token: LoginToken | None) -> AuthSession:
    """Open a session for `user` in this browser, under a new key; the browser's earlier session is ended."""
    session = cast(SessionStore, request.session)
    session.flush()
    session.opening = {"login_token": token, **vars(requester_with(browser_secret(request)))}
    login(request, user, backend=BACKEND)
    session.save()  # inside the caller's transaction, so that a failure takes the session back with the rest
    return cast(AuthSession, session.row)
