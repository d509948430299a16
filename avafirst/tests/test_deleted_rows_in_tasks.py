"""A task whose row is deleted while it runs ends quietly: it neither fails nor comes back."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from accounts.email_change.emails import send_change_link, send_undo_link
from accounts.login.emails import send_login_link
from accounts.models import LoginToken
from accounts.sessions.emails import send_new_device
from assistants.models import Assistant, Line
from assistants.sync.drift import compare_assistant
from assistants.sync.phone_number import synchronize_line
from assistants.sync.services import synchronize_assistant
from avafirst.tests.routes import Route
from avafirst.tests.test_deleted_rows import Moment, World, clear_world, make_world, watched  # noqa: F401 - a fixture
from calls.erasure.services import erase_calls_of_caller
from calls.erasure.upstream import erase_at_vapi
from calls.models import CallerErasure, Erasure
from calls.tests.factories import TurnFactory
from connections.health.alerts import send_connection_failing
from connections.health.checks import check_connection
from connections.models import TwilioConnection, VapiConnection
from connections.phone_number import import_number, release_number, send_number_lost
from desk.models import Notice, NoticeChoice
from desk.notices.emails import send_digest, send_notice
from desk.notices.services import save_choice
from desk.tests.factories import ask as ask_desk
from organizations.invitations.emails import send_invitation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.walk, pytest.mark.slow]

SOME = ("organization", "assistant")
VICTIMS = (
    "user",
    "organization",
    "membership",
    "assistant",
    "vapi",
    "twilio",
    "invitation",
    "link",
    "elsewhere",
)


def of_link(purpose: str) -> Callable[[World], tuple[Any, ...]]:
    def arguments(world: World) -> tuple[Any, ...]:
        link = world.victims["link"]
        LoginToken.objects.filter(pk=link.pk).update(
            purpose=purpose, email="new@example.org", token_hash=None, expires_at=None
        )
        return (str(link.pk),)

    return arguments


def of_invitation(world: World) -> tuple[Any, ...]:
    return (str(world.victims["invitation"].token_id),)


def of_import(world: World) -> tuple[Any, ...]:
    TwilioConnection.objects.update(number_state="pending", vapi_number_id="")
    return (str(world.victims["organization"].pk),)


def of_assistant(world: World) -> tuple[Any, ...]:
    return (str(world.victims["assistant"].pk),)


def of_new_copy(world: World) -> tuple[Any, ...]:
    Assistant.objects.all().mark_pending(vapi_id="")
    return of_assistant(world)


def of_outage(world: World) -> tuple[Any, ...]:
    now = timezone.now()
    VapiConnection.objects.update(state="failing", problem="down", failing_since=now, told_at=now)
    vapi, membership = world.victims["vapi"], world.victims["membership"]
    return ("vapi", str(vapi.pk), now.isoformat(), str(membership.pk))


def of_lost_number(world: World) -> tuple[Any, ...]:
    TwilioConnection.objects.update(number_state="out_of_step", number_problem="gone")
    return (str(world.victims["twilio"].pk), 1, str(world.victims["membership"].pk))


def of_erasure(world: World) -> tuple[Any, ...]:
    pk = world.victims["organization"].pk
    Erasure.objects.create(organization_id=pk, vapi_id=str(uuid.UUID(int=9)), due_at=timezone.now())
    return (str(pk),)


def of_caller(world: World) -> tuple[Any, ...]:
    call = TurnFactory(call__organization=world.victims["organization"]).call
    erasure = CallerErasure.objects.create(organization=call.organization, number=call.customer_number)
    return (str(erasure.pk),)


def of_line(world: World) -> tuple[Any, ...]:
    Line.objects.all().mark_pending()
    return (str(world.victims["organization"].pk),)


def of_notice(world: World) -> tuple[Any, ...]:
    organization = world.victims["organization"]
    ask_desk(organization)
    return (str(Notice.objects.get(membership_id=world.victims["membership"].pk).pk),)


def of_digest(world: World) -> tuple[Any, ...]:
    choice = NoticeChoice(membership_id=world.victims["membership"].pk, at_once="nothing", digest_hour=8)
    save_choice(choice)
    ask_desk(world.victims["organization"])
    return (str(choice.pk), "2026-11-29")


TASKS: dict[str, tuple[Task[Any, Any], Callable[[World], tuple[Any, ...]]]] = {
    "login": (send_login_link, of_link("login")),
    "change": (send_change_link, of_link("email_change")),
    "undo": (send_undo_link, of_link("email_undo")),
    "new device": (send_new_device, lambda world: (str(world.victims["elsewhere"].pk),)),
    "invitation": (send_invitation, of_invitation),
    "import": (import_number, of_import),
    "release": (release_number, lambda world: (str(world.victims["organization"].pk), "n-2")),
    "number lost": (send_number_lost, of_lost_number),
    "failing": (send_connection_failing, of_outage),
    "check Vapi": (check_connection, lambda world: ("vapi", str(world.victims["vapi"].pk))),
    "check Twilio": (check_connection, lambda world: ("twilio", str(world.victims["twilio"].pk))),
    "compare": (compare_assistant, of_assistant),
    "copy": (synchronize_assistant, of_new_copy),
    "line": (synchronize_line, of_line),
    "erasure": (erase_at_vapi, of_erasure),
    "caller": (erase_calls_of_caller, of_caller),
    "notice": (send_notice, of_notice),
    "digest": (send_digest, of_digest),
}


@pytest.fixture
def armed(watched: Moment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moment]:  # noqa: F811
    real = Task.call

    def call(self: Task[Any, Any], *args: Any, **named: Any) -> Any:
        is_first, watched.is_armed = watched.seen == 0, watched.seen == 0
        try:
            return real(self, *args, **named)
        finally:
            watched.is_armed = False if is_first else watched.is_armed

    monkeypatch.setattr(Task, "call", call)
    yield watched
    watched.delete = None


@pytest.mark.parametrize(
    "victims", [SOME, pytest.param(VICTIMS, marks=pytest.mark.prove)], ids=["some", "all"]
)
@pytest.mark.parametrize("name", TASKS)
def test_task_whose_row_is_deleted_meanwhile_ends_quietly(armed, run_tasks, name, victims):
    task, arguments = TASKS[name]

    def work(victim: str = "", at: int = -1) -> list[str]:
        clear_world()
        world = make_world(Route("", ()))
        values = arguments(world)
        task.enqueue(*values)
        armed.seen, armed.at = 0, at
        armed.delete = (
            (lambda: type(row)._base_manager.filter(pk=row.pk).delete())
            if (row := world.victims.get(victim))
            else None
        )
        run_tasks(failures=True)
        first = DBTaskResult.objects.filter(task_path=task.module_path).order_by("enqueued_at")[:1]
        return [f"{each.status} {each.traceback[-300:]}" for each in first if each.status != "SUCCESSFUL"]

    assert work() == []
    queries = armed.seen
    assert queries
    wrong = {(victim, at): work(victim, at) for victim in victims for at in range(1, queries + 1)}
    clear_world()
    assert {moment: found for moment, found in wrong.items() if found} == {}
