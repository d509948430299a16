"""A cache of rendered pages that differ between visitors only in the CSRF token of their one form.

A cached page is served to everyone, so it may depend on nothing of a request but its key. The addresses in a page are
made from SITE_URL and the path, never from the Host header or the SCRIPT_NAME (settings.FORCE_SCRIPT_NAME). The query
string does appear in them, so a request with one is neither cached nor served from the cache.
"""

import re
import struct
import zlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from core.templatetags.page import chosen_theme

_TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w+(?=")')
_GZIP = re.compile(r"\bgzip\b")
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # RFC 1952: deflated, no time, best compression


@dataclass(frozen=True)
class SplitPage:
    """A page before and after its token, each also compressed.

    A gzip stream is made of blocks. Those of the two parts are compressed once and refer to nothing outside; the token
    is put between them as it is. So a visit compresses nothing, and the length of the answer tells nothing about the
    token.
    """

    before: bytes
    after: bytes
    packed_before: bytes
    packed_after: bytes
    checksum: int  # CRC-32 of the first part

    @classmethod
    def of(cls, page: bytes) -> "SplitPage":
        """Raises ValueError if the page has not exactly one token."""
        before, after = _TOKEN.split(page)
        packed = _deflated(before, zlib.Z_FULL_FLUSH), _deflated(after, zlib.Z_FINISH)
        return cls(before, after, *packed, zlib.crc32(before))

    def plain(self, token: bytes) -> bytes:
        return self.before + token + self.after

    def packed(self, token: bytes) -> bytes:
        """The page as gzip."""
        stored = struct.pack("<BHH", 0, len(token), len(token) ^ 0xFFFF) + token
        checksum = zlib.crc32(self.after, zlib.crc32(token, self.checksum))
        end = struct.pack("<II", checksum, len(self.before) + len(token) + len(self.after))
        return _GZIP_HEAD + self.packed_before + stored + self.packed_after + end


def _deflated(part: bytes, end: int) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(part) + compressor.flush(end)


# The keys have few values, so nothing is ever evicted.
pages: dict[tuple[Hashable, ...], SplitPage] = {}


def cached_page(
    request: HttpRequest, render: Callable[[], HttpResponse], *, key: tuple[Hashable, ...]
) -> HttpResponse:
    """Return the page of this key, language, theme and year, with a CSRF token for this visitor.

    `render` makes the page if it is not cached yet, or if it holds messages for this visitor. Raises ValueError if the
    rendered page has not exactly one token.
    """
    if settings.DEBUG or request.META.get("QUERY_STRING") or get_messages(request):
        return render()
    key = (*key, get_language(), chosen_theme(request), timezone.now().year)
    if key not in pages:
        response = render()
        pages[key] = SplitPage.of(response.content)
        return response
    token = get_token(request).encode()
    if not _GZIP.search(request.headers.get("Accept-Encoding", "")):
        response = HttpResponse(pages[key].plain(token))
    else:
        response = HttpResponse(pages[key].packed(token), headers={"Content-Encoding": "gzip"})
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
