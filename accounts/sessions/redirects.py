"""The way from a page that needs a session to the sign-in page, and back."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

EXPIRED = "expired"  # query parameter: this browser was signed in until now


def redirect_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page, which leads back to this one, and says so where a session has ended.

    htmx would put the sign-in page into the middle of the page that asked: it is told to open it instead, and the way
    back is to the page, not to the fragment.
    """
    is_fragment = "HX-Request" in request.headers
    query = {REDIRECT_FIELD_NAME: _page_of_fragment(request) if is_fragment else request.get_full_path()}
    # Signing out deletes the cookie.
    if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        query[EXPIRED] = "1"
    url = f"{resolve_url(settings.LOGIN_URL)}?{urlencode(query, safe='/')}"
    return HttpResponse(status=401, headers={"HX-Redirect": url}) if is_fragment else redirect(url)


def redirect_after_sign_out() -> HttpResponse:
    """Redirect to the sign-in page, and have the browser forget what was typed into pages (static/js/keep.js).

    The next person at this computer may be another one. https://www.w3.org/TR/clear-site-data/
    """
    response = redirect("accounts:auth")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _page_of_fragment(request: HttpRequest) -> str:
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    return f"{page.path}?{page.query}" if page.query else page.path
