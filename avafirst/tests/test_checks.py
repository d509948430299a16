"""`check --deploy` says what a production's surroundings lack."""

import socket
from dataclasses import replace

import pytest
from django.core.checks import run_checks

from avafirst.operator import Operator

POSTGRES = {"ENGINE": "django.db.backends.postgresql", "HOST": "db.example.com"}


@pytest.fixture
def production(settings, https, monkeypatch):
    """Settings without a finding."""
    settings.SITE_HOST = https.host
    settings.TRUSTED_PROXIES = 1
    for name, value in POSTGRES.items():
        monkeypatch.setitem(settings.DATABASES["default"], name, value)
    settings.DEFAULT_FROM_EMAIL = f"AvaFirst AI <no-reply@{https.host}>"
    settings.EMAIL_HOST = "mail.example.com"
    settings.AVA_OPERATOR = Operator(
        name="Ava SAS",
        address="1 rue des Lilas, 75000 Paris",
        registration="RCS Paris 000 000 000",
        publisher="Ada Martin",
        email="bonjour@example.com",
        phone="+33199001234",
        host="Host SAS, Paris",
    )
    settings.ALLOWED_HOSTS = [https.host, ".example.com", "10.0.0.7", "[::1]"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_: [host])
    return settings


def findings() -> list[str]:
    """Ours, each as its id and message."""
    return [
        f"{found.id} {found.msg}"
        for found in run_checks(include_deployment_checks=True)
        if str(found.id).startswith("avafirst.")
    ]


def test_what_stands_before_the_server_is_said(production):
    (found,) = findings()
    assert found.startswith("avafirst.I001 Before the web server: 1 trusted proxies")


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("TRUSTED_PROXIES", 0, "avafirst.W001 SITE_URL is https"),
        (
            "DEFAULT_FROM_EMAIL",
            "ava@elsewhere.example",
            "avafirst.W004 DEFAULT_FROM_EMAIL sends from elsewhere",
        ),
        (
            "DEFAULT_FROM_EMAIL",
            "ava@notexample.com",
            "avafirst.W004 DEFAULT_FROM_EMAIL sends from notexample.com",
        ),
        (
            "ALLOWED_HOSTS",
            ["https://a.example.com"],
            "avafirst.W005 ALLOWED_HOSTS names 'https://a.example.com'",
        ),
        ("ALLOWED_HOSTS", ["a.example.com:8000"], "avafirst.W005 ALLOWED_HOSTS names"),
        ("ALLOWED_HOSTS", ["a.example.com/"], "avafirst.W005 ALLOWED_HOSTS names"),
        ("ALLOWED_HOSTS", ["*.example.com"], "avafirst.W005 ALLOWED_HOSTS names"),
        ("ALLOWED_HOSTS", ["*"], "avafirst.W006 ALLOWED_HOSTS accepts every host."),
    ],
)
def test_a_setting_that_cannot_work_is_named(production, name, value, finding):
    setattr(production, name, value)
    assert [found for found in findings() if found.startswith(finding)]


def test_what_the_law_asks_of_the_operator_is_named(production):
    production.AVA_OPERATOR = replace(production.AVA_OPERATOR, host="", phone="")
    assert (
        "avafirst.W007 The legal notice, privacy and contact pages lack AVA_CONTACT_PHONE, AVA_HOST."
        in findings()
    )


def test_a_trials_database_is_named(production, monkeypatch):
    monkeypatch.setitem(production.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert [
        found for found in findings() if found.startswith("avafirst.W002 DATABASE_URL names an SQLite file")
    ]


@pytest.mark.parametrize("sender", ["ava@example.com", "Ava <ava@mail.console.example.com>"])
def test_a_sender_of_a_related_domain_is_none(production, sender):
    production.DEFAULT_FROM_EMAIL = sender
    assert [found[:13] for found in findings()] == ["avafirst.I001"]


@pytest.mark.parametrize(
    ("variable", "host"),
    [
        ("SITE_URL", "console.example.com"),
        ("DATABASE_URL", "db.example.com"),
        ("EMAIL_URL", "mail.example.com"),
    ],
)
def test_a_host_without_an_address_is_named(production, monkeypatch, variable, host):
    def resolve(name, *_):
        if name == host:
            raise socket.gaierror
        return [name]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert f"avafirst.W003 {variable} names {host}, which has no address." in findings()
