"""robots.txt and the sitemap: which pages search engines may index, in which languages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from core.web.public_views import public

# All other pages are closed or `noindex`.
PUBLIC_ROUTES = ("landing", "accounts:auth", "help", "contact", "privacy", "legal")


def public_pages() -> list[dict[str, str]]:
    """The URL of each public page by language, with `x-default`."""
    pages = []
    for route in PUBLIC_ROUTES:
        addresses = {}
        for code, _ in settings.LANGUAGES:
            with override(code):
                addresses[code] = settings.SITE_URL.rstrip("/") + reverse(route)
        pages.append(addresses)
    return pages


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Allow the public pages and their static files, and nothing else."""
    paths = [
        address.removeprefix(settings.SITE_URL.rstrip("/"))
        for page in public_pages()
        for address in page.values()
    ]
    rules = [
        "User-agent: *",
        *(f"Allow: {path}$" for path in paths),
        f"Allow: {settings.STATIC_URL}",
        "Disallow: /",
    ]
    sitemap_url = settings.SITE_URL.rstrip("/") + reverse("sitemap")
    return HttpResponse("\n".join([*rules, "", f"Sitemap: {sitemap_url}", ""]), content_type="text/plain")


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The public pages in each language."""
    return render(
        request,
        "sitemap.xml",
        {"pages": public_pages(), "default_language": settings.LANGUAGE_CODE},
        content_type="application/xml",
    )
