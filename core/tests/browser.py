"""Real browsers: how a test gets one, how it waits for what people would wait for, and what axe says of a page.

On a busy machine a click may come before the script it is meant for, or a look before the answer. So nothing here waits
for a time: `visit` and `bound` wait until the scripts of a page are at work, `press` until the next page has come.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.signals import request_finished, request_started
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import expect

from core.http.client import _client as http_client

# The shell comes first: without windows it takes half the work.
CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000  # milliseconds; a slow machine must not fail a test
AXE = Axe().axe_script
# Returns violations only: the rest of a report names every element that was checked.
RUN_AXE = """options =>
  axe.run(document, { resultTypes: ['violations'], ...options }).then((found) => found.violations)"""

expect.set_options(timeout=PATIENCE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """An option to keep screenshots for a reader; no test compares them, and they take time."""
    parser.addoption("--pictures", action="store_true", help="keep a picture of each screen in var/screens/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One more try for what drives a browser: six processes that share a loaded machine. It is told in the summary."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, driven by Playwright: one for all tests of a process, each in contexts of its own.

    Skips where there is none, except in CI.
    """
    from playwright.sync_api import sync_playwright

    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have Chromium: the browser tests prove the sign-in.")
        pytest.skip("No Chromium on this machine: `apt install chromium` brings the browser tests to life.")
    # Playwright's loop runs in this thread to the end, and Django would refuse to touch the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The product, served; links in mails lead here, and so does the door to the sandbox.

    A browser asks for a static file once, as in production.
    """
    monkeypatch.setattr(StaticFilesHandler, "serve", serve_to_keep)
    settings.SITE_URL = live_server.url
    settings.SITE_HOST = "localhost"
    with answers_awaited():
        yield str(live_server.url)
    # No connection outlives the server it leads to.
    http_client().close()
    http_client.cache_clear()


@contextmanager
def answers_awaited() -> Iterator[None]:
    """Wait until the server has answered all requests: a late one would write into the next test."""
    under_way: set[int] = set()
    changed = threading.Condition()

    def note(signal: Any, **_: Any) -> None:
        with changed:
            (under_way.add if signal is request_started else under_way.discard)(threading.get_ident())
            changed.notify_all()

    both = (request_started, request_finished)
    for signal in both:
        signal.connect(note)
    yield
    own = {threading.get_ident()}
    with changed:
        done = changed.wait_for(lambda: under_way <= own, timeout=PATIENCE / 1000)
    for signal in both:
        signal.disconnect(note)
    assert done, "The server is still answering."


_serve = StaticFilesHandler.serve


def serve_to_keep(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
    """Django's own way to serve a static file, and leave to keep it."""
    answer = _serve(handler, request)
    answer.headers["Cache-Control"] = "max-age=3600"
    return answer


@pytest.fixture
def script_errors() -> Iterator[list[str]]:
    """Unhandled errors of the visited pages' scripts. A test fails if there are any."""
    errors: list[str] = []
    yield errors
    assert errors == []


@pytest.fixture
def new_browser(chromium: Any, site: str, script_errors: list[str]) -> Iterator[Callable[..., Any]]:
    """Make browsers: each call is a context of its own (no cookie shared), with one page; options are Playwright's.

    `user` is signed in, past the mail. Nothing moves unless a test asks for it: what is under way cannot be clicked,
    and its colours are measured half way.
    """
    contexts = []

    def make(user: Any = None, **options: Any) -> Any:
        defaults = {"base_url": site, "locale": "fr-FR", "reduced_motion": "reduce"}
        context = chromium.new_context(**{**defaults, **options})
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda failed: script_errors.append(str(failed.error)))
        if user is not None:
            context.add_cookies([session_cookie(user, site)])
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def session_cookie(user: Any, site: str) -> Any:
    """The cookies of a browser that has just signed in to `site`."""
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": site}


def bound(page: Any) -> None:
    """Wait until all controllers that the page names are connected (see static/js/app.js)."""
    page.wait_for_selector("html[data-bound]", state="attached")


def visit(page: Any, path: str) -> None:
    """Open a page and wait for its scripts."""
    page.goto(path)
    bound(page)


def press(button: Any) -> None:
    """Click what leads to another page, and wait until that one is there: also where its address is the same."""
    with button.page.expect_event("load"):
        button.click()


def axe_violations(page: Any, **options: Any) -> list[str]:
    """Each rule that the page breaks, with the first elements that break it; options are those of `axe.run`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(RUN_AXE, options)
    return [f"{each['id']}: {[node['target'] for node in each['nodes']][:3]}" for each in found]
