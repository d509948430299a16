"""The last step: a summary, and finishing the set-up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from assistants.line.selectors import line_for
from assistants.status import AssistantStatus
from connections.selectors import connections_for
from onboarding.access import organization_setup_view, page_context
from onboarding.forwarding_codes import forwarding_to
from onboarding.services import complete_setup
from onboarding.steps import first_assistant, open_steps
from organizations.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@organization_setup_view
def finish_step(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Show what is set up, what is missing and the number to call; a POST finishes the set-up."""
    organization = membership.organization
    if request.method == "POST":
        complete_setup(actor=membership)
        messages.success(request, _("The set-up is finished. Welcome to your dashboard."))
        return redirect("dashboard:overview", slug=organization.slug)
    connections, assistant = connections_for(request, organization), first_assistant(organization)
    line = line_for(request, organization)
    twilio = connections.twilio
    context = page_context(request, membership, "done") | {
        "assistant": assistant,
        "is_answering": assistant is not None and AssistantStatus(assistant, line).is_answering,
        "vapi": connections.vapi,
        "twilio": twilio,
        "missing": open_steps(organization, connections),
        "forwarding": forwarding_to(twilio.phone_number, organization) if twilio else None,
    }
    return render(request, "onboarding/done.html", context)
