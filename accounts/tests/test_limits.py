"""The limits on requests for links, and on codes: exact, also across processes."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.audit_events import SENTENCES
from accounts.models import LoginToken, User
from accounts.secrets import new_secret
from accounts.sessions.history import recent_events
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import normalized, text_of
from core.security.rate_limits import Limit

SECOND_IP = "192.0.2.77"


@pytest.fixture(autouse=True)
def _limits_on(settings: Any) -> None:
    settings.AVA_RATE_LIMITS = True


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def ask(address: str, client: Client | None = None, ip: str = "192.0.2.1", locale: str = "fr") -> Any:
    return (client or Client()).post(f"/{locale}/auth", {"email": address}, REMOTE_ADDR=ip)


def statuses(*answers: Any) -> list[int]:
    return [answer.status_code for answer in answers]


# Requests for one address.


@pytest.mark.django_db
def test_the_second_within_30_seconds_is_refused_with_the_time_to_come_back(owner, clock):
    assert ask(owner.email).status_code == 303
    clock.shift(12)
    answer = ask(owner.email)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "18"
    assert "18" in text_of(answer)
    clock.shift(18)
    assert ask(owner.email).status_code == 303


@pytest.mark.django_db
def test_the_sixth_within_an_hour_is_refused(owner, clock):
    for _ in range(5):
        assert ask(owner.email).status_code == 303
        clock.shift(31)
    answer = ask(owner.email)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(3600 - 5 * 31)
    (sentence,) = answer.context["form"].non_field_errors()
    assert "58" in sentence  # minutes, not 3445 seconds
    clock.shift(3600 - 5 * 31)
    assert ask(owner.email).status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_refusal_is_the_same_page_with_what_was_typed(owner, clock, locale):
    ask(owner.email)
    clock.shift(1)
    answer = ask(f" {owner.email.upper()} ", locale=locale)
    page = text_of(answer)
    assert answer.status_code == 429
    assert f'<html lang="{locale}"' in page
    assert owner.email.upper() in page
    assert 'name="email"' in page
    (sentence,) = answer.context["form"].non_field_errors()
    assert "29" in sentence


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["owner+a@example.com", "o.w.n.e.r@example.com", "OWNER+x.y@Example.Com"])
def test_tags_and_dots_share_the_bucket(owner, clock, typed):
    ask(owner.email)
    assert ask(typed).status_code == 429


@pytest.mark.django_db
def test_tags_and_dots_are_still_other_identities(owner, run_tasks, mailoutbox):
    ask("owner+a@example.com")
    run_tasks()
    assert mailoutbox == []


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["owner@example.org", "ownerr@example.com", "admin@example.com"])
def test_other_mailboxes_have_buckets_of_their_own(owner, clock, other):
    ask(owner.email)
    assert ask(other).status_code == 303


@pytest.mark.django_db
def test_refusal_asks_for_nothing(owner, clock):
    ask(owner.email)
    before = (LoginToken.objects.count(), DBTaskResult.objects.count())
    assert ask(owner.email).status_code == 429
    assert (LoginToken.objects.count(), DBTaskResult.objects.count()) == before == (1, 1)


@pytest.mark.django_db
def test_invalid_address_is_not_counted(owner, clock):
    for _ in range(30):
        assert ask("camille@").status_code == 422
    assert ask(owner.email).status_code == 303


@pytest.mark.django_db
def test_known_and_unknown_addresses_are_refused_alike(owner, clock):
    answers = []
    for address in (owner.email, "ghost@example.com"):
        ask(address)
        answer = ask(address)
        headers = {name: value for name, value in answer.items() if name not in {"X-Request-ID", "Expires"}}
        answers.append((answer.status_code, headers, normalized(text_of(answer)).replace(address, "*")))
    assert answers[0][0] == 429
    assert answers[0] == answers[1]


# Requests from one network.


@pytest.mark.django_db
def test_one_address_of_the_net_asks_20_times_an_hour(db, clock):
    answers = [ask(f"person{number}@example.com") for number in range(22)]
    assert statuses(*answers) == [303] * 20 + [429] * 2
    assert ask("another@example.com", ip=SECOND_IP).status_code == 303
    clock.shift(3600)
    assert ask("person1@example.com").status_code == 303


def exhaust(ip: str) -> None:
    for number in range(20):
        assert ask(f"p{number}@example.net", ip=ip).status_code == 303


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("other", "status"),
    [
        ("2001:db8:1:2:ffff::9", 429),  # the same subscriber
        ("2001:db8:1:3::1", 303),
        ("192.0.2.1", 303),
    ],
)
def test_an_ipv6_subscriber_is_counted_as_one(db, clock, other, status):
    exhaust("2001:db8:1:2::1")
    assert ask("one-more@example.com", ip=other).status_code == status


@pytest.mark.django_db
def test_an_ipv4_address_written_as_ipv6_is_the_same(db, clock):
    exhaust("192.0.2.5")
    assert ask("one-more@example.com", ip="::ffff:192.0.2.5").status_code == 429
    assert ask("one-more@example.com", ip="::ffff:192.0.2.6").status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_header_opens_no_new_bucket(db, settings, clock, proxies):
    settings.TRUSTED_PROXIES = proxies
    answers = []
    for number in range(22):
        forged = f"198.51.100.{number}"
        header = f"{forged}, 10.0.0.1, 192.0.2.1" if proxies else forged
        answers.append(
            Client(REMOTE_ADDR="10.9.9.9" if proxies else "192.0.2.1").post(
                "/fr/auth", {"email": f"q{number}@example.com"}, HTTP_X_FORWARDED_FOR=header
            )
        )
    assert statuses(*answers) == [303] * 20 + [429] * 2


@pytest.mark.django_db
def test_behind_a_proxy_clients_do_not_share_its_bucket(db, settings, clock):
    settings.TRUSTED_PROXIES = 1
    answers = [
        Client(REMOTE_ADDR="10.0.0.1").post(
            "/fr/auth", {"email": f"q{number}@example.com"}, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}"
        )
        for number in range(25)
    ]
    assert statuses(*answers) == [303] * 25


def ask_by_proxy(number: int, forwarded: str) -> Any:
    return Client(REMOTE_ADDR="10.0.0.1").post(
        "/fr/auth", {"email": f"q{number}@example.com"}, HTTP_X_FORWARDED_FOR=forwarded
    )


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize(
    "spelling",
    [
        "203.0.113.7:{port}",
        "::ffff:203.0.113.7",
        "[::ffff:203.0.113.7]:{port}",
        '"[2001:db8:1:2::{port}]:{port}"',
        "[2001:DB8:1:2::1]:{port}",
        "_hidden",
    ],
)
def test_the_port_and_the_spelling_of_an_address_open_no_new_bucket(db, settings, clock, spelling):
    settings.TRUSTED_PROXIES = 1
    forged = [f"garbage{number}, " + spelling.format(port=4000 + number) for number in range(21)]
    answers = [ask_by_proxy(number, header) for number, header in enumerate(forged)]
    assert statuses(*answers) == [303] * 20 + [429]


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize(
    "spelling", ["203.0.113.{number}:40007", "[2001:db8:{number}::1]:4711", "_client{number}"]
)
def test_addresses_in_any_spelling_do_not_share_a_bucket(db, settings, clock, spelling):
    settings.TRUSTED_PROXIES = 1
    answers = [ask_by_proxy(number, spelling.format(number=number)) for number in range(25)]
    assert statuses(*answers) == [303] * 25


@pytest.mark.django_db
def test_requests_without_a_readable_address_are_told_apart_by_the_peer(db, settings, clock):
    settings.TRUSTED_PROXIES = 1
    answers = [
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(
            "/fr/auth", {"email": f"q{number}@example.com"}, HTTP_X_FORWARDED_FOR="unknown"
        )
        for number in range(25)
    ]
    assert statuses(*answers) == [303] * 25


@pytest.mark.django_db
def test_a_48_network_of_ipv6_asks_100_times_an_hour(db, clock):
    answers = [ask(f"p{number}@example.com", ip=f"2001:db8:1:{number:x}::1") for number in range(102)]
    assert statuses(*answers) == [303] * 100 + [429] * 2
    assert ask("other@example.com", ip="2001:db8:2::1").status_code == 303


@pytest.mark.django_db
def test_an_office_behind_one_address_can_have_a_higher_limit(db, settings, clock):
    settings.AVA_LINKS_PER_IP = 22
    answers = [ask(f"person{number}@example.com") for number in range(23)]
    assert statuses(*answers) == [303] * 22 + [429]


# One address, asked for by strangers.


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("near", "far"), [("192.0.2.{}", "198.51.100.7"), ("2001:db8:1:{}::1", "2001:db8:2::1")]
)
def test_a_stranger_who_asks_without_end_does_not_lock_the_address(owner, clock, near, far):
    asked = []
    for number in range(1, 100):  # every 30 s from one network, in its many addresses
        asked.append(ask(owner.email, ip=near.format(number)))
        clock.shift(30)
    assert statuses(*asked) == [303] * 5 + [429] * 94
    assert ask(owner.email, ip=far).status_code == 303
    assert ask(owner.email, ip=far).status_code == 429
    clock.shift(30)
    assert statuses(ask(owner.email, ip=near.format(200)), ask(owner.email, ip=far)) == [429, 303]


@pytest.mark.django_db
def test_an_address_gets_15_mails_an_hour_from_all_networks(owner, clock):
    answers = []
    for number in range(17):
        answers.append(ask(owner.email, ip=f"198.51.{number}.1"))
        clock.shift(31)
    assert statuses(*answers) == [303] * 15 + [429] * 2


@pytest.mark.django_db
def test_pressing_the_button_again_does_not_use_up_the_hour(owner, clock):
    for _ in range(3):
        assert statuses(*[ask(owner.email) for _ in range(4)]) == [303, 429, 429, 429]
        clock.shift(30)
    assert ask(owner.email).status_code == 303


# A known browser.


@pytest.mark.django_db
def test_a_stranger_does_not_lock_out_the_owners_browser(owner, client, clock, sign_in):
    sign_in(client, owner)
    client.post("/fr/logout")
    clock.shift(31)
    while ask(owner.email, ip=SECOND_IP).status_code == 303:
        clock.shift(31)
    assert ask(owner.email, ip="192.0.2.200").status_code == 429  # any other browser
    assert ask(owner.email, client).status_code == 303


@pytest.mark.django_db
def test_a_busy_connection_does_not_lock_out_the_owners_browser(owner, client, clock, sign_in):
    sign_in(client, owner)
    clock.shift(3600)
    exhaust("192.0.2.1")
    assert ask("one-more@example.com").status_code == 429
    assert ask(owner.email, client).status_code == 303


@pytest.mark.django_db
def test_the_known_browser_has_limits_too(owner, client, clock, sign_in):
    sign_in(client, owner)
    clock.shift(3600)
    accepted = 0
    for _ in range(7):
        accepted += ask(owner.email, client).status_code == 303
        clock.shift(31)
    assert accepted == 5


@pytest.mark.django_db
def test_a_browser_known_for_one_address_is_a_stranger_to_another(owner, admin, client, clock, sign_in):
    sign_in(client, owner)
    clock.shift(3600)
    ask(admin.email, ip=SECOND_IP)
    assert ask(admin.email, client).status_code == 429


@pytest.mark.django_db
def test_asking_alone_makes_no_browser_known(owner, client, clock):
    """Otherwise each request would get a new bucket."""
    assert statuses(ask(owner.email, client), ask(owner.email, client)) == [303, 429]


# Tries of all codes of an address.


def code_of(address: str, right: bool = False, browser: str = "", ip: str = "127.0.0.1") -> Any:
    """Request a code, and type it, or another."""
    browser = browser or new_secret()
    minted = make_link(User.objects.for_address(address), email=address, browser=browser)
    client = Client()
    client.cookies[django_settings.BROWSER_COOKIE_NAME] = browser
    wrong = f"{(int(minted.code) + 1) % 1_000_000:06d}"
    data = {"request": str(minted.token.id), "code": minted.code if right else wrong}
    return client.post("/en/auth/sent", data, REMOTE_ADDR=ip)


LOCKED = "This code no longer works"


@pytest.mark.slow
@pytest.mark.django_db
def test_twenty_codes_a_day_are_tried_for_one_address_over_all_requests(owner, clock):
    assert not [page for page in (code_of(owner.email) for _ in range(20)) if LOCKED in text_of(page)]
    refused = code_of(owner.email, right=True)
    assert (refused.status_code, LOCKED in text_of(refused)) == (422, True)
    assert Client().post("/fr/verify-magic-link", {"token": make_link(owner).secret}).status_code == 303
    clock.shift(24 * 3600 + 1)
    assert code_of(owner.email, right=True).status_code == 303


@pytest.mark.django_db
def test_codes_that_a_stranger_tries_do_not_lock_those_of_another_network(owner, clock):
    for _ in range(21):
        code_of(owner.email)
    assert code_of(owner.email, right=True).status_code == 422
    assert code_of(owner.email, right=True, ip="198.51.100.7").status_code == 303


@pytest.mark.slow
@pytest.mark.django_db
def test_a_stranger_does_not_lock_the_codes_of_the_owners_browser(owner, admin, clock):
    known = new_secret()
    assert code_of(owner.email, right=True, browser=known).status_code == 303
    for _ in range(25):
        code_of(owner.email)
    assert code_of(owner.email, right=True).status_code == 422
    assert code_of(owner.email, right=True, browser=known).status_code == 303
    assert code_of(admin.email, right=True).status_code == 303


@pytest.mark.slow
@pytest.mark.django_db
def test_codes_of_known_and_unknown_addresses_end_alike(owner, clock):
    for address in (owner.email, "nobody@example.com"):
        pages = [LOCKED in text_of(code_of(address)) for _ in range(21)]
        assert pages == [False] * 20 + [True]


# Other requests that count.


@pytest.mark.django_db
def test_asking_again_from_the_next_page_counts(owner, client, clock):
    url = ask(owner.email, client).url
    request_id = url.rpartition("=")[2]
    clock.shift(10)
    answer = client.post("/fr/auth/sent/again", {"request": request_id})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "20"
    assert 'data-seconds="20"' in text_of(answer)
    assert 'role="alert"' in text_of(answer)
    assert owner.email in text_of(answer)
    clock.shift(20)
    assert client.post("/fr/auth/sent/again", {"request": request_id}).status_code == 303


@pytest.mark.django_db
def test_a_new_link_in_place_of_an_unusable_one_counts(owner, client, clock):
    minted = make_link(owner)
    clock.shift(16 * 60)
    assert client.post("/fr/verify-magic-link/new", {"token": minted.secret}).status_code == 303
    answer = client.post("/fr/verify-magic-link/new", {"token": minted.secret})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert 'role="alert"' in text_of(answer)


@pytest.mark.django_db
def test_asking_a_new_address_to_confirm_counts(as_user, owner, admin, clock):
    """The profile page cannot be used to mail strangers."""
    ask("target@example.com")
    client = as_user(owner)
    answer = client.post("/fr/settings/profile/address", {"email": "target@example.com"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "target@example.com" in text_of(answer)
    assert not LoginToken.objects.filter(purpose="email_change").exists()


@pytest.mark.django_db
def test_a_new_address_is_asked_to_confirm_three_times_an_hour_by_all_accounts(as_user, clock):
    statuses = []
    for _ in range(5):
        typed = {"email": "target@example.com"}
        statuses.append(as_user(UserFactory()).post("/fr/settings/profile/address", typed).status_code)
        clock.shift(31)
    assert statuses == [302] * 3 + [429] * 2


@pytest.mark.django_db
def test_one_account_asks_ten_new_addresses_a_day(as_user, owner, clock):
    client = as_user(owner)
    statuses = []
    for number in range(12):
        typed = {"email": f"target{number}@example.com"}
        statuses.append(client.post("/fr/settings/profile/address", typed).status_code)
    assert statuses == [302] * 10 + [429] * 2


# The audit.


@pytest.mark.django_db
def test_posting_an_unusable_link_often_does_not_fill_the_history(owner):
    """The security page shows the latest twenty events: an intruder must not push the intruder's sign-in off it."""
    minted = make_link(owner)
    assert Client().post("/fr/verify-magic-link", {"token": minted.secret}).status_code == 303
    posted = [Client().post("/fr/verify-magic-link", {"token": minted.secret}) for _ in range(25)]
    assert set(statuses(*posted)) == {410}
    assert SENTENCES["accounts.signed_in"] in [event.sentence for event in recent_events(owner)]


