"""The six-digit code: only in the browser that requested it, five tries, ten minutes."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.models import AuthSession, LoginToken, User
from accounts.secrets import new_secret
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import code_in, link_secret, normalized, text_of
from core.models import AuditEvent

SENT = "/fr/auth/sent"
VERIFY = "/fr/verify-magic-link"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def ask(client: Client, address: str, **fields: str) -> str:
    """Request a link; the request's id."""
    answer = client.post("/fr/auth", {"email": address, **fields})
    assert answer.status_code == 303
    return str(answer.url).rpartition("=")[2]


def type_code(client: Client, request_id: str, code: str) -> Any:
    return client.post(SENT, {"request": request_id, "code": code})


def another(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06d}"


@pytest.fixture
def asked(client: Client, owner: User, run_tasks: Callable[..., None], mailoutbox: list[Any]) -> Any:
    """The request of this client, and the code of its mail."""
    request_id = ask(client, owner.email)
    run_tasks()
    return request_id, code_in(mailoutbox[-1])


@pytest.mark.django_db
def test_the_code_signs_in_the_browser_that_asked(client, owner, asked):
    answer = type_code(client, *asked)
    assert (answer.status_code, answer.url) == (303, "/fr/home")
    assert client.get("/fr/o/bakery").status_code == 200
    token = LoginToken.objects.get()
    assert (token.state, token.used_via) == ("used", "code")
    event = AuditEvent.objects.get(action="accounts.signed_in")
    assert (event.actor_id, event.data["via"]) == (owner.pk, "code")


@pytest.mark.django_db
def test_the_code_leads_to_the_next_page(client, owner, run_tasks, mailoutbox):
    request_id = ask(client, owner.email, next="/fr/settings/security")
    run_tasks()
    assert type_code(client, request_id, code_in(mailoutbox[-1])).url == "/fr/settings/security"


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    [
        "{a} {b}",
        "{a}-{b}",
        " {a}{b}\n",
        "{a}\u00a0{b}",
        "{a}\u202f{b}",
        "{a}–{b}",
        "{a}.{b}",
        "\t{a}\u2011{b} ",
        "Code : {a} {b}",
        "{a}{b} est votre code.",
        "AvaFirst 2026: {a}{b}",
        "code à 6 chiffres : {a} {b}, valable 10 minutes",
        "\u200e{a}\u200b{b}\ufeff",
    ],
)
def test_the_code_may_be_pasted_with_the_text_around_it(client, asked, written):
    request_id, code = asked
    answer = type_code(client, request_id, written.format(a=code[:3], b=code[3:]))
    assert answer.status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize("zero", "٠０०")
def test_the_code_may_be_typed_in_digits_of_any_script(client, asked, zero):
    request_id, code = asked
    typed = "".join(chr(ord(zero) + int(digit)) for digit in code)
    assert type_code(client, request_id, typed).status_code == 303


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "12345",
        "1234567",
        "12345a",
        "9" * 5000,
        "12345\x00",
        "²²²²²²",
        "'--",
    ],
)
def test_malformed_code_is_refused_and_is_not_a_try(client, asked, typed):
    request_id, code = asked
    for _ in range(6):
        answer = type_code(client, request_id, typed)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in text_of(answer)
    assert LoginToken.objects.get().code_attempts == 0
    assert type_code(client, request_id, code).status_code == 303


@pytest.mark.django_db
def test_the_right_code_from_another_browser_fails_and_costs_no_try(client, owner, asked):
    request_id, code = asked
    bare, other = Client(), Client()
    ask(other, owner.email)  # a browser with a cookie of its own
    for stranger in (bare, other):
        answer = type_code(stranger, request_id, code)
        assert (answer.status_code, answer.url) == (302, "/fr/auth")
        assert stranger.get("/fr/o/bakery").status_code == 302
    assert AuthSession.objects.count() == 0
    assert LoginToken.objects.get(id=request_id).code_attempts == 0
    assert type_code(client, request_id, code).status_code == 303


@pytest.mark.django_db
def test_the_code_of_another_request_is_wrong(client, owner, admin, run_tasks, mailoutbox):
    first = ask(client, owner.email)
    run_tasks()
    ask(client, admin.email)
    run_tasks()
    assert type_code(client, first, code_in(mailoutbox[1])).status_code == 422
    assert type_code(client, first, code_in(mailoutbox[0])).status_code == 303


