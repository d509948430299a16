"""Where one is signed in, and what happened to the account."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AuthSession
from accounts.requests import SignedInRequest
from accounts.sessions import services
from accounts.sessions.devices import device_kind, device_name
from accounts.sessions.history import recent_events
from accounts.sessions.store import SEEN_EVERY


def _current(request: SignedInRequest) -> AuthSession:
    """This browser's sign-in: behind the guard there is one."""
    return cast(AuthSession, services.current_session(request))


@require_safe
def security(request: SignedInRequest) -> HttpResponse:
    """The devices, this one first, and the account's recent history."""
    current = _current(request)
    rows = sorted(AuthSession.objects.of(request.user).live(), key=lambda row: row.id != current.id)
    devices = [
        {
            "id": row.id,
            "kind": device_kind(row.user_agent, is_api=row.kind == AuthSession.Kind.API),
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
    """End one sign-in; one's own is a sign-out."""
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
    """End every sign-in but this one."""
    ended = services.sign_out_others(request.user, keep=_current(request))
    text = ngettext("%(count)d other device is signed out.", "%(count)d other devices are signed out.", ended)
    messages.success(request, text % {"count": ended} if ended else _("No other device was signed in."))
    return redirect("accounts:security")


@require_POST
def revoke_all(request: SignedInRequest) -> HttpResponse:
    """End every sign-in, this one too."""
    services.sign_out_everywhere(request.user, actor=request.user)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("accounts:auth")
