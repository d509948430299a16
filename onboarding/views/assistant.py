"""The step of the first assistant: choose its trade, read what it says, have it made."""

import uuid
from typing import Any

from django.forms import ChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from assistants.catalog.presets import Persona
from assistants.catalog.voices import voices_of
from assistants.conflicts import ConflictError
from assistants.forms import AssistantForm, ChatForm, as_shown, initial_of
from assistants.models import Assistant, Line
from assistants.preview.chat import Thread, seal
from assistants.services import create_assistant, edit_assistant, repair_assistant
from assistants.status import Standing
from connections.selectors import connections_for
from onboarding.access import organization_step, page_context
from onboarding.steps import first_assistant
from organizations.models import Membership, Organization


@require_http_methods(["GET", "HEAD", "POST"])
@organization_step
def assistant(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """What it is for; then its name, voice and words; once it is made, how it fares."""
    made = first_assistant(membership.organization)
    if request.method == "POST":
        return _keep(request, membership, made)
    if made and "change" not in request.GET:
        return _made_page(request, membership, made)
    initial = as_shown(made) if made else _beginning(request, membership.organization)
    if initial is None:
        return _trades_page(request, membership)
    return _form_page(request, membership, AssistantForm(initial=initial), made)


def _beginning(request: HttpRequest, organization: Organization) -> dict[str, Any] | None:
    """Where an assistant of the trade that the address names starts; None where it names none."""
    persona, language = request.GET.get("persona", ""), request.GET.get("language", "")
    if persona not in Persona.values:
        return None
    if language not in AssistantForm.languages():
        language = organization.locale
    return initial_of(persona, language, organization)


def _keep(request: SignedInRequest, membership: Membership, made: Assistant | None) -> HttpResponse:
    form = AssistantForm(request.POST)
    if not form.is_valid():
        return _form_page(request, membership, form, made)
    data = form.data_of_assistant
    if made:
        seen = form.cleaned_data["seen"]
        try:
            edit_assistant(actor=membership, assistant_id=made.id, data=data, seen=seen)
        except ConflictError as conflict:
            return _form_page(request, membership, AssistantForm(conflict.values), made, conflict)
    else:
        form_key: uuid.UUID | None = form.cleaned_data["form_key"]
        create_assistant(actor=membership, data=data, form_key=form_key)
    return redirect("onboarding:assistant")


def _trades_page(request: SignedInRequest, membership: Membership) -> HttpResponse:
    return render(request, "onboarding/trades.html", page_context(request, membership, "assistant"))


def _form_page(
    request: SignedInRequest,
    membership: Membership,
    form: AssistantForm,
    made: Assistant | None = None,
    conflict: ConflictError | None = None,
) -> HttpResponse:
    language = form["language"].value()
    if made is None:
        _offer_voices_of(language, form)
    context = page_context(request, membership, "assistant") | {
        "form": form,
        "made": made,
        "conflict": conflict,
        "personas": Persona.choices,
        "persona": form["persona"].value(),
        "spoken": language,  # `language` is the page's own, in every template
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "onboarding/assistant.html", context, status=status)


def _offer_voices_of(language: str, form: AssistantForm) -> None:
    """For a new assistant another language is another page: no other voice would fit here."""
    voice = form.fields["voice"]
    assert isinstance(voice, ChoiceField)  # noqa: S101 - for the type checker
    if voices := voices_of(language):
        voice.choices = [(each.key, f"{each.label} · {each.character}") for each in voices]


def _made_page(request: SignedInRequest, membership: Membership, made: Assistant) -> HttpResponse:
    organization = membership.organization
    context = page_context(request, membership, "assistant") | {
        "assistant": made,
        "standing": Standing(made, Line.objects.for_organization(organization).first()),
        "vapi": connections_for(request, organization).vapi,
        "thread": Thread(),
        "sealed": seal(made, Thread()),
        "chat_form": ChatForm(),
    }
    return render(request, "onboarding/assistant_made.html", context)


@require_POST
@organization_step
def repair(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Have Vapi told of the assistant once more."""
    if made := first_assistant(membership.organization):
        repair_assistant(actor=membership, assistant_id=made.id)
    return redirect("onboarding:assistant")
