"""What differs while developing."""

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from avafirst import views
from core.web.middleware import GetResponse

PAGES = {400: views.bad_request, 404: views.not_found}


class ErrorPagesMiddleware:
    """Shows our own pages of 400 and 404 under DEBUG too, in place of Django's, so that they are seen while developing.

    Our 403 is shown anyway, and a 500 keeps Django's page with the traceback.
    """

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        page = PAGES.get(response.status_code)
        # Answers to programs are of another type.
        if page is None or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return page(request, Exception(response.reason_phrase))