# Switching limits off, and the budget of mails.


@pytest.mark.django_db
def test_switched_off_limits_refuse_nothing(owner, settings, clock):
    settings.AVA_RATE_LIMITS = False
    assert {ask(owner.email).status_code for _ in range(25)} == {303}


@pytest.mark.django_db
def test_the_budget_drops_mail_to_unknown_addresses_silently(
    owner, settings, clock, run_tasks, mailoutbox, monkeypatch
):
    settings.AVA_SIGNUP = "open"
    monkeypatch.setattr(
        "accounts.login.emails.UNKNOWN_ADDRESSES", Limit("link.unknown", hits=2, per=timedelta(hours=1))
    )
    answers = [ask(f"new{number}@example.com") for number in range(4)]
    answers.append(ask(owner.email))
    run_tasks()
    assert statuses(*answers) == [303] * 5
    # Two of the new addresses, and the account.
    assert len(mailoutbox) == 3
    assert owner.email in {mail.to[0] for mail in mailoutbox}
    assert DBTaskResult.objects.successful().count() == 5
    clock.shift(3600)
    ask("new9@example.com")
    run_tasks()
    assert mailoutbox[-1].to == ["new9@example.com"]


@pytest.mark.django_db
def test_requests_without_an_ip_address_are_accepted(owner, settings, clock):
    """A proxy that passes no IP address: no error."""
    settings.TRUSTED_PROXIES = 1
    answer = Client().post("/fr/auth", {"email": owner.email}, HTTP_X_FORWARDED_FOR="unknown")
    assert answer.status_code == 303
    assert LoginToken.objects.get().ip is None


