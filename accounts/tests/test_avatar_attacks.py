"""Pictures made to exhaust the server are refused, and the other requests are answered."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Avatar
from accounts.profile import avatars
from accounts.tests.helpers import text_of
from accounts.tests.hostile_pictures import jpeg_of_many_scans, png_that_claims, tall_png
from accounts.tests.test_avatar import UPLOAD, kept, picture, send
from core.tests.mailbox import free_port

LONGEST = 90  # seconds; far more than anything here needs


def refusal(answer: Any) -> str:
    """The code of the one error beside the field."""
    (error,) = answer.context["avatar_form"].errors.as_data()["picture"]
    assert error.messages[0] in text_of(answer).replace("&#x27;", "'")
    return str(error.code)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(1, 16_385), (16_385, 1), (1, 39_000_000)])
def test_a_picture_with_an_endless_side_is_refused_before_it_is_decoded(as_user, owner, size):
    answer = send(as_user(owner), png_that_claims(*size))
    assert (answer.status_code, refusal(answer)) == (422, "pixels")


@pytest.mark.django_db
@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_the_page_names_the_largest_file_that_is_taken(as_user, owner, locale):
    client, largest = as_user(owner), avatars.MAX_BYTES // 2**20
    assert re.search(rf"WebP, .*\b{largest}\s", text_of(client.get(f"/{locale}/settings/profile")))
    exceeding = SimpleUploadedFile("me.jpg", b"\0" * (avatars.MAX_BYTES + 1))
    answer = client.post(f"/{locale}/settings/profile/picture", {"picture": exceeding})
    assert (answer.status_code, refusal(answer)) == (422, "bytes")
    assert str(largest) in str(answer.context["avatar_form"].errors["picture"])


@pytest.mark.slow
@pytest.mark.django_db
def test_the_picture_of_a_phone_with_48_megapixels_is_taken(as_user, owner):
    taken = picture(size=(8064, 6048), kind="JPEG") + b"\0" * (12 * 1024 * 1024)
    assert send(as_user(owner), taken).status_code == 302
    assert kept(owner).size == (256, 256)


@pytest.mark.django_db
def test_a_picture_that_takes_too_long_is_refused(as_user, owner, monkeypatch):
    monkeypatch.setattr(avatars, "MAX_SECONDS", 0.001)
    answer = send(as_user(owner), picture())
    assert (answer.status_code, refusal(answer)) == (422, "costly")


@pytest.mark.slow
@pytest.mark.django_db
def test_a_picture_that_takes_too_much_processor_time_is_refused(as_user, owner, monkeypatch):
    monkeypatch.setattr(avatars, "MAX_SECONDS", LONGEST)
    answer = send(as_user(owner), jpeg_of_many_scans())
    assert (answer.status_code, refusal(answer)) == (422, "costly")


@pytest.mark.django_db
def test_a_fault_of_the_decoder_is_a_sentence_and_an_error_in_the_log(as_user, owner, monkeypatch, caplog):
    monkeypatch.setattr(avatars.picture_decoder, "__name__", "accounts.no_such_module")
    answer = send(as_user(owner), picture())
    assert (answer.status_code, refusal(answer)) == (422, "picture")
    assert "No module named accounts.no_such_module" in caplog.text


@pytest.mark.django_db
def test_a_user_may_send_six_pictures_a_minute(as_user, owner, admin, settings):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    assert [send(client, b"no picture").status_code for _ in range(7)] == [422] * 6 + [429]
    answer = send(client, picture())
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert refusal(answer)
    assert not Avatar.objects.exists()
    assert client.post(UPLOAD, {"remove": "1"}).status_code == 302
    assert send(as_user(admin), picture()).status_code == 302


@pytest.mark.django_db
def test_pictures_never_hold_all_threads(as_user, owner, monkeypatch):
    places = settings.WEB_THREADS // 2
    for _ in range(places):
        assert avatars._places.acquire(blocking=False)
    try:
        answer = send(as_user(owner), picture())
    finally:
        avatars._places.release(places)
    assert (answer.status_code, refusal(answer)) == (429, "busy")
    assert send(as_user(owner), picture()).status_code == 302


class Server:
    """Gunicorn with the product's options, on a new database with one user."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = os.environ | {
            "AVA_ENV": "development",
            "DEBUG": "off",
            "DATABASE_URL": f"sqlite:///{folder / 'attacks.sqlite3'}",
            "SITE_URL": self.url,
            "WEB_CONCURRENCY": "2",
            "WEB_THREADS": "4",
        }
        self.environ.pop("PORT", None)
        self.manage("migrate", "--verbosity", "0")
        self.manage("createsuperuser", "--noinput", "--email", "camille@example.com")
        command = [sys.executable, "-m", "gunicorn", "--config", "avafirst/gunicorn.py"]
        self.process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}", "avafirst.wsgi"],
            cwd=settings.BASE_DIR,
            env=self.environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.workers: set[str] = set()
        for line in self.process.stderr or []:
            self.workers |= set(re.findall(r"Booting worker with pid: (\d+)", line))
            if len(self.workers) == 2:
                break

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environ, check=True, capture_output=True, text=True
        ).stdout

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=LONGEST)

    def sign_in(self, client: httpx2.Client) -> None:
        link = self.manage("login_link", "camille@example.com").strip()
        page = client.get(link).text
        secret = link.partition("token=")[2]
        answer = client.post(
            link.partition("?")[0], data={"token": secret, "csrfmiddlewaretoken": csrf(page)}
        )
        assert answer.status_code == 303

    def stop(self) -> str:
        """End it; returns what it has logged since it started."""
        self.process.terminate()
        return self.process.communicate(timeout=LONGEST)[1]


def csrf(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found is not None, page
    return found[1]


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    yield server
    if server.process.poll() is None:
        server.stop()


@pytest.mark.slow
def test_eight_hostile_pictures_at_once_end_no_worker_and_leave_pages_open(server):
    hostile = [tall_png(), jpeg_of_many_scans()] * 4
    with server.client() as member, server.client() as visitor:
        server.sign_in(member)
        token = csrf(member.get(UPLOAD.removesuffix("/picture")).text)

        def attack(data: bytes) -> httpx2.Response:
            return member.post(
                UPLOAD, data={"csrfmiddlewaretoken": token}, files={"picture": ("me.png", data, "image/png")}
            )

        with ThreadPoolExecutor(8) as attackers:
            answers = [attackers.submit(attack, data) for data in hostile]
            visits = [visitor.get("/fr/auth").status_code for _ in range(20)]
            refusals = [answer.result() for answer in answers]
    assert set(visits) == {200}
    assert {answer.status_code for answer in refusals} <= {422, 429}
    assert all('class="field__error"' in answer.text for answer in refusals)
    log = server.stop()
    assert "Booting worker" not in log
    assert "WORKER TIMEOUT" not in log