@pytest.mark.django_db
def test_five_wrong_tries_lock_the_code_and_not_the_link(client, owner, asked, mailoutbox):
    request_id, code = asked
    sentences = []
    for number in range(1, 5):
        answer = type_code(client, request_id, another(code, number))
        assert answer.status_code == 422
        sentences += answer.context["code_form"].errors["code"]
    assert [("4" in sentences[0]), ("1" in sentences[3])] == [True, True]
    assert len(set(sentences)) == 4
    for typed in (another(code, 5), code):
        answer = type_code(client, request_id, typed)
        assert answer.status_code == 422
        assert "Ce code ne fonctionne plus" in text_of(answer)
        assert 'name="code"' not in text_of(answer)
    assert 'name="code"' not in text_of(client.get(SENT, {"request": request_id}))
    assert AuthSession.objects.count() == 0
    assert AuditEvent.objects.get(action="accounts.code_locked").subject_id == owner.pk
    assert client.post(VERIFY, {"token": link_secret(mailoutbox[-1])}).status_code == 303


@pytest.mark.django_db
def test_the_fifth_try_may_be_right(client, asked):
    request_id, code = asked
    for number in range(1, 5):
        type_code(client, request_id, another(code, number))
    assert type_code(client, request_id, code).status_code == 303


@pytest.mark.django_db
def test_a_new_request_has_tries_of_its_own(client, owner, asked, run_tasks, mailoutbox):
    request_id, code = asked
    for number in range(1, 6):
        type_code(client, request_id, another(code, number))
    second = ask(client, owner.email)
    run_tasks()
    assert type_code(client, second, code_in(mailoutbox[-1])).status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (600, 422), (14 * 60, 422)])
def test_the_code_lives_ten_minutes_from_sending(
    client, owner, clock, run_tasks, mailoutbox, seconds, status
):
    request_id = ask(client, owner.email)
    clock.shift(40)  # the worker is slow
    run_tasks()
    clock.shift(seconds)
    assert type_code(client, request_id, code_in(mailoutbox[-1])).status_code == status
    if status == 422:
        assert client.post(VERIFY, {"token": link_secret(mailoutbox[-1])}).status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize("next_path", ["", "/fr/settings/profile"])
def test_back_on_the_page_of_the_code_the_signed_in_go_on(client, owner, next_path):
    cookie = new_secret()
    minted = make_link(owner, browser=cookie, next_path=next_path)
    client.cookies["browser"] = cookie
    request_id = str(minted.token.id)
    assert client.get(SENT, {"request": request_id}).status_code == 200
    client.post(VERIFY, {"token": minted.secret})  # in another window of this browser
    for response in (client.get(SENT, {"request": request_id}), type_code(client, request_id, minted.code)):
        assert response.url == (next_path or "/fr/home")
    client.post("/fr/logout")
    assert client.get(SENT, {"request": request_id}).status_code == 200


@pytest.mark.django_db
def test_the_code_works_once(client, owner, asked):
    assert type_code(client, *asked).status_code == 303
    client.post("/fr/logout")
    assert type_code(client, *asked).status_code == 422
    assert client.get("/fr/o/bakery").status_code == 302


@pytest.mark.django_db
def test_a_used_link_takes_its_code_along(client, owner, asked, mailoutbox):
    assert Client().post(VERIFY, {"token": link_secret(mailoutbox[-1])}).status_code == 303
    assert type_code(client, *asked).status_code == 422


@pytest.mark.django_db
def test_a_deactivated_user_cannot_sign_in_by_a_code(client, owner, asked):
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert type_code(client, *asked).status_code == 422
    assert AuthSession.objects.count() == 0
    assert AuditEvent.objects.filter(action="accounts.sign_in_refused").exists()


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize("signup", ["invite", "open"])
@pytest.mark.parametrize("sent", [False, True])
def test_wrong_codes_of_known_and_unknown_addresses_are_answered_alike(
    owner, run_tasks, mailoutbox, sent, settings, signup, clock
):
    settings.AVA_SIGNUP = signup
    seen = {}
    for address in (owner.email, "ghost@example.com"):
        client = Client()
        request_id = ask(client, address)
        if sent:
            run_tasks()
        wrong = another(code_in(mailoutbox[-1])) if mailoutbox else "000000"
        answers = [type_code(client, request_id, wrong) for _ in range(7)]
        seen[address] = [
            (
                answer.status_code,
                {name: value for name, value in answer.items() if name not in {"X-Request-ID", "Expires"}},
                normalized(text_of(answer)).replace(address, "*").replace(wrong, "*"),
            )
            for answer in answers
        ]
    assert seen[owner.email] == seen["ghost@example.com"]
    assert {answer[0] for answer in seen[owner.email]} == {422}


