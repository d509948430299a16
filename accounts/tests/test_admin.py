import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.utils.html import escape
from django.utils.translation import gettext, override

from accounts.models import AuthSession, LoginToken, User
from accounts.sessions.history import ENDINGS
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import link_in, text_of
from core.audit.services import record_event
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"
APP_DIR = Path(__file__).parent.parent


@pytest.fixture
def desk(as_user, staff):
    """The operator's client."""
    return as_user(staff)


def act(desk, action, *users):
    return desk.post(
        USERS, {"action": action, "_selected_action": [str(user.pk) for user in users]}, follow=True
    )


def test_signed_out_users_use_the_same_sign_in_page(client):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1] == ("/fr/auth?next=/admin/", 302)


@pytest.mark.parametrize(
    "address",
    [
        "accounts/logintoken/?token_hash__startswith=a",
        "accounts/logintoken/?code_attempts__in=99999999999999999999999",
        "accounts/authsession/?session_key__lt=8",
        "accounts/authsession/?ip=x",
        "accounts/user/?email__range=a",
        "organizations/organization/?name=x",
        "core/auditevent/?at__range=",
        "core/auditevent/?at__year=99999999999999999999",
        "accounts/user/?created_at__year=9999",
        "accounts/user/?created_at__year=1",
        "accounts/user/?created_at__month=13",
        pytest.param(f"accounts/user/?created_at__month={'9' * 5000}", id="endless month"),
    ],
)
def test_list_is_narrowed_by_its_own_filters_alone(desk, owner, address):
    """A lookup typed into the URL could guess hashes letter by letter, or crash the query."""
    assert desk.get(f"/admin/{address}").status_code == 400


def test_signed_out_come_back_to_the_page_they_wanted(client, staff, sign_in):
    page = client.get(f"{USERS}?q=camille", follow=True)
    assert page.redirect_chain[-1][0].startswith("/fr/auth?next=/admin/accounts/user/")
    response = sign_in(client, staff, next_path=page.context["form"]["next"].value())
    assert response.url == f"{USERS}?q=camille"
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize("path", ["/admin/", USERS, "/admin/login/"])
def test_others_than_staff_are_refused(as_user, owner, path):
    response = as_user(owner).get(path, follow=True)
    assert response.status_code == 403


def test_no_password_is_asked_or_changed_anywhere(desk, owner):
    assert desk.get("/admin/password_change/").status_code == 404
    assert "password" not in desk.get(f"{USERS}{owner.pk}/change/").content.decode()


@pytest.mark.parametrize("path", ["/admin/nope", "/admin/nope/", "/admin/accounts/nope/"])
def test_unknown_address_is_a_404_and_no_circle(desk, path):
    assert desk.get(path, follow=True).status_code == 404


def model_admins():
    return sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)


@pytest.mark.slow
@pytest.mark.parametrize(("model", "page"), model_admins(), ids=lambda value: getattr(value, "__name__", ""))
def test_every_page_of_the_admin_renders_and_shows_no_hash(desk, owner, client, run_tasks, model, page):
    client.post("/fr/auth", {"email": owner.email})
    run_tasks()
    client.post("/fr/verify-magic-link", {"token": make_link(owner).secret})
    kept_out = {row.token_hash for row in LoginToken.objects.all()}
    kept_out |= {row.code_hash for row in LoginToken.objects.all()}
    kept_out |= {row.session_key for row in AuthSession.objects.all()}
    kept_out |= {row.browser_hash for row in AuthSession.objects.all()}
    kept_out -= {"", None}
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    paths = [base, f"{base}?q=owner"]
    if (row := model._default_manager.first()) is not None:
        paths.append(f"{base}{admin.utils.quote(row.pk)}/change/")
    request = desk.get("/admin/").wsgi_request
    if page.has_add_permission(request):
        paths.append(f"{base}add/")
    for path in paths:
        response = desk.get(path)
        assert response.status_code == 200, path
        shown = response.content.decode()
        assert [secret for secret in kept_out if secret in shown] == []


def test_search_and_filter_find_users(desk, owner, viewer):
    page = desk.get(USERS, {"q": "owner@", "is_active__exact": "1"}).content.decode()
    assert owner.email in page
    assert viewer.email not in page


@pytest.mark.parametrize("part", ["year=1000", "year=9998", "month=12", "day=31"])
def test_list_is_narrowed_by_any_part_of_a_date(desk, part):
    assert desk.get(f"{USERS}?created_at__{part}").status_code == 200


