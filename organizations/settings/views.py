"""The settings page, and deleting the organisation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organizations.access import OrganizationRequest, organization_view
from organizations.forms import DeleteForm, SettingsForm
from organizations.models import Organization
from organizations.permissions import Permission
from organizations.settings.services import delete_organization, save_organization


def _page(
    request: OrganizationRequest,
    *,
    form: SettingsForm | None = None,
    delete_form: DeleteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "form": form or SettingsForm(instance=request.organization),
        "delete_form": delete_form or DeleteForm(organization=request.organization),
    }
    return render(request, "organizations/settings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.SETTINGS_MANAGE)
def settings(request: OrganizationRequest) -> HttpResponse:
    """Show and save name, time zone, language, whether calls are recorded, and how long what was said is kept."""
    if request.method != "POST":
        return _page(request)
    # Another instance than request.organization: the page's frame must not show what failed validation.
    form = SettingsForm(request.POST, instance=Organization.objects.get(pk=request.organization.pk))
    if not form.is_valid():
        return _page(request, form=form, status=422)
    save_organization(form, actor=request.membership)
    messages.success(request, _("The settings are saved."))
    if form.shortens_recordings:
        messages.info(request, _("Recordings that are older than that are deleted within a day."))
    return redirect("organizations:settings", slug=request.organization.slug)


@require_POST
@organization_view(Permission.ORGANIZATION_DELETE)
def delete(request: OrganizationRequest) -> HttpResponse:
    """Delete the organisation once its name is typed."""
    form = DeleteForm(request.POST, organization=request.organization)
    if not form.is_valid():
        return _page(request, delete_form=form, status=422)
    delete_organization(actor=request.membership)
    messages.success(
        request, _("The organisation %(name)s is deleted.") % {"name": request.organization.name}
    )
    return redirect("home")
