"""The page of the mailed link, in all its states. GET changes nothing; one POST signs in."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.login.tokens import mint
from accounts.models import AuthSession, LoginToken, User
from accounts.secrets import digest, new_secret
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import dump, link_in, text_of
from core.audit.services import record_event
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

VERIFY = "/fr/verify-magic-link"
RESEND = "/fr/verify-magic-link/new"
DASHBOARD = "/fr/o/bakery"


@pytest.fixture
def browser() -> Client:
    """The browser that requested the link: it has the cookie."""
    client = Client()
    client.cookies["browser"] = new_secret()
    return client


def cookie_of(client: Client) -> str:
    return str(client.cookies["browser"].value)


def used(user, **fields):
    minted = make_link(user, **fields)
    LoginToken.objects.filter(id=minted.token.id).update(used_at=timezone.now(), used_via="link")
    return minted


def superseded(user, **fields):
    minted = make_link(user, **fields)
    LoginToken.objects.filter(id=minted.token.id).update(superseded_at=timezone.now())
    return minted


def expired(user, **fields):
    minted = make_link(user, **fields)
    LoginToken.objects.filter(id=minted.token.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    return minted


UNUSABLE = {"used": used, "superseded": superseded, "expired": expired}


# Reading.


def test_reading_the_link_changes_nothing(owner):
    """Mail scanners open every link, some of them with HEAD, some of them often."""
    secret = make_link(owner, browser=new_secret()).secret
    before = dump()
    for _ in range(10):
        stranger = Client(headers={"User-Agent": "Scanner/1.0"})
        assert stranger.get(VERIFY, {"token": secret}).status_code == 200
        assert stranger.head(VERIFY, {"token": secret}).status_code == 200
        assert "session" not in stranger.cookies
    assert dump() == before


def test_browser_that_asked_reads_without_changing_anything(owner, browser):
    secret = make_link(owner, browser=cookie_of(browser)).secret
    before = dump()
    browser.get(VERIFY, {"token": secret})
    browser.head(VERIFY, {"token": secret})
    assert dump() == before


def test_browser_that_asked_sees_a_form_that_sends_itself(owner, browser):
    response = browser.get(VERIFY, {"token": make_link(owner, browser=cookie_of(browser)).secret})
    assert (response.status_code, response.context["state"]) == (200, "checking")
    assert 'data-controller="auto-submit"' in text_of(response)
    assert "<button" in text_of(response)  # works without scripts


def test_any_other_browser_sees_one_button(client, owner):
    response = client.get(VERIFY, {"token": make_link(owner, browser=new_secret()).secret})
    assert (response.status_code, response.context["state"]) == (200, "confirm")
    assert "auto-submit" not in text_of(response)
    assert "o•••••@example.com" in text_of(response)
    assert owner.email not in text_of(response)


def test_link_that_no_browser_asked_for_never_sends_itself(client, owner):
    """An operator's link has no browser; an empty cookie must not match it."""
    client.cookies["browser"] = ""
    response = client.get(VERIFY, {"token": make_link(owner).secret})
    assert response.context["state"] == "confirm"


def test_another_signed_in_user_is_asked(as_user, admin, owner):
    client = as_user(admin)
    response = client.get(VERIFY, {"token": make_link(owner).secret})
    assert (response.status_code, response.context["state"]) == (200, "other_user")
    assert admin.email in text_of(response)
    assert owner.email not in text_of(response)
    assert "auto-submit" not in text_of(response)


@pytest.mark.parametrize("state", UNUSABLE)
def test_unusable_link_says_why_and_offers_a_new_one(client, owner, state):
    response = client.get(VERIFY, {"token": UNUSABLE[state](owner).secret})
    assert (response.status_code, response.context["state"]) == (410, state)
    assert f'action="{RESEND}"' in text_of(response)
    assert owner.email not in text_of(response)


def test_each_unusable_state_has_its_own_words(client, owner):
    secrets = [make(owner).secret for make in UNUSABLE.values()] + ["unknown"]
    titles = {
        text_of(client.get("/en/verify-magic-link", {"token": secret})).split("</title>")[0]
        for secret in secrets
    }
    assert len(titles) == 4