@pytest.mark.parametrize(
    "model", [each for each in admin.site._registry if admin.site._registry[each].search_fields]
)
def test_search_for_thousands_of_words_is_answered(desk, model):
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    assert desk.get(path, {"q": "a " * 2000}).status_code == 200


def test_deactivating_puts_out_at_once(desk, as_user, admin):
    client = as_user(admin)
    act(desk, "deactivate", admin)
    admin.refresh_from_db()
    assert not admin.is_active
    assert client.get("/fr/o/bakery").status_code == 302
    assert AuditEvent.objects.filter(action="accounts.deactivated", subject_id=admin.id).count() == 1


def test_staff_cannot_deactivate_themselves(desk, staff):
    act(desk, "deactivate", staff)
    staff.refresh_from_db()
    assert staff.is_active


def test_sending_a_link_mails_it_in_the_users_language(desk, owner, run_tasks, mailoutbox):
    owner.locale = "he"
    owner.save()
    act(desk, "send_link", owner)
    run_tasks()
    assert mailoutbox[0].to == [owner.email]
    assert "/he/verify-magic-link" in link_in(mailoutbox[0])


def test_no_link_is_sent_to_the_deactivated(desk, owner):
    User.objects.filter(pk=owner.pk).update(is_active=False)
    act(desk, "send_link", owner)
    assert LoginToken.objects.count() == 0


def test_signing_out_everywhere_ends_every_session(desk, as_user, owner, viewer):
    first, second, other = as_user(owner), as_user(owner), as_user(viewer)
    act(desk, "sign_out_everywhere", owner)
    statuses = [client.get("/fr/o/bakery").status_code for client in (first, second, other)]
    assert statuses == [302, 302, 200]


def change(desk, user, **changes):
    page = desk.get(f"{USERS}{user.pk}/change/")
    form = page.context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    for inline in page.context["inline_admin_formsets"]:
        data |= {
            f"{inline.formset.prefix}-{key}": value
            for key, value in inline.formset.management_form.initial.items()
        }
    data |= changes
    return desk.post(
        page.request["PATH_INFO"], {key: value for key, value in data.items() if value is not False}
    )


def test_unticking_active_puts_out_at_once(desk, as_user, admin):
    client = as_user(admin)
    assert change(desk, admin, is_active=False).status_code == 302
    admin.refresh_from_db()
    assert not admin.is_active
    assert AuthSession.objects.get(user=admin).revoked_reason == "deactivated"
    assert client.get("/fr/o/bakery").status_code == 302


def test_reactivated_user_stays_signed_out(desk, as_user, admin):
    client = as_user(admin)
    act(desk, "deactivate", admin)
    User.objects.update(is_active=True)
    assert client.get("/fr/o/bakery").status_code == 302


@pytest.mark.variants
@pytest.mark.parametrize("typed", ["Owner@Example.com", "no address", "own\u200ber@example.com"])
def test_address_that_is_taken_or_none_is_refused(desk, owner, typed):
    data = {"email": typed, "locale": "fr", "timezone": "Europe/Paris", "is_active": "on"}
    response = desk.post(f"{USERS}add/", data)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["email"]


def test_user_created_in_the_admin_can_sign_in(desk, client, run_tasks, mailoutbox):
    data = {
        "email": "New@Example.com",
        "name": "New",
        "locale": "fr",
        "timezone": "Europe/Paris",
        "is_active": "on",
    }
    assert desk.post(f"{USERS}add/", data).status_code == 302
    client.post("/fr/auth", {"email": "new@example.com"})
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [["new@example.com"]]


@pytest.mark.parametrize("model", ["accounts/logintoken", "accounts/authsession", "core/auditevent"])
def test_generated_fields_cannot_be_edited(desk, model):
    assert desk.get(f"/admin/{model}/add/").status_code == 403


@pytest.fixture
def helper(db):
    """Staff with the right to change users; no superuser."""
    user = UserFactory(email="helper@example.com", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["change_user", "view_user", "add_user"])
    )
    return user


def form_of(user, **changed):
    fields = {"email": user.email, "name": user.name, "locale": "fr", "timezone": "UTC", "is_active": "on"}
    return fields | changed


def test_right_to_change_users_does_not_give_rights(as_user, helper, owner):
    rights = {
        "is_staff": "on",
        "is_superuser": "on",
        "user_permissions": [p.pk for p in Permission.objects.all()[:1]],
    }
    assert (
        as_user(helper).post(f"{USERS}{owner.pk}/change/", form_of(owner, name="Zoé", **rights)).status_code
        == 302
    )
    owner.refresh_from_db()
    assert (owner.name, owner.is_staff, owner.is_superuser) == ("Zoé", False, False)
    assert not owner.user_permissions.exists()


