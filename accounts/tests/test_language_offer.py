"""Switching the language of the page offers to switch that of the account, and so of its mails."""

import re

import pytest

from accounts.tests.helpers import text_of
from organizations.models import Organization

pytestmark = pytest.mark.django_db

OFFER = "לקבל בעברית גם את המיילים?"


@pytest.mark.parametrize("path", ["o/bakery", "o/bakery/team", "settings/profile", "onboarding/vapi"])
def test_another_language_than_the_accounts_is_offered(as_user, owner, bakery, path):
    Organization.objects.update(setup_completed_at=None)
    client = as_user(owner)
    assert OFFER in text_of(client.get(f"/he/{path}", follow=True))
    assert "settings/language" not in text_of(client.get(f"/fr/{path}", follow=True))


def test_yes_saves_it_and_mails_follow(as_user, owner, run_tasks, mailoutbox):
    client = as_user(owner)
    page = text_of(client.get("/he/o/bakery/team?x=1"))
    form = page[page.index('action="/he/settings/language"') :]
    given = dict(re.findall(r'name="(next)" value="([^"]+)"', form))
    answer = client.post("/he/settings/language", {"language": "he", **given})
    assert re.search(r'<button (?=[^>]*name="language")(?=[^>]*value="he")', form)
    assert (answer.status_code, answer.url) == (302, "/he/o/bakery/team?x=1")
    owner.refresh_from_db()
    assert owner.locale == "he"
    assert OFFER not in text_of(client.get("/he/o/bakery"))
    client.post("/he/settings/profile/address", {"email": "new@example.com"})
    run_tasks()
    assert "/he/address/confirm" in str(mailoutbox[0].body)


def test_no_is_asked_no_more_in_this_session(as_user, owner):
    client = as_user(owner)
    client.post("/he/settings/language", {"language": "no", "next": "/he/o/bakery"})
    owner.refresh_from_db()
    assert owner.locale == "fr"
    for language in ("he", "en"):
        assert "settings/language" not in text_of(client.get(f"/{language}/o/bakery"))
    assert OFFER in text_of(as_user(owner).get("/he/o/bakery"))


@pytest.mark.parametrize("target", ["", "https://evil.example/", "//evil.example", "/he/auth"])
def test_answer_leads_to_pages_of_ours_alone(as_user, owner, target):
    answer = as_user(owner).post("/he/settings/language", {"language": "he", "next": target})
    assert answer.url == "/he/home"


def test_there_is_nothing_to_offer_the_signed_out(client):
    assert "settings/language" not in text_of(client.get("/he/auth"))
