"""The page of a user's sessions and history, signing out, and the link that ends a foreign session."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.addresses import mask_address
from accounts.link_pages import METHODS, link_page, only_shows, secret_in
from accounts.models import AuthSession
from accounts.requests import SignedInRequest
from accounts.sessions import services
from accounts.sessions.devices import KIND_ICONS, device_kind, device_name
from accounts.sessions.emails import find_by_signature
from accounts.sessions.history import recent_events
from accounts.sessions.redirects import redirect_after_sign_out
from accounts.sessions.store import SEEN_EVERY
from core.web.public_views import public


def _current(request: SignedInRequest) -> AuthSession:
    # Behind the guard there is one.
    return cast(AuthSession, services.current_session(request))


@require_safe
def security(request: SignedInRequest) -> HttpResponse:
    """The devices, this one first, and the account's recent history."""
    current = _current(request)
    rows = sorted(AuthSession.objects.of(request.user).live(), key=lambda row: row.id != current.id)
    devices = [
        {
            "id": row.id,
            "icon": KIND_ICONS[device_kind(row.user_agent)],
            "name": device_name(row.user_agent),
            "ip": row.ip,
            "since": row.created_at,
            "last_seen": row.last_seen_at,
            "is_current": row.id == current.id,
            "is_active": timezone.now() - row.last_seen_at < 2 * SEEN_EVERY,
        }
        for row in rows
    ]
    context = {"devices": devices, "events": recent_events(request.user)}
    return render(request, "accounts/security.html", context)


@require_POST
def revoke(request: SignedInRequest, session_id: uuid.UUID) -> HttpResponse:
    """End one session; the current one by signing out."""
    if session_id == _current(request).id:
        services.sign_out(request)
        return redirect("accounts:auth")
    if not AuthSession.objects.of(request.user).filter(id=session_id).exists():
        raise Http404
    services.revoke_session(request.user, session_id, actor=request.user, reason="revoked")
    messages.success(request, _("This device is signed out."))
    return redirect("accounts:security")


@require_POST
def revoke_others(request: SignedInRequest) -> HttpResponse:
    """End all sessions but the current one."""
    ended = services.sign_out_others(request.user, keep=_current(request))
    text = ngettext("%(count)d other device is signed out.", "%(count)d other devices are signed out.", ended)
    messages.success(request, text % {"count": ended} if ended else _("No other device was signed in."))
    return redirect("accounts:security")


@require_POST
def revoke_all(request: SignedInRequest) -> HttpResponse:
    """End all sessions, the current one too."""
    services.sign_out_everywhere(request.user, actor=request.user)
    messages.success(request, _("You are signed out everywhere."))
    return redirect_after_sign_out()


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this browser's session."""
    if request.user.is_authenticated:
        services.sign_out(request)
        messages.success(request, _("You are signed out."))
    return redirect_after_sign_out()


@public
@never_cache
@sensitive_post_parameters("token")
@require_http_methods(METHODS)
def not_me(request: HttpRequest) -> HttpResponse:
    """Show the session that a mail reported; on POST end it."""
    session = find_by_signature(secret_in(request))
    if session is None:
        return link_page(request, "accounts/not_me.html", "unknown")
    timezone.activate(session.user.timezone)
    context: dict[str, object] = {
        "device": device_name(session.user_agent),
        "ip": session.ip,
        "at": session.created_at,
        "masked_email": mask_address(session.user.email),
    }
    if only_shows(request):
        state = "confirm" if session.is_live else "done"
        return link_page(request, "accounts/not_me.html", state, context)
    actor = request.user if request.user.is_authenticated else None
    services.revoke_session(session.user, session.id, actor=actor, reason="not_me")
    return link_page(request, "accounts/not_me.html", "done", context)
