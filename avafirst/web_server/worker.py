"""The worker class of the web server."""

import socket
import time
from typing import Any

from avafirst.web_server.reception import ReceivingWorker


class SharingWorker(ReceivingWorker):
    """Leaves a new connection to the other workers for `patience` seconds while all its own threads are busy.

    The stock worker accepts every connection it notices. A kept-alive connection stays where it was accepted, so one
    process may hold them all and queue their requests while another one idles
    (https://github.com/benoitc/gunicorn/issues/3433).

    If no worker has a free thread, the first one whose patience ends accepts: a connection waits for one deferral, and
    in a burst for one more each time as many were accepted as there are threads.
    """

    # Long enough for a worker with a free thread to notice the connection, short beside a request's own time.
    patience = 0.02

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deferred_until: float | None = None  # by time.monotonic()

    def accept(self, listener: socket.socket) -> None:
        if self.busy < self.cfg.threads:
            super().accept(listener)
        else:
            self.deferred_until = time.monotonic() + self.patience
            self.set_accept_enabled(False)

    def set_accept_enabled(self, enabled: bool) -> None:
        # Gunicorn's loop asks for it again in each turn during a deferral.
        super().set_accept_enabled(enabled and self.deferred_until is None)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        if self.deferred_until is None:
            super().wait_for_and_dispatch_events(timeout)
            return
        super().wait_for_and_dispatch_events(min(timeout, self.patience))
        if self.busy < self.cfg.threads or time.monotonic() >= self.deferred_until:
            self.deferred_until = None
            self._accept_waiting()

    def _accept_waiting(self) -> None:
        """Accept at most as many waiting connections as there are threads, busy or not."""
        for listener in self.sockets if self.alive else []:
            for _ in range(self.cfg.threads):
                super().accept(listener)  # does nothing if none waits
