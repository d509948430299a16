"""Another account at Vapi: ids of the former one are forgotten, and everything is created in the new one."""

import pytest

from assistants.models import Assistant, Line
from assistants.preview.chat import Thread, read_thread, sign_thread
from assistants.problems import Reason
from assistants.services import create_assistant
from assistants.sync.mirrored import SyncState
from assistants.sync.services import synchronize
from assistants.tests.factories import data_of
from connections.models import TwilioConnection
from core.http import client as http
from sandbox.models import Assistant as Remote
from sandbox.models import PhoneNumber as RemoteNumber

pytestmark = pytest.mark.django_db

PAGES = "/fr/o/bakery"
FIRST, SECOND = "vapi-sandbox-key-first", "vapi-sandbox-key-second"


@pytest.fixture
def browser(as_user, owner, sandbox):
    return as_user(owner)


def use_key(browser, key: str) -> None:
    answer = browser.post(f"{PAGES}/connections/vapi", {"region": "sandbox", "private_key": key})
    assert answer.status_code == 302


def connect_twilio(browser, settings) -> None:
    login = {"account_sid": settings.SANDBOX_TWILIO_SID, "auth_token": settings.SANDBOX_TWILIO_TOKEN}
    typed = {"endpoint": "sandbox", "phone_number": settings.SANDBOX_PHONE_NUMBER, **login}
    assert browser.post(f"{PAGES}/connections/twilio", typed).status_code == 302


@pytest.fixture
def three(browser, owner, run_tasks, settings) -> list[Assistant]:
    """Three assistants in the first account, of which one answers the number."""
    use_key(browser, FIRST)
    connect_twilio(browser, settings)
    actor = owner.memberships.select_related("organization").get()
    made = [create_assistant(actor=actor, data=data_of(name=name)) for name in ("Léa", "Hugo", "Emma")]
    run_tasks()
    assert Line.objects.get().sync_state == SyncState.IN_STEP
    return made


def held(key: str) -> list[str]:
    """The ids of the assistants in an account."""
    return sorted(str(each.pk) for each in Remote.objects.filter(key=key))


def known() -> list[str]:
    return sorted(Assistant.objects.values_list("vapi_id", flat=True))


def states() -> set[str]:
    return set(Assistant.objects.values_list("sync_state", flat=True))


def answering_in(key: str) -> str:
    return RemoteNumber.objects.get(key=key).body["assistantId"]


def test_other_account_gets_every_assistant_and_the_number_at_once(browser, three, run_tasks):
    use_key(browser, SECOND)
    run_tasks()
    assert len(known()) == 3
    assert known() == held(SECOND)
    assert states() == {SyncState.IN_STEP}
    assert answering_in(SECOND) == Assistant.objects.get(answers_calls=True).vapi_id
    assert Line.objects.get().sync_state == SyncState.IN_STEP
    assert TwilioConnection.objects.get().vapi_number_id == str(RemoteNumber.objects.get(key=SECOND).pk)


def test_pages_say_that_everything_is_on_its_way_to_the_other_account(browser, three):
    use_key(browser, SECOND)
    assert known() == ["", "", ""]
    assert TwilioConnection.objects.get().vapi_number_id == ""
    for assistant in three:
        page = browser.get(f"{PAGES}/assistants/{assistant.id}").content.decode()
        assert "Vapi a exactement ce que vous voyez ici" not in page
        assert "Envoi en cours" in page
    listed = browser.get(f"{PAGES}/assistants").content.decode()
    assert listed.count("Envoi en cours") >= 3
    assert Line.objects.get().sync_state == SyncState.PENDING


def test_other_key_of_the_same_account_sends_and_doubles_nothing(browser, three, run_tasks):
    before = known()
    Remote.objects.update(key=SECOND)  # the sandbox gives each key an account; this one moves to the new key
    RemoteNumber.objects.update(key=SECOND)
    use_key(browser, SECOND)
    assert states() == {SyncState.IN_STEP}
    run_tasks()
    assert known() == before == held(SECOND)
    assert RemoteNumber.objects.count() == 1
    assert states() == {SyncState.IN_STEP}


def test_copy_missing_in_the_same_account_is_made_anew(browser, three, run_tasks):
    Remote.objects.filter(key=FIRST, body__name="Hugo").delete()
    kept = held(FIRST)
    use_key(browser, FIRST)
    run_tasks()
    assert set(kept) < set(held(FIRST))
    assert known() == held(FIRST)


