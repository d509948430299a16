"""Has Vapi erase the calls that were erased here, and asks until it no longer finds them.

Source: `DELETE /call/{id}` of Vapi's OpenAPI document, which answers 503 while it has not erased the recordings; the
request is to be sent again then.
"""

import logging
import uuid
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from calls.erasure.models import Erasure
from connections.models import VapiConnection
from connections.problems import OF_THE_ACCOUNT, Problem, ProviderError
from connections.vapi.client import VapiClient
from core.queue.schedule import periodic

logger = logging.getLogger("calls.erasure")

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
MAX_ATTEMPTS = 66  # over about two weeks: Vapi keeps the calls of its smallest plan for as long
BATCH = 50  # calls of one organisation in one task: Vapi limits the rate of requests
MOST_FAILURES = 3  # in a row: Vapi fails for the others alike
FAILING_ALIKE = OF_THE_ACCOUNT | {Problem.RATE_LIMITED}
NOT_GONE = "not_gone"  # Vapi has accepted to erase the call, and still answers with it
NOT_CONNECTED = "not_connected"


@periodic(every=timedelta(minutes=1))
@task()
def erase_all_at_vapi() -> None:
    """Queue a task for each organisation of which Vapi is to erase calls now."""
    due = Erasure.objects.due().order_by("organization").values_list("organization", flat=True)
    for organization_id in due.distinct():
        erase_at_vapi.enqueue(str(organization_id))


@task()
def erase_at_vapi(organization_id: str) -> None:
    """Have Vapi erase the calls of an organisation that are due. Each waits for its next turn before it is asked."""
    connection = VapiConnection.objects.filter(organization_id=uuid.UUID(organization_id)).first()
    due = Erasure.objects.filter(organization_id=uuid.UUID(organization_id)).due().order_by("due_at")
    failures = 0
    for erasure in due[:BATCH]:
        if not _claim(erasure):
            continue
        problem = _ask(connection, erasure.vapi_id)
        _note(erasure, problem)
        failures = failures + 1 if problem else 0
        if failures == MOST_FAILURES or problem in FAILING_ALIKE:
            return


def ask_again(erasures: list[uuid.UUID]) -> int:
    """Start over with calls that were given up; how many there were."""
    rows = Erasure.objects.given_up().filter(pk__in=erasures)
    return rows.update(due_at=timezone.now(), attempts=0)


def _claim(erasure: Erasure) -> bool:
    """Whether this task is the one to ask: it moves the time of the next attempt, which is made if this one is lost."""
    wait = min(FIRST_WAIT * 2 ** min(erasure.attempts, 20), LONGEST_WAIT)
    row = Erasure.objects.filter(pk=erasure.pk, due_at=erasure.due_at)
    return bool(row.update(due_at=timezone.now() + wait, attempts=erasure.attempts + 1))


def _ask(connection: VapiConnection | None, vapi_id: str) -> str:
    """What keeps the call at Vapi; "" where it is gone."""
    if connection is None:
        return NOT_CONNECTED
    try:
        client = connection.client()
        client.delete_call(vapi_id)
        return NOT_GONE if _is_there(client, vapi_id) else ""
    except ProviderError as error:
        logger.warning("Vapi does not erase a call: %s", error, extra={"vapi_id": vapi_id})
        return error.problem


def _is_there(client: VapiClient, vapi_id: str) -> bool:
    try:
        client.get_call(vapi_id)
    except ProviderError as error:
        if error.problem == Problem.GONE:
            return False
        raise
    return True


def _note(erasure: Erasure, problem: str) -> None:
    row = Erasure.objects.filter(pk=erasure.pk)
    if not problem:
        row.update(due_at=None, problem="", done_at=timezone.now())
    elif erasure.attempts + 1 >= MAX_ATTEMPTS:
        row.update(due_at=None, problem=problem)
        logger.error("Gave up: Vapi does not erase a call", extra={"vapi_id": erasure.vapi_id})
    else:
        row.update(problem=problem)
