"""Admin pages of organisations, memberships and invitations."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.web.admin_base import ListAdmin, ReadOnlyAdmin
from organizations.facts.admin import FactAdmin  # noqa: F401 - importing it registers it
from organizations.facts.services import tell_new_names
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Role


class MembershipFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Memberships of one organisation; refuses to leave it without an active owner."""

    def clean(self) -> None:
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if not any(self.errors) and not any(
            row.get("role") == Role.OWNER and row["user"].is_active for row in kept
        ):
            raise ValidationError(_("An organisation needs an owner. Name another one first."))


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """The memberships on an organisation's page."""

    model = Membership
    formset = MembershipFormSet
    extra = 0
    autocomplete_fields = ("user",)
    fields = ("user", "role", "last_used_at")
    readonly_fields = ("last_used_at",)


@admin.register(Organization)
class OrganizationAdmin(ListAdmin):
    """Organisations with their memberships."""

    list_display = ("name", "slug", "timezone", "locale", "setup_completed_at", "created_at")
    list_filter = ("locale", "created_at")
    search_fields = ("name", "slug")
    inlines = (MembershipInline,)
    readonly_fields = ("created_at",)

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            tell_new_names(obj, form.changed_data)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Memberships, read-only: they are changed on the organisation's page."""

    list_display = ("user", "organization", "role", "last_used_at", "created_at")
    list_filter = ("role", "created_at")
    list_select_related = ("user", "organization")
    search_fields = ("user__email", "user__name", "organization__name", "organization__slug")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations, read-only."""

    list_display = ("created_at", "email", "organization", "role", "shown_state", "invited_by")
    list_filter = ("role", "created_at")
    list_select_related = ("organization", "invited_by", "token")
    search_fields = ("email", "organization__name", "organization__slug")
    fields = (
        "id", "organization", "email", "role", "invited_by", "created_at", "accepted_at", "withdrawn_at",
        "shown_state",
    )  # fmt: skip

    @admin.display(description=_("state"))
    def shown_state(self, row: Invitation) -> str:
        return row.get_state_display()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).order_by("-created_at")
