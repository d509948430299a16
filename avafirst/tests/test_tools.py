"""The tools that the project stands on do what they promise."""

import socket

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test.utils import get_runner
from pytest_socket import SocketConnectBlockedError


def test_no_test_reaches_the_network():
    with socket.socket() as probe, pytest.raises(SocketConnectBlockedError):
        probe.connect(("192.0.2.1", 80))


def test_loopback_is_open():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


def test_manage_py_test_runs_pytest(monkeypatch):
    heard: list[list[str]] = []

    def main(arguments: list[str]) -> int:
        heard.append(arguments)
        return 1

    monkeypatch.setattr(pytest, "main", main)
    runner = get_runner(settings)(failfast=True, verbosity=2, pytest_args="-k token -n 0", interactive=False)
    assert runner.run_tests(["accounts"]) == 1
    assert heard == [["-k", "token", "-n", "0", "--exitfirst", "--verbose", "accounts"]]


@pytest.mark.slow  # it is the first half of `.ci/run translations`
def test_catalogues_are_complete_and_fresh():
    call_command("compile_catalogs", check=True)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-s3.txt", "requirements-dev.txt"])
def test_pins_are_exact_and_name_no_index(name):
    lines = (settings.BASE_DIR / name).read_text().splitlines()
    assert [line for line in lines if "==" not in line or "://" in line or line.startswith("-")] == []


def test_development_installs_what_production_does():
    names = ("requirements.txt", "requirements-s3.txt", "requirements-dev.txt")
    product, bucket, development = (
        set((settings.BASE_DIR / name).read_text().splitlines()) for name in names
    )
    assert product <= bucket <= development
