"""A missing or unsafe value stops the start with a message that names its variable."""

import base64
import os
import re
import runpy
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from avafirst.environment import (
    ANYMAIL_KEYS,
    Environment,
    read_choice,
    read_database,
    read_environment,
    read_flag,
    read_mail,
    read_mode,
    read_secret,
    read_site_url,
)
from avafirst.operator import read_operator
from avafirst.recording_storage import read_recording_storage
from core.tests.mailbox import free_port

LONG = "k" * 48
GOOD = {
    "AVA_ENV": "production",
    "SECRET_KEY": LONG,
    "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
    "SITE_URL": "https://console.example.com",
    "DATABASE_URL": "postgres://ava:secret@127.0.0.1:1/ava",
    "EMAIL_URL": "smtp+tls://ava:secret@mail.example.com:587",
}


def env(**values: str) -> Environment:
    made = Environment()
    made.ENVIRON = values
    return made


def database_of(tmp_path: Path, *, threads: int = 4, **values: str) -> dict[str, Any]:
    return dict(read_database(env(**values), tmp_path, threads=threads))


def mail_of(**values: str) -> dict[str, Any]:
    return dict(read_mail(env(**values), development=False))


def production(**changes: str | None) -> dict[str, str]:
    """The variables of a production, with these changes; None leaves one out."""
    return {name: value for name, value in (GOOD | changes).items() if value is not None}


def read_settings(**changes: str | None) -> dict[str, Any]:
    """Run the settings module in an environment that holds nothing else; the names that it defines."""
    with mock.patch.dict(os.environ, production(**changes), clear=True):
        return runpy.run_path(str(settings.BASE_DIR / "avafirst" / "settings.py"))


