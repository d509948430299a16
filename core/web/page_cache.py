"""Pages that are the same for every visitor but for the CSRF token of their one form: drawn once, then kept.

Drawing is most of what a page costs, compressing it most of the rest. Both are done once for what stands before and
behind the token.
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
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone
from django.utils.translation import get_language

from core.templatetags.page import chosen_theme

TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w+(?=")')
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"  # deflate, no name, no time, best compression, any system
RAW = -zlib.MAX_WBITS  # deflate without a frame of its own


@dataclass(frozen=True)
class KeptPage:
    """What stands before and behind the token, as it is and compressed."""

    before: bytes
    behind: bytes
    packed_before: bytes
    packed_behind: bytes

    @classmethod
    def of(cls, page: bytes) -> "KeptPage":
        """A drawn page without its token. Raises ValueError where it has not exactly one."""
        before, behind = TOKEN.split(page)
        deflate = zlib.compressobj(9, wbits=RAW)
        packed_before = deflate.compress(before) + deflate.flush(zlib.Z_FULL_FLUSH)
        deflate = zlib.compressobj(9, wbits=RAW)
        return cls(before, behind, packed_before, deflate.compress(behind) + deflate.flush())

    def plain(self, token: bytes) -> bytes:
        """The page with another token."""
        return self.before + token + self.behind

    def gzipped(self, token: bytes) -> bytes:
        """The page with another token, compressed.

        The token stands in a block of its own that is not compressed: the length of the whole tells nothing about it.
        """
        block = struct.pack("<BHH", 0, len(token), len(token) ^ 0xFFFF) + token
        page = self.plain(token)
        end = struct.pack("<LL", zlib.crc32(page), len(page))
        return GZIP_HEAD + self.packed_before + block + self.packed_behind + end


kept: dict[tuple[Hashable, ...], KeptPage] = {}


def kept_page(
    request: HttpRequest, draw: Callable[[], HttpResponse], *, differs_by: tuple[Hashable, ...]
) -> HttpResponse:
    """The page that `draw` draws, for a visitor of whom it shows nothing but the language and the theme.

    `differs_by` names the page and everything else that changes it, of which there must be few values. One with
    messages to show is drawn for its reader, and so is everything in development.
    """
    if settings.DEBUG or get_messages(request):
        return draw()
    key = (*differs_by, get_language(), chosen_theme(request), timezone.now().year)
    page = kept.get(key)
    if page is None:
        response = draw()
        kept[key] = KeptPage.of(response.content)
        return response
    token = get_token(request).encode()
    if not re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
        return HttpResponse(page.plain(token))
    return HttpResponse(page.gzipped(token), headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
