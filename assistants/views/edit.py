"""The forms in which people say what an assistant is."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assistants.catalog.presets import Persona
from assistants.conflicts import ConflictError
from assistants.forms import AssistantForm, as_shown, filled_again, initial_of
from assistants.services import create_assistant, edit_assistant
from assistants.views.detail import find, frame
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@organization_view(Permission.ASSISTANT_EDIT)
def new(request: OrganizationRequest) -> HttpResponse:
    """First the trade, then a form that is filled for it."""
    if request.method != "POST":
        return _begin(request)
    form = AssistantForm(request.POST)
    if "fill" in request.POST:
        return _form(request, filled_again(request.POST, request.organization))
    if not form.is_valid():
        return _form(request, form, status=422)
    assistant = create_assistant(
        actor=request.membership,
        data=form.data_of_assistant,
        form_key=form.cleaned_data["form_key"],
    )
    messages.success(request, _("%(name)s is created.") % {"name": assistant.name})
    return redirect("assistants:detail", request.organization.slug, assistant.id)


@require_http_methods(FORM_METHODS)
@organization_view(Permission.ASSISTANT_EDIT)
def edit(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Change an assistant."""
    assistant = find(request, assistant_id)
    context = frame(request, assistant)
    if request.method != "POST":
        return _form(request, AssistantForm(initial=as_shown(assistant)), context)
    form = AssistantForm(request.POST)
    if "fill" in request.POST:
        return _form(request, filled_again(request.POST, request.organization), context)
    if not form.is_valid():
        return _form(request, form, context, status=422)
    data, seen = form.data_of_assistant, form.cleaned_data["seen"]
    try:
        edit_assistant(actor=request.membership, assistant_id=assistant.id, data=data, seen=seen)
    except ConflictError as conflict:
        return _form(request, AssistantForm(conflict.values), context | {"conflict": conflict}, status=409)
    messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
    return redirect("assistants:detail", request.organization.slug, assistant.id)


def _begin(request: OrganizationRequest) -> HttpResponse:
    """The trades to choose from, or the form once one is chosen."""
    persona, language = request.GET.get("persona", ""), request.GET.get("language", "")
    if language not in AssistantForm.languages():
        language = request.organization.locale
    if persona in Persona.values:
        return _form(request, AssistantForm(initial=initial_of(persona, language, request.organization)))
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "spoken": language,
        "languages": AssistantForm.languages().items(),
    }
    return render(request, "assistants/choose.html", context)


def _form(
    request: OrganizationRequest,
    form: AssistantForm,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    frame = context or {"organization": request.organization, "membership": request.membership}
    return render(request, "assistants/form.html", {**frame, "form": form}, status=status)