@pytest.mark.django_db
def test_the_page_counts_down_to_asking_again(client, owner, clock, settings, run_tasks, mailoutbox):
    settings.AVA_RATE_LIMITS = True
    request_id = ask(client, owner.email)
    for passed, left in ((0, 30), (10, 20), (19, 1), (1, 0)):
        clock.shift(passed)
        assert f'data-seconds="{left}"' in text_of(client.get(f"{SENT}?request={request_id}"))
    answer = client.post("/fr/auth/sent/again", {"request": request_id})
    assert answer.status_code == 303
    assert request_id not in answer.url
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [[owner.email]] * 2


@pytest.mark.django_db
def test_after_asking_again_both_mails_work_until_one_is_used(client, owner, asked, run_tasks, mailoutbox):
    request_id, code = asked
    client.post("/fr/auth/sent/again", {"request": request_id})
    run_tasks()
    assert type_code(client, request_id, code).status_code == 303
    assert client.post(VERIFY, {"token": link_secret(mailoutbox[1])}).status_code == 410


@pytest.mark.django_db
def test_asking_again_is_only_for_the_browser_that_asked(client, owner, asked):
    answer = Client().post("/fr/auth/sent/again", {"request": asked[0]})
    assert (answer.status_code, answer.url) == (302, "/fr/auth")
    assert LoginToken.objects.count() == 1


@pytest.mark.django_db
def test_the_page_of_a_code_is_not_kept_by_anyone(client, asked):
    answer = client.get(f"{SENT}?request={asked[0]}")
    assert "no-store" in answer.headers["Cache-Control"]
    assert asked[1] not in text_of(answer)


@pytest.mark.django_db
def test_a_code_without_csrf_token_does_not_sign_in(client, asked):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert type_code(strict, *asked).status_code == 403
    assert AuthSession.objects.count() == 0


# Races.


@pytest.fixture
def _pages_without_words(monkeypatch):
    """Skip rendering: these tests produce dozens of refusals and check only the status."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args, **options: "")


def race(*runners: Callable[[], Any]) -> list[int]:
    """Start all at the same moment; their response statuses."""
    gate, results = threading.Barrier(len(runners)), [0] * len(runners)

    def run(place: int, runner: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            results[place] = runner().status_code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def browser(cookie: str) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies["browser"] = cookie
    return client


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_pages_without_words")
def test_parallel_tries_cannot_share_a_count():
    owner, cookie = UserFactory(), new_secret()
    minted = make_link(owner, browser=cookie)

    def tries(number: int) -> Callable[[], Any]:
        client = browser(cookie)
        return lambda: type_code(client, str(minted.token.id), another(minted.code, number))

    assert race(*[tries(number) for number in range(1, 21)]) == [422] * 20
    assert LoginToken.objects.get().code_attempts == 5
    assert AuditEvent.objects.filter(action="accounts.code_locked", subject_id=owner.pk).count() == 1
    assert type_code(browser(cookie), str(minted.token.id), minted.code).status_code == 422
    assert AuthSession.objects.count() == 0
    assert Client().post(VERIFY, {"token": minted.secret}).status_code == 303


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_pages_without_words")
def test_code_and_link_of_one_mail_at_once_open_one_session(rounds):
    owner = UserFactory()
    for number in range(1, rounds + 1):
        cookie = new_secret()
        minted = make_link(owner, browser=cookie)
        link, code = browser(cookie), browser(cookie)
        statuses = race(
            partial(link.post, VERIFY, {"token": minted.secret}),
            partial(type_code, code, str(minted.token.id), minted.code),
        )
        assert sorted(statuses) in ([303, 410], [303, 422]), statuses
        assert AuthSession.objects.filter(login_token=minted.token).count() == 1
        assert AuditEvent.objects.filter(action="accounts.signed_in").count() == number


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_pages_without_words")
def test_the_right_code_from_several_windows_opens_one_session():
    owner, cookie = UserFactory(), new_secret()
    minted = make_link(owner, browser=cookie)
    runners = [partial(type_code, browser(cookie), str(minted.token.id), minted.code) for _ in range(5)]
    assert sorted(race(*runners)) == [303] + [422] * 4
    assert AuthSession.objects.count() == 1
