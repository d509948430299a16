"""The admin of users, groups, links and sessions. It shows no secret and no hash."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.addresses import AddressField
from accounts.admin_permissions import WordedPermissions
from accounts.login.browser import Requester
from accounts.login.services import request_link
from accounts.models import AuthSession, LoginToken, User, WaitingAddress
from accounts.profile.closure import ClosingRefusedError, account_deactivating
from accounts.sessions import services
from accounts.sessions.devices import device_name
from accounts.sessions.history import ENDINGS
from core.audit.services import record_event
from core.web.admin_base import ListAdmin, ReadOnlyAdmin, WordedFilter


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """Normalises the address: users sign in by the normalised one only."""

    email = AddressField(label=_("E-mail address"))

    def clean_is_active(self) -> bool:
        is_active = bool(self.cleaned_data["is_active"])
        if self.initial.get("is_active") and not is_active:
            try:
                account_deactivating.send(sender=User, user=self.instance)
            except ClosingRefusedError as refusal:
                raise ValidationError(str(refusal.sentence), code="last_owner") from None
        return is_active


@admin.register(User)
class UserAdmin(WordedPermissions, ListAdmin):
    """Users: search, deactivate, send a link, sign out everywhere."""

    form = UserForm
    list_display: tuple[str, ...] = (
        "email",
        "name",
        "locale",
        "is_active",
        "is_staff",
        "mail_trouble",
        "created_at",
    )
    list_filter = ("is_active", "is_staff", "is_superuser", "mail_trouble", "locale", "created_at")
    search_fields = ("email", "name")
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "name", "locale", "timezone")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (None, {"fields": ("created_at", "mail_trouble", "mail_trouble_at")}),
    )
    readonly_fields = ("created_at", "mail_trouble", "mail_trouble_at")
    filter_horizontal = ("groups", "user_permissions")
    actions = ("deactivate", "send_link", "sign_out_everywhere")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only superusers change staff: setting an address is enough to enter the account."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or _may_change(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only superusers change rights: other staff could give themselves all."""
        if getattr(request.user, "is_superuser", False):
            return self.readonly_fields
        return (*self.readonly_fields, "is_staff", "is_superuser", "groups", "user_permissions")

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse: deleting here would bypass the rules of closing an account (a last owner must stay)."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record_event(
            "accounts.changed_by_staff",
            actor=_staff(request),
            subject=obj,
            fields=form.changed_data,
        )
        if change and "is_active" in form.changed_data and not obj.is_active:
            services.sign_out_everywhere(obj, actor=_staff(request), reason="deactivated")

    @admin.action(description=_("Deactivate"), permissions=["change"])
    def deactivate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Deactivate the chosen users and end their sessions at once; never the acting user."""
        active = users.filter(is_active=True).exclude(pk=str(request.user.pk))
        chosen = [user for user in active if _may_change(request, user) and self._deactivate(request, user)]
        count = len(chosen)
        text = ngettext("%(count)d account deactivated.", "%(count)d accounts deactivated.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if chosen else messages.WARNING)

    def _deactivate(self, request: HttpRequest, user: User) -> bool:
        """Deactivate a user, unless an app above refuses and says why."""
        try:
            with transaction.atomic():
                account_deactivating.send(sender=User, user=user)
                User.objects.filter(pk=user.pk).update(is_active=False)
                record_event("accounts.deactivated", actor=_staff(request), subject=user)
        except ClosingRefusedError as refusal:
            self.message_user(request, str(refusal.sentence), messages.ERROR)
            return False
        services.sign_out_everywhere(user, actor=_staff(request), reason="deactivated")
        return True

    @admin.action(description=_("Send a sign-in link"), permissions=["change"])
    def send_link(self, request: HttpRequest, users: QuerySet[User]) -> None:
        chosen = list(users.filter(is_active=True))
        for user in chosen:
            request_link(address=user.email, locale=user.locale, next_path="", requester=Requester())
            record_event("accounts.link_sent_by_staff", actor=_staff(request), subject=user)
        count = len(chosen)
        text = ngettext("%(count)d link on its way.", "%(count)d links on their way.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if chosen else messages.WARNING)

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, users: QuerySet[User]) -> None:
        reached = [user for user in users if _may_change(request, user)]
        ended = sum(
            services.sign_out_everywhere(user, actor=_staff(request), reason="staff") for user in reached
        )
        text = ngettext("%(count)d session ended.", "%(count)d sessions ended.", ended)
        self.message_user(request, text % {"count": ended}, messages.SUCCESS)


admin.site.unregister(Group)  # Django's own page, without the limits of ListAdmin


@admin.register(Group)
class GroupAdmin(WordedPermissions, ListAdmin, DjangoGroupAdmin):  # type: ignore[misc]
    """Groups of rights, for staff."""


def _may_change(request: HttpRequest, user: User) -> bool:
    return getattr(request.user, "is_superuser", False) or not (user.is_staff or user.is_superuser)


def _staff(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


@admin.register(LoginToken)
class LoginTokenAdmin(ReadOnlyAdmin):
    """Requested links."""

    list_display = ("created_at", "email", "purpose", "state", "used_via", "device", "ip")
    list_filter = ("purpose", "used_via", "created_at")
    search_fields = ("email",)
    fields = (
        "id", "purpose", "email", "user", "locale", "next_path", "created_at", "expires_at", "code_attempts",
        "used_at", "used_via", "superseded_at", "ip", "device",
    )  # fmt: skip
    show_full_result_count = False

    @admin.display(description=_("browser"))
    def device(self, row: LoginToken) -> str:
        return device_name(row.user_agent)


class EndingFilter(WordedFilter):
    """Filters sessions by why they ended."""

    def word(self, value: str) -> str:
        return str(ENDINGS.get(value, value)) or "-"


@admin.register(AuthSession)
class AuthSessionAdmin(ReadOnlyAdmin):
    """Sessions."""

    list_display = (
        "created_at",
        "user",
        "device",
        "ip",
        "last_seen_at",
        "revoked_at",
        "ending",
    )
    list_filter = (("revoked_reason", EndingFilter), "created_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = (
        "id", "user", "device", "ip", "created_at", "last_seen_at", "expire_date",
        "revoked_at", "ending",
    )  # fmt: skip
    show_full_result_count = False

    @admin.display(description=_("browser"))
    def device(self, row: AuthSession) -> str:
        return device_name(row.user_agent)

    @admin.display(description=_("ended because"))
    def ending(self, row: AuthSession) -> str:
        return str(ENDINGS.get(row.revoked_reason, row.revoked_reason))


@admin.register(WaitingAddress)
class WaitingAddressAdmin(ReadOnlyAdmin):
    """People who wait for an account."""

    list_display = ("created_at", "email", "locale")
    list_filter = ("locale", "created_at")
    search_fields = ("email",)
    fields = ("email", "locale", "created_at")

    def has_delete_permission(self, request: HttpRequest, obj: WaitingAddress | None = None) -> bool:
        """Allow it to staff with the right: people may ask to be taken off the list."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
