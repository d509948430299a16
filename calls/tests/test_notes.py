"""Notes about a call: who may write and remove them, and that nothing typed is lost."""

import pytest

from accounts.tests.helpers import text_of
from calls.models import Call, CallNote
from calls.tests.factories import CallFactory
from core.models import AuditEvent
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(bakery):
    return CallFactory(organization=bakery)


def url_of(call, rest=""):
    return f"/fr/o/bakery/calls/{call.id}{rest}"


def write(client, call, text):
    return client.post(url_of(call, "/notes"), {"text": text})


def remove(client, note):
    return client.post(url_of(note.call, f"/notes/{note.id}/remove"))


def test_note_is_shown_with_who_and_when(as_user, member, viewer, call):
    client = as_user(member)
    assert write(client, call, "À rappeler\r\ndemain").url == url_of(call, "#notes")
    note = CallNote.objects.get()
    assert (note.author, note.author_name, note.text) == (
        member,
        member.display_name,
        "À rappeler\ndemain",
    )
    page = as_user(viewer).get(url_of(call)).content.decode()
    assert "À rappeler<br>demain" in page
    assert member.display_name in page
    assert f"{note.id}/remove" not in page
    assert "/notes" not in page
    assert AuditEvent.objects.get(action="calls.note_added").actor_id == member.id
    assert "rappeler" not in str(AuditEvent.objects.get(action="calls.note_added").data)


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_refused_note_stays_in_its_field(as_user, member, call, text):
    response = write(as_user(member), call, text)
    assert response.status_code == 422
    assert response.context["note_form"].errors
    assert text.strip() in response.content.decode()
    assert not CallNote.objects.exists()


def test_form_stands_outside_of_the_part_that_renews_itself(as_user, member, bakery):
    call = CallFactory(organization=bakery, running=True)
    client = as_user(member)
    page = client.get(url_of(call)).content.decode()
    assert 'name="text"' in page
    state = client.get(url_of(call, "/state"), {"seen": ""}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="call"' in state
    assert "<form" not in state


def test_hostile_note_is_text(as_user, member, call):
    client = as_user(member)
    write(client, call, "<script>{{ 7 }}</script>\u202eabc")
    page = client.get(url_of(call)).content.decode()
    assert "&lt;script&gt;{{ 7 }}&lt;/script&gt;abc" in page


def test_members_remove_their_own_and_administrators_any(as_user, member, admin, viewer, call):
    write(as_user(member), call, "eins")
    write(as_user(admin), call, "zwei")
    own, other = CallNote.objects.all()
    assert remove(as_user(viewer), own).status_code == 403
    assert remove(as_user(member), other).status_code == 403
    assert remove(as_user(member), own).status_code == 302
    write(as_user(member), call, "drei")
    for note in CallNote.objects.all():
        assert remove(as_user(admin), note).status_code == 302
    assert not CallNote.objects.exists()
    assert AuditEvent.objects.filter(action="calls.note_removed").count() == 3


def test_viewers_and_outsiders_write_nothing(as_user, viewer, outsider, call):
    assert write(as_user(viewer), call, "x").status_code == 403
    assert write(as_user(outsider), call, "x").status_code == 404
    assert not CallNote.objects.exists()


def test_another_organisations_calls_and_notes_are_404(as_user, admin, call):
    theirs = CallFactory(organization=OrganizationFactory())
    note = CallNote.objects.create(call=theirs, author_name="x", text="x")
    client = as_user(admin)
    assert write(client, theirs, "x").status_code == 404
    assert remove(client, note).status_code == 404
    assert client.post(url_of(call, f"/notes/{note.id}/remove")).status_code == 404
    assert CallNote.objects.get() == note


def test_name_of_a_closed_account_is_masked_and_the_note_stays(as_user, member, owner, call):
    write(as_user(member), call, "À rappeler")
    as_user(member).post("/fr/settings/profile/close", {"confirmation": member.email})
    note = CallNote.objects.get()
    assert note.author is None
    page = text_of(as_user(owner).get(url_of(call)))
    assert "À rappeler" in page
    assert note.author_name in page
    assert "member@example.com" not in page


def test_notes_go_with_their_call(call, member):
    CallNote.objects.create(call=call, author=member, author_name="x", text="x")
    Call.objects.all().delete()
    assert not CallNote.objects.exists()
