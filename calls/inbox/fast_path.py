"""The statement of the inbox that is written in SQL, beside its ORM form.

`docs/performance.md` measures how many messages are taken on PostgreSQL: there it saves three round trips, and the time
that the ORM takes to compose SQL. Other databases run the ORM form; `test_fast_path` compares the two.
"""

import json
import uuid
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone
from django_tasks.base import Task
from django_tasks_db.models import get_date_max

from calls.models import WebhookMessage


def insert_message(message: WebhookMessage, task: Task[[str], Any]) -> None:
    """Insert an unsaved message with the task that processes it.

    Raises IntegrityError, or does nothing, where the organisation has a message of the same digest.
    """
    if connection.vendor != "postgresql":
        return insert_message_by_orm(message, task)
    values = vars(message) | {
        "body": json.dumps(message.body, cls=DjangoJSONEncoder),
        "task": uuid.uuid4(),
        "task_path": task.module_path,
        "arguments": json.dumps({"args": [str(message.id)], "kwargs": {}}),
        "now": timezone.now(),
        "at_once": get_date_max(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_MESSAGE, values)
    return None


def insert_message_by_orm(message: WebhookMessage, task: Task[[str], Any]) -> None:
    """Do the same in two statements and a transaction."""
    with transaction.atomic():
        message.save(force_insert=True)
        task.enqueue(str(message.id))


_INSERT_MESSAGE = """
    WITH message AS (
        INSERT INTO calls_webhookmessage (
            id, organization_id, digest, kind, vapi_call_id, body, received_at, attempts, problem
        ) VALUES (
            %(id)s, %(organization_id)s, %(digest)s, %(kind)s, %(vapi_call_id)s, CAST(%(body)s AS jsonb),
            %(received_at)s, 0, ''
        ) ON CONFLICT (organization_id, digest) DO NOTHING RETURNING id
    )
    INSERT INTO django_tasks_database_dbtaskresult (
        id, status, args_kwargs, priority, task_path, queue_name, backend_name, run_after, enqueued_at,
        exception_class_path, traceback, worker_ids, return_value
    )
    SELECT %(task)s, 'READY', CAST(%(arguments)s AS jsonb), 0, %(task_path)s, 'default', 'default', %(at_once)s,
        %(now)s, '', '', '[]', NULL
    FROM message
"""
