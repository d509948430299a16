"""The account's pages in a real browser, in French and in Hebrew."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.login.tokens import mint
from accounts.models import AuthSession, LoginToken, User
from accounts.sessions.emails import sign_not_me
from accounts.tests.factories import make_link
from accounts.tests.helpers import code_in
from accounts.tests.test_avatar import picture
from core.models import RateCounter
from core.tests.browser import axe_violations, bound, press

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

WIDER_THAN_THE_SCREEN = """main => [...main.querySelectorAll("h1, p, input, button, label")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth || each.getBoundingClientRect().left < 0)
    .filter((each) => !each.closest(".code"))
    .map((each) => each.outerHTML)"""

BOTH = pytest.mark.parametrize(("locale", "direction"), [("fr", "ltr"), ("he", "rtl")])


def check(page: Any, direction: str) -> None:
    """The direction is right, nothing is wider than the screen, axe finds no fault."""
    assert page.locator("html").get_attribute("dir") == direction
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe_violations(page) == []


def submit(page: Any, action: str) -> None:
    """Send the form, and wait for the next page."""
    press(
        page.locator(f"form[action$='{action}'] button[type=submit], form[action$='{action}'] button").first
    )


def secret_for(user: User, purpose: LoginToken.Purpose, address: str) -> str:
    minted = mint(LoginToken.objects.create(purpose=purpose, email=address, user=user, locale="fr").id)
    assert minted is not None
    return minted.secret


@BOTH
def test_profile(new_browser, owner, locale, direction):
    page = new_browser(owner)
    page.goto(f"/{locale}/settings/profile")
    check(page, direction)
    page.locator("input[name=name]").fill("נועה לוי 🥖")
    submit(page, "/settings/profile")
    # The user's language is French: the next page is in it.
    expect(page).to_have_url(re.compile("/fr/settings/profile$"))
    expect(page.locator("input[name=name]")).to_have_value("נועה לוי 🥖")
    assert User.objects.get(pk=owner.pk).name == "נועה לוי 🥖"


@BOTH
def test_profile_with_something_wrong(new_browser, owner, locale, direction):
    page = new_browser(owner)
    page.goto(f"/{locale}/settings/profile")
    page.locator("input[name=name]").fill("x" * 130)
    page.locator("input[name=name]").evaluate("field => { field.value = 'x'.repeat(130) }")
    submit(page, "/settings/profile")
    field = page.locator("input[name=name]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    check(page, direction)


def test_picture_on_a_small_screen(new_browser, owner):
    page = new_browser(owner, viewport={"width": 360, "height": 740})
    page.goto("/fr/settings/profile")
    bound(page)
    file = {"name": "me.png", "mimeType": "image/png", "buffer": picture()}
    send = page.get_by_role("button", name="Envoyer cette photo")
    expect(send).to_be_hidden()
    with page.expect_event("load"):
        page.locator("input[type=file]").set_input_files(files=[file])
    image = page.locator("main img").first
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 256
    check(page, "ltr")
    bound(page)
    with page.expect_event("load"):
        page.locator("input[type=file]").set_input_files(
            files=[{"name": "me.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}]
        )
    expect(page.locator(".field__error")).to_be_visible()
    expect(page.locator("main img").first).to_be_visible()
    check(page, "ltr")


def test_picture_without_scripts(new_browser, owner):
    page = new_browser(owner, java_script_enabled=False)
    page.goto("/fr/settings/profile")
    page.locator("input[type=file]").set_input_files(
        files=[{"name": "me.png", "mimeType": "image/png", "buffer": picture()}]
    )
    press(page.get_by_role("button", name="Envoyer cette photo"))
    expect(page.locator("main img").first).to_be_visible()
    press(page.get_by_role("button", name="Retirer"))
    expect(page.locator("main img")).to_have_count(0)


@pytest.mark.parametrize("comforts", ["fetched", "still under way"])
def test_what_was_typed_survives_an_expired_session(new_browser, owner, comforts):
    page = new_browser(owner)
    if comforts == "still under way":
        page.route("**/js/controllers/*", lambda route: None)
    page.goto("/fr/settings/profile")
    page.locator("input[name=name]").fill("Typed Just Before")
    AuthSession.objects.all().revoke("revoked")
    submit(page, "/settings/profile")
    expect(page).to_have_url(re.compile(r"/fr/auth\?next="))
    expect(page.locator("[data-is-kept]")).to_be_visible()
    page.close()
    page = page.context.new_page()  # where a mail program opens the link
    page.goto(f"/fr/verify-magic-link?token={make_link(owner, next_path='/fr/settings/profile').secret}")
    press(page.locator("main form button").first)
    expect(page).to_have_url(re.compile("/fr/settings/profile$"))
    expect(page.locator("input[name=name]")).to_have_value("Typed Just Before")
    expect(page.locator("[data-kept]")).to_be_visible()


@BOTH
def test_security(new_browser, as_user, owner, locale, direction):
    other = as_user(owner)
    AuthSession.objects.update(
        user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    )
    page = new_browser(owner)
    page.goto(f"/{locale}/settings/security")
    check(page, direction)
    submit(page, "/revoke")
    expect(page.locator("form[action$='/revoke']")).to_have_count(0)
    assert other.get("/fr/settings/security").status_code == 302
    check(page, direction)
    submit(page, "/settings/security/revoke-all")
    expect(page).to_have_url(re.compile(f"/{locale}/auth$"))
    assert not AuthSession.objects.live().exists()


@pytest.mark.parametrize("written", ["{a}{b}", "{a} {b}", "{a}-{b}", " {a} {b} ", "{a}\u00a0{b}", "{c}"])
def test_a_pasted_code_signs_in(new_browser, owner, run_tasks, mailoutbox, written):
    page = asked(new_browser, owner, "fr")
    run_tasks()
    code = code_in(mailoutbox[-1])
    page.evaluate(
        "text => { window.pasted = text }", written.format(a=code[:3], b=code[3:], c=" ".join(code))
    )
    field = page.locator("input[name=code]")
    field.focus()
    page.keyboard.insert_text(page.evaluate("window.pasted"))
    submit(page, "/auth/sent")
    expect(page).to_have_url(re.compile("/fr/o/bakery$"))


def asked(new_browser: Any, user: User, locale: str) -> Any:
    page = new_browser()
    page.goto(f"/{locale}/auth")
    page.locator("input[name=email]").fill(user.email)
    submit(page, "/auth")
    expect(page).to_have_url(re.compile(r"/auth/sent\?"))
    return page


@BOTH
def test_sent_with_its_code(new_browser, owner, run_tasks, mailoutbox, locale, direction):
    page = asked(new_browser, owner, locale)
    run_tasks()
    code = code_in(mailoutbox[-1])
    # As if it had just been requested, however long the browser took.
    LoginToken.objects.update(created_at=timezone.now() + timedelta(minutes=5))
    page.reload()
    resend = page.locator("form[action$='/again'] button")
    expect(resend).to_be_disabled()
    expect(resend.locator("[data-figure]")).to_have_text(re.compile(r"^\d:[0-5]\d$"))
    check(page, direction)
    page.locator("input[name=code]").fill(f"{(int(code) + 1) % 1_000_000:06d}")
    submit(page, "/auth/sent")
    expect(page.locator("input[name=code]")).to_have_attribute("aria-invalid", "true")
    check(page, direction)
    # The wrong code is removed and the field has the focus: six digits can be typed at once.
    page.keyboard.type(code)
    expect(page.locator("input[name=code]")).to_have_value(code)
    assert page.locator("input[name=code]").evaluate("field => field.scrollLeft") == 0
    submit(page, "/auth/sent")
    expect(page).to_have_url(re.compile(f"/{locale}/o/bakery$"))


def test_asking_again_is_possible_when_the_wait_is_over(new_browser, owner, run_tasks, mailoutbox):
    page = asked(new_browser, owner, "fr")
    LoginToken.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    page.reload()
    bound(page)
    resend = page.locator("form[action$='/again'] button")
    expect(resend).to_be_enabled()
    expect(resend.locator("[data-ready]")).to_be_visible()
    before = page.url
    press(resend)
    expect(page).not_to_have_url(before)
    expect(page).to_have_url(re.compile(r"/auth/sent\?"))
    expect(page.locator(".toast")).to_contain_text("Demande renvoyée")
    run_tasks()
    assert len(mailoutbox) == 2


@BOTH
def test_not_me(new_browser, as_user, owner, locale, direction):
    thief = as_user(owner)
    signature = sign_not_me(AuthSession.objects.get().id)
    page = new_browser()
    page.goto(f"/{locale}/not-me?token={signature}")
    expect(page).to_have_url(re.compile("token="))  # its button waits
    check(page, direction)
    assert thief.get("/fr/settings/security").status_code == 200
    submit(page, "/not-me")
    expect(page.locator("[role=status], [aria-live]").first).to_be_attached()
    expect(page.locator("form[action$='/not-me']")).to_have_count(0)
    check(page, direction)
    assert thief.get("/fr/settings/security").status_code == 302


@BOTH
@pytest.mark.parametrize("kind", ["confirm", "undo"])
def test_address(new_browser, owner, locale, direction, kind):
    purpose = LoginToken.Purpose.EMAIL_CHANGE if kind == "confirm" else LoginToken.Purpose.EMAIL_UNDO
    secret = secret_for(owner, purpose, "other@example.com")
    page = new_browser()
    page.goto(f"/{locale}/address/{kind}?token={secret}")
    expect(page.locator("main")).to_contain_text("other@example.com")
    check(page, direction)
    assert User.objects.get(pk=owner.pk).email == "owner@example.com"
    submit(page, f"/address/{kind}")
    expect(page.locator(f"form[action$='/address/{kind}']")).to_have_count(0)
    check(page, direction)
    assert User.objects.get(pk=owner.pk).email == "other@example.com"
    page.goto(f"/{locale}/address/{kind}?token={secret}")
    check(page, direction)  # used up


def test_the_language_of_a_mailed_page_changes_and_nothing_else(new_browser, owner):
    secret = secret_for(owner, LoginToken.Purpose.EMAIL_CHANGE, "other@example.com")
    page = new_browser()
    page.goto(f"/fr/address/confirm?token={secret}")
    press(page.locator(".languages [lang=he]"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page).not_to_have_url(re.compile(secret))
    assert User.objects.get(pk=owner.pk).email == "owner@example.com"
    submit(page, "/address/confirm")
    expect(page.locator("form[action$='/address/confirm']")).to_have_count(0)
    assert User.objects.get(pk=owner.pk).email == "other@example.com"


def test_closing_the_account(new_browser, member):
    page = new_browser(member)
    page.goto("/fr/settings/profile")
    page.locator("input[name=confirmation]").fill("someone@example.com")
    submit(page, "/settings/profile/close")
    expect(page.locator("input[name=confirmation]")).to_have_attribute("aria-invalid", "true")
    check(page, "ltr")
    page.locator("input[name=confirmation]").fill(member.email)
    submit(page, "/settings/profile/close")
    expect(page).to_have_url(re.compile("/fr/auth$"))
    assert not User.objects.filter(pk=member.pk).exists()


@BOTH
def test_too_many_requests(new_browser, owner, settings, locale, direction):
    settings.AVA_RATE_LIMITS = True
    asked(new_browser, owner, locale)
    RateCounter.objects.update(
        hits=1000
    )  # the limit of an hour too: the cool-down may end before the page is there
    page = new_browser()
    page.goto(f"/{locale}/auth")
    page.locator("input[name=email]").fill(owner.email)
    submit(page, "/auth")
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("input[name=email]")).to_have_value(owner.email)
    check(page, direction)


@BOTH
def test_text_twice_as_large_stays_on_a_phone(new_browser, owner, locale, direction):
    """A phone of 390 pixels at 200 % has 195; an address is longer than that."""
    User.objects.filter(pk=owner.pk).update(email=f"jean-{'marie-' * 9}martin@boulangerie-patisserie.example")
    link = make_link(User.objects.get(pk=owner.pk))
    for path, who in [
        ("/auth", None),
        (f"/verify-magic-link?token={link.secret}", None),
        ("/settings/profile", owner),
        ("/settings/security", owner),
    ]:
        page = new_browser(who, viewport={"width": 195, "height": 420})
        page.goto(f"/{locale}{path}")
        check(page, direction)
        # Public pages must not scroll sideways.
        assert page.locator("main").evaluate(WIDER_THAN_THE_SCREEN) == []


def test_form_that_keeps_nothing_promises_nothing(new_browser, owner):
    page = new_browser(owner)
    page.goto("/fr/settings/profile")
    page.locator("input[name=name]").fill("Saved And Done")
    submit(page, "/settings/profile")
    expect(page.locator("input[name=name]")).to_have_value("Saved And Done")
    AuthSession.objects.all().revoke("revoked")
    page.locator("input[name=email]").fill("other@example.com")
    submit(page, "/settings/profile/address")
    expect(page.get_by_text("Votre session a expiré")).to_be_visible()
    expect(page.locator("[data-is-kept]")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('keep:'))") == []


def test_what_was_typed_is_not_put_back_for_another_person(new_browser, owner, admin):
    page = new_browser(owner)
    page.goto("/fr/settings/profile")
    page.locator("input[name=name]").fill("Of The Owner Alone")
    AuthSession.objects.all().revoke("revoked")
    submit(page, "/settings/profile")
    expect(page.locator("[data-is-kept]")).to_be_visible()
    page.goto(f"/fr/verify-magic-link?token={make_link(admin, next_path='/fr/settings/profile').secret}")
    press(page.locator("main form button").first)
    expect(page.locator("input[name=name]")).not_to_have_value("Of The Owner Alone")


def test_what_was_typed_before_signing_in_in_another_window_is_not_lost(new_browser, owner):
    page = new_browser(owner)
    page.goto("/fr/o/bakery/team")
    page.locator("form[action$='/team/invite'] input[name=email]").fill("new@example.com")
    other = page.context.new_page()
    other.goto(f"/fr/verify-magic-link?token={make_link(owner).secret}")
    submit(other, "/verify-magic-link")
    submit(page, "/team/invite")
    expect(page.get_by_text("403")).to_be_visible()
    press(page.locator("main a.button"))
    expect(page).to_have_url(re.compile("/fr/o/bakery/team$"))
    expect(page.locator("form[action$='/team/invite'] input[name=email]")).to_have_value("new@example.com")


def test_invitation_typed_before_the_session_ended_is_there_after_signing_in(new_browser, owner):
    page = new_browser(owner)
    page.goto("/fr/o/bakery/team")
    page.locator("form[action$='/team/invite'] input[name=email]").fill("new@example.com")
    AuthSession.objects.revoke("others")
    submit(page, "/team/invite")
    link = make_link(owner, next_path=page.locator("input[name=next]").input_value())
    page.goto(f"/fr/verify-magic-link?token={link.secret}")
    submit(page, "/verify-magic-link")
    expect(page).to_have_url(re.compile("/fr/o/bakery/team$"))
    expect(page.locator("form[action$='/team/invite'] input[name=email]")).to_have_value("new@example.com")
