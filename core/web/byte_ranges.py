"""Sends a part of a file, which players request to seek (RFC 9110, section 14): one range at a time."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
# A player that pauses stops reading, and would hold the thread that sends to it. It asks for the next part by itself.
LONGEST_PART = 1024 * 1024  # bytes


def send_file(
    request: HttpRequest,
    part: Callable[[int, int], Iterator[bytes]],
    *,
    size: int,
    content_type: str,
    etag: str = "",
) -> HttpResponseBase:
    """The whole file, or the requested range of it, at most `LONGEST_PART` bytes of that.

    `part(start, stop)` gives the bytes from `start` up to, but not including, `stop`. `etag` is quoted; it names the
    content, so that a player which read a part of an earlier content starts over (`If-Range`).
    """
    wanted = _read_range(request, size, etag)
    start, stop = wanted or (0, size)
    if start >= size and wanted:
        headers = {"Content-Range": f"bytes */{size}"}
        return HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(stop - start)}
    if etag:
        headers["ETag"] = etag
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    status = HTTPStatus.PARTIAL_CONTENT if wanted else HTTPStatus.OK
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=content_type, headers=headers)
    return StreamingHttpResponse(part(start, stop), status=status, content_type=content_type, headers=headers)


def _read_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Start and stop (not included); None where the whole is to be sent. A start at the size or after it is refused."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or found is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found.groups()
    if (first and last and int(last) < int(first)) or not first + last:
        return None  # no range by the RFC, so the header does not count
    if first:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    else:
        start, stop = max(size - int(last), 0) if int(last) else size, size
    return start, min(stop, start + LONGEST_PART)
