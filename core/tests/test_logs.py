"""Production logs: one JSON object a line, with user and duration, never a secret."""

import base64
import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.secrets import new_secret
from accounts.sessions.emails import sign_not_me
from accounts.tests.factories import make_link
from avafirst.reports import redacted
from core.log_format import JsonFormatter
from core.models import AuditEvent
from core.security.redaction import REDACTED, redact

Lines = Callable[[], list[dict[str, Any]]]
SECRET = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYm0"


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What production would write meanwhile, each line read as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def request_line(lines: Lines) -> dict[str, Any]:
    (line,) = [line for line in lines() if line["logger"] == "avafirst.request"]
    return line


@pytest.mark.django_db
def test_a_request_tells_who_what_how_long(as_user, owner, lines):
    answer = as_user(owner).get("/fr/o/bakery")
    line = request_line(lines)
    assert line["user_id"] == str(owner.pk)
    assert line["route"] == "fr/o/<slug:slug>"
    assert (line["status"], line["level"]) == (200, "info")
    assert isinstance(line["duration_ms"], float)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["at"])
    assert "GET" in line["message"]
    assert owner.email not in json.dumps(line)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/fr/auth", "/health", "/no/such/page"])
def test_a_signed_out_client_has_no_user_id(client, lines, path):
    client.get(path)
    assert request_line(lines)["user_id"] is None


@pytest.mark.django_db
def test_the_line_names_the_route_and_not_what_stands_in_the_address(client, lines):
    client.get(f"/pictures/{'a' * 32}.webp?x=secret-search")
    line = request_line(lines)
    assert "a" * 32 not in json.dumps(line)
    assert "secret-search" not in json.dumps(line)


