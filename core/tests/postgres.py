"""A PostgreSQL server of a test's own, in a temporary folder."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.tests.mailbox import free_port

LONGEST = 60  # seconds that the server may take to start or to stop


@dataclass
class Server:
    """A running server; `url` names a database in it that does not exist yet to Django, and is empty."""

    binaries: Path
    folder: Path
    user: str  # of the system
    port: int

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL as the server's user. Raises CalledProcessError."""
        command = [str(self.binaries / program), "-D", str(self.folder / "data"), *arguments]
        if getpass.getuser() != self.user:
            command = ["runuser", "-u", self.user, "--", *command]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=LONGEST)

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "-l", str(self.folder / "log"), "-w", "start", "-o", options)

    def crash_and_restart(self) -> None:
        """Stop without a checkpoint, as after a power cut, and start again: what was committed is read from the log."""
        self.run("pg_ctl", "-m", "immediate", "-w", "stop")
        self.start()


def find_binaries() -> Path | None:
    """Where `initdb` is; None without one."""
    found = shutil.which("initdb")
    others = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else others[-1].parent if others else None


@contextmanager
def run_postgres(binaries: Path) -> Iterator[Server]:
    """Run a server until the end of the block."""
    with tempfile.TemporaryDirectory() as name:
        # The server refuses to run as root.
        server = Server(binaries, Path(name), _other_than_root(), free_port())
        shutil.chown(name, server.user)
        server.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.run("pg_ctl", "-m", "immediate", "-w", "stop")


def _other_than_root() -> str:
    if os.getuid():
        return getpass.getuser()
    return "postgres" if any(user.pw_name == "postgres" for user in pwd.getpwall()) else "nobody"
