"""The page that confirms a call back, and places it. The request waits for Vapi's answer."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assistants.preview.errors import PREVIEW_ERRORS, explain_error
from calls.call_back.form import CallBackForm
from calls.call_back.selectors import is_callable_back, may_call_back
from calls.call_back.services import call_back
from calls.models import Call
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.CALL_BACK)
def page(request: OrganizationRequest, call_id: uuid.UUID) -> HttpResponse:
    """Ask which assistant calls back; then place the call and open its page. 404 where it cannot be called back."""
    call = Call.objects.for_organization(request.organization).filter(pk=call_id).first()
    if call is None or not (is_callable_back(call) and may_call_back(request)):
        raise Http404
    form = CallBackForm(request.POST or None, organization=request.organization)
    if request.method == "POST" and form.is_valid():
        try:
            placed = call_back(actor=request.membership, call=call, assistant=form.cleaned_data["assistant"])
        except PREVIEW_ERRORS as error:
            form.add_error(None, explain_error(error))
        else:
            return _open(request, placed)
    context: dict[str, Any] = {
        "organization": request.organization,
        "membership": request.membership,
        "call": call,
        "form": form,
    }
    return render(request, "calls/call_back.html", context, status=422 if form.errors else 200)


def _open(request: OrganizationRequest, placed: Call | None) -> HttpResponse:
    slug = request.organization.slug
    if placed is None:
        messages.success(request, _("The call is on its way. It appears here in a moment."))
        return redirect("calls:list", slug)
    return redirect("calls:detail", slug, placed.pk)
