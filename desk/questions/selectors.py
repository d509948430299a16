"""Reads of questions without an answer."""

from core.web.pages import Filters, Page, keyset_page
from desk.models import UnansweredQuestion
from desk.querysets import QuestionQuerySet
from organizations.models import Organization

PAGE_SIZE = 20  # rows
NO_FILTERS = Filters()


def open_questions(organization: Organization) -> QuestionQuerySet:
    """Those that wait, with their assistants, in no order."""
    return UnansweredQuestion.objects.for_organization(organization).open().select_related("assistant")


def read_questions(organization: Organization, cursor: str = "") -> Page[UnansweredQuestion]:
    """Those that were asked last, or those before the question that `cursor` names."""
    scope = UnansweredQuestion.objects.for_organization(organization)
    rows = open_questions(organization)
    return keyset_page(rows, cursor=cursor, scope=scope, newest_by="last_asked_at", size=PAGE_SIZE)
