"""What a provider refuses without a sentence of ours is shown in its own words, on every page that shows a problem."""

import re

import pytest
from django.utils.translation import override

from accounts.models import User
from connections.health.checks import check_connections
from connections.models import TwilioConnection, VapiConnection
from connections.problems import Problem, ProviderError
from connections.tests.factories import TWILIO_TOKEN, VAPI_KEY
from connections.tests.wire import NUMBER, Answer

pytestmark = pytest.mark.django_db

PAGE = "/fr/o/bakery/connections"
RING = f"{PAGE}/twilio/test-call"
MINE = {"to": "01 99 00 12 34"}
WORDS = "The source phone number <b>+33939035501</b> is not yet verified."
QUOTED = "The source phone number &lt;b&gt;+33939035501&lt;/b&gt; is not yet verified."


def refusing(status, message, **fields):
    return lambda request: Answer(status, json={"message": message, **fields})


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize("code", [21210, 21216, 21217, 10004, 99999])
def test_twilios_own_words_are_shown_with_their_code(as_user, owner, twilio, wire, code, status):
    wire.broken = refusing(status, WORDS, code=code)
    page = as_user(owner).post(RING, MINE).content.decode()
    assert f'<bdi lang="en">{code}: {QUOTED}</bdi>' in page
    assert f'href="https://www.twilio.com/docs/api/errors/{code}"' in page
    assert "L’erreur vient de nous" not in page


@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_frame_of_the_words_is_translated(locale):
    error = ProviderError(Problem.REFUSED, "twilio", detail="No.", code=21216)
    with override(locale):
        explanation = error.explanation
    assert bool(re.search("[\u05d0-\u05ea]", explanation.plain_remedy)) == (locale == "he")
    assert "21216: No." in explanation.plain_remedy
    assert "<" not in explanation.plain_remedy
    assert not explanation.ours


@pytest.mark.parametrize(
    "body", [{}, {"code": 0}, {"code": True, "message": None}, {"message": 7, "code": 10**9}]
)
def test_refusal_without_words_says_where_to_look(as_user, owner, twilio, wire, body):
    wire.broken = lambda request: Answer(409, json=body)
    page = as_user(owner).post(RING, MINE).content.decode()
    assert "a refusé cette demande" in page
    assert "console.twilio.com → Monitor → Logs" in page
    assert '<bdi lang="en">' not in page


def test_what_the_schema_forbids_is_our_fault(as_user, owner, twilio, wire):
    wire.broken = refusing(400, "Invalid parameter", code=20422)
    assert "L’erreur vient de nous" in as_user(owner).post(RING, MINE).content.decode()


def test_words_have_no_secret_and_no_direction_of_their_own(as_user, owner, twilio, wire):
    token = "t" * 40
    long = "word " * 1000 + TWILIO_TOKEN
    wire.broken = refusing(400, f"\u202eKey {TWILIO_TOKEN}, {token}\x00\r\n{long}", code=21217)
    page = as_user(owner).post(RING, MINE).content.decode()
    assert "21217: \ufffdKey [redacted], [redacted]\ufffd word word" in page
    for secret in (TWILIO_TOKEN, token, "\u202e", "\x00"):
        assert secret not in page


def test_secret_that_is_cut_off_is_not_shown(as_user, owner, twilio, wire):
    for length in range(3960, 4001, 8):
        wire.broken = refusing(400, f"code={'x' * length} {'s' * 43}", code=21217)
        assert "sss" not in as_user(owner).post(RING, MINE).content.decode()


def test_refused_import_keeps_vapis_words(as_user, owner, wire, vapi, twilio, run_tasks):
    client = as_user(owner)
    client.post(f"{PAGE}/twilio/number")
    answers = {
        "GET": Answer(200, json=[]),
        "POST": Answer(400, json={"message": "Region ie1 is not supported."}),
    }
    wire.broken = lambda request: answers[request.method]
    run_tasks(failures=True)
    page = client.get(PAGE).content.decode()
    assert '<bdi lang="en">Region ie1 is not supported.</bdi>' in page
    assert "dashboard.vapi.ai → Logs" in page
    wire.broken = None
    client.post(f"{PAGE}/twilio/number")
    run_tasks(failures=True)
    assert "Region ie1" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("locale", ["fr", "he"])
def test_refused_check_keeps_the_words_for_the_page_and_the_mail(
    as_user, owner, wire, vapi, run_tasks, mailoutbox, locale
):
    User.objects.filter(pk=owner.pk).update(locale=locale)
    wire.broken = refusing(410, "Moved <away> & gone.")
    check_connections.enqueue()
    run_tasks()
    (mail,) = mailoutbox
    assert "Moved <away> & gone." in mail.body
    assert '<bdi lang="en">Moved &lt;away&gt; &amp; gone.</bdi>' in mail.alternatives[0][0]
    page = as_user(owner).get(f"/{locale}/o/bakery/connections").content.decode()
    assert '<bdi lang="en">Moved &lt;away&gt; &amp; gone.</bdi>' in page
    wire.broken = None
    check_connections.enqueue()
    run_tasks()
    assert VapiConnection.objects.get().refusal == ""


@pytest.mark.parametrize("field", ["sid", "phone_number", "capabilities", "trunk_sid", "voice_url"])
@pytest.mark.parametrize("value", ["\0", "x" * 300, ["x"], {"a": 1}, None])
def test_text_of_twilio_is_stored_as_its_column_holds_it(as_user, owner, wire, field, value):
    wire.owned[0][field] = value
    typed = {
        "endpoint": "live",
        "account_sid": "AC0123456789abcdef0123456789abcdef",
        "auth_token": TWILIO_TOKEN,
    }
    answer = as_user(owner).post(f"{PAGE}/twilio", typed | {"phone_number": NUMBER}, follow=True)
    assert answer.status_code in {200, 422}
    for row in TwilioConnection.objects.all():
        row.full_clean(exclude=["vapi_number_id"])
        assert len(row.former_target) <= 34
    assert VAPI_KEY not in answer.content.decode()
