"""Whatever comes to the inbox, the answer has the right status, and nothing is stored that harms."""

import copy
import gzip
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls import wire
from calls.inbox.views import LARGEST
from calls.models import Call, CostPart, Turn, WebhookMessage
from calls.progress.facts import UnreadableError, read_call, read_message
from calls.tests.messages import (
    TRANSFERS,
    ending,
    listed,
    message,
    report,
    spoken,
    status_update,
    with_artifact,
    with_outputs,
)
from core.text import UNPRINTABLE

pytestmark = pytest.mark.django_db

BAD_JSON = {
    "empty": b"",
    "text": b"hello",
    "form": b"message=1",
    "list": b"[]",
    "null": b"null",
    "no-message": b"{}",
    "message-is-text": b'{"message": "x"}',
    "no-type": b'{"message": {}}',
    "type-is-a-number": b'{"message": {"type": 1}}',
    "latin-1": '{"message": {"type": "é"}}'.encode("latin-1"),
    "no-utf-8": b'{"message": {"type": "\xff\xfe"}}',
    "nul-byte": b'{"message": {"type": "ha\0ng"}}',
    "compressed": gzip.compress(b'{"message": {"type": "hang"}}'),
    "half-an-object": b'{"message": {"type": "hang"',
    "nan": b'{"message": {"type": "hang", "cost": NaN}}',
    "endless-number": b'{"message": {"type": "hang", "cost": 1e999}}',
    "long-number": b'{"message": {"type": "hang", "cost": ' + b"9" * 5000 + b"}}",
    "deep": b'{"message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep-objects": b'{"message": ' + b'{"a":' * 100 + b"1" + b"}" * 101,
}
VALUES: list[Any] = [
    None, True, 0, -1, 10**18, 1.5, "", "x", "\0", "\ud800", "2026-13-40T99:99:99Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "1e400", [], {}, [[]], [None], {"x": 1}, "A" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("raw", BAD_JSON.values(), ids=BAD_JSON)
def test_what_is_no_message_is_refused(post, raw):
    response = post(raw)
    assert (response.status_code, response.content) == (400, b"")
    assert not WebhookMessage.objects.exists()


def test_too_large_a_message_is_refused(post):
    raw = json.dumps(report(padding="x" * LARGEST)).encode()
    assert post(raw).status_code == 413
    assert not WebhookMessage.objects.exists()


def test_large_message_is_taken_and_stored_small(post):
    raw = json.dumps(report(padding="x" * (LARGEST - 10_000))).encode()
    assert post(raw).status_code == 200
    assert len(json.dumps(WebhookMessage.objects.get().body)) < 5_000


def test_size_is_refused_to_strangers_like_anything_else(post):
    assert post(b"x" * (LARGEST + 1), key="wrong").status_code == 401


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/webhooks/vapi").status_code == 405


def test_unprintable_characters_are_replaced(tell):
    said = "Bon\0jour \u202e\ud800 <script>alert(1)</script> =1+1"
    tell(report(artifact={"messages": [spoken("user", said, 1)]}, endedReason="a\0b"))
    turn = Turn.objects.get()
    assert turn.text == "Bon\ufffdjour \ufffd\ufffd <script>alert(1)</script> =1+1"
    assert Call.objects.get().ended_reason == "a\ufffdb"


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every value in a message stands."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from paths(each, (*path, key))


def with_value(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(body)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


WHOLE = {"report": report(), "status": status_update("ended", 40, endedReason="customer-ended-call")}


PLACES = [
    pytest.param(name, path, id=f"{name}-{'.'.join(map(str, path))}")
    for name in WHOLE
    for path in paths(WHOLE[name])
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "path"), PLACES)
def test_a_value_of_a_wrong_type_is_survived(post, run_tasks, name, path):
    survive(post, run_tasks, name, path, random.Random(str(path)).sample(VALUES, 3))


@pytest.mark.prove
@pytest.mark.parametrize(("name", "path"), PLACES)
def test_every_value_of_a_wrong_type_is_survived(post, run_tasks, name, path):
    survive(post, run_tasks, name, path, VALUES)


def survive(post: Any, run_tasks: Any, name: str, path: tuple[Any, ...], values: list[Any]) -> None:
    for value in values:
        assert post(with_value(WHOLE[name], path, value)).status_code in {200, 400}
    run_tasks()  # fails if a task fails
    assert_storable()


def assert_storable() -> None:
    for row in WebhookMessage.objects.all():
        assert bool(row.processed_at) != bool(row.problem)
    for call in Call.objects.all():
        assert call.ended_at is None or (call.started_at or call.ended_at) <= call.ended_at
        assert not UNPRINTABLE.search(f"{call.subject}{call.ended_reason}{call.customer_number}")
    assert not any(UNPRINTABLE.search(turn.text) for turn in Turn.objects.all())
    assert all(abs(part.amount) < 1_000_000 for part in CostPart.objects.all())


@pytest.mark.parametrize("read", [read_message, read_call])
def test_every_value_of_a_wrong_type_is_read_or_refused(read):
    """Without the database: any value at any place, in a message and in an entry of Vapi's list."""
    shape, told = {
        read_message: (wire.MESSAGE, report()["message"]),
        read_call: (wire.CALL, listed("ended", 44, **ending())),
    }[read]
    told = with_outputs(with_artifact(told, transfers=TRANSFERS))
    refused = 0
    for path in paths(told):
        for value in VALUES:
            try:
                read(wire.select(with_value(told, path, value), shape))
            except UnreadableError:
                refused += 1
    assert refused


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    value=JSON,
    name=st.sampled_from(["call", "artifact", "costBreakdown", "customer", "type", "status", "cost"]),
)
def test_any_json_is_survived(post, run_tasks, value, name):
    body = report(**{name: value})
    assert post(json.dumps(body).encode()).status_code in {200, 400}
    run_tasks()
    assert_storable()


def test_message_of_each_kind_with_nothing_in_it_is_survived(tell):
    for kind in ("status-update", "end-of-call-report", "hang", "tool-calls", "assistant-request"):
        tell({"message": {"type": kind}})
    assert_storable()
    assert not Call.objects.exists()


def test_absurd_amounts_are_no_costs(tell):
    costs = {"llm": 1e300, "stt": -0.5, "total": "a lot", "vapi": 0.0571}
    tell(message("end-of-call-report", 9, endedReason="x", costBreakdown=costs))
    assert dict(CostPart.objects.values_list("part", "amount")).keys() == {"vapi"}
