"""What every room's tests share: the cast, the queue run in process, the ways to sign in."""

import gc
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest import mock

import httpx2
import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.template import Template
from django.test import Client
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.helpers import link_secret
from core.web import page_cache
from organizations.models import Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory

pytest_plugins = ["core.tests.browser", "core.tests.database"]

# WhiteNoise warns of a folder that only `collectstatic` makes, and warnings are errors here.
django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# Property tests draw the same examples in each run, however slow the machine: a change fails where it is made, not
# where it is merged. `--seeds` draws others (see bin/prove).
_PATIENT = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("steady", _PATIENT, derandomize=True)
hypothesis.settings.register_profile("seeded", _PATIENT, database=None)
hypothesis.settings.load_profile("steady")


# The tiers: bin/test runs what has no `slow`, .ci/run the rest but `prove`, bin/prove what repeats.


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options that decide how often a test repeats what chance decides."""
    parser.addoption("--rounds", type=int, default=10, help="how often each race is run")
    parser.addoption("--seeds", type=int, default=0, help="run each property test with as many random seeds")
    parser.addoption("--seed", type=int, default=0, help="the first of these seeds")
    parser.addoption("--crashes", type=int, default=1, help="how often each test kills a process")
    parser.addoption("--rows", type=int, default=100_000, help="how many rows the large tables get")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("seeds"):
        hypothesis.settings.load_profile("seeded")


@pytest.hookimpl(tryfirst=True)  # before pytest selects by `-m`
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The markers of the slow tiers imply `slow`, as do all variants of a test but its first; races share a process."""
    begun = set()
    for item in items:
        if item.get_closest_marker("variants"):
            name = item.nodeid.partition("[")[0]
            if name in begun:
                item.add_marker("slow")
            begun.add(name)
        if any(item.get_closest_marker(name) for name in ("browser", "race", "crash", "prove")):
            item.add_marker("slow")
        if item.get_closest_marker("walk"):
            item.add_marker("no_cover")
        if item.get_closest_marker("race"):
            item.add_marker(pytest.mark.xdist_group("races"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What needs a fresh database each time takes `round_` or `crash`; a property test is run with each seed."""
    option = metafunc.config.getoption
    for argument, times in (("round_", "rounds"), ("crash", "crashes")):
        if argument in metafunc.fixturenames:
            metafunc.parametrize(argument, range(option(times)))
    if option("seeds") and hypothesis.is_hypothesis_test(metafunc.function):
        seeds = range(option("seed"), option("seed") + option("seeds"))
        metafunc.fixturenames.append("hypothesis_seed")
        metafunc.parametrize("hypothesis_seed", seeds, indirect=True)


@pytest.fixture
def hypothesis_seed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the examples of a property test from this seed, as `--hypothesis-seed` does for a whole run."""
    monkeypatch.setattr("hypothesis.core.global_force_seed", request.param)


@pytest.fixture
def rounds(pytestconfig: pytest.Config) -> int:
    """How often a race is run; chance decides each time which thread comes first."""
    return int(pytestconfig.getoption("rounds"))


def pytest_collection_finish() -> None:
    """Collect garbage seldom, and never what was loaded before the first test."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def _recordings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder for each run, which pytest clears away."""
    storages["recordings"].location = str(tmp_path_factory.mktemp("recordings"))


@pytest.fixture(autouse=True, scope="session")
def _settings_of_tests(django_test_environment: None) -> None:
    """No test meets the limits of another: those that are about limits switch them on."""
    django_settings.AVA_RATE_LIMITS = False
    django_settings.WHITENOISE_AUTOREFRESH = (
        True  # look for a static file when asked, not for all at each Client()
    )


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    cache.clear()
    page_cache.pages.clear()


@pytest.fixture(autouse=True, scope="session")
def _outer_templates_recorded(django_test_environment: None) -> None:
    """Record the context of a page for `response.context`, and not those of the components that it includes.

    Django's test client copies the context of each template it renders: hundreds on some pages.
    """
    recorded = Template._render

    def render(self: Template, context: Any) -> Any:
        return recorded(self, context) if context.template is self else self.nodelist.render(context)

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
    """Owner of another organisation: signed in, and no member of the bakery."""
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


# The providers.


PASSED_HEADERS = ("Authorization", "X-Vapi-Secret")


class InProcess(httpx2.BaseTransport):
    """Carries a request of `core.http.client` to our own views, in this thread: the sandbox answers inside the test."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        ours = tuple(f"{django_settings.SITE_URL}/{part}/" for part in ("sandbox", "webhooks"))
        assert str(request.url).startswith(ours), f"{request.url} is not ours"
        passed = {name: request.headers[name] for name in PASSED_HEADERS if name in request.headers}
        answer = Client().generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            content_type=request.headers.get("content-type", ""),
            headers=passed,
        )
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return httpx2.Response(answer.status_code, headers=list(answer.items()), content=body)


@pytest.fixture
def sandbox(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox, reached without a server. Tests in a browser need none of it: there the real door leads to it."""
    client = httpx2.Client(transport=InProcess(), trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)


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
