"""A page that was rendered for one visitor is served to others."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.web.page_cache import cached_page

TOKEN = "t" * 64
PAGE = '<form><input type="hidden" name="csrfmiddlewaretoken" value="%s"></form><p>שלום</p>'


def count_renderings(*requests: HttpRequest) -> int:
    rendered = []

    def render() -> HttpResponse:
        rendered.append(1)
        return HttpResponse(PAGE % TOKEN)

    for request in requests:
        cached_page(request, render, key=("test",))
    return len(rendered)


def get(**meta: Any) -> HttpRequest:
    return RequestFactory().get("/", **meta)


def test_a_cached_page_is_the_same_but_for_the_token():
    cached_page(get(), lambda: HttpResponse(PAGE % TOKEN), key=("test",))
    request = get()
    page = cached_page(request, lambda: HttpResponse(), key=("test",)).content.decode()
    before, after = PAGE.split("%s")
    assert page.startswith(before)
    assert page.endswith(after)
    token = page.removeprefix(before).removesuffix(after)
    assert len(token) == 64
    assert token != TOKEN
    assert "CSRF_COOKIE" in request.META


@pytest.mark.parametrize("page", ["", "<p>no form</p>", PAGE % TOKEN + PAGE % TOKEN])
def test_a_page_without_exactly_one_token_is_not_cached(page):
    with pytest.raises(ValueError, match="unpack"):
        cached_page(get(), lambda: HttpResponse(page), key=("test",))


def test_a_page_is_rendered_once():
    assert count_renderings(get(), get(), get()) == 1


def test_in_development_a_page_is_rendered_each_time(settings):
    settings.DEBUG = True
    assert count_renderings(get(), get(), get()) == 3


def test_a_request_whose_addresses_differ_neither_fills_nor_reads_the_cache():
    odd = {"QUERY_STRING": "&"}
    assert count_renderings(get(**odd), get(), get(**odd), get()) == 3
