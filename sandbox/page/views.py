"""The sandbox's page: shows calls, places them, switches faults on and off."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.sandbox_keys import keys_of
from sandbox.calls.missed import MISSES, place_missed_call
from sandbox.calls.services import Caller, place_call
from sandbox.calls.storage import has_recording, signed_path
from sandbox.models import Assistant, Call
from sandbox.page.access import is_operator, operators_only, seen_by
from sandbox.page.forms import CallForm, TroubleForm, TroubleNameForm
from sandbox.page.selectors import credentials, latest_calls, troubles_on
from sandbox.trouble import switches


def _call_form(request: HttpRequest, data: QueryDict | None = None) -> CallForm:
    return CallForm(data, assistants=seen_by(request, Assistant.objects.all()))


def _page(request: HttpRequest, status: int = 200, **forms: Any) -> HttpResponse:
    calls = latest_calls(seen_by(request, Call.objects.all()))
    context = {
        "call_form": _call_form(request),
        "trouble_form": TroubleForm(),
        "calls": calls,
        "is_running": any(shown.is_moving for shown in calls),
        "credentials": credentials(),
        "keys": keys_of(request),
        "is_operator": is_operator(request),
        "troubles": troubles_on(),
    }
    return render(request, "sandbox/page.html", context | forms, status=status)


@require_safe
def lead(request: HttpRequest) -> HttpResponse:
    """Redirect to the page in the user's language."""
    return redirect("sandbox_page:home")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Calls, credentials and faults."""
    return _page(request)


@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """Place a simulated call to an assistant."""
    form = _call_form(request, request.POST)
    if not form.is_valid():
        return _page(request, status=422, call_form=form)
    messages.success(request, _place(form.cleaned_data))
    return redirect("sandbox_page:home")


def _place(chosen: dict[str, Any]) -> str:
    """Place a call, or one that no assistant gets; returns what to say about it."""
    is_over = chosen["pace"] == "over"
    if miss := MISSES.get(chosen["persona"]):
        place_missed_call(miss, customer=chosen["number"], number=chosen["dialled"], is_over=is_over)
        return _("No assistant got the call. Within minutes it is in the list of calls, as missed.")
    place_call(
        assistant=chosen["assistant"],
        kind=Call.Kind.INBOUND,
        customer={"number": chosen["number"]},
        number=chosen["dialled"],
        caller=Caller(chosen["persona"], chosen["length"], chosen["language"]),
        is_over=is_over,
    )
    return _("The call is placed.")


@require_safe
def recording(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """Redirect to the signed URL of a recording."""
    found = seen_by(request, Call.objects.filter(id=call_id)).first()
    if found is None or not has_recording(found):
        raise Http404
    return redirect(signed_path(found, "mono"))


@require_POST
@operators_only
def switch_on(request: HttpRequest) -> HttpResponse:
    """Switch a fault on."""
    form = TroubleForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, trouble_form=form)
    provider, _colon, kind = form.cleaned_data["trouble"].partition(":")
    switches.switch_on(provider, kind, times=form.cleaned_data["times"], seconds=form.cleaned_data["seconds"])
    return redirect("sandbox_page:home")


@require_POST
@operators_only
def switch_off(request: HttpRequest) -> HttpResponse:
    """Switch off one fault, or without a name all of them."""
    form = TroubleNameForm(request.POST)
    if not form.is_valid():
        raise BadRequest(form.errors.as_json())
    switches.switch_off(**form.cleaned_data)
    messages.success(request, _("Switched off."))
    return redirect("sandbox_page:home")
