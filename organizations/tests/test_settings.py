import pytest
from django_tasks_db.models import DBTaskResult

from accounts.models import LoginToken, User
from core.models import AuditEvent
from organizations.models import Invitation, Membership, Organization
from organizations.settings.services import organization_deleting
from organizations.tests.factories import make_invitation

pytestmark = pytest.mark.django_db

SETTINGS = "/fr/o/bakery/settings"
GOOD = {
    "name": "Maison Martin",
    "timezone": "Asia/Jerusalem",
    "locale": "he",
    "transcript_days": "90",
    "records_calls": "True",
    "recording_days": "30",
}


def test_settings_are_kept(as_user, admin, bakery):
    response = as_user(admin).post(SETTINGS, GOOD)
    assert (response.status_code, response.url) == (302, SETTINGS)
    bakery.refresh_from_db()
    kept = {name: str(getattr(bakery, name)) for name in GOOD}
    assert (kept, bakery.slug) == (GOOD, "bakery")
    event = AuditEvent.objects.get(action="organizations.changed")
    assert (event.actor_id, sorted(event.data["fields"])) == (admin.id, sorted(GOOD))


def test_retention_begins_at_a_year_and_three_months(bakery):
    assert (bakery.transcript_days, bakery.recording_days) == (365, 90)


