"""What gunicorn serves."""

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
    """Django, which is told nothing strange of a body.

    It obeys whatever encoding a request claims for its text, `hex` for one, and fails before any of our code runs.
    """
    content_type = request.get("CONTENT_TYPE", "")
    if not _USUAL.fullmatch(content_type):
        request["CONTENT_TYPE"] = content_type.partition(";")[0]
    return _django(request, start_response)
