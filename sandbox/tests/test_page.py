from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from accounts.tests.helpers import text_of
from sandbox.calls.services import place_call
from sandbox.models import Assistant, Call, PhoneNumber, Trouble, TwilioCall
from sandbox.tests.bodies import ASSISTANT, KEY, NUMBER
from sandbox.trouble import switches

pytestmark = pytest.mark.django_db

PAGE = "/fr/sandbox"


@pytest.fixture
def alone():
    return UserFactory(email="alone@example.com")


def key_of(organization):
    return f"{KEY}-{organization.id.hex[:12]}"


@pytest.fixture
def lea(bakery):
    return Assistant.objects.create(key=key_of(bakery), body=ASSISTANT)


@pytest.fixture
def form(lea):
    return {
        "assistant": str(lea.id),
        "persona": "appointment",
        "length": "short",
        "language": "",
        "pace": "over",
        "number": "+33639981234",
    }


def over(assistant, **options):
    return place_call(
        assistant=assistant,
        kind=Call.Kind.INBOUND,
        customer={"number": "+33639981234"},
        is_over=True,
        **options,
    )


def test_old_address_leads_to_ones_own_language(as_user, alone):
    alone.locale = "he"
    alone.save()
    response = as_user(alone).get("/sandbox/")
    assert (response.status_code, response.url) == (302, "/he/sandbox")


def test_page_works_for_a_user_without_an_organisation(as_user, alone):
    page = text_of(as_user(alone).get(PAGE))
    assert "Aucun appel pour l’instant" in page
    assert "Aucune assistante à appeler" in page
    assert KEY in page


def test_trouble_is_for_the_staff_in_production(as_user, owner, staff, settings):
    settings.DEVELOPMENT = False
    page = text_of(as_user(owner).get(PAGE))
    assert f"{PAGE}/trouble" not in page
    assert f">{KEY}<" not in page
    for path in ("trouble", "trouble/off"):
        assert as_user(owner).post(f"{PAGE}/{path}", {}).status_code == 403
    assert f"{PAGE}/trouble" in text_of(as_user(staff).get(PAGE))


def test_each_sees_the_part_of_their_own_organisations(as_user, owner, staff, outsider, bakery, lea, form):
    call = over(lea)
    recording = f"{PAGE}/calls/{call.id}/recording"
    for user, seen in ((owner, True), (staff, True), (outsider, False)):
        page = text_of(as_user(user).get(PAGE))
        assert ("Léa" in page) is seen
        assert (recording in page) is seen
        assert as_user(user).get(recording).status_code == (302 if seen else 404)
    assert key_of(bakery) in text_of(as_user(owner).get(PAGE))
    assert key_of(bakery) not in text_of(as_user(outsider).get(PAGE))
    assert as_user(outsider).post(f"{PAGE}/calls", form).status_code == 422
    assert Call.objects.count() == 1


def test_call_is_placed_and_shown(as_user, owner, form, lea):
    response = as_user(owner).post(f"{PAGE}/calls", form)
    assert (response.status_code, response.url) == (302, PAGE)
    call = Call.objects.get()
    assert (call.kind, call.status, call.assistant_id) == ("inboundPhoneCall", "ended", lea.id)
    page = text_of(as_user(owner).get(PAGE))
    for expected in ("Léa", "Terminé", ASSISTANT["firstMessage"], f"{PAGE}/calls/{call.id}/recording"):
        assert expected in page


def test_call_comes_in_on_the_assistants_number(as_user, owner, form, lea):
    body = NUMBER | {"assistantId": str(lea.id)}
    number = PhoneNumber.objects.create(key=lea.key, number=NUMBER["number"], body=body)
    PhoneNumber.objects.create(key=f"{KEY}-other", number=NUMBER["number"], body=body)
    as_user(owner).post(f"{PAGE}/calls", form)
    assert Call.objects.get().phone_number_id == number.id


@pytest.mark.parametrize(("persona", "status"), [("hangs-up", "no-answer"), ("unanswered", "completed")])
def test_caller_who_gets_no_assistant_is_in_twilios_log_alone(
    as_user, owner, bakery, form, lea, persona, status
):
    client, given = as_user(owner), form | {"persona": persona}
    assert client.post(f"{PAGE}/calls", given).status_code == 422  # no number leads to the assistant
    sid = settings.SANDBOX_TWILIO_SID[:18] + bakery.id.hex[:16]
    body = NUMBER | {"twilioAccountSid": sid}
    PhoneNumber.objects.create(key=lea.key, number=NUMBER["number"], body=body)
    page = text_of(client.post(f"{PAGE}/calls", given, follow=True))
    assert "Aucune assistante n’a reçu l’appel" in page
    leg = TwilioCall.objects.get()
    assert (leg.account_sid, leg.from_number, leg.to_number) == (sid, given["number"], NUMBER["number"])
    assert (leg.outcome, leg.direction, leg.ended_at < timezone.now()) == (status, "inbound", True)
    assert not Call.objects.exists()


def test_live_call_asks_for_itself_again_until_it_is_over(as_user, owner, form):
    as_user(owner).post(f"{PAGE}/calls", form | {"pace": "live"})
    assert 'hx-trigger="every 2s"' in text_of(as_user(owner).get(PAGE))
    Call.objects.update(ended_at=timezone.now() - timedelta(seconds=1))
    assert "hx-trigger" not in text_of(as_user(owner).get(PAGE))