# Two processes.


def database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user, host, port = (database[name] for name in ("USER", "HOST", "PORT"))
    secret = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return f"postgres://{user}{secret}@{host}:{port}/{database['NAME']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(600):
        connected = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connected.request("GET", "/health", headers={"Connection": "close"})
            answer = connected.getresponse()
            answer.read()
            if answer.status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connected.close()
    pytest.fail("A server of the test did not come up.")


@pytest.fixture
def two_servers(transactional_db: None) -> Iterator[list[int]]:
    """Two processes of the product behind one trusted proxy, over the test's database."""
    environment = os.environ | {
        "AVA_ENV": "development",
        "DEBUG": "off",
        "DATABASE_URL": database_url(),
        "TRUSTED_PROXIES": "1",
        "AVA_RATE_LIMITS": "on",
        "WEB_THREADS": "8",
    }
    ports, servers = [free_port(), free_port()], []
    try:
        for port in ports:
            command = [sys.executable, "-m", "gunicorn", "avafirst.wsgi", "-k", "gthread", "--threads", "8"]
            servers.append(
                subprocess.Popen(
                    [*command, "-b", f"127.0.0.1:{port}", "--log-level", "warning"],
                    cwd=django_settings.BASE_DIR,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
        for port in ports:
            wait_for(port)
        yield ports
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(timeout=30)


CSRF = "a" * 32


def send(port: int, address: str, forwarded: str) -> tuple[int, str]:
    connected = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = urlencode({"email": address, "csrfmiddlewaretoken": CSRF})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={CSRF}",
        "X-Forwarded-For": forwarded,
    }
    connected.request("POST", "/fr/auth", body, headers)
    answer = connected.getresponse()
    answer.read()
    connected.close()
    return answer.status, answer.headers.get("Retry-After", "")


@pytest.mark.race
def test_limits_are_exact_under_50_parallel_sends_over_2_processes(two_servers):
    owner = UserFactory(email="owner@example.com")

    def at_once(job: Callable[[int], tuple[int, str]]) -> Counter[int]:
        with ThreadPoolExecutor(max_workers=50) as pool:
            answers = list(pool.map(job, range(50)))
        assert all(re.fullmatch(r"[1-9]\d*", later) for status, later in answers if status == 429)
        return Counter(status for status, _later in answers)

    # For one address, in any spelling, from any network.
    spellings = [owner.email, "ow.ner@example.com", "owner+x@example.com", "OWNER@EXAMPLE.COM"]
    assert at_once(
        lambda number: send(two_servers[number % 2], spellings[number % 4], f"9.9.9.9, 198.51.100.{number}")
    ) == {303: 1, 429: 49}
    # From one network, whatever headers it sends.
    assert at_once(
        lambda number: send(two_servers[number % 2], f"p{number}@example.com", f"9.9.9.{number}, 192.0.2.1")
    ) == {303: 20, 429: 30}
    assert LoginToken.objects.count() == DBTaskResult.objects.count() == 21
