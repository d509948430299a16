"""Rate limits lose no hit, and read the client's address where a client cannot write it."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections, transaction
from django.test import RequestFactory
from django.utils import timezone

from core.models import RateCounter
from core.security.client_ip import client_ip
from core.security.rate_limits import Limit, LimitedError, delete_expired, hit, hit_all

THREE = Limit("test.three", hits=3, per=timedelta(minutes=10))
ONE = Limit("test.one", hits=1, per=timedelta(seconds=30))


@pytest.fixture(autouse=True)
def _limits_on(settings: Any) -> None:
    settings.AVA_RATE_LIMITS = True


def refused(limit: Limit, subject: str) -> LimitedError | None:
    try:
        hit(limit, subject)
    except LimitedError as error:
        return error
    return None


@pytest.mark.django_db
def test_the_bucket_takes_what_it_holds_and_no_more():
    assert [refused(THREE, "a") is None for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_subjects_and_limits_have_buckets_of_their_own():
    for _ in range(3):
        hit(THREE, "a")
    assert refused(THREE, "a")
    assert not refused(THREE, "b")
    assert not refused(ONE, "a")


@pytest.mark.django_db
def test_refusal_says_the_whole_seconds_until_the_window_ends():
    with time_machine.travel(timezone.now().replace(microsecond=250_000), tick=False) as clock:
        hit(ONE, "a")
        clock.shift(10)
        error = refused(ONE, "a")
        assert error is not None
        assert (error.limit, error.retry_after) == (ONE, 20)
        clock.shift(timedelta(milliseconds=500))
        assert getattr(refused(ONE, "a"), "retry_after", None) == 20  # rounded up: 19.5 s would be too early
        clock.shift(timedelta(milliseconds=19_499))
        assert getattr(refused(ONE, "a"), "retry_after", None) == 1
        clock.shift(timedelta(milliseconds=1))
        assert refused(ONE, "a") is None


@pytest.mark.django_db
def test_refused_hits_do_not_make_the_window_longer():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(50):
            refused(ONE, "a")
            clock.shift(1)
        assert RateCounter.objects.count() == 1
        # A new window opened 30 s after the first hit; otherwise the first would hold all 50.
        assert RateCounter.objects.get().hits == 20


@pytest.mark.django_db
def test_the_first_full_bucket_stops_the_count_of_the_rest():
    hit(ONE, "a")
    with pytest.raises(LimitedError) as caught:
        hit_all([(ONE, "a"), (THREE, "a")])
    assert caught.value.limit is ONE
    assert not RateCounter.objects.filter(key=THREE.key("a")).exists()


@pytest.mark.django_db
def test_buckets_hit_together_count_like_buckets_hit_alone():
    for _ in range(2):
        hit_all([(THREE, "a"), (THREE, "b")])
    hit(THREE, "b")
    with pytest.raises(LimitedError) as caught:
        hit_all([(THREE, "a"), (THREE, "b"), (ONE, "c")])
    assert caught.value.limit is THREE
    hits = dict(RateCounter.objects.values_list("key", "hits"))
    assert hits == {THREE.key("a"): 3, THREE.key("b"): 4}


@pytest.mark.django_db
def test_windows_of_buckets_hit_together_end_apart():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        hit_all([(THREE, "a"), (ONE, "a")])
        clock.shift(10)
        with pytest.raises(LimitedError) as caught:
            hit_all([(THREE, "a"), (ONE, "a")])
        assert (caught.value.limit, caught.value.retry_after) == (ONE, 20)
        clock.shift(20)
        hit_all([(THREE, "a"), (ONE, "a")])
        with pytest.raises(LimitedError) as caught:
            hit_all([(THREE, "a"), (ONE, "a")])
        assert (caught.value.limit, caught.value.retry_after) == (THREE, 570)


@pytest.mark.django_db
def test_the_table_holds_no_address():
    hit(ONE, "owner@example.com")
    assert "owner" not in str(RateCounter.objects.values())


@pytest.mark.django_db
def test_switched_off_nothing_is_counted(settings):
    settings.AVA_RATE_LIMITS = False
    assert [refused(ONE, "a") for _ in range(5)] == [None] * 5
    assert RateCounter.objects.count() == 0


@pytest.mark.django_db
def test_expired_counters_are_deleted_and_open_ones_stay():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        hit(ONE, "a")
        hit(THREE, "a")
        clock.shift(31)
        assert delete_expired() == 1
        assert RateCounter.objects.get().key == THREE.key("a")


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_threads_lose_no_hit():
    gate, accepted = threading.Barrier(24), []
    many = Limit("test.many", hits=10, per=timedelta(hours=1))

    def run() -> None:
        try:
            gate.wait(timeout=20)
            accepted.append(refused(many, "a") is None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(accepted) == [False] * 14 + [True] * 10
    assert RateCounter.objects.get().hits == 24


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_threads_that_share_one_of_several_buckets_lose_no_hit():
    gate, accepted = threading.Barrier(24), []
    shared = Limit("test.shared", hits=10, per=timedelta(hours=1))

    def run(number: int) -> None:
        try:
            gate.wait(timeout=20)
            hit_all([(THREE, str(number)), (shared, "a"), (ONE, str(number))])
            accepted.append(number)
        except LimitedError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(accepted) == 10
    hits = dict(RateCounter.objects.values_list("key", "hits"))
    assert hits.pop(shared.key("a")) == 24
    # All were counted in the buckets before the shared one; after it, only those that it accepted.
    assert hits == {THREE.key(str(number)): 1 for number in range(24)} | {
        ONE.key(str(number)): 1 for number in accepted
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_threads_that_count_in_opposite_orders_do_not_deadlock():
    gate, finished = threading.Barrier(12), []
    first, second = (Limit(f"test.{name}", hits=1000, per=timedelta(hours=1)) for name in "ab")

    def run(number: int) -> None:
        buckets = [(first, "a"), (second, "a")]
        try:
            gate.wait(timeout=20)
            for _ in range(5):
                hit_all(buckets if number % 2 else buckets[::-1])
                delete_expired()
            finished.append(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(finished) == list(range(12))
    assert list(RateCounter.objects.values_list("hits", flat=True)) == [60, 60]


@pytest.mark.django_db(transaction=True)
def test_a_hit_outside_a_transaction_is_kept_whatever_fails_later():
    hit(ONE, "a")
    with pytest.raises(RuntimeError), transaction.atomic():
        raise RuntimeError
    assert refused(ONE, "a")


REAL = "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, REAL),
        (0, "198.51.100.1", REAL),
        (0, "198.51.100.1, 198.51.100.2", REAL),
        (1, None, REAL),
        (1, "", REAL),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        (1, "1.2.3.4,5.6.7.8 ,  198.51.100.7 ", "198.51.100.7"),
        (1, "<script>, 198.51.100.7", "198.51.100.7"),
        (2, "1.2.3.4, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (1, "1.2.3.4, 2001:DB8::0:1", "2001:db8::1"),
        (1, "not an address", None),
        (1, "1.2.3.4, unknown", None),
    ],
)
def test_the_clients_address_is_read_from_the_right(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    extra = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert client_ip(RequestFactory().get("/", REMOTE_ADDR=REAL, **extra)) == expected
