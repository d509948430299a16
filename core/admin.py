"""Admin pages of the queue."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.models import WorkerBeat
from core.queue import retry
from core.security.redaction import redact
from core.web.admin_base import ReadOnlyAdmin


@admin.register(WorkerBeat)
class WorkerBeatAdmin(ReadOnlyAdmin):
    """Worker processes and their last sign of life."""

    list_display = ("worker_id", "at")


class TaskAdmin(ReadOnlyAdmin):
    """Tasks by state; failed ones can be run again.

    Registered by `avafirst.apps` in place of django-tasks-db's own page.
    """

    list_display = (
        "name",
        "status",
        "attempts",
        "enqueued_at",
        "started_at",
        "finished_at",
        "last_error",
    )
    list_filter = ("status", "queue_name", "task_path")
    ordering = ("-enqueued_at",)
    actions = ("try_again",)
    fields = (
        "id", "task_path", "status", "attempts", "arguments", "enqueued_at", "run_after",
        "started_at", "finished_at", "last_error", "trace",
    )  # fmt: skip
    readonly_fields = fields
    show_full_result_count = False

    @admin.display(description=_("task"), ordering="task_path")
    def name(self, row: DBTaskResult[Any, Any]) -> str:
        return str(row.task_name)

    @admin.display(description=_("attempts"))
    def attempts(self, row: DBTaskResult[Any, Any]) -> int:
        return len(row.worker_ids)

    @admin.display(description=_("arguments"))
    def arguments(self, row: DBTaskResult[Any, Any]) -> str:
        """Ids only, but redacted all the same."""
        return redact(str(row.args_kwargs))

    @admin.display(description=_("last error"))
    def last_error(self, row: DBTaskResult[Any, Any]) -> str:
        return str(row.exception_class_path).rpartition(".")[2]

    @admin.display(description=_("traceback"))
    def trace(self, row: DBTaskResult[Any, Any]) -> str:
        return format_html("<pre>{}</pre>", redact(row.traceback)) if row.traceback else "-"

    @admin.action(description=_("Try the failed ones again"), permissions=["view"])
    def try_again(self, request: HttpRequest, rows: QuerySet[DBTaskResult[Any, Any]]) -> None:
        again = sum(retry.run_again(row) for row in rows.filter(status=TaskResultStatus.FAILED))
        text = ngettext("%(count)d task starts over.", "%(count)d tasks start over.", again)
        self.message_user(request, text % {"count": again}, messages.SUCCESS if again else messages.WARNING)
