from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.tests import tasks

pytestmark = pytest.mark.django_db


def test_liveness_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_readiness_of_a_migrated_database(client):
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "problems": []})


def test_tasks_that_no_worker_takes_are_not_ready(client):
    tasks.note.enqueue("hello")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=6))
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["problems"]) == (503, ["tasks wait for a worker"])


def test_database_that_does_not_answer_is_not_ready(client, monkeypatch):
    def down(*args, **options):
        raise DatabaseError("password=secret host=db.internal")

    monkeypatch.setattr(connection, "cursor", down)
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["problems"]) == (503, ["the database does not answer"])
    assert client.get("/health").status_code == 200


def test_migration_that_has_not_run_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(
        "avafirst.views.MigrationExecutor.migration_plan", lambda *args: [("accounts", "0099")]
    )
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["problems"]) == (503, ["migrations are missing"])


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_answer_is_never_kept(client, path):
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
@pytest.mark.parametrize(
    "host", ["10.0.1.85:8000", "healthcheck.railway.app", "[::1]:8000", "a_b", "x" * 300, "é", ""]
)
def test_a_probe_may_name_any_host(client, path, host):
    response = client.get(path, headers={"host": host})
    assert (response.status_code, response.json()["status"]) == (200, "ok")


def test_a_probe_may_name_no_host(client):
    assert client.get("/health", SERVER_NAME="10.0.1.85", SERVER_PORT="8000").status_code == 200


@pytest.mark.parametrize("path", ["/fr/auth", "/healthy", "/fr/health"])
def test_other_pages_have_their_host_checked(client, path):
    assert client.get(path, headers={"host": "10.0.1.85:8000"}).status_code == 400


def test_a_probe_is_told_nothing_about_hosts(client):
    response = client.get("/health/", headers={"host": "10.0.1.85"})
    assert (response.status_code, response.url) == (301, "/health")