@pytest.mark.variants
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("assistant", "x"),
        ("persona", "thief"),
        ("length", ""),
        ("number", "06"),
        ("pace", ""),
        ("language", "de"),
    ],
)
def test_wrong_call_says_what_is_wrong(as_user, owner, form, field, value):
    response = as_user(owner).post(f"{PAGE}/calls", form | {field: value})
    assert response.status_code == 422
    assert field in response.context["call_form"].errors
    assert Call.objects.count() == 0


def test_recording_leads_to_the_storage(as_user, owner, lea):
    call = over(lea)
    client = as_user(owner)
    response = client.get(f"{PAGE}/calls/{call.id}/recording", follow=True)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "audio/wav")


def test_what_people_typed_does_not_become_html(as_user, owner, bakery):
    body = ASSISTANT | {"name": "<b>Léa", "firstMessage": "<script>alert(1)</script>"}
    over(Assistant.objects.create(key=key_of(bakery), body=body))
    page = text_of(as_user(owner).get(PAGE))
    assert "<b>Léa" not in page
    assert "<script>alert" not in page


def test_trouble_is_switched_on_said_loudly_and_switched_off(as_user, alone):
    client = as_user(alone)
    assert "Une panne est en cours" not in text_of(client.get(PAGE))
    answer = client.post(f"{PAGE}/trouble", {"trouble": "vapi:429", "times": "3", "seconds": "7"})
    assert answer.status_code == 302
    client.post(f"{PAGE}/trouble", {"trouble": "webhooks:drop", "times": "", "seconds": "5"})
    page = text_of(client.get(PAGE))
    assert "Une panne est en cours" in page
    for expected in ("Trop de requêtes (429)", "encore 3 fois", "7 secondes", "Perdre les webhooks"):
        assert expected in page
    assert client.post(f"{PAGE}/trouble/off", {"provider": "vapi\0"}).status_code == 400
    client.post(f"{PAGE}/trouble/off", {"provider": "vapi", "kind": "429"})
    assert list(Trouble.objects.values_list("kind", flat=True)) == ["drop"]
    client.post(f"{PAGE}/trouble/off")
    assert "Une panne est en cours" not in text_of(client.get(PAGE))


def test_trouble_that_used_itself_up_is_not_shown(as_user, alone, vapi):
    switches.switch_on("vapi", "500", times=1)
    vapi("GET", "/assistant")
    assert "Une panne est en cours" not in text_of(as_user(alone).get(PAGE))


@pytest.mark.variants
@pytest.mark.parametrize(
    ("field", "value"),
    [("trouble", "vapi:418"), ("times", "0"), ("times", "9999"), ("seconds", "61"), ("seconds", "")],
)
def test_wrong_trouble_says_what_is_wrong(as_user, alone, field, value):
    data = {"trouble": "vapi:429", "times": "3", "seconds": "7"} | {field: value}
    response = as_user(alone).post(f"{PAGE}/trouble", data)
    assert response.status_code == 422
    assert field in response.context["trouble_form"].errors
    assert Trouble.objects.count() == 0


def test_operator_sees_no_secret_of_an_assistants_server(as_user, staff):
    body = ASSISTANT | {"server": {"url": "https://example.com", "headers": {"X-Vapi-Secret": "open-sesame"}}}
    assistant = Assistant.objects.create(key=KEY, body=body)
    call = over(assistant)
    client = as_user(staff)
    for path in (f"assistant/{assistant.id}/change/", f"call/{call.id}/change/", "delivery/"):
        response = client.get(f"/admin/sandbox/{path}")
        assert response.status_code == 200
        assert "open-sesame" not in text_of(response)


def open_page(new_browser, site, client, user, settings):
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page = new_browser()
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    page.goto(PAGE)
    return page


@pytest.mark.browser
def test_recording_plays_and_can_be_sought(new_browser, site, client, owner, lea, settings):
    over(lea)
    page = open_page(new_browser, site, client, owner, settings)
    reached = page.locator("audio").evaluate(
        """async (audio) => {
          audio.preload = "auto";
          audio.load();
          await new Promise((go, stop) => { audio.onloadedmetadata = go; audio.onerror = () => stop(audio.error); });
          audio.currentTime = 10;
          await new Promise((go) => { audio.onseeked = go; });
          return [audio.duration, audio.currentTime];
        }"""
    )
    assert reached == [pytest.approx(Call.objects.get().seconds, abs=0.5), pytest.approx(10, abs=0.5)]


@pytest.mark.browser
def test_line_of_a_live_call_renews_itself(new_browser, site, client, owner, lea, settings):
    call = place_call(assistant=lea, kind=Call.Kind.INBOUND, customer={"number": "+33639981234"})
    Call.objects.filter(id=call.id).update(ended_at=timezone.now() + timedelta(hours=1))
    page = open_page(new_browser, site, client, owner, settings)
    badge = page.locator(".sandbox-call .badge")
    expect(badge).not_to_have_text("Terminé")
    Call.objects.update(ended_at=timezone.now() - timedelta(seconds=1))
    expect(badge).to_have_text("Terminé")