@pytest.mark.variants
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 81), ("name", "a\u202eb"), ("timezone", "Mars/Olympus"), ("locale", "de"),
        ("transcript_days", ""), ("transcript_days", "0"), ("transcript_days", "1826"), ("transcript_days", "x"),
        ("recording_days", ""), ("recording_days", "0"), ("recording_days", "1826"), ("recording_days", "x"),
    ],
)  # fmt: skip
def test_invalid_value_is_reported_beside_its_field(as_user, owner, bakery, field, value):
    response = as_user(owner).post(SETTINGS, GOOD | {field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert page.count("field__error") == 1
    bakery.refresh_from_db()
    assert bakery.name == "Boulangerie Martin"
    assert not AuditEvent.objects.filter(action="organizations.changed").exists()


def test_calls_are_recorded_only_where_someone_switched_it_on(as_user, owner, bakery):
    assert bakery.records_calls is False
    as_user(owner).post(SETTINGS, GOOD)
    as_user(owner).post(SETTINGS, {name: value for name, value in GOOD.items() if name != "records_calls"})
    bakery.refresh_from_db()
    assert bakery.records_calls is False


@pytest.mark.parametrize(("days", "is_told"), [("89", True), ("90", False), ("91", False)])
def test_fewer_days_say_that_older_recordings_go(as_user, owner, bakery, days, is_told):
    page = as_user(owner).post(SETTINGS, GOOD | {"recording_days": days}, follow=True).content.decode()
    assert ("sont supprimés d’ici un jour" in page) is is_told


def test_saving_unchanged_values_is_no_event(as_user, owner, bakery):
    as_user(owner).post(SETTINGS, {name: getattr(bakery, name) for name in GOOD if name != "records_calls"})
    assert not AuditEvent.objects.filter(action="organizations.changed").exists()


@pytest.mark.parametrize("typed", ["Boulangerie Martin", " boulangerie  MARTIN "])
def test_typed_name_deletes_the_organisation(as_user, owner, member, bakery, typed):
    make_invitation(bakery)
    response = as_user(owner).post(f"{SETTINGS}/delete", {"confirmation": typed})
    assert (response.status_code, response.url) == (302, "/fr/home")
    assert not Organization.objects.filter(id=bakery.id).exists()
    assert not Membership.objects.exists()
    assert not Invitation.objects.exists()
    assert LoginToken.objects.get().state == "superseded"
    assert as_user(member).get("/fr/o/bakery").status_code == 404
    event = AuditEvent.objects.get(action="organizations.deleted")
    assert (event.organization_id, event.subject_label) == (bakery.id, "Boulangerie Martin")


@pytest.mark.parametrize(
    ("name", "typed"),
    [("L'Atelier d'Ana", "l’atelier d’ana"), ("ד״ר כהן", 'ד"ר כהן'), ("Café", "Cafe\u0301 \u200f")],
)
def test_a_name_is_typed_as_a_keyboard_can(as_user, owner, bakery, name, typed):
    Organization.objects.filter(id=bakery.id).update(name=name)
    assert as_user(owner).post(f"{SETTINGS}/delete", {"confirmation": typed}).status_code == 302
    assert not Organization.objects.exists()


@pytest.mark.parametrize("name", ["\u3164", "\u200b", "\u2800\u2800", "\u00ad"])
def test_a_name_that_nobody_sees_is_refused(as_user, owner, bakery, name):
    assert as_user(owner).post(SETTINGS, GOOD | {"name": name}).status_code == 422
    bakery.refresh_from_db()
    assert bakery.name == "Boulangerie Martin"


def test_a_former_name_of_a_time_zone_is_saved_as_the_present_one(as_user, owner, bakery):
    as_user(owner).post(SETTINGS, GOOD | {"timezone": "Asia/Tel_Aviv"})
    bakery.refresh_from_db()
    assert bakery.timezone == "Asia/Jerusalem"


@pytest.mark.parametrize("typed", ["", "Boulangerie", "bakery"])
def test_wrong_name_deletes_nothing(as_user, owner, bakery, typed):
    assert as_user(owner).post(f"{SETTINGS}/delete", {"confirmation": typed}).status_code == 422
    assert Organization.objects.filter(id=bakery.id).exists()


def test_admin_neither_sees_nor_does_the_deletion(as_user, admin, bakery):
    client = as_user(admin)
    assert "/settings/delete" not in client.get(SETTINGS).content.decode()
    assert client.post(f"{SETTINGS}/delete", {"confirmation": bakery.name}).status_code == 403
    assert Organization.objects.filter(id=bakery.id).exists()


def test_apps_above_are_told_before_the_deletion_and_can_stop_it(as_user, owner, bakery):
    heard = []

    def listen(sender, organization, **kwargs):
        heard.append(Organization.objects.filter(id=organization.id).exists())
        raise RuntimeError("not now")

    organization_deleting.connect(listen)
    try:
        client = as_user(owner)
        client.raise_request_exception = False
        assert client.post(f"{SETTINGS}/delete", {"confirmation": bakery.name}).status_code == 500
    finally:
        organization_deleting.disconnect(listen)
    assert heard == [True]
    assert Organization.objects.filter(id=bakery.id).exists()
    assert not AuditEvent.objects.filter(action="organizations.deleted").exists()


def test_settings_say_what_stays_at_the_providers(as_user, owner):
    page = as_user(owner).get(SETTINGS).content.decode()
    assert "Il reste dans votre compte Twilio" in page
    assert "restent dans votre compte Vapi" in page


def delete(client, organization):
    return client.post(f"{SETTINGS}/delete", {"confirmation": organization.name})


def test_members_are_told_of_the_deletion_in_their_language(
    as_user, owner, member, viewer, bakery, run_tasks, mailoutbox
):
    User.objects.filter(pk=owner.pk).update(name="Ava Cohen")
    User.objects.filter(pk=member.pk).update(locale="he", timezone="Asia/Jerusalem")
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    assert delete(as_user(owner), bakery).status_code == 302
    assert not Organization.objects.filter(pk=bakery.pk).exists()
    run_tasks()
    mails = {mail.to[0]: mail for mail in mailoutbox}
    assert set(mails) == {owner.email, member.email}
    assert "Boulangerie Martin" in mails[member.email].subject
    for text in (mails[member.email].body, mails[member.email].alternatives[0].content):
        assert "Ava Cohen" in text
        assert "שעון ירושלים" in text
        assert "Twilio" in text
    assert "Vous avez supprimé cette organisation" in mails[owner.email].body


def test_mail_names_no_address_of_a_closed_account(as_user, owner, member, bakery, run_tasks, mailoutbox):
    client = as_user(owner)
    delete(client, bakery)
    client.post("/fr/settings/profile/close", {"confirmation": owner.email})
    run_tasks()
    (mail,) = mailoutbox
    assert mail.to == [member.email]
    assert owner.email not in mail.body
    assert "o•••••@example.com" in mail.body


def test_tasks_of_the_mails_hold_ids_alone(as_user, owner, bakery):
    delete(as_user(owner), bakery)
    arguments = [str(row.args_kwargs) for row in DBTaskResult.objects.filter(task_path__contains="deleted")]
    assert len(arguments) == 1
    assert owner.email not in arguments[0]
    assert bakery.name not in arguments[0]


def test_operator_deletes_no_organisation(as_user, staff, bakery):
    """It would bypass the release of its number and the mails."""
    path = "/admin/organizations/organization/"
    client = as_user(staff)
    assert client.post(f"{path}{bakery.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(path).content.decode()
