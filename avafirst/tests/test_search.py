"""What search engines are told."""

import xml.etree.ElementTree as ET

import pytest

SITE = "https://console.example.com"
PATHS = ("", "auth", "help", "contact", "privacy", "legal")
PAGES = {f"{SITE}/{code}/{page}" for code in ("fr", "he", "en") for page in PATHS}


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = SITE


def test_robots_may_read_the_public_pages_and_nothing_else(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    allowed = {line.removeprefix("Allow: ") for line in lines if line.startswith("Allow: ")}
    assert allowed == {page.removeprefix(SITE) + "$" for page in PAGES} | {"/static/"}
    assert "Disallow: /" in lines
    assert f"Sitemap: {SITE}/sitemap.xml" in lines


def test_the_sitemap_names_every_public_page_in_every_language(client):
    response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml"
    root = ET.fromstring(response.content)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    urls = root.findall("s:url", space)
    assert {url.findtext("s:loc", "", space) for url in urls} == PAGES
    for url in urls:
        assert [link.get("hreflang") for link in url.findall("x:link", space)] == [
            "fr",
            "x-default",
            "he",
            "en",
        ]


@pytest.mark.parametrize("path", PATHS)
def test_public_pages_say_who_they_are_in_each_language(client, path):
    page = client.get(f"/he/{path}").content.decode()
    assert f'<link rel="canonical" href="{SITE}/he/{path}">' in page
    assert f'hreflang="fr" href="{SITE}/fr/{path}"' in page
    assert '<meta name="description"' in page
    assert "noindex" not in page


def test_pages_that_are_not_public_are_not_for_search_engines(client):
    assert 'content="noindex"' in client.get("/fr/nowhere").content.decode()
