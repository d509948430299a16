"""An application for gunicorn that tells who answers, and holds its requests back until it is told to go on."""

import os
import time
import uuid
from pathlib import Path
from typing import Any

from avafirst.web_server.worker import SharingWorker

FOLDER = Path(os.environ.get("HELD_FOLDER", "."))


class PatientWorker(SharingWorker):
    """Never gives up on its siblings, however slow the machine."""

    patience = 600.0


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Write down the process that has the request, wait where the path is `/held`, and answer."""
    if environ["PATH_INFO"] == "/held":
        (FOLDER / f"held-{uuid.uuid4()}").write_text(str(os.getpid()))
        while not (FOLDER / "go").exists():
            time.sleep(0.01)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