def start(*command: str, **changes: str | None) -> "subprocess.CompletedProcess[str]":
    """Start a process in an environment that holds little else."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        check=False,
        cwd=settings.BASE_DIR,
        env=kept | production(**changes),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "CHANGE_ME" + LONG}, "SECRET_KEY"),
        ({"SECRET_KEY": "too-short"}, "SECRET_KEY"),
        ({"FIELD_ENCRYPTION_KEYS": None}, "FIELD_ENCRYPTION_KEYS"),
        ({"FIELD_ENCRYPTION_KEYS": "CHANGE_ME"}, "FIELD_ENCRYPTION_KEYS still holds the placeholder"),
        ({"FIELD_ENCRYPTION_KEYS": f"{GOOD['FIELD_ENCRYPTION_KEYS']},short"}, "FIELD_ENCRYPTION_KEYS: key 2"),
        ({"AVA_SANDBOX": "yes"}, "AVA_SANDBOX"),
        ({"SECRET_KEY": " " * 44}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "change_me" + LONG}, "SECRET_KEY still holds"),
        ({"SITE_URL": "https://console example.com"}, "SITE_URL"),
        ({"SITE_URL": "https://ava:secret@console.example.com"}, "SITE_URL"),
        ({"SITE_URL": "https://console.example.com:999999"}, "SITE_URL"),
        ({"SITE_URL": "https://קפה.example.com"}, "SITE_URL"),
        ({"EMAIL_URL": "smtp://"}, "EMAIL_URL names no server"),
        ({"DEFAULT_FROM_EMAIL": "ava"}, "DEFAULT_FROM_EMAIL"),
        ({"ANYMAIL_PROVIDER": "postmark", "ANYMAIL_API_KEY": " "}, "ANYMAIL_API_KEY"),
        ({"DEBUG": "maybe"}, "DEBUG"),
        ({"SITE_URL": None}, "SITE_URL"),
        ({"SITE_URL": "http://console.example.com"}, "SITE_URL"),
        ({"EMAIL_URL": None}, "EMAIL_URL"),
        ({"EMAIL_URL": "mail.example.com"}, "EMAIL_URL"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"AVA_LINKS_PER_IP": "0"}, "AVA_LINKS_PER_IP"),
        ({"AVA_LINKS_PER_IP": "many"}, "AVA_LINKS_PER_IP"),
        ({"AVA_LINKS_PER_IP": "9" * 5000}, "AVA_LINKS_PER_IP"),
        ({"WEB_THREADS": "0"}, "WEB_THREADS"),
        ({"AVA_RECORDINGS": "recordings"}, "AVA_RECORDINGS is 'recordings', which is no absolute path"),
        ({"AVA_RECORDINGS": __file__}, "AVA_RECORDINGS"),
        ({"AVA_RECORDINGS": f"s3+http://KEY:{LONG}@s3.example.com/ava"}, "AVA_RECORDINGS cannot be read"),
        ({"AVA_RECORDINGS": f"s3://:{LONG}@s3.example.com/ava"}, "AVA_RECORDINGS cannot be read"),
        ({"AVA_RECORDINGS": f"s3://KEY:{LONG}@s3.example.com/"}, "AVA_RECORDINGS cannot be read"),
        ({"AVA_RECORDINGS": f"s3://KEY:{LONG}/x@s3.example.com/ava"}, "AVA_RECORDINGS cannot be read"),
        (
            {"AVA_RECORDINGS": f"s3://KEY:{LONG}@s3.example.com/ava?acl=public"},
            "AVA_RECORDINGS cannot be read",
        ),
        ({"DEBUG": "on"}, "DEBUG"),
        ({"AVA_RATE_LIMITS": "off"}, "AVA_RATE_LIMITS"),
        ({"AVA_ENV": "prod"}, "AVA_ENV"),
        ({"AVA_SIGNUP": "everyone"}, "AVA_SIGNUP"),
        ({"DATABASE_URL": "mysql://ava@localhost/ava"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://ava:a/b@db.example/ava"}, "DATABASE_URL: write / ? # and @"),
        ({"DATABASE_URL": "postgres://ava:a#b@db.example/ava"}, "DATABASE_URL: write / ? # and @"),
        ({"DATABASE_URL": "postgres://ava:a?b@db.example/ava"}, "DATABASE_URL: write / ? # and @"),
        (
            {"DATABASE_URL": "postgres://a:b@db.example/ava?pgbouncer=true"},
            "DATABASE_PREPARED_STATEMENTS=off",
        ),
        (
            {"DATABASE_URL": "postgres://a:b@db.example/ava?schema=public"},
            "DATABASE_URL has the option 'schema'",
        ),
        ({"EMAIL_URL": "smtp+tls://ava:42/f@mail.example.com:587"}, "EMAIL_URL: write / ? # and @"),
        ({"EMAIL_URL": "smtp+tls://ava:42?f@mail.example.com:587"}, "EMAIL_URL: write / ? # and @"),
        ({"EMAIL_URL": "smtp+tls://ava:42#f@mail.example.com:587"}, "EMAIL_URL: write / ? # and @"),
        ({"EMAIL_URL": "smtp+tls://ava:a@b/c@mail.example.com:587"}, "EMAIL_URL: write / ? # and @"),
    ],
    ids=lambda value: "+".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_production_refuses(changes, name):
    with pytest.raises(ImproperlyConfigured) as caught:
        read_settings(**changes)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert LONG not in "".join(traceback.format_exception(caught.value))


@pytest.mark.slow
def test_production_starts_with_what_it_needs():
    done = start("-c", "import avafirst.settings")
    assert (done.returncode, done.stderr) == (0, "")


def test_production_is_what_a_forgotten_variable_means():
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        read_settings(AVA_ENV=None, SECRET_KEY=None)


@pytest.mark.slow
def test_gunicorn_itself_stops():
    done = start(
        "-m", "gunicorn", "-c", "avafirst/gunicorn.py", "-b", f"127.0.0.1:{free_port()}", "avafirst.wsgi",
        SECRET_KEY=None, WEB_CONCURRENCY="1",
    )  # fmt: skip
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_production_hides_its_cookies_and_asks_for_https():
    names = (
        "DEBUG SESSION_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_NAME CSRF_COOKIE_SECURE BROWSER_COOKIE_NAME"
        " SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS ALLOWED_HOSTS"
    )
    read = read_settings()
    assert [read[name] for name in names.split()] == [
        False, "__Host-session", True, "__Host-csrftoken", True, "__Host-browser", True, 63_072_000,
        ["console.example.com"],
    ]  # fmt: skip


def test_recordings_go_into_a_folder_or_a_bucket(tmp_path):
    folder = read_settings(AVA_RECORDINGS=str(tmp_path))["STORAGES"]["recordings"]
    assert folder["OPTIONS"] == {"location": str(tmp_path)}
    unset = read_settings()["STORAGES"]["recordings"]["OPTIONS"]["location"]
    assert unset == str(settings.BASE_DIR / "var" / "recordings")
    bucket = "s3://KEY:a%2Fb@s3.example.com:9000/ava-recordings?region=eu-west-3"
    assert read_settings(AVA_RECORDINGS=bucket)["STORAGES"]["recordings"]["OPTIONS"] == {
        "access_key": "KEY",
        "secret_key": "a/b",
        "bucket_name": "ava-recordings",
        "endpoint_url": "https://s3.example.com:9000",
        "region_name": "eu-west-3",
    }


def test_bucket_without_its_packages_says_what_to_install(monkeypatch):
    monkeypatch.setattr("avafirst.recording_storage.find_spec", lambda _name: None)
    with pytest.raises(ImproperlyConfigured, match="requirements-s3"):
        read_recording_storage(
            env(AVA_RECORDINGS="s3://KEY:secret@s3.example.com/ava"), Path("/"), development=False
        )


def test_lists_are_read_without_the_spaces_around_their_items():
    read = read_settings(
        ALLOWED_HOSTS=" a.example.com, b.example.com ,,", SECRET_KEY_FALLBACKS=f"{LONG}, {LONG}"
    )
    assert read["ALLOWED_HOSTS"] == ["console.example.com", "a.example.com", "b.example.com"]
    assert read["SECRET_KEY_FALLBACKS"] == [LONG, LONG]


def test_spaces_around_a_value_do_not_count():
    read = read_settings(
        SITE_URL=" https://console.example.com ", TRUSTED_PROXIES=" 1 ", AVA_ENV=" production "
    )
    assert (read["SITE_URL"], read["TRUSTED_PROXIES"]) == ("https://console.example.com", 1)
    assert read["DEFAULT_FROM_EMAIL"] == "AvaFirst AI <no-reply@console.example.com>"


def test_a_value_that_starts_with_a_dollar_sign_is_a_value():
    read = read_settings(SECRET_KEY=f"${LONG}", DEFAULT_FROM_EMAIL="$ava@example.com", SENTRY_DSN="")
    assert (read["SECRET_KEY"], read["DEFAULT_FROM_EMAIL"]) == (f"${LONG}", "$ava@example.com")


@pytest.mark.parametrize(
    "name", ["TRUSTED_PROXIES", "WEB_THREADS", "ALLOWED_HOSTS", "AVA_SIGNUP", "SENTRY_DSN"]
)
def test_an_empty_value_is_the_default(name):
    assert read_settings(**{name: ""})["AVA_ENV"] == "production"


def serve(**variables: str) -> dict[str, Any]:
    with mock.patch.dict(os.environ, variables, clear=True):
        return runpy.run_path(str(settings.BASE_DIR / "avafirst" / "gunicorn.py"))


def test_the_web_server_reads_what_the_settings_read(tmp_path):
    options = serve(PORT="8123", WEB_CONCURRENCY="3", WEB_THREADS="")
    assert (options["bind"], options["workers"], options["threads"]) == ("0.0.0.0:8123", 3, 4)
    assert serve()["bind"] == "127.0.0.1:8000"


@pytest.mark.parametrize("name", ["PORT", "WEB_CONCURRENCY", "WEB_THREADS"])
def test_the_web_server_names_a_number_that_is_none(name):
    with pytest.raises(SystemExit, match=f"{name} is 'many'"):
        serve(**{name: "many"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "sentence"), [("", "SECRET_KEY is not set"), ("many", "WEB_CONCURRENCY is 'many'")]
)
def test_the_procfile_starts_the_web_server_whatever_the_number_of_processes_is(value, sentence):
    (command,) = re.findall(r"(?m)^web: python (.*)$", (settings.BASE_DIR / "Procfile").read_text())
    done = start(*command.split(), SECRET_KEY=None, WEB_CONCURRENCY=value, PORT=str(free_port()))
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "ValueError" not in done.stderr


def test_mode_knows_two_words():
    assert read_mode(env()) == "production"
    assert read_mode(env(AVA_ENV="development")) == "development"
    with pytest.raises(ImproperlyConfigured, match="AVA_ENV"):
        read_mode(env(AVA_ENV="Development"))


def test_secret_is_measured_in_bytes():
    assert read_secret(env(SECRET_KEY="é" * 16), "SECRET_KEY", development=None) == "é" * 16
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is shorter"):
        read_secret(env(SECRET_KEY="x" * 31), "SECRET_KEY", development=None)


def test_development_has_a_stand_in_and_takes_the_placeholder():
    assert read_secret(env(), "SECRET_KEY", development=LONG) == LONG


@pytest.mark.parametrize(
    "url",
    ["console.example.com", "ftp://console.example.com", "https://", "https://console.example.com/app",
     "https://console.example.com?x=1", "javascript:alert(1)"],
)  # fmt: skip
def test_site_is_a_scheme_and_a_host(url):
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        read_site_url(env(SITE_URL=url), development=True)


def test_site_follows_the_port_in_development():
    assert read_site_url(env(PORT="8123"), development=True) == "http://127.0.0.1:8123"
    assert read_site_url(env(SITE_URL="https://a.example/"), development=False) == "https://a.example"


def test_choices_and_flags_are_spelled_exactly():
    assert read_choice(env(), "X", {"a", "b"}, "a") == "a"
    assert read_flag(env(X="off"), "X", default=True) is False
    with pytest.raises(ImproperlyConfigured, match="X is 'false'"):
        read_flag(env(X="false"), "X", default=True)


def test_sqlite_waits_for_its_turn_and_tests_in_a_file(tmp_path):
    database = database_of(tmp_path)
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "WAL" in database["OPTIONS"]["init_command"]
    assert database["TEST"]["NAME"].endswith(".sqlite3")


def test_postgresql_pools_as_many_as_there_are_threads(tmp_path):
    database = database_of(tmp_path, threads=6, DATABASE_URL="postgres://a:b@db.example:5433/ava")
    assert (database["ENGINE"], database["HOST"], database["PORT"]) == (
        "django.db.backends.postgresql",
        "db.example",
        5433,
    )
    assert database["OPTIONS"]["pool"]["max_size"] == 6
    # Else its attempts to connect wait ever longer, and it stays away for as long again as the database did.
    assert database["OPTIONS"]["pool"]["reconnect_timeout"] < database["OPTIONS"]["pool"]["timeout"]
    assert database["CONN_MAX_AGE"] == 0


def test_what_the_database_url_asks_for_is_kept_but_not_against_us(tmp_path):
    url = "postgres://a:b@db.example/ava?sslmode=verify-full&sslrootcert=/etc/ca.pem&pool=no"
    options = database_of(tmp_path, DATABASE_URL=url)["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    assert options["pool"]["max_size"] == 4


def test_statements_are_prepared_unless_a_pooler_cannot_carry_them(tmp_path):
    url = "postgres://a:b@db.example/ava"
    assert database_of(tmp_path, DATABASE_URL=url)["OPTIONS"]["prepare_threshold"] == 5
    off = database_of(tmp_path, DATABASE_URL=url, DATABASE_PREPARED_STATEMENTS="off")
    assert off["OPTIONS"]["prepare_threshold"] is None
    with pytest.raises(ImproperlyConfigured, match="DATABASE_PREPARED_STATEMENTS is 'no'"):
        database_of(tmp_path, DATABASE_URL=url, DATABASE_PREPARED_STATEMENTS="no")


@pytest.mark.parametrize("url", ["nonsense", "mysql://a@b/c", "oracle://a@b/c"])
def test_other_databases_are_refused(tmp_path, url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        read_database(env(DATABASE_URL=url), tmp_path, threads=4)


@pytest.mark.parametrize("provider", ANYMAIL_KEYS)
def test_provider_gets_its_key_under_its_name(provider):
    from django.utils.module_loading import import_string

    read = mail_of(ANYMAIL_PROVIDER=provider, ANYMAIL_API_KEY="key")
    assert read["ANYMAIL"][ANYMAIL_KEYS[provider]] == "key"
    assert issubclass(import_string(read["EMAIL_BACKEND"]), object)


def test_provider_gets_what_else_it_needs():
    read = read_mail(
        env(
            ANYMAIL_PROVIDER="mailgun",
            ANYMAIL_API_KEY="key",
            ANYMAIL_API_URL="https://api.eu.mailgun.net/v3",
            ANYMAIL_SENDER_DOMAIN="mg.example.com",
            ANYMAIL_WEBHOOK_SECRET="user:password",
        ),
        development=False,
    )
    assert read["ANYMAIL"] == {
        "MAILGUN_API_KEY": "key",
        "MAILGUN_API_URL": "https://api.eu.mailgun.net/v3",
        "MAILGUN_SENDER_DOMAIN": "mg.example.com",
        "WEBHOOK_SECRET": "user:password",
        "REQUESTS_TIMEOUT": 20,
    }


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"ANYMAIL_PROVIDER": "pigeon", "ANYMAIL_API_KEY": "key"}, "ANYMAIL_PROVIDER"),
        ({"ANYMAIL_PROVIDER": "postmark"}, "ANYMAIL_API_KEY"),
        ({}, "EMAIL_URL"),
    ],
)
def test_mail_that_cannot_be_sent_stops_production(values, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        read_mail(env(**values), development=False)


def test_smtp_by_url():
    read = read_mail(env(EMAIL_URL="smtp+tls://ava:pa%40ss@mail.example.com:587"), development=False)
    assert read["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"], read["EMAIL_USE_TLS"]) == ("mail.example.com", 587, True)
    assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("ava", "pa@ss")
    assert read["EMAIL_TIMEOUT"] == 20


def test_a_plus_in_a_password_is_a_plus(tmp_path):
    read = mail_of(EMAIL_URL="smtp+tls://ava+1:a+b@mail.example.com:587")
    assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("ava+1", "a+b")
    assert database_of(tmp_path, DATABASE_URL="postgres://a:b+c@db.example/ava")["PASSWORD"] == "b+c"


def test_smtps_is_tls_from_the_first_byte():
    read = mail_of(EMAIL_URL="smtps://ava:secret@mail.example.com:465")
    assert (read["EMAIL_USE_SSL"], read.get("EMAIL_USE_TLS", False)) == (True, False)


def test_development_shows_mails_on_the_console():
    assert read_mail(env(), development=True) == {
        "EMAIL_BACKEND": "core.mail.console_backend.FramedConsoleBackend"
    }


def test_file_completes_the_environment_and_never_overrides_it(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("AVA_SIGNUP=open\nAVA_TESTED_VARIABLE=file\n")
    monkeypatch.setenv("AVA_SIGNUP", "invite")
    monkeypatch.setenv("AVA_TESTED_VARIABLE", "")
    monkeypatch.delenv("AVA_TESTED_VARIABLE")
    read = read_environment(tmp_path)
    assert read("AVA_TESTED_VARIABLE") == "file"
    assert read("AVA_SIGNUP") == "invite"


# The operator, as public pages name it.


def test_operator_is_read_line_by_line():
    found = read_operator(
        env(
            AVA_OPERATOR_NAME=" Ava SAS ",
            AVA_OPERATOR_ADDRESS="1 rue des Lilas,\n75000 Paris",
            AVA_CONTACT_EMAIL="bonjour@example.com",
            AVA_CONTACT_PHONE="+33 1 99 00 12 34",
        )
    )
    assert (found.name, found.address) == ("Ava SAS", "1 rue des Lilas, 75000 Paris")
    assert (found.phone, found.shown_phone) == ("+33199001234", "+33 1 99 00 12 34")
    assert found.missing == ["AVA_OPERATOR_REGISTRATION", "AVA_PUBLISHER", "AVA_HOST"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AVA_CONTACT_EMAIL", "hello"),
        ("AVA_CONTACT_PHONE", "01 99 00 12 34"),
        ("AVA_CONTACT_PHONE", "+33 1"),
        ("AVA_OPERATOR_NAME", "a" * 301),
        ("AVA_HOST", "Host\u202eInc"),
    ],
)
def test_unusable_line_about_the_operator_is_named(variable, value):
    with pytest.raises(ImproperlyConfigured, match=variable):
        read_operator(env(**{variable: value}))


# What the product reads, found in its source, against what .env.example explains.

READS = re.compile(
    r"""(?:\benv(?:\.\w+)?|read_\w+|environ\.get)\(\s*(?:_?env,\s*)?["']([A-Z][A-Z_]+)["']"""
    r"""|\(["'](ANYMAIL_[A-Z_]+)["'], f?["']"""
    r"""|^    "\w+": "(AVA_[A-Z_]+)",$""",
    re.MULTILINE,
)
NOT_OURS = {"DJANGO_SETTINGS_MODULE"}


def test_example_file_names_exactly_what_is_read():
    base = Path(settings.BASE_DIR)
    sources = [*base.glob("avafirst/*.py"), *base.glob("bin/*"), base / "manage.py"]
    found = {
        name
        for source in sources
        if source.is_file()
        for match in READS.findall(source.read_text())
        for name in match
        if name
    }
    lines = (base / ".env.example").read_text().splitlines()
    named = {match[1] for line in lines if (match := re.match(r"(?:# )?([A-Z][A-Z_]+)=", line))}
    assert named == found - NOT_OURS


def test_each_variable_of_the_example_is_explained():
    lines = (Path(settings.BASE_DIR) / ".env.example").read_text().splitlines()
    for place, line in enumerate(lines):
        if re.match(r"(?:# )?[A-Z][A-Z_]+=", line):
            assert re.match(r"# (?![A-Z_]+=)|(?:# )?WEB_CONCURRENCY=", lines[place - 1]), line
