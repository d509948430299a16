"""Trying an assistant: in writing, and on the telephone. The only pages of this room that ask Vapi themselves."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assistants.forms import CallForm, ChatForm
from assistants.models import Assistant
from assistants.preview.chat import NotAtVapiError, Thread, say, seal, unseal
from assistants.preview.test_call import NoNumberError, follow_call, place_test_call
from assistants.views.detail import find, frame
from connections.problems import ProviderError
from connections.selectors import NotConnectedError
from core.security.rate_limits import LimitedError
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.ASSISTANT_EDIT)
def preview(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """A conversation that has not begun, and a number to call."""
    return _page(request, find(request, assistant_id))


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def chat(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """One turn. What was typed stays in its field where Vapi does not answer."""
    assistant = find(request, assistant_id)
    thread = unseal(assistant, request.POST.get("thread", ""))
    form = ChatForm(request.POST)
    if form.is_valid():
        try:
            thread = say(assistant, request.organization, form.cleaned_data["text"], thread)
            form = ChatForm()
        except TROUBLES as trouble:
            form.add_error("text", sentence_of(trouble))
    return _page(request, assistant, thread=thread, chat_form=form)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def call(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Have it ring somebody, and lead to how that goes."""
    assistant = find(request, assistant_id)
    form = CallForm(request.POST, organization=request.organization)
    if form.is_valid():
        number = form.cleaned_data["number"]
        try:
            call_id = place_test_call(actor=request.membership, assistant=assistant, number=number)
            return redirect("assistants:call-state", request.organization.slug, assistant.id, call_id)
        except TROUBLES as trouble:
            form.add_error("number", sentence_of(trouble))
    return _page(request, assistant, call_form=form)


@require_safe
@organization_view(Permission.ASSISTANT_EDIT)
def follow(request: OrganizationRequest, assistant_id: uuid.UUID, call_id: str) -> HttpResponse:
    """How a test call fares: a page, or the fragment it renews; 204 while that is what it shows (`seen`) already."""
    assistant = find(request, assistant_id)
    try:
        progress = follow_call(assistant, call_id)
    except (NotConnectedError, ProviderError):
        return HttpResponse(status=204) if request.headers.get("HX-Request") else _page(request, assistant)
    if progress is None:
        raise Http404
    context = {**frame(request, assistant), "call": progress, "call_id": call_id}
    if not request.headers.get("HX-Request"):
        return _page(request, assistant, call=progress, call_id=call_id)
    if progress.status == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "assistants/preview/_call.html", context)


def _page(
    request: OrganizationRequest,
    assistant: Assistant,
    *,
    thread: Thread | None = None,
    chat_form: ChatForm | None = None,
    call_form: CallForm | None = None,
    **context: Any,
) -> HttpResponse:
    """The page, or with htmx the conversation alone; 422 where something has to be typed again."""
    thread, chat_form = thread or Thread(), chat_form or ChatForm()
    context |= frame(request, assistant) | {
        "thread": thread,
        "sealed": seal(assistant, thread),
        "chat_form": chat_form,
        "call_form": call_form or CallForm(organization=request.organization),
    }
    if request.headers.get("HX-Request"):
        return render(request, "assistants/preview/_chat.html", context)
    refused = chat_form.errors or (call_form and call_form.errors)
    return render(request, "assistants/preview.html", context, status=422 if refused else 200)


TROUBLES = (LimitedError, NoNumberError, NotAtVapiError, NotConnectedError, ProviderError)


def sentence_of(trouble: Exception) -> str:
    """What happened and what to do, in the language of the moment."""
    if isinstance(trouble, ProviderError):
        told = trouble.explanation
        return f"{told.what} {told.remedy}"
    if isinstance(trouble, LimitedError):
        minutes = -(-trouble.retry_after // 60)
        return ngettext(
            "Too many attempts in a short time. Try again in %(count)d minute.",
            "Too many attempts in a short time. Try again in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}
    if isinstance(trouble, NotAtVapiError):
        return _("Vapi does not know this assistant yet. Try again in a moment.")
    if isinstance(trouble, NoNumberError):
        return _("No phone number is connected.")
    return _("Vapi is not connected.")
