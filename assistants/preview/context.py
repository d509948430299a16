"""What the templates of the chat and of the test call need, on the preview's page and in the set-up."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

from assistants.grammar import inflect
from assistants.models import Assistant
from assistants.preview.chat import Thread, sign_thread
from assistants.preview.forms import CallForm, ChatForm, PlayedCallForm
from connections.selectors import connections_for

_PLAYED = {
    "feminine": pgettext_lazy(
        "feminine",
        "A simulated conversation: in trial mode, %(name)s follows a few simple rules. "
        "With Vapi, she understands everything.",
    ),
    "masculine": pgettext_lazy(
        "masculine",
        "A simulated conversation: in trial mode, %(name)s follows a few simple rules. "
        "With Vapi, he understands everything.",
    ),
}


def is_played(request: HttpRequest, assistant: Assistant) -> bool:
    """Whether the sandbox stands in for Vapi."""
    vapi = connections_for(request, assistant.organization).vapi
    return vapi is not None and vapi.is_sandbox


def call_form_for(request: HttpRequest, assistant: Assistant, data: Any = None) -> forms.Form:
    """The form of a test call: a telephone number, or in trial mode what the played caller wants."""
    if is_played(request, assistant):
        return PlayedCallForm(data)
    return CallForm(data, organization=assistant.organization)


def preview_context(
    request: HttpRequest,
    assistant: Assistant,
    *,
    thread: Thread | None = None,
    chat_form: ChatForm | None = None,
    call_form: forms.Form | None = None,
) -> dict[str, Any]:
    """The context of `assistants/preview/_chat.html` and `_call.html`; an empty conversation by default."""
    thread = thread or Thread()
    return {
        "organization": assistant.organization,
        "assistant": assistant,
        "thread": thread,
        "sealed": sign_thread(assistant, thread),
        "chat_form": chat_form or ChatForm(),
        "call_form": call_form or call_form_for(request, assistant),
        "twilio": connections_for(request, assistant.organization).twilio,
        "is_played": is_played(request, assistant),
        # The name is isolated: one in another script must not turn the sentence round.
        "played_note": inflect(assistant, **_PLAYED) % {"name": f"\u2068{assistant.name}\u2069"},
    }
