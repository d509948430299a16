"""Runs the product for development: prepares the database, then runs web and worker until Ctrl-C.

Runs inside .venv. If one process ends, the other one is stopped too: half a product that seems to run is worse than
none.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
Process = subprocess.Popen[bytes]
Processes = dict[str, Process]
GRACE_SECONDS = 10  # for a running task to finish
POLL_SECONDS = 0.2
RELOAD_STATUS = 3  # Django's reloader exits with it to be started again
OURS = {
    "AVA_ENV": "development",
    "DJANGO_RUNSERVER_HIDE_WARNING": "true",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "",  # compiled files make the next start faster
    # Marks the process as the reloader's child; otherwise Django would start a second one only to watch it.
    "RUN_MAIN": "true",
}
PREPARE = """
import os
import django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avafirst.settings")
from django.core.management import call_command
django.setup()
call_command("migrate", interactive=False, verbosity=0)
call_command("demo", verbosity=0)
from django.conf import settings
print(settings.SITE_URL)
"""
WELCOME = """
  AvaFirst AI is running.
  1. Open {site}/fr/auth
  2. Type test@example.com (a new person with the set-up ahead) or owner@example.com
  3. The mail with the sign-in link comes up here. Ctrl-C stops everything.
"""


def main() -> int:
    """Start everything; return the exit status."""
    port = free_port(os.environ.get("PORT") or "8000")
    environ = {**os.environ, **OURS, "PORT": str(port)}
    site_url = prepare(environ)
    stop = StopRequest()
    processes = {"web": start("web", port, environ)}
    try:
        wait_for_web(processes, stop, port)
        # Only now: its first tasks ask the sandbox, which the web process serves.
        processes["worker"] = start("worker", port, environ)
        if not stop.count:
            print(WELCOME.format(site=site_url), flush=True)
        return watch(processes, stop, lambda name: start(name, port, environ))
    finally:
        stop_all(processes, stop)


def prepare(environ: dict[str, str]) -> str:
    """Migrate the database and create the demo data; return SITE_URL."""
    done = subprocess.run(
        [sys.executable, "-c", PREPARE], cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nThe database could not be prepared; the lines above say why.")
    return done.stdout.splitlines()[-1]


def free_port(text: str) -> int:
    """Parse the port and check that it is free; exit with a message otherwise."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not '{text}'.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except PermissionError:
            sys.exit(f"Port {text} is reserved for the system. Choose another one: PORT=8001 bin/dev")
        except OSError:
            sys.exit(
                f"Port {text} is already in use. Stop what runs there, or choose another: PORT=8001 bin/dev"
            )
    return int(text)


def start(name: str, port: int, environ: dict[str, str]) -> Process:
    """Start a process in a group of its own, so that Ctrl-C reaches only this one, which stops them in order."""
    arguments = {"web": ["runserver", f"{HOST}:{port}"], "worker": ["db_worker", "--no-reload"]}[name]
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        process_group=0,
    )


class StopRequest:
    """Counts the signals to stop: the first stops politely, the second one kills."""

    def __init__(self) -> None:
        self.count = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.note)

    def note(self, number: int, frame: FrameType | None) -> None:
        self.count += 1


def wait_for_web(processes: Processes, stop: StopRequest, port: int) -> None:
    """Wait until the web process listens, a process ends, or the time is up."""
    limit = time.monotonic() + GRACE_SECONDS
    while not stop.count and time.monotonic() < limit and all(p.poll() is None for p in processes.values()):
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=POLL_SECONDS):
            return
        time.sleep(POLL_SECONDS / 4)


def watch(processes: Processes, stop: StopRequest, start_again: Callable[[str], Process]) -> int:
    """Wait for a signal (returns 0) or the end of a process (returns its status, at least 1).

    If the web process ends because the code changed, both are started again. With an error in that code the web process
    waits for the next change by itself; a worker that fails to start is left out until then.
    """
    reloaded = float("-inf")
    while not stop.count:
        if processes["web"].poll() == RELOAD_STATUS:
            stop_all(processes, stop)
            processes.update({name: start_again(name) for name in ("web", "worker")})
            reloaded = time.monotonic()
        for name, status in ended(processes):
            if name == "web" or time.monotonic() > reloaded + GRACE_SECONDS:
                print(f"\nThe {name} process ended by itself (status {status}); stopping.", file=sys.stderr)
                return max(status, 1)
            print(
                "\nThe worker does not start with this code; it tries again at your next change.",
                file=sys.stderr,
            )
            del processes[name]
        time.sleep(POLL_SECONDS)
    print("\nStopping…", flush=True)
    return 0


def ended(processes: Processes) -> list[tuple[str, int]]:
    """Name and status of the processes that ended, except one that asks to be reloaded."""
    statuses = [(name, process.poll()) for name, process in processes.items()]
    return [(name, status) for name, status in statuses if status is not None and status != RELOAD_STATUS]


def stop_all(processes: Processes, stop: StopRequest) -> None:
    """Terminate all process groups; kill them after the grace period or another Ctrl-C."""
    signal_groups(processes, signal.SIGTERM)
    asked, limit = stop.count, time.monotonic() + GRACE_SECONDS
    while any(process.poll() is None for process in processes.values()):
        if stop.count > asked or time.monotonic() > limit:
            break
        time.sleep(POLL_SECONDS / 4)
    signal_groups(processes, signal.SIGKILL)  # also reaches processes that a reloader left behind
    for process in processes.values():
        process.wait()


def signal_groups(processes: Processes, number: signal.Signals) -> None:
    """Send a signal to each process and its children."""
    for process in processes.values():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)


if __name__ == "__main__":
    sys.exit(main())
