"""The pages on which users try an assistant by chat and by phone; the requests wait for Vapi's answer."""

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assistants.models import Assistant
from assistants.preview.call import call_for_preview, find_call, hang_up_call, play_call
from assistants.preview.chat import Thread, hang_up, read_thread, send_message
from assistants.preview.context import call_form_for, is_played, preview_context
from assistants.preview.errors import PREVIEW_ERRORS, explain_error
from assistants.preview.forms import ChatForm, PlayedCallForm
from assistants.preview.progress import Progress
from assistants.views import assistant_context, find_assistant
from connections.problems import ProviderError
from connections.selectors import NotConnectedError
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.ASSISTANT_EDIT)
def preview(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """An empty conversation, and a form for a test call."""
    return _page(request, find_assistant(request, assistant_id))


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def chat(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Send a message (it stays in its field where Vapi does not answer), hang up, or start over."""
    assistant = find_assistant(request, assistant_id)
    thread = read_thread(assistant, request.POST.get("thread", ""))
    if "restart" in request.POST:
        return _chat(request, assistant, Thread())
    if thread.is_over or "hang_up" in request.POST:
        return _chat(request, assistant, hang_up(thread))
    form, known = ChatForm(request.POST), len(thread.turns)
    if form.is_valid():
        try:
            thread = send_message(assistant, request.organization, form.cleaned_data["text"], thread)
            return _chat(request, assistant, thread, new_turns=thread.turns[known:] or thread.turns[-2:])
        except PREVIEW_ERRORS as error:
            form.add_error("text", explain_error(error))
    return _chat(request, assistant, thread, form, new_turns=[])


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def call(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Place a test call, and redirect to its progress; with htmx, show it."""
    assistant = find_assistant(request, assistant_id)
    form = call_form_for(request, assistant, request.POST)
    if form.is_valid():
        try:
            call_id = _place(request, assistant, form)
        except PREVIEW_ERRORS as error:
            form.add_error(next(iter(form.fields)), explain_error(error))
        else:
            if request.headers.get("HX-Request"):
                return _follow(request, assistant, call_id)
            return redirect("assistants:call-state", request.organization.slug, assistant.id, call_id)
    if request.headers.get("HX-Request"):
        return _call(request, assistant, None, call_form=form)
    return _page(request, assistant, call_form=form)


def _place(request: OrganizationRequest, assistant: Assistant, form: forms.Form) -> str:
    if isinstance(form, PlayedCallForm):
        return play_call(actor=request.membership, assistant=assistant, caller=form.cleaned_data["caller"])
    return call_for_preview(actor=request.membership, assistant=assistant, number=form.cleaned_data["number"])


@require_safe
@organization_view(Permission.ASSISTANT_EDIT)
def follow(request: OrganizationRequest, assistant_id: uuid.UUID, call_id: str) -> HttpResponse:
    """The progress of a test call: the page, or its fragment for htmx; 204 while the page (`seen`) shows it already."""
    return _follow(request, find_assistant(request, assistant_id), call_id)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def end_call(request: OrganizationRequest, assistant_id: uuid.UUID, call_id: str) -> HttpResponse:
    """Hang up a test call, and show how it ended."""
    assistant = find_assistant(request, assistant_id)
    try:
        found = find_call(assistant, call_id)
        if found is None:
            raise Http404
        hang_up_call(request.organization, found)
    except PREVIEW_ERRORS:
        pass  # the page shows that the call goes on, and offers to hang up again
    if request.headers.get("HX-Request"):
        return _follow(request, assistant, call_id)
    return redirect("assistants:call-state", request.organization.slug, assistant.id, call_id)


def _follow(request: OrganizationRequest, assistant: Assistant, call_id: str) -> HttpResponse:
    is_fragment = bool(request.headers.get("HX-Request"))
    try:
        found = find_call(assistant, call_id)
    except (NotConnectedError, ProviderError):
        return HttpResponse(status=204) if is_fragment else _page(request, assistant)
    if found is None:
        raise Http404
    progress = Progress(found, is_played(request, assistant))
    if not is_fragment:
        return _page(request, assistant, call=progress)
    if progress.mark == request.GET.get("seen"):
        return HttpResponse(status=204)
    return _call(request, assistant, progress)


def _call(
    request: OrganizationRequest, assistant: Assistant, progress: Progress | None, **forms_given: Any
) -> HttpResponse:
    context = preview_context(request, assistant, **forms_given) | {"call": progress}
    return render(request, "assistants/preview/_call.html", context)


def _chat(
    request: OrganizationRequest,
    assistant: Assistant,
    thread: Thread,
    form: ChatForm | None = None,
    *,
    new_turns: list[Any] | None = None,
) -> HttpResponse:
    """The page; for htmx the new turns and what stands below them, or without `new_turns` the whole conversation."""
    if not request.headers.get("HX-Request"):
        return _page(request, assistant, thread=thread, chat_form=form, is_answer=True)
    context = preview_context(request, assistant, thread=thread, chat_form=form) | {"is_answer": True}
    if new_turns is None:
        return render(request, "assistants/preview/_chat.html", context)
    return render(request, "assistants/preview/_chat_turns.html", context | {"new_turns": new_turns})


def _page(
    request: OrganizationRequest,
    assistant: Assistant,
    *,
    thread: Thread | None = None,
    chat_form: ChatForm | None = None,
    call_form: forms.Form | None = None,
    **context: Any,
) -> HttpResponse:
    """The page; 422 where a form has errors."""
    context |= assistant_context(request, assistant)
    context |= preview_context(request, assistant, thread=thread, chat_form=chat_form, call_form=call_form)
    refused = (chat_form and chat_form.errors) or (call_form and call_form.errors)
    return render(request, "assistants/preview.html", context, status=422 if refused else 200)