TWISTED = {
    "unknown": lambda secret: new_secret(),
    "truncated": lambda secret: secret[:-1],
    "doubled": lambda secret: secret * 2,
    "cut in the middle": lambda secret: secret[:20],
    "other case": lambda secret: secret.swapcase(),
    "10 kB": lambda secret: "a" * 10_240,
    "not ASCII": lambda secret: "clé-été-עברית-🥐",
    "markup": lambda secret: "<script>alert(1)</script>",
    "the hash itself": digest,
}


@pytest.mark.variants
@pytest.mark.parametrize("twist", TWISTED.values(), ids=TWISTED.keys())
@pytest.mark.parametrize("method", ["get", "post"])
def test_twisted_token_opens_nothing(client, owner, method, twist):
    secret = make_link(owner).secret
    response = getattr(client, method)(VERIFY, {"token": twist(secret)})
    assert (response.status_code, response.context["state"]) == (410, "unknown")
    assert "<script>alert" not in text_of(response)
    assert AuthSession.objects.count() == 0
    assert client.post(RESEND, {"token": twist(secret)}).url == "/fr/auth"


@pytest.mark.parametrize("after", [".", ")", ").", " ", "\u200e", "\xa0", ">", "»", "\u05f4"])
@pytest.mark.parametrize("before", ["", " ", "\u200f"])
def test_what_a_mail_program_took_for_a_part_of_the_link_does_not_count(client, owner, before, after):
    secret = make_link(owner).secret
    assert client.get(VERIFY, {"token": f"{before}{secret}{after}"}).context["state"] == "confirm"
    assert client.post(VERIFY, {"token": f"{before}{secret}{after}"}).status_code == 303


def test_token_with_a_nul_inside_opens_nothing(client, owner):
    secret = make_link(owner).secret
    response = client.post(VERIFY, {"token": f"{secret[:20]}\x00{secret[20:]}"})
    assert (response.status_code, response.context["state"]) == (410, "unknown")


def test_token_of_bytes_that_are_no_text_opens_nothing(client, db):
    assert client.get(f"{VERIFY}?token=%FF%FE").status_code in {400, 410}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("data", [{}, {"token": ""}, {"other": "1"}])
def test_without_a_token_the_page_redirects_to_sign_in(client, db, method, data):
    response = getattr(client, method)(VERIFY, data)
    assert (response.status_code, response.url) == (302, "/fr/auth")


def test_without_a_token_a_browser_that_waits_for_a_code_is_led_to_its_page(client, owner):
    sent = client.post("/fr/auth", {"email": owner.email}).url
    assert client.get(VERIFY).url == sent
    assert Client().get(VERIFY).url == "/fr/auth"
    LoginToken.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    assert client.get(VERIFY).url == "/fr/auth"


def test_link_for_another_purpose_does_not_sign_in(client, owner):
    minted = make_link(owner)
    LoginToken.objects.filter(id=minted.token.id).update(purpose=LoginToken.Purpose.INVITATION)
    assert client.post(VERIFY, {"token": minted.secret}).status_code == 410
    assert AuthSession.objects.count() == 0


def test_the_page_keeps_the_link_to_itself(client, owner):
    for response in (
        client.get(VERIFY, {"token": make_link(owner).secret}),
        client.get(VERIFY, {"token": used(owner).secret}),
        client.post(VERIFY, {"token": make_link(owner).secret, "js": "1"}),
    ):
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "strict-origin"
        assert "noindex" in response["X-Robots-Tag"]


def test_the_link_stands_in_no_address_of_the_page(client, owner):
    """No link or form of the page contains it, the language switch included."""
    secret = make_link(owner).secret
    page = text_of(client.get(VERIFY, {"token": secret}))
    assert page.count(secret) == page.count(f'name="token" value="{secret}"') > 0


# Signing in.


def test_post_signs_in_once(client, owner):
    minted = make_link(owner)
    response = client.post(VERIFY, {"token": minted.secret})
    assert (response.status_code, response.url) == (303, "/fr/home")
    session = AuthSession.objects.get()
    assert (session.user, session.login_token_id) == (owner, minted.token.id)
    assert client.get(DASHBOARD).status_code == 200
    assert Client().post(VERIFY, {"token": minted.secret}).status_code == 410
    assert AuthSession.objects.count() == 1


