"""Django's permissions in words: the database names them in English, whatever the reader's language."""

from typing import Any

from django.contrib.auth.models import Permission
from django.forms import ModelMultipleChoiceField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "add": _("may add: %(model)s"),
    "change": _("may change: %(model)s"),
    "delete": _("may delete: %(model)s"),
    "view": _("may see: %(model)s"),
}


def describe_permission(permission: Permission) -> str:
    """`Accounts | may change: users`; one of another kind under its stored name."""
    model = permission.content_type.model_class()
    sentence = SENTENCES.get(permission.codename.partition("_")[0])
    if model is None or sentence is None:
        return str(permission)
    name = {"model": model._meta.verbose_name_plural}
    return f"{model._meta.app_config.verbose_name} | {sentence % name}"


class PermissionField(ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Permissions to choose from."""

    def label_from_instance(self, obj: Permission) -> str:
        return describe_permission(obj)


class WordedPermissions:
    """For the admin of a model with permissions. Before the other base classes."""

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.remote_field.model is Permission:
            kwargs["form_class"] = PermissionField
            kwargs["queryset"] = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
