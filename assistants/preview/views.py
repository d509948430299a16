"""The pages on which users try an assistant by chat and by phone; the requests wait for Vapi's answer."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assistants.models import Assistant
from assistants.preview.call import NoNumberError, call_for_preview, read_progress
from assistants.preview.chat import NotAtVapiError, Thread, read_thread, send_message, sign_thread
from assistants.preview.forms import CallForm, ChatForm
from assistants.views import assistant_context, find_assistant
from connections.problems import ProviderError
from connections.selectors import NotConnectedError
from core.security.rate_limits import LimitedError
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission

PREVIEW_ERRORS = (LimitedError, NoNumberError, NotAtVapiError, NotConnectedError, ProviderError)


@require_safe
@organization_view(Permission.ASSISTANT_EDIT)
def preview(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """An empty conversation, and a form for a test call."""
    return _page(request, find_assistant(request, assistant_id))


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def chat(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Send a message. It stays in its field where Vapi does not answer."""
    assistant = find_assistant(request, assistant_id)
    thread = read_thread(assistant, request.POST.get("thread", ""))
    form = ChatForm(request.POST)
    if form.is_valid():
        try:
            thread = send_message(assistant, request.organization, form.cleaned_data["text"], thread)
            form = ChatForm()
        except PREVIEW_ERRORS as error:
            form.add_error("text", explain_error(error))
    return _page(request, assistant, thread=thread, chat_form=form)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def call(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Place a test call, and redirect to its progress."""
    assistant = find_assistant(request, assistant_id)
    form = CallForm(request.POST, organization=request.organization)
    if form.is_valid():
        number = form.cleaned_data["number"]
        try:
            call_id = call_for_preview(actor=request.membership, assistant=assistant, number=number)
            return redirect("assistants:call-state", request.organization.slug, assistant.id, call_id)
        except PREVIEW_ERRORS as error:
            form.add_error("number", explain_error(error))
    return _page(request, assistant, call_form=form)


@require_safe
@organization_view(Permission.ASSISTANT_EDIT)
def follow(request: OrganizationRequest, assistant_id: uuid.UUID, call_id: str) -> HttpResponse:
    """The progress of a test call: the page, or its fragment for htmx; 204 while the page (`seen`) shows it already."""
    assistant = find_assistant(request, assistant_id)
    try:
        progress = read_progress(assistant, call_id)
    except (NotConnectedError, ProviderError):
        return HttpResponse(status=204) if request.headers.get("HX-Request") else _page(request, assistant)
    if progress is None:
        raise Http404
    context = {**assistant_context(request, assistant), "call": progress, "call_id": call_id}
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
    """The page, or for htmx the conversation alone; 422 where a form has errors."""
    thread, chat_form = thread or Thread(), chat_form or ChatForm()
    context |= assistant_context(request, assistant) | {
        "thread": thread,
        "sealed": sign_thread(assistant, thread),
        "chat_form": chat_form,
        "call_form": call_form or CallForm(organization=request.organization),
    }
    if request.headers.get("HX-Request"):
        return render(request, "assistants/preview/_chat.html", context)
    refused = chat_form.errors or (call_form and call_form.errors)
    return render(request, "assistants/preview.html", context, status=422 if refused else 200)


def explain_error(error: Exception) -> str:
    """One of PREVIEW_ERRORS in words: what happened and what to do."""
    if isinstance(error, ProviderError):
        return error.explanation.sentences
    if isinstance(error, LimitedError):
        minutes = -(-error.retry_after // 60)
        return ngettext(
            "Too many attempts in a short time. Try again in %(count)d minute.",
            "Too many attempts in a short time. Try again in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}
    if isinstance(error, NotAtVapiError):
        return _("Vapi does not know this assistant yet. Try again in a moment.")
    if isinstance(error, NoNumberError):
        return _("No phone number is connected.")
    return _("Vapi is not connected.")
