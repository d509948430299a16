"""Answers 404 where another request deleted a row that this one relies on.

The guard reads the user, the membership and the organisation before a view runs. One deleted after that shows in the
view as a missing row, or as a foreign key that refers to none: at any query, so no view can check for it beforehand.
"""

import logging
from typing import NoReturn

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from core.web.middleware import GetResponse

logger = logging.getLogger("core.web")


def rely_on(request: HttpRequest, *rows: Model) -> None:
    """Note that the request makes no sense without these rows."""
    request.__dict__.setdefault("_relied_on", []).extend((type(row), row.pk) for row in rows)


class DeletedRowMiddleware:
    """Turns an error of the database into 404, but only where a row of `rely_on` is gone: others stay errors."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if _is_about_rows(exception) and (lost := _lost_row(request)):
            _answer_not_found(lost, exception)


def _answer_not_found(lost: type[Model], exception: Exception) -> NoReturn:
    logger.warning("404: the %s was deleted meanwhile", lost._meta.verbose_name_raw, exc_info=exception)
    raise Http404 from exception


def _is_about_rows(exception: Exception) -> bool:
    # DatabaseError itself: Django raises it where an UPDATE finds no row.
    return isinstance(exception, ObjectDoesNotExist | IntegrityError) or type(exception) is DatabaseError


def _lost_row(request: HttpRequest) -> type[Model] | None:
    rows: list[tuple[type[Model], object]] = request.__dict__.get("_relied_on", [])
    return next((model for model, pk in rows if not model._base_manager.filter(pk=pk).exists()), None)
