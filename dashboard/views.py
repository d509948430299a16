"""What an organisation looks at every morning."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from organizations.access import OrganizationRequest, current_membership, organization_view
from organizations.models import Membership
from organizations.permissions import Permission


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the organisation last used; who belongs to none is told what to do."""
    membership = current_membership(request)
    if membership is None:
        return render(request, "dashboard/nowhere.html")
    return redirect("dashboard:overview", slug=membership.organization.slug)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def overview(request: OrganizationRequest) -> HttpResponse:
    """How far the set-up is."""
    membership = request.membership
    context = {
        "organization": request.organization,
        "membership": membership,
        "setup_open": not request.organization.is_set_up,
        "can_set_up": membership.runs_setup,
        "setup_facts": _setup_facts(membership),
        "unreachable": Membership.objects.unreachable(request.organization)
        if membership.may(Permission.TEAM_MANAGE)
        else [],
    }
    return render(request, "dashboard/overview.html", context)


def _setup_facts(membership: Membership) -> list[tuple[str | Promise, bool, str]]:
    """What the set-up consists of, whether it is done, and where to do it; nothing once all is done.

    The organisation exists, and nothing else is known to be done before the set-up ends.
    """
    if membership.organization.is_set_up:
        return []
    start = reverse("onboarding:start") if membership.runs_setup else ""
    return [
        (_("The organisation, its time zone and its language"), True, ""),
        (_("Vapi, the voice"), False, start),
        (_("Twilio, the number"), False, start),
        (_("A first assistant"), False, start),
    ]
