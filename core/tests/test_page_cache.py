"""A page that was drawn for one visitor and is given to others."""

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.web.page_cache import KeptPage, kept_page

TOKEN = "t" * 64
PAGE = '<form><input type="hidden" name="csrfmiddlewaretoken" value="%s"></form><p>שלום</p>'


def test_a_kept_page_is_the_same_but_for_the_token():
    kept = KeptPage.of((PAGE % TOKEN).encode())
    other = b"o" * 64
    assert kept.plain(other) == (PAGE % other.decode()).encode()
    assert gzip.decompress(kept.gzipped(other)) == kept.plain(other)


def test_the_compressed_length_tells_nothing_about_the_token():
    kept = KeptPage.of((PAGE % TOKEN).encode())
    assert len(kept.gzipped(b"csrfmiddlewaretoken" * 3)) == len(kept.gzipped(bytes(range(57))))


@pytest.mark.parametrize("page", ["", "<p>no form</p>", PAGE % TOKEN + PAGE % TOKEN])
def test_a_page_without_its_one_token_is_not_kept(page):
    with pytest.raises(ValueError, match="unpack"):
        KeptPage.of(page.encode())


def drawings(request: HttpRequest, times: int) -> int:
    drawn = []

    def draw() -> HttpResponse:
        drawn.append(1)
        return HttpResponse(PAGE % TOKEN)

    for _ in range(times):
        kept_page(request, draw, differs_by=("test",))
    return len(drawn)


def test_a_page_is_drawn_once():
    assert drawings(RequestFactory().get("/"), 3) == 1


def test_in_development_a_page_is_drawn_each_time(settings):
    settings.DEBUG = True
    assert drawings(RequestFactory().get("/"), 3) == 3
