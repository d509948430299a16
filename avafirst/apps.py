"""The project as an app, with commands and checks on all apps together."""

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy as _
from django_tasks_db.apps import TasksAppConfig


class AvafirstConfig(AppConfig):
    """The project's own app."""

    name = "avafirst"
    default = True

    def ready(self) -> None:
        """Register the checks."""
        from avafirst import checks  # noqa: F401


class TaskQueueConfig(TasksAppConfig):
    """The queue's library, under a name for the admin."""

    default = False
    verbose_name = _("Task queue")  # type: ignore[assignment]


class AdminConfig(SimpleAdminConfig):
    """Django's admin behind our sign-in."""

    default = False
    default_site = "avafirst.admin.Site"

    def ready(self) -> None:
        """Register the admin pages of all apps, and replace django-tasks-db's page of the queue by ours."""
        super().ready()
        from django.contrib import admin

        admin.autodiscover()
        from django_tasks_db.models import DBTaskResult

        from avafirst.audit_admin import AuditEventAdmin
        from core.admin import TaskAdmin
        from core.models import AuditEvent

        admin.site.register(AuditEvent, AuditEventAdmin)
        admin.site.unregister(DBTaskResult)
        admin.site.register(DBTaskResult, TaskAdmin)
