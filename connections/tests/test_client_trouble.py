"""Every kind of failure ends each client method within its timeout, with the right ProviderError."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import time_machine

from connections.problems import Problem, ProviderError
from connections.refusals import LONGEST_WAIT
from connections.tests import calls
from connections.vapi.client import LARGEST_LIST
from core.tests import wild

SILENT = 0.1  # seconds, for servers that never answer
SHORT = 0.3  # seconds, for servers that drip and would take far longer
ANYTHING = re.compile(".*")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

METHODS = {f"vapi.{name}": (calls.vapi, call) for name, call in calls.VAPI_CALLS.items()} | {
    f"twilio.{name}": (calls.twilio, call) for name, call in calls.TWILIO_CALLS.items()
}
DELETIONS = {"vapi.delete_assistant", "vapi.delete_call", "vapi.delete_phone_number"}

every_method = pytest.mark.parametrize("method", METHODS)


def failure(method, url, **options):
    """The error raised by a method called at this address."""
    client_at, call = METHODS[method]
    with pytest.raises(ProviderError) as caught:
        call(client_at(url, **options))
    assert caught.value.provider == method.split(".")[0]
    return caught.value


# No answer


@pytest.mark.slow
@every_method
def test_refused_connection(method):
    with wild.refusing() as url:
        assert failure(method, url).problem == Problem.DOWN


@pytest.mark.slow
@every_method
def test_server_that_never_answers(method):
    with wild.serving(wild.hang) as url:
        assert failure(method, url, timeout=SILENT).problem == Problem.SLOW


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", [wild.drip_head, wild.drip_body], ids=["head", "body"])
@pytest.mark.parametrize("method", ["vapi.list_assistants", "twilio.account"])
def test_server_that_drips(method, behaviour):
    with wild.serving(behaviour) as url:
        assert failure(method, url, timeout=SHORT).problem == Problem.SLOW


@pytest.mark.slow
@every_method
def test_answer_that_breaks_off(method):
    with wild.serving(wild.truncate) as url:
        assert failure(method, url).problem == Problem.DOWN


# Unusable answers


@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><title>Maintenance</title>", b"", b'{"id": "cut', b"[" * 100_000, b'"\xff"'],
    ids=["html", "empty", "cut", "deep", "binary"],
)
@every_method
def test_answer_that_is_not_json(method, body, httpserver):
    httpserver.expect_request(ANYTHING).respond_with_data(body)
    assert failure(method, httpserver.url_for("")).problem == Problem.UNREADABLE_ANSWER


@pytest.mark.variants
@every_method
def test_answer_that_is_too_large(method, httpserver):
    httpserver.expect_request(ANYTHING).respond_with_data(b"[" + b" " * LARGEST_LIST + b"]")
    assert failure(method, httpserver.url_for("")).problem == Problem.UNREADABLE_ANSWER


@every_method
def test_html_page_of_a_proxy(method, httpserver):
    httpserver.expect_request(ANYTHING).respond_with_data("", status=302, headers={"Location": "/login"})
    assert failure(method, httpserver.url_for("")).problem == Problem.UNREADABLE_ANSWER


NO_OBJECTS: list[Any] = [
    None,
    7,
    "fine",
    True,
    [],
    {},
    {"id": None},
    {"id": 7.5},
    {"id": "../call/1"},
    {"id": ["a"]},
]
SHAPES = {
    **dict.fromkeys(METHODS, NO_OBJECTS),
    "vapi.chat": [*NO_OBJECTS, {"id": "a"}, {"id": "a", "output": None}, {"id": "a", "output": ["Bonjour"]}],
    "vapi.list_assistants": [None, 7, {}, *([shape] for shape in NO_OBJECTS)],
    "vapi.list_calls": [None, 7, {}, *([shape] for shape in NO_OBJECTS)],
    "vapi.list_phone_numbers": [None, 7, {}, *([shape] for shape in NO_OBJECTS)],
    "twilio.account": [None, 7, [], {}, {"status": None}, {"status": "active", "type": 7}],
    "twilio.create_call": [None, 7, [], {}, {"sid": None}],
    "twilio.get_leg": [None, 7, [], {}, {"sid": "../x"}, calls.TWILIO_LEG | {"price_unit": None}],
    "twilio.list_child_legs": [None, 7, [], {}, {"calls": None}, {"calls": [None]}, {"calls": [{}]}],
    "twilio.find_number": [
        None,
        [],
        {},
        {"incoming_phone_numbers": None},
        {"incoming_phone_numbers": [None]},
        {"incoming_phone_numbers": [{"phone_number": calls.NUMBER}]},
    ],
}


@pytest.mark.parametrize(
    ("method", "shape"),
    [
        pytest.param(method, shape, id=f"{method} {json.dumps(shape)}")
        for method in METHODS
        if method not in DELETIONS  # their answers are not read
        for shape in SHAPES[method]
    ],
)
def test_json_of_another_shape(method, shape, httpserver):
    httpserver.expect_request(ANYTHING).respond_with_json(shape)
    assert failure(method, httpserver.url_for("")).problem == Problem.UNREADABLE_ANSWER


# Refusals by status alone: the body may come from a proxy in front of the provider


@pytest.mark.parametrize(
    ("status", "vapi", "twilio"),
    [
        (400, Problem.REFUSED, Problem.REFUSED),
        (401, Problem.VAPI_KEY, Problem.TWILIO_LOGIN),
        (402, Problem.VAPI_NO_CREDIT, Problem.TWILIO_NO_CREDIT),
        (403, Problem.FORBIDDEN, Problem.FORBIDDEN),
        (409, Problem.PINNED, Problem.REFUSED),
        (418, Problem.REFUSED, Problem.REFUSED),
        (429, Problem.RATE_LIMITED, Problem.RATE_LIMITED),
        (500, Problem.DOWN, Problem.DOWN),
        (503, Problem.DOWN, Problem.DOWN),
    ],
)
@every_method
def test_refusal(method, status, vapi, twilio, httpserver):
    httpserver.expect_request(ANYTHING).respond_with_data("<h1>Sorry</h1>", status=status)
    error = failure(method, httpserver.url_for(""))
    assert error.problem == (vapi if method.startswith("vapi.") else twilio)
    assert error.detail == ""


@pytest.mark.parametrize(
    "body", ["null", "[]", '{"message": null}', '{"message": {}, "code": []}', '{"code": 1e3}']
)
@pytest.mark.parametrize("method", ["vapi.chat", "twilio.account"])
def test_refusal_with_another_body(method, body, httpserver):
    httpserver.expect_request(ANYTHING).respond_with_data(body, status=400)
    assert failure(method, httpserver.url_for("")).problem == Problem.REFUSED


@pytest.mark.parametrize("method", sorted(METHODS.keys() - DELETIONS))
def test_not_found(method, httpserver):
    httpserver.expect_request(ANYTHING).respond_with_data("", status=404)
    assert failure(method, httpserver.url_for("")).problem == Problem.GONE


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ("99999999999999999999", LONGEST_WAIT),
        (format_datetime(NOW + timedelta(days=400), usegmt=True), LONGEST_WAIT),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Sun, 99 Nov 2026 12:00:00 GMT", None),
        ("", None),
    ],
)
@pytest.mark.parametrize(("status", "problem"), [(429, Problem.RATE_LIMITED), (503, Problem.DOWN)])
@pytest.mark.parametrize("method", ["vapi.chat", "twilio.account"])
def test_retry_after_is_read(method, status, problem, value, seconds, httpserver):
    httpserver.expect_request(ANYTHING).respond_with_data("", status=status, headers={"Retry-After": value})
    with time_machine.travel(NOW, tick=False):
        error = failure(method, httpserver.url_for(""))
    assert (error.problem, error.retry_after, error.passing) == (problem, seconds, True)
