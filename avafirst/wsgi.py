"""The WSGI application for gunicorn."""

import os
import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avafirst.settings")
_django = get_wsgi_application()

# What browsers and programs send: a boundary, and UTF-8.
_USUAL = re.compile(r"[^;]*(;\s*(boundary=[^;*]+|charset=\"?utf-?8\"?))*", re.ASCII | re.IGNORECASE)


def application(request: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Call Django without unusual parameters of the content type.

    Django decodes the body with any charset that a request names, `hex` for one, and fails before our code runs.
    """
    content_type = request.get("CONTENT_TYPE", "")
    if not _USUAL.fullmatch(content_type):
        request["CONTENT_TYPE"] = content_type.partition(";")[0]
    return _django(request, start_response)
