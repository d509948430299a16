"""Test calls: what Twilio is asked to do, and for whom."""

import re
from xml.etree import ElementTree

import pytest
from phonenumber_field.phonenumber import PhoneNumber

from connections.problems import Problem
from connections.provider import sandbox_credentials
from connections.rate_limits import hit_test_call
from connections.tests.wire import NUMBER, form_of, refusal, told
from connections.twilio.test_call import announcement
from core.models import AuditEvent
from core.security.rate_limits import LimitedError

pytestmark = pytest.mark.django_db

URL = "/fr/o/bakery/connections/twilio/test-call"


def test_twilio_rings_from_the_number_and_speaks(as_user, owner, bakery, twilio, wire):
    answer = as_user(owner).post(URL, {"to": "01 99 00 12 34"}, follow=True)
    assert "va sonner" in answer.content.decode()
    (asked,) = wire.asked("POST", "/Calls.json")
    form = form_of(asked)
    assert (form["To"], form["From"]) == ("+33199001234", NUMBER)
    assert "Boulangerie Martin" in form["Twiml"]
    event = AuditEvent.objects.get(action="connections.test_call")
    assert (event.actor_id, event.organization_id, event.data) == (owner.id, bakery.id, {})


def test_sandbox_rings_too(as_user, owner, bakery, sandbox):
    values = sandbox_credentials(bakery)
    login = {name: values[name] for name in ("endpoint", "account_sid", "auth_token", "phone_number")}
    client = as_user(owner)
    assert client.post("/fr/o/bakery/connections/twilio", login).status_code == 302
    assert "va sonner" in client.post(URL, {"to": "01 99 00 12 34"}, follow=True).content.decode()


@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_words_are_in_the_language_of_the_organisation(bakery, locale):
    bakery.name, bakery.locale = "Pain & <fils>", locale
    (spoken,) = ElementTree.fromstring(announcement(bakery))  # ours: no stranger's XML
    words = spoken.text or ""
    assert (spoken.tag, spoken.attrib["language"][:2]) == ("Say", locale)
    assert "Pain & <fils>" in words
    assert bool(re.search("[\u05d0-\u05ea]", words)) == (locale == "he")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "Saisissez un numéro"),
        ("112", "pas un numéro"),
        ("0899 70 12 34", "surtaxé"),
        ("<Dial>+33199001234</Dial>", "pas un numéro"),
    ],
    ids=["none", "emergency", "premium", "twiml"],
)
def test_only_ordinary_numbers_are_rung(as_user, owner, twilio, wire, number, said):
    answer = as_user(owner).post(URL, {"to": number})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert wire.requests == []


def test_refusal_is_told_beside_the_number(as_user, owner, twilio, wire):
    wire.broken = refusal(401)
    answer = as_user(owner).post(URL, {"to": "01 99 00 12 34"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told(Problem.TWILIO_LOGIN, "twilio") in page
    assert 'value="01 99 00 12 34"' in page


def test_five_an_hour_are_enough(as_user, owner, twilio, wire, settings):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    answers = [client.post(URL, {"to": f"01 99 00 12 3{digit}"}).status_code for digit in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(wire.asked("POST", "/Calls.json")) == 5


def test_nobody_is_rung_more_often_by_several_organisations(bakery, outsider, settings):
    settings.AVA_RATE_LIMITS = True
    florist = outsider.memberships.get().organization
    number = PhoneNumber.from_string("+33199001234").as_e164
    for organization in (bakery, florist, bakery, florist, bakery):
        hit_test_call(organization, number)
    with pytest.raises(LimitedError):
        hit_test_call(florist, number)


def test_without_a_number_nobody_is_rung(as_user, owner, vapi):
    assert as_user(owner).post(URL, {"to": "01 99 00 12 34"}).status_code == 404
