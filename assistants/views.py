"""The pages of assistants: the list, one assistant, its forms, and actions of one click."""

import uuid
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from assistants.catalog.disclosure import Disclosure
from assistants.catalog.presets import TRADES, Persona
from assistants.catalog.recording_notice import notice_of
from assistants.conflicts import ConflictError
from assistants.forms import AssistantForm, initial_for, initial_from, refill_form, restore_form
from assistants.line.selectors import line_for
from assistants.models import Assistant
from assistants.selectors import AssistantFilters, read_assistants
from assistants.sentences import say
from assistants.services import (
    choose_answering,
    create_assistant,
    delete_assistant,
    duplicate_assistant,
    edit_assistant,
    repair_assistant,
)
from assistants.states import AssistantState
from assistants.status import AssistantStatus
from assistants.vapi_change import VapiChange
from connections.selectors import connections_for
from core.web.pages import CURSOR, page_links
from organizations.access import OrganizationRequest, organization_view
from organizations.facts.selectors import progress_of
from organizations.permissions import Permission

FORM_METHODS = ["GET", "HEAD", "POST"]
# The fragments that a page reloads while Vapi is being told: on an assistant's page, and on its card in the list.
FRAGMENTS = {"page": "assistants/_standing.html", "card": "assistants/_state.html"}


def find_assistant(request: OrganizationRequest, assistant_id: uuid.UUID) -> Assistant:
    """An assistant of the request's organisation. Raises Http404 for any other id."""
    assistant = Assistant.objects.for_organization(request.organization).filter(id=assistant_id).first()
    if assistant is None:
        raise Http404
    assistant.organization = request.organization
    return assistant


def assistant_context(request: OrganizationRequest, assistant: Assistant) -> dict[str, Any]:
    """The context of every template about one assistant."""
    return _base_context(request) | {
        "assistant": assistant,
        "standing": AssistantStatus(assistant, line_for(request, request.organization)),
        "change": VapiChange(assistant),
    }


