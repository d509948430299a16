"""Gunicorn's threaded worker, sharing new connections with its siblings."""

import time
from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker


class SharingWorker(ThreadWorker):
    """Leaves new connections to its sibling processes for a moment while all its own threads are busy.

    The stock worker accepts whatever comes first to its notice. A connection that is kept alive stays where it was
    accepted, so that one process may hold them all and queue their requests while another idles: we saw half of the
    machine unused (https://github.com/benoitc/gunicorn/issues/3433).
    """

    # Seconds. Where the siblings are busy too, newcomers would otherwise starve behind connections that are kept alive.
    patience = 0.02

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.under_way = 0
        self.full_since = 0.0

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection that has a request, or is new, to the threads."""
        super().enqueue_req(conn)
        self.under_way += 1
        if self.under_way >= self.cfg.threads:
            self.full_since = time.monotonic()
            self.set_accept_enabled(False)

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Take it back; the loop then asks again whether new ones may come."""
        self.under_way -= 1
        super().finish_request(conn, fs)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Listen for new connections or not. Called at each turn of the loop that finds it other than it should be."""
        full = self.under_way >= self.cfg.threads
        if not (enabled and full and time.monotonic() - self.full_since < self.patience):
            super().set_accept_enabled(enabled)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One turn of the loop; a short one while it leaves connections to others."""
        super().wait_for_and_dispatch_events(timeout if self._accepting else min(timeout, self.patience))
