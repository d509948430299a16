"""A release may drop a value that rows still hold: a voice, a language, a state. No page may fail of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import WaitingAddress
from accounts.tests.factories import UserFactory, make_link
from assistants.models import Assistant, Line
from assistants.tests.factories import AssistantFactory
from avafirst.tests.routes import routes
from calls.enums import Speaker
from calls.models import Erasure, Sweep, WebhookMessage
from calls.statistics.services import rebuild
from calls.tests.factories import (
    CostPartFactory,
    RecordingFactory,
    SummaryFactory,
    TransferFactory,
    call_with,
)
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from core.audit.services import record_event
from desk.models import Item, NoticeChoice
from desk.notices.models import AtOnce
from desk.notices.services import save_choice
from desk.tests.factories import ask
from onboarding.services import mark_done
from organizations.models import Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory, answer_some, make_invitation
from sandbox.calls.services import place_call
from sandbox.models import Assistant as Remote
from sandbox.models import Call, Delivery, Trouble

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

UNKNOWN = "zz"
OURS = (
    "accounts", "organizations", "connections", "assistants", "calls", "desk", "onboarding", "core", "sandbox",
)  # fmt: skip


# Columns without `choices` that hold one of a few values all the same.
NAMED = {
    "action", "direction", "ended_reason", "kind", "mail_trouble", "number_problem", "outcome", "problem",
    "step", "sync_problem", "timezone", "trade", "voice",
}  # fmt: skip
PAGES = (
    "budget:",
    "contacts:",
    "dashboard:",
    "desk:",
    "notices:",
    "organizations:",
    "connections:",
    "assistants:",
    "onboarding:",
    "sandbox_page:",
)


def columns() -> list[tuple[type[models.Model], str]]:
    """Every column of ours that holds one of a few values."""
    return [
        (model, field.name)
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField) and (field.choices or field.name in NAMED)
    ]


@pytest.fixture(scope="module")
def clients(module_database: Callable[[], Any]) -> dict[str, Client]:
    """The owner of an organisation that is set up, the owner of one that is not, and one of the staff."""
    with module_database():
        people = {"bakery": make_rows("bakery"), "ava": make_rows("ava", setup_completed_at=None)}
        people["staff"] = UserFactory(email="staff@example.com", is_staff=True, is_superuser=True)
        signed_in = {name: Client() for name in people}
        for name, user in people.items():
            signed_in[name].force_login(user)
    return signed_in


def make_rows(slug: str, **fields: Any) -> Any:
    organization = OrganizationFactory(slug=slug, **fields)
    owner = MembershipFactory(organization=organization, role=Role.OWNER).user
    make_invitation(organization, invited_by=owner)
    answer_some(organization)
    make_link(owner)
    VapiConnectionFactory(organization=organization, region="sandbox", private_key=settings.SANDBOX_VAPI_KEY)
    TwilioConnectionFactory(organization=organization, endpoint="sandbox")
    AssistantFactory(organization=organization, answers_calls=True)
    AssistantFactory(organization=organization, sync_state="out_of_step", sync_problem="lost")
    Line.objects.of(organization.pk)
    phoned = call_with([(Speaker.CALLER, "Bonjour")], organization=organization)
    CostPartFactory(call=phoned)
    ask(
        organization,
        assistant=Assistant.objects.for_organization(organization).first(),
        unanswered=["Seigle ?"],
    )
    SummaryFactory(call=phoned)
    TransferFactory(call=phoned)
    RecordingFactory(call=phoned, gone=True)
    WebhookMessage.objects.create(organization=organization, digest=slug, kind="status-update", body={})
    Sweep.objects.create(organization=organization)
    Erasure.objects.create(organization=organization, vapi_id=slug, due_at=timezone.now(), problem="vapi_key")
    rebuild(organization.pk)
    save_choice(NoticeChoice(membership=owner.memberships.get(), at_once=AtOnce.URGENT))
    mark_done(organization, "welcome")
    record_event("assistants.changed", actor=owner, organization_id=organization.pk, data={})
    remote = Remote.objects.create(key=f"vapi-sandbox-key-{organization.id.hex[:12]}", body={"name": "Léa"})
    call = place_call(
        assistant=remote, kind=Call.Kind.INBOUND, customer={"number": "+33600000000"}, number=None
    )
    Delivery.objects.create(call=call, kind="end-of-call-report", due_at=call.ended_at)
    if slug == "bakery":
        WaitingAddress.objects.create(email="waiting@example.com", locale="fr")
        Trouble.objects.create(provider="vapi", kind="500")
    return owner


def pages_of(organization: Organization) -> list[str]:
    """The addresses of all pages, of this organisation and its rows."""
    own = Assistant.objects.for_organization(organization)
    item = Item.objects.for_organization(organization).values_list("pk", flat=True).first()
    given = [
        {"slug": organization.slug, "assistant_id": pk, "provider": provider, "item_id": item}
        for pk, provider in zip(own.values_list("pk", flat=True), ("vapi", "twilio"), strict=True)
    ]
    profile = ("accounts:profile", "accounts:security")
    chosen = [route for route in routes() if route.name.startswith(PAGES) or route.name in profile]
    return sorted({route.url(**each) for each in given for route in chosen})


def admin_pages_of(model: type[models.Model]) -> list[str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    if not any(route.name == f"{name}_changelist" for route in routes()):
        return []
    row = model._default_manager.first()
    return [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])] if row else []


@pytest.fixture(scope="module")
def sql_of_pages() -> dict[tuple[str, str], str]:
    return {}


@pytest.fixture
def readers(clients, sandbox, sql_of_pages) -> Callable[[type[models.Model]], list[tuple[str, str]]]:
    """The client and address of each page that reads a table: no other page can fail of its values."""
    for slug in () if sql_of_pages else ("bakery", "ava"):
        for page in pages_of(Organization.objects.get(slug=slug)):
            with CaptureQueriesContext(connection) as queries:
                clients[slug].get(page)
            sql_of_pages[slug, page] = " ".join(query["sql"] for query in queries)
    return lambda model: [page for page, sql in sql_of_pages.items() if f'"{model._meta.db_table}"' in sql]


@pytest.mark.slow
@pytest.mark.parametrize(("model", "name"), columns(), ids=lambda part: getattr(part, "__name__", part))
def test_no_page_fails_of_a_value_it_does_not_know(clients, readers, model, name):
    try:
        with transaction.atomic():
            stored = model._default_manager.update(**{name: UNKNOWN})
    except IntegrityError:
        pytest.skip("the database refuses it")
    assert stored, "make a row that the pages show"
    for slug, page in readers(model):
        assert clients[slug].get(page).status_code < 500, page
    for page in admin_pages_of(model):
        assert clients["staff"].get(page).status_code < 500, page
