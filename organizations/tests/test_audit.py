import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from accounts.models import User
from core.audit.descriptions import describe_event, sentence_for
from core.audit.services import record_event
from core.models import AuditEvent
from organizations.models import Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, make_invitation

pytestmark = pytest.mark.django_db

AUDIT = "/en/o/bakery/audit"


def record(organization: Organization, action: str = "organizations.member_left", **given) -> AuditEvent:
    return record_event(action, organization_id=organization.id, **given)


def rows(response) -> int:
    return response.content.decode().count("<time ")


def test_every_action_of_the_app_has_a_sentence():
    written = set()
    for path in Path(settings.BASE_DIR, "organizations").rglob("*.py"):
        written |= set(re.findall(r'"(organizations\.[a-z_]+)",', path.read_text()))
    actions = {
        name for name in written if not name.startswith(("organizations.organization", "organizations.user"))
    }
    assert [action for action in actions if sentence_for(action) is None] == []


def test_event_says_who_what_and_when(as_user, owner, member, bakery):
    User.objects.filter(pk=owner.pk).update(name="Ava Cohen")
    record(bakery, "organizations.role_changed", actor=owner, subject=member, role="admin", before="viewer")
    page = as_user(owner).get(AUDIT).content.decode()
    assert "Changed the role of <bdi>Camille Martin</bdi> from Read only to Administrator." in page
    assert "<bdi>Ava Cohen</bdi>" in page
    main = page[page.index("<main") : page.index("</main>")]
    assert owner.email not in main
    assert member.email not in main


def test_person_without_a_name_or_an_account_stands_under_the_address(as_user, owner, member, bakery):
    User.objects.filter(pk=member.pk).update(name="")
    record(bakery, actor=member)
    record(bakery, "organizations.invited", actor=owner, subject=make_invitation(bakery)[0], role="member")
    page = as_user(owner).get(AUDIT).content.decode()
    assert f"<bdi>{member.email}</bdi>" in page
    assert "Invited <bdi>new@example.com</bdi> as: Member." in page


def test_closed_account_stands_under_a_masked_address(as_user, owner, member, bakery):
    record(bakery, actor=member)
    as_user(member).post("/fr/settings/profile/close", {"confirmation": member.email})
    page = as_user(owner).get(AUDIT).content.decode()
    assert "<bdi>m•••••@example.com</bdi>" in page
    assert member.email not in page


def test_people_of_one_name_are_told_apart(as_user, owner, member, bakery):
    record(bakery, actor=member)
    record(bakery, actor=owner)
    page = as_user(owner).get(AUDIT).content.decode()
    for person in (owner, member):
        assert f"Camille Martin ({person.email})" in page


def test_typed_text_is_escaped(as_user, owner, bakery):
    class Named:
        pk = None

        def __str__(self):
            return "<script>{role.__class__}</script>"

    record(bakery, "organizations.invited", actor=owner, subject=Named(), role="member", x="{subject}")
    page = as_user(owner).get(AUDIT).content.decode()
    assert "<script>{" not in page
    assert "&lt;script&gt;{role.__class__}" in page


def test_unknown_action_shows_its_name(bakery):
    with translation.override("en"):
        assert "later_app.did_something" in describe_event(record(bakery, "later_app.did_something"))


def test_event_without_a_value_of_its_sentence_is_readable(bakery):
    with translation.override("en"):
        assert "Joined the team" in describe_event(record(bakery, "organizations.joined"))


def test_another_organisations_events_are_not_shown(as_user, owner, bakery, outsider):
    record(outsider.memberships.get().organization, actor=outsider)
    mine = record(bakery, actor=owner)
    response = as_user(owner).get(AUDIT)
    assert rows(response) == 1
    assert outsider.email not in response.content.decode()
    foreign = AuditEvent.objects.exclude(id=mine.id).get()
    # Its cursor tells nothing about the order of the events either.
    assert rows(as_user(owner).get(AUDIT, {"before": foreign.id})) == 1


def test_pages_follow_one_another_without_a_gap(as_user, owner, bakery):
    same_moment = timezone.now()
    for number in range(45):
        event = record(bakery, actor=owner, subject=owner, number=number)
        AuditEvent.objects.filter(id=event.id).update(at=same_moment - timedelta(seconds=number // 3))
    client, seen, address = as_user(owner), [], AUDIT
    for expected in (20, 20, 5):
        response = client.get(address)
        assert rows(response) == expected
        record(bakery, actor=owner)  # an event written meanwhile moves no page
        seen += re.findall(r'datetime="([^"]+)"', response.content.decode())
        older = re.search(r'href="(\?before=[^"]+)"', response.content.decode())
        address = AUDIT + older[1] if older else ""
    assert address == ""
    assert len(seen) == 45
    assert seen == sorted(seen, reverse=True)


def test_filters_narrow_and_stay_in_the_address(as_user, owner, member, bakery):
    for _number in range(25):
        record(bakery, actor=member)
        record(bakery, "organizations.changed", actor=owner, fields=["name"])
    old = record(bakery, actor=member)
    AuditEvent.objects.filter(id=old.id).update(at=timezone.now() - timedelta(days=31))
    client = as_user(owner)
    response = client.get(AUDIT, {"group": "team", "person": member.id, "period": "30"})
    page = response.content.decode()
    assert (rows(response), "Changed the settings" in page) == (20, False)
    older = re.search(r'href="(\?[^"]*before=[^"]+)"', page)
    assert older is not None
    second = client.get(AUDIT + older[1].replace("&amp;", "&"))
    assert rows(second) == 5
    assert len(re.findall(r"<option[^>]*\sselected\s", second.content.decode())) == 3
    assert rows(client.get(AUDIT, {"group": "settings", "person": member.id})) == 0


@pytest.mark.parametrize("query", ["group=x", "person=x", "period=-1", "before=x", "before=", "x=1"])
def test_unknown_filters_are_ignored(as_user, owner, bakery, query):
    record(bakery, actor=owner)
    response = as_user(owner).get(f"{AUDIT}?{query}")
    assert (response.status_code, rows(response)) == (200, 1)


def test_times_are_the_organisations(as_user, owner, bakery):
    bakery.timezone = "Asia/Tokyo"
    bakery.save()
    event = record(bakery, actor=owner)
    AuditEvent.objects.filter(id=event.id).update(at="2026-03-01T20:30:00Z")
    page = as_user(owner).get("/fr/o/bakery/audit").content.decode()
    assert "2 mars 2026" in page
    assert "<bdi>Tokyo</bdi>" in page


def test_former_member_can_be_filtered_by(as_user, owner, bakery):
    gone = MembershipFactory(organization=bakery, role=Role.MEMBER).user
    as_user(gone).post("/fr/o/bakery/team/leave")
    assert f'value="{gone.id}"' in as_user(owner).get(AUDIT).content.decode()