def test_the_whole_way_by_mail(client, owner, sign_in):
    response = sign_in(client, owner)
    assert response.status_code == 303
    assert client.get(DASHBOARD).status_code == 200


def test_signing_in_is_written_down(client, owner):
    client.post(VERIFY, {"token": make_link(owner).secret}, REMOTE_ADDR="192.0.2.7")
    event = AuditEvent.objects.get(action="accounts.signed_in")
    assert (event.actor_id, event.ip, event.data["via"]) == (owner.id, "192.0.2.7", "link")


def test_refusal_is_written_down_and_nothing_else_changes(client, owner):
    secret = make_link(owner).secret
    owner.is_active = False
    owner.save()
    before = dump()
    assert client.post(VERIFY, {"token": secret}).status_code == 410
    event = AuditEvent.objects.get(action="accounts.sign_in_refused")
    assert event.subject_id == owner.id
    after = dump()
    assert {name for name in after if after[name] != before[name]} == {"core_auditevent"}


def test_deactivated_user_sees_an_expired_link(client, owner):
    secret = make_link(owner).secret
    owner.is_active = False
    owner.save()
    assert client.post(VERIFY, {"token": secret}).context["state"] == "expired"


@pytest.mark.parametrize("state", UNUSABLE)
def test_unusable_link_does_not_sign_in(client, owner, state):
    response = client.post(VERIFY, {"token": UNUSABLE[state](owner).secret})
    assert (response.status_code, response.context["state"]) == (410, state)
    assert AuthSession.objects.count() == 0


@pytest.mark.parametrize("state", UNUSABLE)
def test_posting_an_unusable_link_is_recorded(client, owner, state):
    minted, before = UNUSABLE[state](owner), dump()
    client.post(VERIFY, {"token": minted.secret})
    event = AuditEvent.objects.get(action="accounts.sign_in_refused")
    assert (event.subject_id, event.data) == (owner.id, {"reason": state})
    assert {name for name, rows in dump().items() if rows != before[name]} == {"core_auditevent"}


def test_posting_an_unusable_link_leaves_usable_links_alone(client, owner):
    old, good = expired(owner), make_link(owner)
    client.post(VERIFY, {"token": old.secret})
    assert client.post(VERIFY, {"token": good.secret}).status_code == 303


def test_other_refusals_are_not_recorded(as_user, admin, owner):
    client, secret = as_user(admin), make_link(owner).secret
    for token in (secret, new_secret()):
        client.post(VERIFY, {"token": token})
    assert not AuditEvent.objects.filter(action="accounts.sign_in_refused").exists()


def test_failure_half_way_leaves_the_link_as_it_was(client, owner, monkeypatch):
    """A crash in the middle leaves no half session: everything commits together or not at all."""
    secret = make_link(owner).secret
    before = dump()
    monkeypatch.setattr(
        "accounts.login.services.open_session",
        lambda *args, **options: (_ for _ in ()).throw(OSError("killed")),
    )
    client.raise_request_exception = False
    assert client.post(VERIFY, {"token": secret}).status_code == 500
    assert dump() == before
    monkeypatch.undo()
    assert client.post(VERIFY, {"token": secret}).status_code == 303


def test_failure_after_the_session_takes_it_back(client, owner, monkeypatch):
    secret = make_link(owner).secret
    before = dump()

    def broken(action, **fields):
        if action == "accounts.signed_in":
            raise OSError("killed")
        return record_event(action, **fields)

    monkeypatch.setattr("accounts.login.services.record_event", broken)
    client.raise_request_exception = False
    assert client.post(VERIFY, {"token": secret}).status_code == 500
    assert dump() == before


def test_two_links_work_until_one_is_used(client, owner):
    first, second = make_link(owner), make_link(owner)
    assert client.get(VERIFY, {"token": first.secret}).status_code == 200
    assert client.get(VERIFY, {"token": second.secret}).status_code == 200
    assert client.post(VERIFY, {"token": second.secret}).status_code == 303
    assert Client().get(VERIFY, {"token": first.secret}).context["state"] == "superseded"


def test_using_a_link_leaves_links_of_other_users_alone(client, owner, admin):
    other = make_link(admin)
    client.post(VERIFY, {"token": make_link(owner).secret})
    assert Client().get(VERIFY, {"token": other.secret}).status_code == 200


