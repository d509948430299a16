"""The profile: stored as typed, shown as text, refused with a sentence."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from accounts.models import User
from accounts.tests.helpers import dump, text_of
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

PAGE = "/fr/settings/profile"
GOOD = {"name": "Camille Martin", "locale": "fr", "timezone": "Europe/Paris"}


def save(client: Client, **changes: Any) -> Any:
    return client.post(PAGE, GOOD | changes)


def stored(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(
    "path", [PAGE, f"{PAGE}/picture", f"{PAGE}/address", f"{PAGE}/close", "/pictures/abc.webp"]
)
def test_the_pages_are_closed_to_the_signed_out(db, path):
    for method in ("get", "post"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 302
        assert answer.url.startswith("/fr/auth?next=")


@pytest.mark.parametrize("path", [f"{PAGE}/picture", f"{PAGE}/address", f"{PAGE}/close"])
def test_what_changes_something_is_a_post(as_user, owner, path):
    assert as_user(owner).get(path).url == PAGE


def test_a_name_runs_its_own_way_on_a_page_of_either(as_user, owner):
    field = str(as_user(owner).get("/he/settings/profile").context["form"]["name"])
    assert 'dir="auto"' in field


def test_the_page_shows_what_is_kept(as_user, owner):
    User.objects.filter(pk=owner.pk).update(name="Noa Lévy", timezone="Asia/Jerusalem")
    form = as_user(owner).get(PAGE).context["form"]
    assert (form["name"].value(), form["locale"].value(), form["timezone"].value()) == (
        "Noa Lévy",
        "fr",
        "Asia/Jerusalem",
    )


def test_saving_keeps_what_was_said_and_writes_it_down(as_user, owner):
    answer = save(as_user(owner), name="  Noa   Lévy ", timezone="Asia/Jerusalem")
    assert (answer.status_code, answer.url) == (302, PAGE)
    user = stored(owner)
    assert (user.name, user.timezone, user.locale) == ("Noa Lévy", "Asia/Jerusalem", "fr")
    event = AuditEvent.objects.get(action="accounts.profile_changed")
    assert (event.actor_id, sorted(event.data["fields"])) == (owner.pk, ["name", "timezone"])


def test_saving_the_same_writes_nothing_down(as_user, owner):
    client = as_user(owner)
    save(client, name=owner.name)
    assert not AuditEvent.objects.filter(action="accounts.profile_changed").exists()


@pytest.mark.parametrize(("locale", "said"), [("he", 'lang="he" dir="rtl"'), ("en", 'lang="en"')])
def test_a_new_language_shows_at_once_and_stays(as_user, owner, locale, said):
    client = as_user(owner)
    answer = save(client, locale=locale)
    assert answer.url == f"/{locale}/settings/profile"
    (message,) = get_messages(answer.wsgi_request)
    assert str(message) in text_of(client.get(answer.url))
    assert said in text_of(client.get(answer.url))
    # URLs without a language use the user's.
    assert client.get("/").url == f"/{locale}/"


@pytest.mark.slow
def test_every_offered_time_zone_and_language_can_be_saved(as_user, owner):
    client = as_user(owner)
    zones = [value for value, _label in client.get(PAGE).context["form"].fields["timezone"].choices]
    assert len(zones) > 90  # one for each clock of the world
    for zone in ("UTC", zones[1], zones[-1], "America/Santiago", "Asia/Kathmandu"):
        assert zone in zones
        assert save(client, timezone=zone).status_code == 302
        assert stored(owner).timezone == zone
        assert client.get(PAGE).status_code == 200


@pytest.mark.variants
@pytest.mark.parametrize(
    "zone",
    [
        "Mars/Olympus",
        "",
        "../../etc/passwd",
        "Factory",
        "posixrules",
        "europe/paris",
        "Europe/Paris\x00",
        "x" * 9999,
    ],
)
def test_an_unknown_time_zone_is_told_and_nothing_is_lost(as_user, owner, zone):
    refused(as_user(owner), owner, "timezone", zone)


@pytest.mark.variants
@pytest.mark.parametrize("locale", ["xx", "", "FR", "fr-FR", "en_US", "zh-hans", "../fr", "x" * 9999])
def test_an_unknown_language_is_told_and_nothing_is_lost(as_user, owner, locale):
    refused(as_user(owner), owner, "locale", locale)


def refused(client: Client, user: User, field: str, value: str) -> str:
    """Post a wrong value: 422, a sentence, other typed values kept, nothing stored. Returns the page."""
    before = dump()
    other = "Typed Meanwhile" if field != "name" else value
    answer = save(client, **{"name": other, field: value})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {field}
    (sentence,) = form.errors[field]
    assert sentence.strip().endswith((".", ")"))
    page = text_of(answer)
    assert 'aria-invalid="true"' in page
    assert form["name"].value() == other
    assert dump() == before
    return page


@pytest.mark.variants
@pytest.mark.parametrize(
    "name",
    [
        "x" * 10_000,
        "🍞" * 121,
        "\ufb2a" * 120,  # 120 letters that become 240 code points in composed form
        "Camille \u202enitraM",
        "\u2066Camille\u2069",
        "Camille\x00Martin",
        "Camille\x07Martin",
        "Camille\x9bMartin",
    ],
    ids=["long", "many emoji", "growing", "override", "isolate", "nul", "bell", "c1"],
)
def test_a_name_that_cannot_be_kept_is_told_and_nothing_is_lost(as_user, owner, name):
    refused(as_user(owner), owner, "name", name)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "",
        "X" * 120,
        "👩‍👩‍👧 Camille 🥖",
        "נועה לוי",
        "محمد",
        "李",
        'O\'Neil & Sons "the best" <ever>',
        "José",  # decomposed by some keyboards
        "a\u200fb",
        "Robert'); DROP TABLE users;--",
        "{{ 7|add:7 }}{% debug %}",
        "ß",
        "🇫🇷",
    ],
)
def test_any_script_is_kept_and_every_page_still_answers(as_user, owner, name):
    client = as_user(owner)
    assert save(client, name=name).status_code == 302
    assert len(stored(owner).name) == len(name.replace("José", "José"))
    for path in (PAGE, "/fr/o/bakery", "/he/settings/security", "/en/settings/profile"):
        assert client.get(path).status_code == 200
    assert save(client, name=stored(owner).name).status_code == 302


def test_markup_in_a_name_is_shown_as_text_everywhere(as_user, owner, staff, run_tasks, mailoutbox):
    name = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    client = as_user(owner)
    assert save(client, name=name).status_code == 302
    assert stored(owner).name == name
    Client().post("/fr/auth", {"email": owner.email})
    run_tasks()
    html = mailoutbox[-1].alternatives[0][0]
    admin_client = as_user(staff)
    pages = [
        text_of(client.get(PAGE)),
        text_of(client.get("/fr/o/bakery")),
        text_of(client.get("/fr/settings/security")),
        text_of(admin_client.get("/admin/accounts/user/")),
        text_of(admin_client.get(f"/admin/accounts/user/{owner.pk}/change/")),
        str(html),
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert sum("&lt;script&gt;alert" in page for page in pages) >= 4


def test_a_name_cannot_add_a_header_to_a_mail(as_user, owner, run_tasks, mailoutbox):
    save(as_user(owner), name="Camille\r\nBcc: thief@example.com")
    Client().post("/fr/auth", {"email": owner.email})
    run_tasks()
    assert mailoutbox[-1].recipients() == [owner.email]
    assert "\n" not in stored(owner).name


def test_what_the_form_does_not_offer_is_not_taken(as_user, owner):
    answer = save(
        as_user(owner),
        name="Camille",
        email="thief@example.com",
        is_staff="on",
        is_superuser="on",
        is_active="",
        id="00000000-0000-0000-0000-000000000001",
        avatar_digest="x",
        mail_trouble="x",
    )
    assert answer.status_code == 302
    user = stored(owner)
    assert (user.email, user.is_staff, user.is_superuser, user.is_active) == (
        "owner@example.com",
        False,
        False,
        True,
    )
    assert (user.avatar_digest, user.mail_trouble) == ("", "")


def test_a_wrong_form_does_not_show_in_the_frame_of_the_page(as_user, owner):
    """The menu shows the stored name."""
    answer = save(as_user(owner), name="Somebody Else", timezone="Mars/Olympus")
    assert answer.wsgi_request.user.name == owner.name


def test_one_user_does_not_change_another(as_user, owner, admin):
    save(as_user(owner), name="Camille")
    assert stored(admin).name == admin.name != "Camille"


def test_bytes_that_are_no_text_are_answered(as_user, owner):
    body = b"name=%FF%FE%C0&locale=fr&timezone=Europe/Paris"
    answer = as_user(owner).post(PAGE, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {302, 400, 422}


def test_the_same_field_sent_twice_is_one_answer(as_user, owner):
    body = urlencode([("name", "A"), ("name", "B"), ("locale", "fr"), ("timezone", "UTC")])
    assert (
        as_user(owner).post(PAGE, body, content_type="application/x-www-form-urlencoded").status_code == 302
    )
    assert stored(owner).name == "B"


def test_without_csrf_proof_nothing_changes(as_user, owner):
    client = as_user(owner)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert save(strict, name="Thief").status_code == 403
    assert stored(owner).name == owner.name
