"""The addresses of a page in the other languages."""

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from core.web.context_processors import languages


@pytest.mark.parametrize(
    ("path", "in_hebrew"),
    [("/fr/auth?next=/fr/home", "/he/auth?next=/fr/home"), ("/fr/", "/he/"), ("/admin/", "/admin/")],
)
def test_a_page_knows_its_address_in_other_languages(path, in_hebrew):
    with override("fr"):
        links = languages(RequestFactory().get(path))["language_links"]
    assert {link["code"]: link["url"] for link in links}["he"] == in_hebrew
    assert [link["code"] for link in links if link["current"]] == ["fr"]
