"""One HTTP request while it arrives: where it ends, and until when its client may take to send it.

Only the length is read from the head. Gunicorn parses the request afterwards, from the bytes that are kept here.
"""

import contextlib
import io
import re
import time
from tempfile import SpooledTemporaryFile
from typing import IO

from gunicorn.http.unreader import Unreader

from core.web.middleware import BodySizeMiddleware

HEAD_SECONDS = 10.0
BODY_SECONDS = 10.0
# Each this many bytes of a body that have arrived earn its client one more second: 128 kbit/s is a poor mobile line.
BYTES_A_SECOND = 16 * 1024
LARGEST_HEAD = 32 * 1024
IN_MEMORY = 256 * 1024  # larger requests are kept in a temporary file

_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
_NUMBER = re.compile(rb"\d{1,15}[ \t]*")
_CODING = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


class RefusedError(Exception):
    """The request is not received to its end; `status` is the line to answer it with."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class IncomingRequest:
    """The bytes of one request; `feed` adds to them."""

    def __init__(self) -> None:
        self.content: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - `close` closes it
        self.size = 0  # bytes in `content`
        self.deadline = time.monotonic() + HEAD_SECONDS
        self.missing: int | None = None  # bytes of the body still to come, once the head is complete
        self.waits_for_continue = False
        self.is_whole = True  # false if a body follows that is not received
        self._head = bytearray()

    @property
    def is_complete(self) -> bool:
        return self.missing == 0

    @property
    def has_begun(self) -> bool:
        return bool(self._head or self.size)

    def feed(self, data: bytes) -> bytes:
        """Add received bytes; return those after the request's end. Raises RefusedError."""
        if self.missing is None:
            data = self._feed_head(data)
            if self.missing is None:
                return b""
        body, rest = data[: self.missing], data[self.missing :]
        self._keep(body)
        self.missing -= len(body)
        self.deadline += len(body) / BYTES_A_SECOND
        return rest

    def close(self) -> None:
        """Delete the bytes. On a full disk closing fails too, since it writes what is buffered."""
        with contextlib.suppress(OSError):
            self.content.close()

    def _feed_head(self, data: bytes) -> bytes:
        searched = max(len(self._head) - 3, 0)
        self._head += data
        end = self._head.find(b"\r\n\r\n", searched) + 4
        if end > LARGEST_HEAD or (end < 4 and len(self._head) > LARGEST_HEAD):
            raise RefusedError("431 Request Header Fields Too Large")
        if end < 4:
            return b""
        head, rest = bytes(self._head[:end]), bytes(self._head[end:])
        self._head.clear()
        self._read_length(head)
        self._keep(head)
        return rest

    def _read_length(self, head: bytes) -> None:
        if _CODING.search(head):
            raise RefusedError("411 Length Required")  # Django reads a body by its Content-Length alone
        lengths = _LENGTH.findall(head)
        self.missing = 0
        if len(lengths) == 1 and _NUMBER.fullmatch(lengths[0]):
            self.missing = int(lengths[0])
        elif lengths:
            self.is_whole = False  # gunicorn's parser refuses it
        if self.missing > BodySizeMiddleware.LARGEST:
            self.missing, self.is_whole = 0, False  # the middleware refuses it
        self.waits_for_continue = bool(self.missing and _EXPECT.search(head))
        self.deadline = time.monotonic() + BODY_SECONDS

    def _keep(self, data: bytes) -> None:
        self.content.write(data)
        self.size += len(data)


class ReceivedBytes(Unreader):
    """Gives gunicorn's parser the bytes of a received request, instead of those of a socket."""

    def __init__(self) -> None:
        super().__init__()
        self.content: IO[bytes] = io.BytesIO()

    def use(self, request: IncomingRequest) -> None:
        """Continue with a complete request."""
        self.content = request.content
        self.content.seek(0)

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next bytes, at most `size_hint`, or 8 kB."""
        return self.content.read(size_hint or 8192)
