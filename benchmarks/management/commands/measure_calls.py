import json
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test import Client

from accounts.models import User
from assistants.models import Assistant
from benchmarks.plans import run_and_explain
from calls.models import Call
from organizations.models import Membership, Organization
from organizations.permissions import Role

SMALL = 1000  # calls
PROCESSES = 2  # that invent calls
ASSISTANTS = {"fr": "fr-denise", "en": "en-sonia", "he": "he-hila"}


class Command(BaseCommand):
    help = "Measure the pages of calls in an organisation with few and in one with many; print JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("calls", type=int)
        parser.add_argument("rounds", type=int)

    def handle(self, *, calls: int, rounds: int, **options: Any) -> None:
        logging.disable(logging.INFO)
        owner = User.objects.create(email="owner-of-calls@example.com")
        seconds = {
            slug: add_organization(owner, slug, count) for slug, count in (("few", SMALL), ("many", calls))
        }
        with connection.cursor() as cursor:
            for model in ("call", "turn", "costpart", "calltotal"):
                cursor.execute(f"VACUUM ANALYZE calls_{model}")
        client = Client(headers={"host": settings.SITE_HOST, "x-forwarded-proto": "https"})
        client.force_login(owner)
        found = {
            "calls": calls,
            "written_in": seconds["many"],
            "pages": measure_pages(client, rounds, addresses),
        }
        self.stdout.write(json.dumps(found | {"csv": measure_export(client)}))


def add_organization(owner: User, slug: str, count: int) -> float:
    """An organisation with invented calls; returns the seconds that it took to write them."""
    organization = Organization.objects.create(slug=slug, name=slug)
    Membership.objects.create(organization=organization, user=owner, role=Role.OWNER)
    for language, voice in ASSISTANTS.items():
        Assistant.objects.create(organization=organization, name=language, language=language, voice=voice)
    started = time.perf_counter()
    share = str(count // PROCESSES)
    commands = [
        [sys.executable, "manage.py", "invent_calls", slug, share, str(seed)] for seed in range(PROCESSES)
    ]
    running = [subprocess.Popen(command) for command in commands]
    if sum([abs(process.wait()) for process in running]):
        raise RuntimeError("The calls could not be written.")
    return time.perf_counter() - started


def addresses(slug: str) -> dict[str, str]:
    """The pages by name; the same in each organisation."""
    calls = Call.objects.filter(organization__slug=slug, is_test=False).order_by("created_at", "id")
    deep = calls[calls.count() // 10]
    root = f"/fr/o/{slug}/calls"
    return {
        "first page": root,
        "deep page": f"{root}?before={deep.pk}",
        "filtered by ending": f"{root}?ending=forwarded",
        "filtered by cost, rare": f"{root}?cost_from=0.19",
        "filtered by cost, common": f"{root}?cost_from=0.02",
        "filtered by part of a number": f"{root}?q=99800",
        "filtered by a spoken word": f"{root}?q=charlotte",
        "call page": f"{root}/{deep.pk}",
    }


def measure_pages(
    client: Client, rounds: int, addresses_of: Callable[[str], dict[str, str]]
) -> dict[str, Any]:
    """Milliseconds of each page, in turns between the two organisations, and its queries."""
    pages = {slug: addresses_of(slug) for slug in ("few", "many")}
    found: dict[str, Any] = {}
    for name in pages["few"]:
        waits: dict[str, list[float]] = {"few": [], "many": []}
        for _ in range(rounds):
            for slug, taken in waits.items():
                taken.append(timed(partial(open_page, client, pages[slug][name])))
        queries, scans = run_and_explain(partial(open_page, client, pages["many"][name]))
        found[name] = {
            slug: {"p50": median(taken), "p99": quantiles(taken, n=100)[98]} for slug, taken in waits.items()
        }
        found[name] |= {"queries": queries, "scans": scans}
    return found


def open_page(client: Client, address: str) -> None:
    """Ask for a page; fails where it is not there."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}.")


def timed(work: Callable[[], None]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def measure_export(client: Client) -> dict[str, Any]:
    """The file of the large organisation: seconds to its first byte, rows a second, and MB of memory that it adds."""
    _queries, scans = run_and_explain(lambda: list(islice(_parts(client), 3)))
    before = resident()
    started = time.perf_counter()
    parts = _parts(client)
    next(parts)
    first = time.perf_counter() - started
    rows, peak = 0, before
    for part in parts:
        rows, peak = rows + part.count(b"\r\n"), max(peak, resident())
    seconds = time.perf_counter() - started
    return {"first_byte": first, "rows_a_second": rows / seconds, "extra_mb": peak - before, "scans": scans}


def _parts(client: Client) -> Iterator[bytes]:
    return iter(client.get("/fr/o/many/calls.csv?tests=with"))


def resident() -> float:
    """MB of memory that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