def test_right_to_change_users_does_not_change_staff(as_user, helper, staff):
    desk = as_user(helper)
    for person in (staff, helper):
        changed = form_of(person, email="mine@example.com", is_superuser="on")
        assert desk.post(f"{USERS}{person.pk}/change/", changed).status_code == 403
    as_user(staff)
    for action in ("deactivate", "sign_out_everywhere"):
        act(desk, action, staff)
    assert list(User.objects.filter(email="mine@example.com")) == []
    staff.refresh_from_db()
    assert staff.is_active
    assert AuthSession.objects.of(staff).live().exists()


SOURCE = "".join(path.read_text() for path in APP_DIR.rglob("*.py") if "tests" not in path.parts)
REASONS = sorted(set(re.findall(r"(?:reason=|reason: str = |revoke\()\"(\w+)\"", SOURCE)))


@pytest.mark.variants
@pytest.mark.parametrize("reason", REASONS)
def test_why_a_sign_in_ended_is_said_in_words(desk, as_user, owner, reason):
    as_user(owner)
    AuthSession.objects.of(owner).revoke(reason)
    session = AuthSession.objects.get(user=owner)
    for path in ("", f"{session.pk}/change/"):
        page = text_of(desk.get(f"/admin/accounts/authsession/{path}"))
        with override("fr"):
            assert escape(str(ENDINGS[reason])) in page
        assert f">{reason}<" not in page
    # The filter, which is a link.
    found = desk.get("/admin/accounts/authsession/", {"revoked_reason": reason})
    assert [row.pk for row in found.context["cl"].result_list] == [session.pk]


def test_there_are_reasons_to_look_at():
    assert {"signed_out", "not_me", "deactivated", "address_undone"} <= set(REASONS)


@pytest.mark.parametrize("language", ["fr", "he"])
def test_events_are_shown_as_sentences(desk, owner, bakery, language):
    record_event("accounts.code_locked", subject=owner)
    record_event(
        "organizations.role_changed", subject=owner, organization_id=bakery.pk, before="viewer", role="admin"
    )
    User.objects.filter(is_staff=True).update(locale=language)
    page = text_of(desk.get("/admin/core/auditevent/"))
    with override(language):
        assert escape(gettext("A code was typed wrong five times and locked.")) in page
        assert escape(gettext("Administrator")) in page
    assert "{subject}" not in page
    assert ">organizations.role_changed<" not in page


def test_audit_names_people_and_is_searched_by_name_and_by_address(desk, member, owner):
    User.objects.filter(pk=owner.pk).update(name="Ava Cohen")
    record_event("accounts.link_sent", subject=owner)
    record_event("accounts.signed_in", actor=member)
    page = text_of(desk.get("/admin/core/auditevent/"))
    assert "Ava Cohen" in page
    assert "Camille Martin" in page
    assert owner.email not in page
    for term in ("cohen", owner.email, "owner@example"):
        rows = desk.get("/admin/core/auditevent/", {"q": term}).context["cl"].result_list
        assert {row.subject_id for row in rows} == {owner.pk}


def test_closed_account_is_masked_in_the_audit(desk, as_user, member):
    record_event("accounts.signed_in", actor=member)
    as_user(member).post("/fr/settings/profile/close", {"confirmation": member.email})
    page = text_of(desk.get("/admin/core/auditevent/"))
    assert "m•••••@example.com" in page
    assert member.email not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Comptes | peut modifier", "File d’attente", "état"]),
        ("he", ["חשבונות | רשאי לשנות", "תור המשימות", "מצב"]),
    ],
)
def test_admin_speaks_the_readers_language(desk, staff, language, words):
    User.objects.filter(pk=staff.pk).update(locale=language)
    pages = [f"{USERS}{staff.pk}/change/", "/admin/", "/admin/django_tasks_database/dbtaskresult/"]
    for path, word in zip(pages, words, strict=True):
        page = text_of(desk.get(path))
        assert word in page
        for english in ("Can change", "Tasks Database Backend", "Task Result", "Enqueued"):
            assert english not in page


def test_permissions_are_given_in_words_and_under_their_ids(desk, member):
    right = Permission.objects.get(codename="view_user")
    page = text_of(desk.get(f"{USERS}{member.pk}/change/"))
    assert f'<option value="{right.pk}">Comptes | peut voir : utilisateurs</option>'.replace(" :", "") in (
        page.replace("\u00a0:", "").replace(" :", "")
    )