@pytest.mark.django_db
def test_each_request_has_an_id_of_its_own_that_the_audit_keeps(as_user, owner):
    client = as_user(owner)
    ids = {client.get("/health").headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
    answer = client.post("/fr/settings/security/revoke-others")
    assert AuditEvent.objects.latest("at").request_id == answer.headers["X-Request-ID"]


@pytest.mark.django_db
def test_a_client_does_not_choose_the_id(client, lines):
    answer = client.get("/health", HTTP_X_REQUEST_ID="chosen\nforged line")
    assert answer.headers["X-Request-ID"] != "chosen\nforged line"
    assert "chosen" not in json.dumps(lines())


def formatted(message: str, *args: Any, error: BaseException | None = None, **extra: Any) -> str:
    record = logging.LogRecord("test", logging.WARNING, "f.py", 1, message, args, None)
    if error is not None:
        try:
            raise error
        except type(error):
            record.exc_info = sys.exc_info()
    record.__dict__.update(extra)
    return JsonFormatter().format(record)


@pytest.mark.parametrize(
    "text",
    [
        f"/fr/verify-magic-link?token={SECRET}",
        f"/fr/auth?next=/fr/verify-magic-link?token={SECRET}",
        f"/fr/auth?next=%2Ffr%2Fverify-magic-link%3Ftoken%3D{SECRET}",
        f"/fr/path/{SECRET}/more",
        f"Authorization: Bearer {SECRET}.{SECRET}.{SECRET}",
        f"{{'session': '{SECRET}'}}",
        f"(550, b'refused: https://example.com/?token={SECRET}\\r\\n')",
        f"Cookie: session={SECRET}; browser={SECRET}",
    ],
)
def test_a_token_is_redacted_wherever_it_stands(text):
    assert SECRET not in formatted(text)
    assert SECRET not in formatted("said %s", text)
    assert SECRET not in formatted("x", detail=text)
    assert SECRET not in formatted("x", detail={"deep": [text]})
    assert SECRET not in formatted("x", error=ValueError(text))
    assert REDACTED in formatted(text)


@pytest.mark.parametrize("name", ["token", "code", "password", "api_key", "api-key", "secret", "TOKEN"])
def test_what_is_named_a_secret_is_one_however_short(name):
    for text in (f"?{name}=hunter2&x=1", f'{{"{name}": "hunter2"}}', f"{name}%3Dhunter2"):
        assert "hunter2" not in redact(text)


def test_what_helps_a_reader_stays():
    text = "Task accounts.login.emails.send_login_link 0f8fad5b-d9cb-469f-a165-70867728950e failed: 550 5.7.1 refused"
    assert redact(text) == text


@given(
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    made=st.integers(0, 50).map(lambda _n: new_secret()),
)
def test_a_secret_of_ours_survives_no_surroundings(before, after, made):
    assert made not in redact(f"{before}{made}{after}")


@pytest.mark.django_db
def test_the_signature_of_a_mail_is_a_secret_too(as_user, owner, lines):
    as_user(owner)
    session_id = owner.sessions.get().id
    signature = sign_not_me(session_id)
    for part in signature.split(":"):
        if len(part) > 10:
            assert part not in redact(f"GET /fr/not-me {signature}")
    Client().get("/fr/not-me", {"token": signature})
    assert signature not in json.dumps(lines())


def test_a_line_is_one_line_whatever_it_says():
    assert "\n" not in formatted("two\nlines\r\nand \u2028 more", error=ValueError("a\nb"), detail="c\nd")
    assert json.loads(formatted("שלום %s", "🥖"))["message"] == "שלום 🥖"


@pytest.mark.django_db
def test_a_failing_view_logs_its_error_once_and_without_the_link(owner, lines, monkeypatch):
    minted = make_link(owner)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(f"cannot read {minted.secret}")

    monkeypatch.setattr("accounts.login.verify_views.find_by_secret", fail)
    client = Client(raise_request_exception=False)
    assert client.get("/fr/verify-magic-link", {"token": minted.secret}).status_code == 500
    errors = [line for line in lines() if line["level"] == "error"]
    assert len(errors) == 1
    assert "RuntimeError" in errors[0]["exception"]
    assert minted.secret not in json.dumps(lines())


# Reports to Sentry.


def test_reports_are_redacted_in_depth():
    event = {
        "request": {
            "url": f"https://console.example.com/fr/verify-magic-link?token={SECRET}",
            "query_string": f"token={SECRET}",
            "cookies": {"session": "short"},
            "headers": {"Cookie": "session=short", "Authorization": "Bearer short", "Accept": "text/html"},
        },
        "exception": {"values": [{"value": f"bad {SECRET}", "stacktrace": {"frames": [{"lineno": 3}]}}]},
        "breadcrumbs": ({"message": f"GET ?code=482071 {SECRET}"},),
        "extra": {"code": "482071", "CSRFMiddlewareToken": "short", "attempts": 3, "none": None, "ok": True},
    }
    said = redacted(event)
    text = json.dumps(said)
    for secret in (SECRET, "482071", "short"):
        assert secret not in text
    assert said["exception"]["values"][0]["stacktrace"] == {"frames": [{"lineno": 3}]}
    assert (said["extra"]["attempts"], said["extra"]["none"], said["extra"]["ok"]) == (3, None, True)
    assert said["request"]["headers"]["Accept"] == "text/html"


PRODUCTION = {
    "AVA_ENV": "production",
    "SECRET_KEY": "k" * 64,
    "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
    "JWT_KEYS": "",
    "SITE_URL": "https://console.example.com",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "DATABASE_URL": "sqlite:////nonexistent/never-opened.sqlite3",
}

SENTRY_SCRIPT = f"""
import json, sentry_sdk
from sentry_sdk.transport import Transport

sent = []
class Fake(Transport):
    def capture_envelope(self, envelope):
        sent.append(envelope)

real = sentry_sdk.init
sentry_sdk.init = lambda **options: real(**options, transport=Fake)
import django
django.setup()
import logging
from unittest import mock
from django.test import Client

secret = "{SECRET}"
def fail(*args, **kwargs):
    logging.getLogger("x").warning("on the way with %s", secret)
    raise RuntimeError(f"cannot read {{secret}}")

client = Client(raise_request_exception=False, HTTP_HOST="console.example.com")
client.cookies["browser"] = "b" * 43
with mock.patch("accounts.login.verify_views.redeem_link", fail):
    answer = client.post(
        f"/fr/verify-magic-link?next={{secret}}", {{"token": secret}}, secure=True,
        HTTP_AUTHORIZATION="Bearer short-and-secret", HTTP_REFERER=f"https://console.example.com/?token={{secret}}",
    )
events = [item.payload.json for envelope in sent for item in envelope.items if item.type == "event"]
print("REPORT " + json.dumps({{"status": answer.status_code, "events": events}}))
"""


def run(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "PORT"}}
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=django_settings.BASE_DIR,
        env=environment | PRODUCTION | {"DJANGO_SETTINGS_MODULE": "avafirst.settings"} | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_an_error_in_production_is_reported_without_anything_personal():
    done = run(SENTRY_SCRIPT, SENTRY_DSN="https://public@sentry.invalid/1")
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("REPORT ")] or [done.stderr]
    report = json.loads(line.removeprefix("REPORT "))
    assert report["status"] == 500
    errors = [event for event in report["events"] if "exception" in event]
    assert len(errors) == 1
    assert errors[0]["exception"]["values"][-1]["type"] == "RuntimeError"
    assert errors[0]["environment"] == "production"
    text = json.dumps(report)
    assert REDACTED in text
    for secret in (SECRET, "short-and-secret", "b" * 43):
        assert secret not in text
    assert "cookies" not in errors[0].get("request", {}) or REDACTED in str(errors[0]["request"]["cookies"])
    # What the process logged meanwhile is as careful.
    assert SECRET not in done.stdout.replace(line, "") + done.stderr


LOG_SCRIPT = """
import django
django.setup()
from django.test import Client
client = Client(HTTP_HOST="console.example.com")
client.get("/health", {"token": "%s"}, secure=True)
import logging
# As Django words a 404; its page itself needs the static files of a deployment.
logging.getLogger("django.request").warning("Not Found: %%s", "/no/such/page/%s")
""" % (SECRET, SECRET)  # noqa: UP031 - braces would have to be doubled


@pytest.mark.slow
def test_production_writes_json_and_no_report_goes_out_without_an_address():
    done = run(LOG_SCRIPT + "import sys; assert 'sentry_sdk' not in sys.modules")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.strip()]
    assert {"avafirst.request"} <= {line["logger"] for line in lines}
    assert SECRET not in done.stderr