def test_post_again_by_the_browser_signed_in_by_it_goes_on(client, owner):
    secret = make_link(owner).secret
    client.post(VERIFY, {"token": secret})
    again = client.post(VERIFY, {"token": secret})
    assert (again.status_code, again.url) == (303, "/fr/home")
    assert client.get(VERIFY, {"token": secret}).context["state"] == "success"
    assert AuthSession.objects.count() == 1


def test_another_signed_in_user_is_never_switched_silently(as_user, admin, owner):
    client, secret = as_user(admin), make_link(owner).secret
    response = client.post(VERIFY, {"token": secret})
    assert (response.status_code, response.context["state"]) == (200, "other_user")
    assert AuthSession.objects.get().user == admin


def test_switching_on_purpose_ends_the_other_session(as_user, admin, owner):
    client = as_user(admin)
    response = client.post(VERIFY, {"token": make_link(owner).secret, "switch": "1"})
    assert response.status_code == 303
    assert AuthSession.objects.get(user=admin).revoked_at is not None
    assert AuthSession.objects.live().get().user == owner


def test_signed_in_user_can_sign_in_again(as_user, owner):
    client = as_user(owner)
    assert client.post(VERIFY, {"token": make_link(owner).secret}).status_code == 303
    assert AuthSession.objects.live().count() == 1


def test_page_that_submits_itself_shows_success_and_goes_on(client, owner):
    response = client.post(VERIFY, {"token": make_link(owner).secret, "js": "1"})
    assert (response.status_code, response.context["state"]) == (200, "success")
    assert response["Refresh"] == "1; url=/fr/home"
    assert client.get(DASHBOARD).status_code == 200


def test_post_that_only_shows_changes_nothing(owner, browser):
    secret = make_link(owner, browser=cookie_of(browser)).secret
    before = dump()
    response = browser.post("/he/verify-magic-link", {"token": secret, "show": "1"})
    assert response.status_code == 200
    assert 'lang="he" dir="rtl"' in text_of(response)
    assert dump() == before


def test_post_without_csrf_token_does_not_sign_in(owner):
    client = Client(enforce_csrf_checks=True)
    secret = make_link(owner).secret
    before = dump()
    response = client.post(VERIFY, {"token": secret})
    assert response.status_code == 403
    assert secret not in text_of(response)
    assert dump() == before


def test_the_form_of_the_page_passes(owner):
    client = Client(enforce_csrf_checks=True)
    secret = make_link(owner).secret
    page = client.get(VERIFY, {"token": secret})
    posted = {"token": secret, "csrfmiddlewaretoken": page.context["csrf_token"]}
    assert client.post(VERIFY, posted).status_code == 303


def test_browser_without_a_cookie_is_known_from_now_on(client, owner):
    client.post(VERIFY, {"token": make_link(owner).secret})
    assert AuthSession.objects.get().browser_hash == digest(cookie_of(client))


@pytest.mark.parametrize(("minutes", "status"), [(14, 303), (16, 410)])
def test_link_lives_15_minutes_from_minting(client, owner, minutes, status):
    secret = make_link(owner).secret
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        assert client.post(VERIFY, {"token": secret}).status_code == status


# The page after signing in.


@pytest.mark.parametrize(
    ("cast", "landing"),
    [
        ("owner", "/fr/dashboard"),
        ("viewer", "/fr/dashboard"),
        ("newcomer", "/fr/onboarding/welcome"),
        ("staff", "/admin/"),
    ],
)
def test_home_redirects_to_the_users_start_page(client, request, cast, landing):
    client.post(VERIFY, {"token": make_link(request.getfixturevalue(cast)).secret})
    assert client.get("/fr/home").url == landing


def test_next_is_the_page_after_signing_in(client, owner, sign_in):
    assert sign_in(client, owner, next_path="/fr/o/bakery?tab=1").url == "/fr/o/bakery?tab=1"


def test_closed_page_is_shown_after_signing_in(client, owner, run_tasks, mailoutbox):
    closed = client.get("/en/o/bakery?day=1")
    assert closed.url == "/en/auth?next=/en/o/bakery%3Fday%3D1"
    page = client.get(closed.url)
    asked = {"email": owner.email, "next": page.context["form"]["next"].value()}
    client.post("/en/auth", asked)
    run_tasks()
    secret = link_in(mailoutbox[0]).partition("token=")[2]
    landed = client.post("/en/verify-magic-link", {"token": secret})
    assert landed.url == "/en/o/bakery?day=1"
    assert client.get(landed.url).status_code == 200


