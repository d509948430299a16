"""Creates .venv and installs the pinned packages when they have changed since the last time.

Runs before anything is installed, so with the standard library only. `python bin/_venv.py requirements.txt`
"""

import filecmp
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
# Copies of the pin files as last installed, for comparison.
STAMPS = VENV / "pins"
PIN_FILES = ("requirements.txt", "requirements-dev.txt")  # each one includes the one before


def main() -> None:
    """Bring .venv up to date with the pin file in the first argument."""
    name = sys.argv[1]
    if is_working() and is_current(name):
        return
    started = time.monotonic()
    if not is_working():
        say("Making the virtual environment .venv")
        make_venv()
    count = sum(1 for line in (ROOT / name).read_text().splitlines() if "==" in line)
    say(f"Installing {count} packages into .venv (only when {name} changes)")
    install(name, count)
    STAMPS.mkdir(exist_ok=True)
    for covered in PIN_FILES[: PIN_FILES.index(name) + 1]:
        shutil.copyfile(ROOT / covered, STAMPS / covered)
    say(f"Installed in {time.monotonic() - started:.0f} s")


def is_working() -> bool:
    """Whether .venv starts: an upgrade of the system's Python can break it."""
    return VENV_PYTHON.exists() and succeeds([str(VENV_PYTHON), "-c", "import sys"])


def is_current(name: str) -> bool:
    """Whether this pin file is the one installed last."""
    stamp = STAMPS / name
    return stamp.exists() and filecmp.cmp(ROOT / name, stamp, shallow=False)


def make_venv() -> None:
    """Create .venv, or exit with a message that names the missing system package."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    elif uv := shutil.which("uv"):
        command = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]
    else:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        stop(
            f"{sys.executable} cannot make virtual environments: its 'ensurepip' module is missing.\n"
            f"On Debian and Ubuntu: sudo apt install {package}"
        )
    if not succeeds(command):
        stop(f"The virtual environment could not be made. To see why: {' '.join(command)}")


def install(name: str, count: int) -> None:
    """Install a pin file with uv if it is installed, else with pip."""
    if uv := shutil.which("uv"):
        # Compiling here makes every start seconds faster (pip does it by default).
        command = [uv, "pip", "install", "--compile-bytecode", "--python", str(VENV_PYTHON), "-r", name]
        if subprocess.run(command, cwd=ROOT).returncode == 0:
            return
        say("uv did not manage; trying pip")
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", name]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        pip, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        tail = show_progress(process.stdout, count)
    if process.returncode:
        stop("\n".join([*tail, "The packages could not be installed; the lines above say why."]))


def show_progress(lines: Iterable[str], count: int) -> list[str]:
    """Show pip's output as one moving line, or without a terminal as a line every ten packages.

    Returns the last thirty lines of the output, which explain a failure.
    """
    tail: list[str] = []
    seen = 0
    moving = sys.stdout.isatty()
    for line in lines:
        tail = [*tail[-29:], line.rstrip()]
        if not line.startswith(("Collecting ", "Installing collected")):
            continue
        seen += line.startswith("Collecting ")
        text = f"  {seen} of {count}: {line.split()[1]}" if line.startswith("Coll") else "  unpacking"
        if moving:
            print(f"\r\033[K{text}", end="", flush=True)
        elif seen % 10 == 0 or seen == count:
            print(text, flush=True)
    if moving:
        print("\r\033[K", end="", flush=True)
    return tail


def succeeds(command: list[str]) -> bool:
    """Run a command silently; return whether it succeeded."""
    try:
        return (
            subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
        )
    except OSError:
        return False


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)


def stop(text: str) -> NoReturn:
    """Exit with a message instead of a traceback."""
    sys.exit(text)


if __name__ == "__main__":
    main()
