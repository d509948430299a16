"""What people do with a request: who may, what it changes, and that a second click changes nothing."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.models import AuditEvent
from desk.items.snooze import Snooze, snooze_moments
from desk.models import Item, ItemNote
from desk.tests.factories import ask, item_of
from organizations.models import Membership
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

LIST = "/fr/o/bakery/desk"
ACTS = {
    "take": {},
    "assignment": {"member": ""},
    "snooze": {"until": "morning"},
    "completion": {"calls": "1"},
    "reopening": {},
    "urgency": {"urgency": "urgent"},
    "notes": {"text": "Rappelée", "id": str(uuid.uuid4())},
}


@pytest.fixture
def item(bakery) -> Item:
    return item_of(ask(bakery))


@pytest.fixture
def do(as_user, member, item):
    """Send what a button of the member's sends."""
    client = as_user(member)

    def do(act, on=item, **data):
        response = client.post(f"{LIST}/{on.id}/{act}", ACTS[act] | data)
        on.refresh_from_db()
        return response

    return do


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("at").values_list("action", flat=True))


@pytest.mark.parametrize("act", ACTS)
def test_viewer_reads_and_does_nothing(as_user, viewer, item, act):
    before = Item.objects.values().get()
    client = as_user(viewer)
    assert client.post(f"{LIST}/{item.id}/{act}", ACTS[act]).status_code == 403
    assert Item.objects.values().get() == before
    for page in (LIST, f"{LIST}/{item.id}"):
        shown = client.get(page).content.decode()
        assert "Une charlotte pour samedi" in shown
        assert f"{item.id}/{act}" not in shown


@pytest.mark.parametrize("act", ACTS)
def test_item_of_another_organisation_is_not_found(as_user, outsider, item, act):
    client = as_user(outsider)
    assert client.post(f"/fr/o/florist/desk/{item.id}/{act}", ACTS[act]).status_code == 404
    assert client.get(f"/fr/o/florist/desk/{item.id}").status_code == 404
    assert not events()


@pytest.mark.parametrize("act", ["take", "snooze", "completion", "urgency", "notes"])
def test_second_click_changes_nothing(do, act):
    first = do(act)
    before, count = Item.objects.values().get(), len(events())
    second = do(act)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Item.objects.values().get() == before
    assert len(events()) == count == 1


def test_taken_item_is_not_taken_from_a_colleague(do, item, member, admin):
    other = Membership.objects.get(user=admin)
    Item.objects.update(assigned_to=other)
    page = do("take").url
    assert item.assigned_to == other
    assert events() == []
    assert page == f"{LIST}/{item.id}"


def test_item_is_given_to_those_who_may_act(do, item, admin, viewer, outsider):
    admin_place, viewer_place = (Membership.objects.get(user=user) for user in (admin, viewer))
    do("assignment", member=admin_place.id)
    assert item.assigned_to == admin_place
    for wrong in (viewer_place.id, Membership.objects.get(user=outsider).id):
        assert do("assignment", member=wrong).status_code == 404
    assert do("assignment", member="x").status_code == 400
    assert item.assigned_to == admin_place
    do("assignment", member="")
    assert item.assigned_to is None
    assert events() == ["desk.assigned", "desk.unassigned"]


def test_item_of_a_member_who_leaves_is_no_ones(item, bakery):
    place = MembershipFactory(organization=bakery, role=Role.MEMBER)
    Item.objects.update(assigned_to=place)
    place.delete()
    item.refresh_from_db()
    assert item.assigned_to is None


def test_done_item_is_opened_again_unless_the_caller_has_a_newer_one(do, item, bakery, member):
    do("completion")
    assert (item.state, item.done_by) == ("done", member)
    do("reopening")
    assert (item.state, item.done_at) == ("open", None)
    do("completion")
    newer = item_of(ask(bakery))
    assert do("reopening").url == f"{LIST}/{newer.id}"
    assert item.state == "done"


def test_item_whose_caller_has_called_again_meanwhile_is_not_done(do, item, bakery):
    ask(bakery)
    for seen in ("1", "", "x", "9" * 400):
        do("completion", calls=seen, list="")
        assert item.state == "open"
    do("completion", calls="2")
    assert item.state == "done"


def test_item_is_put_off_and_brought_back(do, item):
    do("snooze", until="week")
    assert item.is_snoozed
    do("snooze", until="")
    assert not item.is_snoozed
    do("snooze", until="zz")
    assert item.snoozed_until is None
    assert events() == ["desk.snoozed", "desk.woken"]


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        # Friday noon in Paris: next week begins on Monday.
        ("Europe/Paris", datetime(2026, 11, 27, 11, tzinfo=UTC), ["27 17:00", "28 07:00", "30 07:00"]),
        # The same in Jerusalem: on Sunday.
        ("Asia/Jerusalem", datetime(2026, 11, 27, 11, tzinfo=UTC), ["27 16:00", "28 06:00", "29 06:00"]),
        # The evening has begun, and clocks change in the night.
        ("Europe/Paris", datetime(2027, 3, 27, 20, tzinfo=UTC), ["28 06:00", "29 06:00"]),
        ("Europe/Paris", datetime(2026, 11, 30, 3, tzinfo=UTC), ["30 17:00", "01 07:00", "07 07:00"]),
    ],
)
def test_moments_are_those_of_the_organisation(zone, now, expected):
    moments = snooze_moments(now, zone)
    assert [f"{moment.astimezone(UTC):%d %H:%M}" for moment in moments.values()] == expected
    assert Snooze.EVENING in moments or len(expected) == 2


def test_urgency_moves_an_item_in_the_list(do, item, bakery, as_user, member):
    ask(bakery, "+33639980001", minutes_ago=60, subject="Deux baguettes")
    page = as_user(member).get(LIST).content.decode()
    assert page.index("Deux baguettes") < page.index("Une charlotte")
    do("urgency")
    page = as_user(member).get(LIST).content.decode()
    assert page.index("Une charlotte") < page.index("Deux baguettes")
    assert do("urgency", urgency="zz").status_code == 400


def test_note_stands_on_the_page_as_text_with_who_did_what(do, item, as_user, viewer, member):
    do("notes", text="<b>Rappelée</b>\nDemain", id=str(uuid.uuid4()))
    do("take")
    page = as_user(viewer).get(f"{LIST}/{item.id}").content.decode()
    assert "&lt;b&gt;Rappelée&lt;/b&gt;<br>Demain" in page
    assert page.count(member.display_name) >= 2
    response = do("notes", text="  ", id=str(uuid.uuid4()))
    assert response.status_code == 422
    assert ItemNote.objects.count() == 1


def test_button_in_the_list_leads_back_to_it_with_its_filters(do):
    for query, url in {
        "state=mine&kind=callback": f"{LIST}?state=mine&kind=callback",
        "": LIST,
        "state=zz&next=//evil.example": LIST,
    }.items():
        assert do("take", list=query).url == url


def test_audit_keeps_no_word_of_the_caller(do, item):
    Item.objects.update(done_at=None)
    for act in set(ACTS) - {"reopening"}:
        do(act)
    kept = str(list(AuditEvent.objects.values("subject_label", "data")))
    assert not [word for word in ("+3363998", "Nadia", "charlotte", "Rappelée") if word in kept]


def test_act_of_a_member_whose_right_ended_is_refused(do, item, member):
    Membership.objects.filter(user=member).update(role=Role.VIEWER)
    assert do("take").status_code == 403
    assert item.assigned_to is None
    assert timezone.now() - item.changed_at < timedelta(minutes=1)
