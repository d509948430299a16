"""The project as an app: it owns the commands and checks that look at the whole."""

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class AvafirstConfig(AppConfig):
    """The project's own app."""

    name = "avafirst"
    default = True


class AdminConfig(SimpleAdminConfig):
    """Django's admin behind our sign-in."""

    default = False
    default_site = "avafirst.admin.Site"

    def ready(self) -> None:
        """Find the admin pages of every room and our own, and put our page of the queue in place of its library's."""
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
