"""The step of the first assistant: choose its trade, read what it says, have it made."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from assistants.creating import create_assistant
from assistants.editing import edit_assistant
from assistants.forms import AssistantForm, initial_of, values_of
from assistants.models import Assistant
from assistants.presets import Persona
from assistants.problems import explain_sync
from connections.access import connections_of
from onboarding.access import organization_step, page_context
from onboarding.steps import first_assistant
from organizations.models import Membership, Organization

LANGUAGES = dict(settings.LANGUAGES)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_step
def assistant(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """What it is for; then its name, voice and words; once it is made, how it fares."""
    made = first_assistant(membership.organization)
    if request.method == "POST":
        return _keep(request, membership, made)
    if made and "change" not in request.GET:
        return _made_page(request, membership, made)
    initial = values_of(made) if made else _beginning(request, membership.organization)
    if initial is None:
        return _trades_page(request, membership)
    return _form_page(request, membership, AssistantForm(initial=initial), made)


def _beginning(request: HttpRequest, organization: Organization) -> dict[str, Any] | None:
    """Where an assistant of the trade that the address names starts; None where it names none."""
    persona, language = request.GET.get("persona", ""), request.GET.get("language", "")
    if persona not in Persona.values:
        return None
    return initial_of(persona, language if language in LANGUAGES else organization.locale, organization)


def _keep(request: SignedInRequest, membership: Membership, made: Assistant | None) -> HttpResponse:
    form = AssistantForm(request.POST)
    if not form.is_valid():
        return _form_page(request, membership, form, made)
    data = form.data_of_assistant
    if made:
        edit_assistant(actor=membership, assistant_id=made.id, data=data, request=request)
    else:
        form_key: uuid.UUID | None = form.cleaned_data["form_key"]
        create_assistant(actor=membership, data=data, form_key=form_key, request=request)
    return redirect("onboarding:assistant")


def _trades_page(request: SignedInRequest, membership: Membership) -> HttpResponse:
    context = page_context(membership, "assistant") | {"personas": Persona.choices}
    return render(request, "onboarding/trades.html", context)


def _form_page(
    request: SignedInRequest, membership: Membership, form: AssistantForm, made: Assistant | None = None
) -> HttpResponse:
    context = page_context(membership, "assistant") | {
        "form": form,
        "made": made,
        "personas": Persona.choices,
        "persona": form["persona"].value(),
        "language": form["language"].value(),
    }
    return render(request, "onboarding/assistant.html", context, status=422 if form.errors else 200)


def _made_page(request: SignedInRequest, membership: Membership, made: Assistant) -> HttpResponse:
    context = page_context(membership, "assistant") | {
        "assistant": made,
        "explanation": explain_sync(made.sync_problem) if made.sync_problem else None,
        "vapi": connections_of(membership.organization).vapi,
    }
    return render(request, "onboarding/assistant_made.html", context)
