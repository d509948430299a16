"""Reads the environment strictly: a missing or unsafe value stops the start and names its variable."""

import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from psycopg.pq import Conninfo

MIN_SECRET_BYTES = 32
LONGEST_NUMBER = 9  # digits
PLACEHOLDER = "CHANGE_ME"
HOW_TO_MAKE_ONE = 'make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'

HOW_TO_MAKE_A_KEY = (
    'make one with: python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


# A host name in ASCII, an IPv4 address or an IPv6 address in brackets, and a port.
_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[1-9]\d{0,4})?")


class Environment(environ.Env):  # type: ignore[misc]
    """Takes a value that starts with $ as it is: django-environ reads another variable of that name instead."""

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        value = self.ENVIRON.get(var, "")
        if value.startswith("$"):
            return self.parse_value(value.strip(), cast or str)
        if value != value.strip():  # as copied from a table
            return self.parse_value(value.strip(), cast or str) if value.strip() else default
        return super().get_value(var, cast, default, parse_default)


def read_environment(base_dir: Path) -> Environment:
    """The process environment, completed by a `.env` file beside manage.py."""
    env = Environment()
    env_file = base_dir / ".env"
    if env_file.is_file():
        env.read_env(env_file)
    return env


def read_mode(env: environ.Env) -> str:
    """`AVA_ENV`: development or production. Production by default, so that a forgotten variable is never lax."""
    mode: str = env("AVA_ENV", default="") or "production"
    if mode not in {"development", "production"}:
        raise ImproperlyConfigured(f"AVA_ENV is {mode!r}: it must be development or production.")
    return mode


def read_secret(env: environ.Env, name: str, *, development: str | None) -> str:
    """A secret of at least 32 bytes. `development` is its default there, None if there is none."""
    value: str = env(name, default=development or "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: production needs it; {HOW_TO_MAKE_ONE}")
    if development is None and value.upper().startswith(PLACEHOLDER):
        raise ImproperlyConfigured(f"{name} still holds the placeholder {PLACEHOLDER}…; {HOW_TO_MAKE_ONE}")
    if len(value.encode()) < MIN_SECRET_BYTES:
        raise ImproperlyConfigured(f"{name} is shorter than {MIN_SECRET_BYTES} bytes; {HOW_TO_MAKE_ONE}")
    return value


def read_encryption_keys(env: environ.Env, name: str, *, development: str | None) -> list[str]:
    """Fernet keys, newest first. `development` is the default there, None if there is none."""
    keys = read_list(env, name)
    if not keys and development is None:
        raise ImproperlyConfigured(f"{name} is not set: production needs it; {HOW_TO_MAKE_A_KEY}")
    for number, key in enumerate(keys, start=1):
        if development is None and key.startswith(PLACEHOLDER):
            raise ImproperlyConfigured(
                f"{name} still holds the placeholder {PLACEHOLDER}…; {HOW_TO_MAKE_A_KEY}"
            )
        try:
            Fernet(key)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name}: key {number} is no Fernet key; {HOW_TO_MAKE_A_KEY}"
            ) from error
    return keys or [development or ""]


def read_site_url(env: environ.Env, *, development: bool) -> str:
    """`SITE_URL`: scheme and host of every mailed link, without a trailing slash."""
    default = f"http://127.0.0.1:{read_number(env, 'PORT', 8000)}" if development else ""
    url: str = env("SITE_URL", default="") or default
    parts = urlsplit(url)
    if (
        parts.scheme not in {"http", "https"}
        or not _HOST.fullmatch(parts.netloc)
        or parts.path.strip("/")
        or parts.query
    ):
        raise ImproperlyConfigured(
            f"SITE_URL is {url!r}: it must be like https://console.example.com, without a path."
        )
    if not development and parts.scheme != "https":
        raise ImproperlyConfigured(f"SITE_URL is {url!r}: production needs an https address.")
    return f"{parts.scheme}://{parts.netloc}"


def read_list(env: environ.Env, name: str) -> list[str]:
    """A variable that is a comma-separated list; spaces around its items do not count."""
    return [item.strip() for item in env(name, default="").split(",") if item.strip()]


def read_choice(env: environ.Env, name: str, choices: set[str], default: str) -> str:
    """A variable with a fixed set of values."""
    value: str = env(name, default=default) or default
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}: it must be one of {', '.join(sorted(choices))}.")
    return value


def read_number(env: environ.Env, name: str, default: int, *, least: int = 0) -> int:
    """A variable that is a whole number."""
    value: str = env(name, default="") or str(default)
    if not value.isdecimal() or len(value) > LONGEST_NUMBER or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}: it must be a whole number, {least} or more.")
    return int(value)


def read_flag(env: environ.Env, name: str, *, default: bool) -> bool:
    """A variable that is on or off."""
    return read_choice(env, name, {"on", "off"}, "on" if default else "off") == "on"


def read_database(env: environ.Env, base_dir: Path, *, threads: int) -> dict[str, object]:
    """`DATABASE_URL` as Django's DATABASES entry: PostgreSQL with a pool, or an SQLite file in var/."""
    url = env("DATABASE_URL", default="") or f"sqlite:///{base_dir / 'var' / 'db.sqlite3'}"
    if not url.startswith("sqlite"):
        url = _checked_url("DATABASE_URL", url)
    try:
        database: dict[str, object] = dict(env.db_url_config(url))
    except Exception as error:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read: like postgres://user:password@host:5432/name."
        ) from error
    engine = str(database.get("ENGINE", ""))
    if engine.endswith("sqlite3"):
        return database | _sqlite(base_dir)
    if engine.endswith("postgresql"):
        options = cast(dict[str, object], database.get("OPTIONS", {}))
        _refuse_unknown_options(options)
        return database | _postgresql(env, threads, options)
    raise ImproperlyConfigured(
        f"DATABASE_URL asks for {engine or url!r}: only PostgreSQL and SQLite are supported."
    )