# A new link in place of an unusable one.


@pytest.mark.parametrize("state", UNUSABLE)
def test_one_click_asks_for_a_new_link(client, owner, state, run_tasks, mailoutbox):
    old = UNUSABLE[state](owner, next_path=DASHBOARD)
    response = client.post(RESEND, {"token": old.secret})
    assert response.url.startswith("/fr/auth/sent?request=")
    run_tasks()
    assert mailoutbox[0].to == [owner.email]
    secret = link_in(mailoutbox[0]).partition("token=")[2]
    assert client.post(VERIFY, {"token": secret}).url == DASHBOARD


def test_requesting_a_new_link_does_not_revive_the_old_one(client, owner, run_tasks, mailoutbox):
    old = expired(owner)
    client.post(RESEND, {"token": old.secret})
    run_tasks()
    assert client.get(VERIFY, {"token": old.secret}).status_code == 410


def test_forwarded_unusable_link_does_not_reveal_its_address(client, owner, settings):
    settings.AVA_RATE_LIMITS = True
    old = expired(owner)
    sent = client.post(RESEND, {"token": old.secret}).url
    request_id = sent.partition("=")[2]
    pages = [
        client.get(sent),
        client.post("/fr/auth/sent", {"request": request_id, "code": "000000"}),
        client.post("/fr/auth/sent/again", {"request": request_id}),
        client.post(RESEND, {"token": old.secret}),
    ]
    assert [page.status_code for page in pages] == [200, 422, 429, 429]
    for page in pages:
        assert owner.email not in text_of(page)
        assert "o•••••@example.com" in text_of(page)


def test_requesting_again_after_a_forwarded_link_does_not_reveal_its_address(client, owner):
    sent = client.post(RESEND, {"token": expired(owner).secret}).url
    again = client.post("/fr/auth/sent/again", {"request": sent.partition("=")[2]}).url
    assert owner.email not in text_of(client.get(again))


def test_link_requested_from_a_forwarded_one_does_not_reveal_its_address(client, owner):
    client.post(RESEND, {"token": expired(owner).secret})
    minted = mint(LoginToken.objects.latest("created_at").id)
    assert minted is not None
    assert owner.email not in text_of(client.get(client.post(RESEND, {"token": minted.secret}).url))


def test_browser_that_typed_the_address_sees_it_again(owner, browser):
    old = expired(owner, browser=cookie_of(browser))
    assert owner.email in text_of(browser.get(browser.post(RESEND, {"token": old.secret}).url))


# Sign-up.


def test_no_account_is_made_while_sign_up_is_closed(client, db):
    secret = make_link(None, email="new@example.com").secret
    assert client.post(VERIFY, {"token": secret}).status_code == 410
    assert not AuthSession.objects.exists()


def test_account_is_made_at_verification_where_sign_up_is_open(client, db, settings):
    settings.AVA_SIGNUP = "open"
    secret = make_link(None, email="new@example.com", locale="he").secret
    client.get(VERIFY, {"token": secret})
    assert not User.objects.exists()
    assert client.post(VERIFY, {"token": secret}).status_code == 303
    user = User.objects.get()
    assert (user.email, user.locale) == ("new@example.com", "he")
    assert AuthSession.objects.get().user == user


def test_address_known_by_now_signs_its_owner_in(client, db):
    """Requested while the address had no account, redeemed after an account was made."""
    secret = make_link(None, email="new@example.com").secret
    user = UserFactory(email="new@example.com")
    client.post(VERIFY, {"token": secret})
    assert AuthSession.objects.get().user == user


def test_where_a_page_leads_that_submits_itself_is_a_header_that_browsers_read(owner):
    link = make_link(owner, next_path="/fr/o/bakery/audit?person=לאה")
    response = Client().post(VERIFY, {"token": link.secret, "js": "1"})
    assert response.headers["Refresh"] == "1; url=/fr/o/bakery/audit?person=%D7%9C%D7%90%D7%94"
