"""The demo organisation in an SQLite file, and servers of it for a browser on this machine."""

import contextlib
import http.server
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from cryptography.fernet import Fernet

from benchmarks.stage import ROOT, free_port, run_process, wait_for

OWNER = "owner@example.com"
ORGANIZATION = "/fr/o/boulangerie-martin"
# Every page that an owner of the demo organisation works on.
CONSOLE = [
    f"{ORGANIZATION}{page}"
    for page in ("", "/assistants", "/assistants/new", "/team", "/connections", "/audit")
]
CONSOLE += ["/fr/settings/profile", "/fr/settings/security"]
BARE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Empty</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"></head>
<body><p>Hello</p></body></html>"""


class Product:
    """The demo organisation's database, and the environment of the servers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environ = {
            "PATH": "",
            "AVA_ENV": "development",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
            "BENCH_STATIC_ROOT": str(folder / "static"),
            # Overrides a .env file of this checkout.
            "ANYMAIL_PROVIDER": "",
            "SENTRY_DSN": "",
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *command: str) -> str:
        """Run a management command; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environ, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def prepare(self) -> None:
        """Make the tables and the demo organisation, and finish its tasks: what is pending would ask for its state."""
        self.manage("migrate", "--noinput", "--verbosity", "0")
        self.manage("demo", "--verbosity", "0")
        with self.in_development():
            self.manage("db_worker", "--batch")

    def cookie(self) -> str:
        """A session of the owner, as a Cookie header."""
        settings = self.environ.get("DJANGO_SETTINGS_MODULE", "benchmarks.development_settings")
        return self.manage("open_session", OWNER, "--settings", settings).strip()

    @contextlib.contextmanager
    def in_development(self) -> Iterator[None]:
        """Serve it as `bin/dev` does."""
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{self.port}"]
        with self._serving(command):
            yield

    @contextlib.contextmanager
    def in_production(self) -> Iterator[None]:
        """Serve it as the Procfile does, without TLS."""
        self.environ |= {
            "AVA_ENV": "production",
            "SITE_URL": "https://console.example.com",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "DJANGO_SETTINGS_MODULE": "benchmarks.telephone_settings",
        }
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        with self._serving([sys.executable, "-m", "avafirst.web_server"]):
            yield

    @contextlib.contextmanager
    def _serving(self, command: list[str]) -> Iterator[None]:
        with run_process(command, self.environ, self.folder / "web.log") as process:
            wait_for(self.port, process)
            yield


class _Bare(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(BARE)))
        self.end_headers()
        self.wfile.write(BARE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@contextlib.contextmanager
def bare_page() -> Iterator[str]:
    """Serve a page without style and script; yields its URL."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Bare)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
