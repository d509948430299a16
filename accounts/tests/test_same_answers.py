"""A browser without the mail gets the same answers for every address, whatever its owner does meanwhile."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from accounts.models import LoginToken, User
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import code_in, normalized, text_of
from core.models import RateCounter

SENT = "/en/auth/sent"
START = timezone.now()

Meanwhile = Callable[[User | None], object]


@pytest.fixture(autouse=True)
def _limits_on(settings: Any) -> None:
    settings.AVA_RATE_LIMITS = True


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def meanwhile(run_tasks: Callable[..., None]) -> dict[str, tuple[str, Meanwhile]]:
    """For each case the address that is asked for, and what happens between asking and typing codes."""

    def send(_user: User | None) -> None:
        run_tasks()

    def sign_in(user: User | None) -> None:
        run_tasks()
        link = make_link(user)
        assert Client().post("/en/verify-magic-link", {"token": link.secret}).status_code == 303

    def use_the_link(user: User | None) -> None:
        run_tasks()
        LoginToken.objects.filter(user=user).update(used_at=timezone.now(), used_via="link")

    def expire(_user: User | None) -> None:
        run_tasks()
        LoginToken.objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))

    def deactivate(_user: User | None) -> None:
        run_tasks()
        User.objects.filter(email="known@example.com").update(is_active=False)

    def change_address(_user: User | None) -> None:
        run_tasks()
        User.objects.filter(email="known@example.com").update(email="other@example.com")
        LoginToken.objects.update(superseded_at=timezone.now())

    def sign_up(_user: User | None) -> None:
        UserFactory(email="ghost@example.com")
        run_tasks()

    # Of one length, which the Content-Length shows.
    known, unknown, inactive = "known@example.com", "ghost@example.com", "inert@example.com"
    return {
        "known": (known, send),
        "unknown": (unknown, send),
        "inactive": (inactive, send),
        "not sent yet": (known, lambda _user: None),
        "unknown, not looked at yet": (unknown, lambda _user: None),
        "signed in elsewhere": (known, sign_in),
        "its own link used elsewhere": (known, use_the_link),
        "code expired early": (known, expire),
        "deactivated meanwhile": (known, deactivate),
        "moved to another address": (known, change_address),
        "unknown, signed up meanwhile": (unknown, sign_up),
    }


def seen(answer: Any, *secrets: str) -> tuple[Any, ...]:
    """What the browser gets: status, headers, cookies by name, and the page without what is random in it."""
    page = normalized(text_of(answer))
    for secret in secrets:
        page = page.replace(secret, "*")
    headers = {name: normalized(value) for name, value in answer.items() if name not in {"X-Request-ID"}}
    cookies = [(name, morsel["max-age"]) for name, morsel in answer.cookies.items()]
    return (answer.status_code, headers, cookies, page)


def walk(address: str, meanwhile: Meanwhile, clock: Any, mailoutbox: list[Any]) -> list[tuple[Any, ...]]:
    """The answers to one sequence of requests by a browser that does not get the mail."""
    client, steps = Client(), []

    def step(answer: Any) -> str:
        steps.append(seen(answer, address))
        return str(answer.headers.get("Location", "")).rpartition("=")[2]

    def type_codes(request_id: str, times: int) -> None:
        right = {code_in(mail) for mail in mailoutbox}
        wrong = [code for code in (f"{number:06d}" for number in range(100)) if code not in right]
        for code in wrong[:times]:
            step(client.post(SENT, {"request": request_id, "code": code}))

    first = step(client.post("/en/auth", {"email": address}))
    type_codes(first, 1)  # before the mail goes out, which must not start the count again
    clock.shift(5)
    meanwhile(User.objects.filter(email=address).first())
    step(client.get(SENT, {"request": first}))
    step(client.post(SENT, {"request": first, "code": "12"}))
    type_codes(first, 6)
    step(client.get(SENT, {"request": first}))
    step(client.post("/en/auth/sent/again", {"request": first}))  # too early
    clock.shift(40)
    second = step(client.post("/en/auth/sent/again", {"request": first}))
    type_codes(second, 2)
    clock.shift(9 * 60)
    type_codes(second, 1)
    clock.shift(61)
    type_codes(second, 1)
    step(client.get(SENT, {"request": second}))
    return steps


@pytest.mark.django_db
@pytest.mark.parametrize("signup", ["invite", "open"])
def test_one_sequence_of_requests_is_answered_alike_for_every_address(
    meanwhile, clock, mailoutbox, settings, signup
):
    settings.AVA_SIGNUP = signup
    answers = {}
    for case, (address, happens) in meanwhile.items():
        clock.move_to(START)
        RateCounter.objects.all().delete()
        User.objects.all().delete()
        LoginToken.objects.all().delete()
        mailoutbox.clear()
        UserFactory(email="known@example.com")
        UserFactory(email="inert@example.com", is_active=False)
        answers[case] = walk(address, happens, clock, mailoutbox)
    for case, steps in answers.items():
        for number, (step, usual) in enumerate(zip(steps, answers["unknown"], strict=True)):
            assert step == usual, (case, number)
    texts = [step[3] for step in answers["unknown"]]
    assert [sum(f"{left} tr" in text for text in texts) for left in (1, 2, 3, 4)] == [1, 2, 2, 2]


@pytest.mark.django_db
def test_a_mail_that_is_sent_again_does_not_start_the_count_again(clock, monkeypatch, mailoutbox, run_tasks):
    """Only an existing address has a mail that can fail: a new count would tell."""
    client = Client()
    UserFactory(email="known@example.com")
    location = client.post("/en/auth", {"email": "known@example.com"}).headers["Location"]
    request_id = location.rpartition("=")[2]
    sent = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "send_messages", lambda *_: 1 / 0)
    run_tasks(failures=True)
    for left in (4, 3):
        assert f"{left} tries left" in text_of(client.post(SENT, {"request": request_id, "code": "000000"}))
    monkeypatch.setattr(EmailBackend, "send_messages", sent)
    clock.shift(10)
    run_tasks(failures=True)
    wrong = "000001" if code_in(mailoutbox[-1]) == "000000" else "000000"
    assert "2 tries left" in text_of(client.post(SENT, {"request": request_id, "code": wrong}))


@pytest.mark.django_db
def test_only_the_right_code_of_a_replaced_link_is_told_apart(clock, run_tasks, mailoutbox):
    client, user = Client(), UserFactory(email="known@example.com")
    location = client.post("/en/auth", {"email": user.email}).headers["Location"]
    run_tasks()
    Client().post("/en/verify-magic-link", {"token": make_link(user).secret})
    typed = {"request": location.rpartition("=")[2], "code": code_in(mailoutbox[0])}
    answer = client.post(SENT, typed)
    assert (answer.status_code, "no longer works" in text_of(answer)) == (422, True)
    assert client.get("/en/settings/profile").status_code == 302
