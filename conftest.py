"""What every room's tests share: the cast, the queue run in process, the ways to sign in, a browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.template import Template
from django.test import Client
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.helpers import link_secret
from core import kept_pages
from organizations.models import Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory

# WhiteNoise warns of a folder that only `collectstatic` makes, and warnings are errors here.
django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

RACERS = 40  # connections that the tests with many threads need at once
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory) -> None:
    """A database file of its own for each run, so that two runs in one checkout never meet; a pool for the races."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    else:
        database["OPTIONS"]["pool"]["max_size"] = RACERS


@pytest.fixture(autouse=True)
def _calm(settings: Any) -> Iterator[None]:
    """No test meets the limits of another: those that are about limits switch them on."""
    settings.AVA_RATE_LIMITS = False
    settings.WHITENOISE_AUTOREFRESH = True  # look for a static file when asked, not for all at each Client()
    cache.clear()
    kept_pages.kept.clear()
    yield
    cache.clear()
    kept_pages.kept.clear()


@pytest.fixture(autouse=True, scope="session")
def _uncounted_widgets(django_test_environment: None) -> None:
    """The test client copies the context of each template drawn: hundreds, for the options of a list of time zones."""
    counted = Template._render

    def render(self: Template, context: Any) -> Any:
        is_widget = (self.name or "").startswith("django/forms/widgets/")
        return self.nodelist.render(context) if is_widget else counted(self, context)

    Template._render = render


# The cast: one organisation, a person a role, a stranger, and one of the staff.


@pytest.fixture
def bakery(db: None) -> Organization:
    """The organisation, its set-up behind it."""
    return OrganizationFactory(name="Boulangerie Martin", slug="bakery")


@pytest.fixture
def owner(bakery: Organization) -> User:
    return MembershipFactory(organization=bakery, role=Role.OWNER, user__email="owner@example.com").user


@pytest.fixture
def admin(bakery: Organization) -> User:
    return MembershipFactory(organization=bakery, role=Role.ADMIN, user__email="admin@example.com").user


@pytest.fixture
def member(bakery: Organization) -> User:
    return MembershipFactory(organization=bakery, role=Role.MEMBER, user__email="member@example.com").user


@pytest.fixture
def viewer(bakery: Organization) -> User:
    return MembershipFactory(organization=bakery, role=Role.VIEWER, user__email="viewer@example.com").user


@pytest.fixture
def outsider(db: None) -> User:
    """Owner of another organisation: signed in, and nobody to the bakery."""
    return MembershipFactory(
        organization__slug="florist", role=Role.OWNER, user__email="outsider@example.com"
    ).user


@pytest.fixture
def newcomer(db: None) -> User:
    """Owner of an organisation whose set-up is open."""
    return MembershipFactory(
        organization=OrganizationFactory(name="Ava", slug="ava", setup_completed_at=None),
        role=Role.OWNER,
        user__email="newcomer@example.com",
        user__name="Test User",
    ).user


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(email="staff@example.com", is_staff=True, is_superuser=True)


# The queue and the ways in.


class TaskFailed(AssertionError):  # noqa: N818 - reads as what happened
    """A task of a test raised; the message is its traceback."""


@pytest.fixture
def run_tasks(transactional_or_not: None) -> Callable[..., None]:
    """Do what waits in the queue, with the product's own worker, in this process.

    A task that fails makes the test fail with its traceback, unless the test says `failures=True`.
    """

    def run(*, failures: bool = False) -> None:
        worker = db_worker.Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="in-process",
            excluded_queue_names=[],
        )
        # The worker's own door to a fresh connection would close the test's, and its transaction with it.
        with mock.patch.object(db_worker, "close_old_connections"):
            worker.run()
        failed = DBTaskResult.objects.exclude(traceback="").first()
        if failed is not None and not failures:
            raise TaskFailed(failed.traceback)

    return run


@pytest.fixture
def transactional_or_not(request: pytest.FixtureRequest) -> None:
    """The database, in whichever way the test asked for it."""
    if "live_server" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("transactional_db")
    else:
        request.getfixturevalue("db")


@pytest.fixture
def sign_in(run_tasks: Callable[..., None], mailoutbox: list[Any]) -> Callable[..., Any]:
    """Sign a client in as a person does: ask, let the queue send, follow the mail, post what the page posts."""

    def through_the_mail(client: Client, user: User, *, next_path: str = "", locale: str = "fr") -> Any:
        asked = client.post(f"/{locale}/auth", {"email": user.email, "next": next_path})
        assert asked.status_code == 303, asked.content.decode()
        run_tasks()
        return client.post(f"/{locale}/verify-magic-link", {"token": link_secret(mailoutbox[-1])})

    return through_the_mail


@pytest.fixture
def as_user() -> Callable[[User | None], Client]:
    """A client that is signed in, or signed out for None. The short way, for tests that are not about signing in."""

    def client_of(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return client_of


# A browser.


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The system's Chromium, driven by Playwright. Skips where there is none, except in CI."""
    from playwright.sync_api import sync_playwright

    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have Chromium: the browser tests prove the sign-in.")
        pytest.skip("No Chromium on this machine: `apt install chromium` brings the browser tests to life.")
    # Playwright's loop runs in this thread, and Django would refuse to touch the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The product, served; links in mails lead here."""
    settings.SITE_URL = live_server.url
    settings.SITE_HOST = "localhost"
    return str(live_server.url)


@pytest.fixture
def new_browser(chromium: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Make browsers: each call is a context of its own (no cookie shared), with one page; options are Playwright's."""
    contexts = []

    def make(**options: Any) -> Any:
        context = chromium.new_context(**{"base_url": site, "locale": "fr-FR", **options})
        context.set_default_timeout(8_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def https(settings: Any) -> SimpleNamespace:
    """Settings as they are where SITE_URL is https; for middleware that reads them when it is made."""
    settings.SITE_URL = "https://console.example.com"
    settings.SITE_IS_HTTPS = True
    settings.ALLOWED_HOSTS = [*django_settings.ALLOWED_HOSTS, "console.example.com"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_HSTS_PRELOAD = True
    return SimpleNamespace(host="console.example.com")