@pytest.mark.parametrize("back", [FIRST, SECOND], ids=["same", "other"])
def test_account_connected_after_a_disconnection_holds_each_assistant_once(browser, three, run_tasks, back):
    browser.post(f"{PAGES}/connections/vapi/disconnect")
    run_tasks()
    use_key(browser, back)
    run_tasks()
    assert len(held(back)) == 3
    assert known() == held(back)
    assert answering_in(back) in held(back)


def test_returning_to_the_first_account_finds_the_copies_that_stayed_there(browser, three, run_tasks):
    before = known()
    for key in (SECOND, FIRST):
        use_key(browser, key)
        run_tasks()
    assert known() == before == held(FIRST)


def test_account_of_more_than_one_page_is_read_whole(browser, three, run_tasks):
    before = known()
    Remote.objects.bulk_create(Remote(key=FIRST, body={"name": f"Other {at}"}) for at in range(60))
    use_key(browser, FIRST)
    assert known() == before


def test_account_with_very_long_assistants_is_read_in_smaller_pages(browser, three, run_tasks):
    before = known()
    body = {"name": "Other", "model": {"messages": [{"role": "system", "content": "x" * 100_000}]}}
    Remote.objects.bulk_create(Remote(key=FIRST, body=body) for _ in range(30))
    use_key(browser, FIRST)
    assert known() == before


@pytest.mark.parametrize("change", ["replace", "disconnect"])
def test_copy_made_while_the_account_changed_is_not_saved(browser, three, run_tasks, monkeypatch, change):
    """The task created it in the former account; its id would be unknown in the new one."""
    Assistant.objects.filter(pk=three[1].pk).mark_pending(vapi_id="")
    Remote.objects.filter(key=FIRST, body__name="Hugo").delete()
    send = http.send
    done: list[str] = []

    def switch_after_create(method, url, **options):
        answer = send(method, url, **options)
        if method == "POST" and url.endswith("/assistant") and not done:
            done.append(url)
            if change == "replace":
                use_key(browser, SECOND)
            else:
                browser.post(f"{PAGES}/connections/vapi/disconnect")
        return answer

    monkeypatch.setattr("core.http.client.send", switch_after_create)
    synchronize(three[1].pk, last=False)
    assert done
    vapi_id = Assistant.objects.get(pk=three[1].pk).vapi_id
    assert vapi_id not in held(FIRST)
    run_tasks()
    if change == "replace":
        assert known() == held(SECOND)
    else:
        assert set(Assistant.objects.values_list("sync_problem", flat=True)) == {Reason.NOT_CONNECTED}


def test_refusal_of_the_former_key_says_nothing_of_the_new_one(browser, three, run_tasks, monkeypatch):
    """The task waits for an answer to the old key, which arrives after a new one was stored."""
    Assistant.objects.filter(pk=three[1].pk).mark_pending()
    send = http.send
    done: list[str] = []

    def switch_and_refuse(method, url, **options):
        if method == "PATCH" and "/assistant/" in url and not done:
            done.append(url)
            use_key(browser, FIRST)
            return http.Answer(401, {}, b'{"message": "Invalid Key."}')
        return send(method, url, **options)

    monkeypatch.setattr("core.http.client.send", switch_and_refuse)
    synchronize(three[1].pk, last=False)
    assert done
    assert states() == {SyncState.IN_STEP}


def test_chat_ends_with_the_account_that_knows_it(browser, three, run_tasks):
    assistant = Assistant.objects.get(pk=three[0].pk)
    sealed = sign_thread(assistant, Thread("chat-of-the-first-account"))
    use_key(browser, SECOND)
    run_tasks()
    assistant.refresh_from_db()
    assert read_thread(assistant, sealed) == Thread()


def test_other_number_at_twilio_is_shown_as_answered_only_once_it_is(browser, three, run_tasks, settings):
    settings.SANDBOX_PHONE_NUMBER = other = "+33939035503"
    connect_twilio(browser, settings)
    assert Line.objects.get().sync_state == SyncState.PENDING
    run_tasks()
    assert Line.objects.get().sync_state == SyncState.IN_STEP
    assert [each.number for each in RemoteNumber.objects.all()] == [other]
    assert answering_in(FIRST) == Assistant.objects.get(answers_calls=True).vapi_id
