"""Erasing one call."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from calls.contacts.selectors import names_for
from calls.erasure.services import erase_call
from calls.models import Call
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.CALL_ERASE)
def erase(request: OrganizationRequest, call_id: uuid.UUID) -> HttpResponse:
    """GET says what will be erased, POST erases it."""
    if request.method == "POST":
        erase_call(actor=request.membership, call_id=call_id)
        messages.success(request, _("The call is erased."))
        return redirect("calls:list", request.organization.slug)
    call = Call.objects.for_organization(request.organization).filter(pk=call_id).first()
    if call is None:
        raise Http404
    names = names_for(request.organization, [call.customer_number])
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "call": call,
        "name": names.get(call.customer_number, ""),
    }
    return render(request, "calls/erasure/confirm.html", context)
