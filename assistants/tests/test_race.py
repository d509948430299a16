"""Concurrent requests: a form creates one assistant, a row one copy, and one assistant answers a number."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.test_redeem_race import race
from assistants.models import Assistant
from assistants.sync import services
from assistants.sync.lease import LeasedError
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import KEY, AssistantFactory, connect_to_vapi, data_of, typed_into
from assistants.tests.vapi import FakeVapi
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture(autouse=True)
def _pages_without_words(monkeypatch):
    """Rendering each page would take long and prove nothing."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args, **options: "")


def post(user: User, path: str, data: Mapping[str, Any] | None = None) -> Callable[[], int]:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return lambda: client.post(path, data or {}).status_code


def synchronized(assistant: Assistant) -> Callable[[], int]:
    def run() -> int:
        try:
            services.synchronize(assistant.id, last=False)
        except LeasedError:
            return 2
        return 1

    return run


def test_clicks_on_create_make_one_assistant(rounds):
    for number in range(rounds):
        owner = MembershipFactory(role=Role.OWNER)
        path = f"/fr/o/{owner.organization.slug}/assistants/new"
        data = data_of() | {"form_key": f"8e2f41d3-3a70-4d41-9d5c-{number:012d}"}
        assert race(*[post(owner.user, path, data) for _ in range(6)]) == [302] * 6
        assert Assistant.objects.for_organization(owner.organization).count() == 1


def test_first_assistants_made_at_once_are_answered_for_by_one(rounds):
    for _ in range(rounds):
        owner = MembershipFactory(role=Role.OWNER)
        path = f"/fr/o/{owner.organization.slug}/assistants/new"
        assert race(*[post(owner.user, path, data_of(name=f"A{name}")) for name in range(4)]) == [302] * 4
        own = Assistant.objects.for_organization(owner.organization)
        assert (own.count(), own.answering().count()) == (4, 1)


def test_creating_while_the_account_closes_does_not_deadlock(rounds):
    for _ in range(rounds):
        first = MembershipFactory(role=Role.OWNER)
        MembershipFactory(organization=first.organization, role=Role.OWNER)
        statuses = race(
            post(first.user, f"/fr/o/{first.organization.slug}/assistants/new", data_of()),
            post(first.user, "/fr/settings/profile/close", {"confirmation": first.user.email}),
        )
        # The assistant comes first, or the membership (404) or the session (400 from Django) is gone.
        assert statuses[0] in {302, 404, 400}
        assert statuses[1] == 302
        assert not User.objects.filter(pk=first.user.pk).exists()


def test_choices_made_at_once_leave_one(rounds):
    for _ in range(rounds):
        owner = MembershipFactory(role=Role.OWNER)
        made = AssistantFactory.create_batch(4, organization=owner.organization)
        root = f"/fr/o/{owner.organization.slug}/assistants"
        assert race(*[post(owner.user, f"{root}/{each.id}/answer") for each in made]) == [302] * 4
        assert Assistant.objects.for_organization(owner.organization).answering().count() == 1


def test_tasks_for_one_row_create_one_copy(rounds, vapi):
    for _ in range(rounds):
        vapi.assistants.clear()
        assistant = AssistantFactory(waiting=True)
        connect_to_vapi(assistant.organization)
        assert 0 not in race(*[synchronized(assistant) for _ in range(6)])
        assistant.refresh_from_db()
        assert (assistant.sync_state, vapi.only["id"]) == (SyncState.IN_STEP, assistant.vapi_id)


def test_edit_during_the_task_is_not_lost(rounds, vapi):
    for number in range(rounds):
        vapi.assistants.clear()
        owner = MembershipFactory(role=Role.OWNER)
        assistant = AssistantFactory(organization=owner.organization, waiting=True)
        connect_to_vapi(assistant.organization)
        path = f"/fr/o/{owner.organization.slug}/assistants/{assistant.id}/edit"
        edit = post(owner.user, path, typed_into(assistant, name=f"Edited {number}"))
        assert 0 not in race(synchronized(assistant), edit)
        services.synchronize(assistant.id, last=False)
        assistant.refresh_from_db()
        assert (assistant.sync_state, assistant.synced_revision) == (SyncState.IN_STEP, 2)
        assert vapi.only["name"] == f"Edited {number}"


def test_saves_made_at_once_keep_one_and_tell_the_others(rounds):
    for _ in range(rounds):
        owner = MembershipFactory(role=Role.OWNER)
        assistant = AssistantFactory(organization=owner.organization)
        path = f"/fr/o/{owner.organization.slug}/assistants/{assistant.id}/edit"
        saves = [post(owner.user, path, typed_into(assistant, name=f"A{name}")) for name in range(6)]
        statuses = race(*saves)
        assert sorted(statuses) == [302, 409, 409, 409, 409, 409]
        assistant.refresh_from_db()
        assert (assistant.name, assistant.revision) == (f"A{statuses.index(302)}", 2)


def test_clicks_on_save_are_one_save(rounds):
    for _ in range(rounds):
        owner = MembershipFactory(role=Role.OWNER)
        assistant = AssistantFactory(organization=owner.organization)
        path = f"/fr/o/{owner.organization.slug}/assistants/{assistant.id}/edit"
        typed = typed_into(assistant, name="Once")
        assert race(*[post(owner.user, path, typed) for _ in range(6)]) == [302] * 6
        assistant.refresh_from_db()
        assert (assistant.name, assistant.revision) == ("Once", 2)


def test_delete_during_the_task_leaves_no_copy(rounds, vapi):
    for _ in range(rounds):
        vapi.assistants.clear()
        owner = MembershipFactory(role=Role.OWNER)
        assistant = AssistantFactory(organization=owner.organization, waiting=True)
        connect_to_vapi(assistant.organization)
        path = f"/fr/o/{owner.organization.slug}/assistants/{assistant.id}/delete"
        assert 0 not in race(synchronized(assistant), post(owner.user, path))
        services.synchronize(assistant.id, last=False)
        assert (vapi.assistants, Assistant.objects.filter(id=assistant.id).count()) == ({}, 0)


def test_other_account_connected_during_the_task_gets_the_copy(rounds, monkeypatch):
    accounts = {KEY: FakeVapi(), f"{KEY}-other": FakeVapi()}
    first, other = accounts.values()

    def answer(request: httpx2.Request) -> httpx2.Response:
        return accounts[request.headers["authorization"].removeprefix("Bearer ")]._answer(request)

    client = httpx2.Client(transport=httpx2.MockTransport(answer), trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)
    for _ in range(rounds):
        first.assistants.clear()
        other.assistants.clear()
        owner = MembershipFactory(role=Role.OWNER)
        assistant = AssistantFactory(organization=owner.organization, waiting=True)
        connect_to_vapi(assistant.organization)
        path = f"/fr/o/{owner.organization.slug}/connections/vapi"
        replace = post(owner.user, path, {"region": "sandbox", "private_key": f"{KEY}-other"})
        assert 0 not in race(synchronized(assistant), replace)
        services.synchronize(assistant.id, last=False)
        assistant.refresh_from_db()
        assert (assistant.sync_state, assistant.vapi_id) == (SyncState.IN_STEP, other.only["id"])