def _base_context(request: OrganizationRequest) -> dict[str, Any]:
    connections = connections_for(request, request.organization)
    return {
        "organization": request.organization,
        "membership": request.membership,
        "line": line_for(request, request.organization),
        "vapi": connections.vapi,
        "twilio": connections.twilio,
    }


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def index(request: OrganizationRequest) -> HttpResponse:
    """The assistants as cards, the newest first; the address holds the filters, so it can be shared."""
    filters = AssistantFilters.read(request.GET.dict())
    page = read_assistants(request.organization, filters, request.GET.get(CURSOR, ""))
    line = line_for(request, request.organization)
    links = page_links(request.GET, filters, page)
    is_whole = not links["older"] and not filters.query
    context = _base_context(request) | {
        "progress": progress_of(request.organization),
        "shows_filters": links["is_narrowed"] or bool(page.rows),
        "shows_new_card": is_whole and request.membership.may(Permission.ASSISTANT_EDIT),
        "cards": [AssistantStatus(assistant, line) for assistant in page.rows],
        "filters": filters,
        "states": AssistantState.choices,
        "languages": settings.LANGUAGES,
        "personas": Persona.choices,
    }
    return render(request, "assistants/list.html", context | links)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def detail(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """One assistant: its texts, its voice, its state at Vapi."""
    assistant = find_assistant(request, assistant_id)
    disclosure = Disclosure(assistant.first_message, assistant.language, request.organization.name)
    context = assistant_context(request, assistant) | {
        "disclosure": disclosure,
        "notice": notice_of(request.organization, assistant.language),
        "progress": progress_of(request.organization),
    }
    return render(request, "assistants/detail.html", context)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def state(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """The state at Vapi as a fragment; 204 while the page (`seen`) shows it already.

    Without htmx it redirects to the assistant's page; a deleted assistant leads to the list.
    """
    if not request.headers.get("HX-Request"):
        find_assistant(request, assistant_id)
        return redirect("assistants:detail", request.organization.slug, assistant_id)
    own = Assistant.objects.for_organization(request.organization)
    if not own.filter(id=assistant_id).exists():
        return HttpResponseClientRedirect(reverse("assistants:list", args=[request.organization.slug]))
    context = assistant_context(request, find_assistant(request, assistant_id))
    if context["standing"].mark == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, FRAGMENTS.get(request.GET.get("on", ""), FRAGMENTS["page"]), context)


@require_http_methods(FORM_METHODS)
@organization_view(Permission.ASSISTANT_EDIT)
def new(request: OrganizationRequest) -> HttpResponse:
    """The choice of a trade, then the form filled for it."""
    if request.method != "POST":
        return _begin(request)
    if (refilled := _refilled(request)) is not None:
        return _render_form(request, refilled)
    form = AssistantForm(request.POST)
    if not form.is_valid():
        return _render_form(request, form, status=422)
    assistant = create_assistant(
        actor=request.membership, data=form.assistant_data, form_key=form.cleaned_data["form_key"]
    )
    messages.success(request, say(assistant, "created"))
    return redirect("assistants:detail", request.organization.slug, assistant.id)


def _begin(request: OrganizationRequest) -> HttpResponse:
    """The trades to choose from, or the form once one is chosen."""
    persona, language = request.GET.get("persona", ""), request.GET.get("language", "")
    if language not in AssistantForm.languages():
        language = request.organization.locale
    if persona in Persona.values:
        initial = initial_for(persona, language, request.organization)
        return _render_form(request, AssistantForm(initial=initial))
    context = {"trades": TRADES, "spoken": language, "languages": AssistantForm.languages().items()}
    return render(request, "assistants/choose.html", _base_context(request) | context)


@require_http_methods(FORM_METHODS)
@organization_view(Permission.ASSISTANT_EDIT)
def edit(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """The form of an assistant; 409 where saving it would undo another save."""
    assistant = find_assistant(request, assistant_id)
    context = assistant_context(request, assistant)
    if request.method != "POST":
        return _render_form(request, AssistantForm(initial=initial_from(assistant)), context)
    if (refilled := _refilled(request)) is not None:
        return _render_form(request, refilled, context)
    form = AssistantForm(request.POST)
    if not form.is_valid():
        return _render_form(request, form, context, status=422)
    data, seen = form.assistant_data, form.cleaned_data["seen"]
    try:
        edit_assistant(actor=request.membership, assistant_id=assistant.id, data=data, seen=seen)
    except ConflictError as conflict:
        context["conflict"] = conflict
        return _render_form(request, AssistantForm(conflict.values), context, status=409)
    messages.success(request, say(Assistant(**data), "saved"))
    return redirect("assistants:detail", request.organization.slug, assistant.id)


def _refilled(request: OrganizationRequest) -> AssistantForm | None:
    """The form with the texts of a trade, or with the former ones again; None where it is to be saved."""
    if "fill" in request.POST:
        return refill_form(request.POST, request.organization)
    if "restore" in request.POST:
        return restore_form(request.POST)
    return None


def _render_form(
    request: OrganizationRequest,
    form: AssistantForm,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = (context or _base_context(request)) | {
        "form": form,
        "disclosure": form.disclosure_for(request.organization),
        "progress": progress_of(request.organization),
    }
    return render(request, "assistants/form.html", context, status=status)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def disclose(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Put the sentence that an AI speaks before the greeting; where that is too long, show the form with the error."""
    assistant = find_assistant(request, assistant_id)
    form = AssistantForm({**initial_from(assistant), "disclose": "1"})
    if not form.is_valid():
        return _render_form(request, form, assistant_context(request, assistant), status=422)
    data, seen = form.assistant_data, form.cleaned_data["seen"]
    # On a conflict, the page shows what another user has just saved, with the hint if it is still needed.
    with suppress(ConflictError):
        edit_assistant(actor=request.membership, assistant_id=assistant.id, data=data, seen=seen)
        messages.success(request, say(assistant, "saved"))
    return redirect("assistants:detail", request.organization.slug, assistant.id)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def duplicate(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Create a copy, and redirect to its form."""
    copy = duplicate_assistant(actor=request.membership, assistant_id=assistant_id)
    messages.success(request, say(copy, "created"))
    return redirect("assistants:edit", request.organization.slug, copy.id)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def answer(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Have this assistant answer the number."""
    assistant = choose_answering(actor=request.membership, assistant_id=assistant_id)
    messages.success(request, say(assistant, "answers"))
    return redirect("assistants:detail", request.organization.slug, assistant.id)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def repair(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Send the assistant to Vapi again."""
    repair_assistant(actor=request.membership, assistant_id=assistant_id)
    return redirect("assistants:detail", request.organization.slug, assistant_id)


@require_http_methods(FORM_METHODS)
@organization_view(Permission.ASSISTANT_DELETE)
def delete(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Ask, then delete."""
    if request.method != "POST":
        context = assistant_context(request, find_assistant(request, assistant_id))
        return render(request, "assistants/delete.html", context)
    assistant = delete_assistant(actor=request.membership, assistant_id=assistant_id)
    messages.success(request, say(assistant, "deleting"))
    return redirect("assistants:list", request.organization.slug)
