"""Admin pages of organisations, memberships and invitations."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.admin import UserAdmin
from accounts.models import User
from core.web.admin_base import ListAdmin, ReadOnlyAdmin
from organizations.facts.admin import FactAdmin  # noqa: F401 - importing it registers it
from organizations.facts.services import tell_new_settings
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


admin.site.unregister(User)  # accounts knows no organisations


@admin.register(User)
class MemberAdmin(UserAdmin):
    """Users, listed with their organisations and roles."""

    list_display = (*UserAdmin.list_display[:2], "organizations", *UserAdmin.list_display[2:])

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the memberships of all users of a page in one query."""
        users: QuerySet[User] = super().get_queryset(request)
        return users.prefetch_related(
            Prefetch("memberships", Membership.objects.select_related("organization"))
        )

    @admin.display(description=_("organisations"))
    def organizations(self, row: User) -> str:
        """A line for each: its name and the user's role."""
        lines = ((each.organization.name, each.get_role_display()) for each in row.memberships.all())
        return (
            format_html_join(mark_safe("<br>"), "<bdi>{}</bdi> ({})", lines) or self.get_empty_value_display()
        )


@admin.register(Organization)
class OrganizationAdmin(ListAdmin):
    """Organisations with their memberships."""

    list_display = ("name", "member_count", "slug", "timezone", "locale", "setup_completed_at", "created_at")
    list_filter = ("locale", "created_at")
    search_fields = ("name", "slug")
    inlines = (MembershipInline,)
    readonly_fields = ("created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """With the members counted by an index, for the rows of a page alone."""
        organizations: QuerySet[Organization] = super().get_queryset(request)
        members = Membership.objects.filter(organization=OuterRef("pk")).order_by()
        counted = members.values("organization").annotate(count=Count("pk")).values("count")
        return organizations.annotate(member_count=Coalesce(Subquery(counted), 0))

    @admin.display(description=_("members"))
    def member_count(self, row: Any) -> int:
        return int(row.member_count)

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        """Refuse: an owner deletes it, which lets other apps clean up and tells the members."""
        return False

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            tell_new_settings(obj, form.changed_data)


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
