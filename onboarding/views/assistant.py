"""The step of the first assistant: choose a trade, edit its texts, create it."""

import uuid
from typing import Any

from django.forms import ChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from assistants.catalog.disclosure import Disclosure
from assistants.catalog.presets import TRADES, Persona
from assistants.catalog.voices import voices_of
from assistants.conflicts import ConflictError
from assistants.forms import AssistantForm, initial_for, initial_from
from assistants.grammar import inflect
from assistants.line.selectors import line_for
from assistants.models import Assistant
from assistants.preview.context import preview_context
from assistants.services import create_assistant, edit_assistant, repair_assistant
from assistants.status import AssistantStatus
from connections.selectors import connections_for
from onboarding.access import organization_setup_view, page_context
from onboarding.services import trade_of
from onboarding.steps import first_assistant
from organizations.facts.selectors import lacks_hours_or_address
from organizations.models import Membership, Organization


@require_http_methods(["GET", "HEAD", "POST"])
@organization_setup_view
def assistant_step(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """The choice of a trade, then the form; once the assistant exists, its state and a preview."""
    made = first_assistant(membership.organization)
    if request.method == "POST":
        return _save(request, membership, made)
    if made and "change" not in request.GET:
        return _made_page(request, membership, made)
    initial = initial_from(made) if made else _initial(request, membership.organization)
    if initial is None:
        return _trades_page(request, membership)
    return _form_page(request, membership, AssistantForm(initial=initial), made)


def _initial(request: HttpRequest, organization: Organization) -> dict[str, Any] | None:
    # None where neither the query string nor the welcome page names a trade, or another is to be chosen.
    persona, language = request.GET.get("persona", ""), request.GET.get("language", "")
    if "choose" not in request.GET:
        persona = persona or trade_of(organization)
    if persona not in Persona.values:
        return None
    if language not in AssistantForm.languages():
        language = organization.locale
    return initial_for(persona, language, organization)


def _save(request: SignedInRequest, membership: Membership, made: Assistant | None) -> HttpResponse:
    form = AssistantForm(request.POST)
    if not form.is_valid():
        return _form_page(request, membership, form, made)
    data = form.assistant_data
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
    context = page_context(request, membership, "assistant") | {"trades": TRADES}
    return render(request, "onboarding/trades.html", context)


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
        "disclosure": form.disclosure_for(membership.organization),
        "made": made,
        "lacks_facts": lacks_hours_or_address(membership.organization),
        "conflict": conflict,
        "asks_trade": made is not None or not {"persona", "language"}.isdisjoint(form.errors),
        "persona": form["persona"].value(),
        "trade": dict(Persona.choices).get(form["persona"].value(), ""),
        "spoken": language,  # `language` is the page's own, in every template
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "onboarding/assistant.html", context, status=status)


def _offer_voices_of(language: str, form: AssistantForm) -> None:
    # The texts of a new assistant come with the page, in its language: no voice of another language fits.
    voice = form.fields["voice"]
    assert isinstance(voice, ChoiceField)  # noqa: S101 - for the type checker
    if voices := voices_of(language):
        voice.choices = [(each.key, f"{each.label} · {each.character}") for each in voices]


def _made_page(request: SignedInRequest, membership: Membership, made: Assistant) -> HttpResponse:
    organization = membership.organization
    connections = connections_for(request, organization)
    context = page_context(request, membership, "assistant") | {
        "assistant": made,
        "disclosure": Disclosure(made.first_message, made.language, organization.name),
        "standing": AssistantStatus(made, line_for(request, organization)),
        "vapi": connections.vapi,
    }
    context |= preview_context(request, made) | _words_about(made)
    return render(request, "onboarding/assistant_made.html", context)


def _words_about(assistant: Assistant) -> dict[str, str]:
    ready = inflect(
        assistant,
        feminine=pgettext("feminine", "%(name)s is ready"),
        masculine=pgettext("masculine", "%(name)s is ready"),
    )
    waits = inflect(
        assistant,
        feminine=pgettext("feminine", "%(name)s waits for Vapi"),
        masculine=pgettext("masculine", "%(name)s waits for Vapi"),
    )
    return {title: words % {"name": assistant.name} for title, words in (("ready", ready), ("waits", waits))}


@require_POST
@organization_setup_view
def repair_first_assistant(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Send the assistant to Vapi again."""
    if made := first_assistant(membership.organization):
        repair_assistant(actor=membership, assistant_id=made.id)
    return redirect("onboarding:assistant")