def _checked_url(name: str, url: str) -> str:
    """`url` as django-environ must be given it, which reads a + in a password as a space.

    Refuses a password with a character that ends the host, so that host and port would be the user's name and password.
    """
    parts = urlsplit(url)
    if "@" in parts.path + parts.fragment or ("@" in parts.query and not parts.path.strip("/")):
        raise ImproperlyConfigured(
            f"{name}: write / ? # and @ in the user's name or password as %2F %3F %23 and %40; now they end the host."
        )
    return parts._replace(netloc=parts.netloc.replace("+", "%2B")).geturl()


def _refuse_unknown_options(options: dict[str, object]) -> None:
    # The pool's error would be a time-out, without the reason.
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    for name in options.keys() - known - {"pool"}:
        hint = " For PgBouncer set DATABASE_PREPARED_STATEMENTS=off instead." if name == "pgbouncer" else ""
        raise ImproperlyConfigured(
            f"DATABASE_URL has the option {name!r}, which PostgreSQL does not know.{hint}"
        )


def _sqlite(base_dir: Path) -> dict[str, object]:
    (base_dir / "var").mkdir(exist_ok=True)
    return {
        "OPTIONS": {
            # A transaction that reads first and then writes would otherwise fail at once under load.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        # A file: threads over a database in memory get "table is locked".
        "TEST": {"NAME": str(base_dir / "var" / "test.sqlite3")},
    }


def _postgresql(env: environ.Env, threads: int, url_options: dict[str, object]) -> dict[str, object]:
    prepares = read_flag(env, "DATABASE_PREPARED_STATEMENTS", default=True)
    return {
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **url_options,  # such as sslmode
            # Retries to connect wait longer each time. Giving up after 5 s starts again with short waits, so the
            # product is back seconds after the database.
            "pool": {"min_size": 1, "max_size": max(threads, 2), "timeout": 10, "reconnect_timeout": 5},
            # A statement is prepared the fifth time that a connection runs it: planning a short one takes PostgreSQL
            # longer than running it.
            "server_side_binding": True,
            "prepare_threshold": 5 if prepares else None,
        },
    }


# The settings in which django-anymail expects each provider's key.
ANYMAIL_KEYS = {
    "brevo": "BREVO_API_KEY",
    "mailersend": "MAILERSEND_API_TOKEN",
    "mailgun": "MAILGUN_API_KEY",
    "mailjet": "MAILJET_API_KEY",
    "mandrill": "MANDRILL_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "resend": "RESEND_API_KEY",
    "scaleway": "SCALEWAY_SECRET_KEY",
    "sendgrid": "SENDGRID_API_KEY",
    "sparkpost": "SPARKPOST_API_KEY",
    "unisender_go": "UNISENDER_GO_API_KEY",
}


def read_mail(env: environ.Env, *, development: bool) -> dict[str, object]:
    """`ANYMAIL_PROVIDER` with `ANYMAIL_API_KEY`, else SMTP by `EMAIL_URL`, else the console in development."""
    provider = env("ANYMAIL_PROVIDER", default="")
    if provider:
        if provider not in ANYMAIL_KEYS:
            raise ImproperlyConfigured(
                f"ANYMAIL_PROVIDER is {provider!r}: it must be one of {', '.join(ANYMAIL_KEYS)}."
            )
        key = env("ANYMAIL_API_KEY", default="")
        if not key:
            raise ImproperlyConfigured(f"ANYMAIL_API_KEY is not set: {provider} needs it.")
        return {
            "EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend",
            "ANYMAIL": _anymail(env, provider, key),
        }
    url = env("EMAIL_URL", default="")
    if url:
        # smtps is TLS from the first byte (RFC 8314), where django-environ would use STARTTLS.
        url = _checked_url("EMAIL_URL", url.replace("smtps://", "smtp+ssl://", 1))
        try:
            settings: dict[str, object] = dict(env.email_url_config(url))
        except Exception as error:
            raise ImproperlyConfigured(
                "EMAIL_URL cannot be read: like smtp+tls://user:password@host:587."
            ) from error
        if not settings.get("EMAIL_HOST"):
            raise ImproperlyConfigured("EMAIL_URL names no server: like smtp+tls://user:password@host:587.")
        settings.pop("OPTIONS", None)
        settings.setdefault("EMAIL_TIMEOUT", 20)
        return settings
    if not development:
        raise ImproperlyConfigured(
            "Set EMAIL_URL (smtp+tls://user:password@host:587) or ANYMAIL_PROVIDER: sign-in links go by mail."
        )
    return {"EMAIL_BACKEND": "core.mail.console_backend.FramedConsoleBackend"}


def _anymail(env: environ.Env, provider: str, key: str) -> dict[str, object]:
    options: dict[str, object] = {ANYMAIL_KEYS[provider]: key, "REQUESTS_TIMEOUT": 20}
    for variable, setting in (
        ("ANYMAIL_API_URL", f"{provider.upper()}_API_URL"),
        ("ANYMAIL_SENDER_DOMAIN", f"{provider.upper()}_SENDER_DOMAIN"),
        ("ANYMAIL_SECRET_KEY", f"{provider.upper()}_SECRET_KEY"),
        ("ANYMAIL_WEBHOOK_SECRET", "WEBHOOK_SECRET"),
    ):
        if value := env(variable, default=""):
            options[setting] = value
    return options
