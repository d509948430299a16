"""The admin pages of facts."""

from django.contrib import admin
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.web.admin_base import ReadOnlyAdmin
from organizations.facts.models import Fact, Topic
from organizations.facts.selectors import read_fact
from organizations.facts.text import say_answer


@admin.register(Fact)
class FactAdmin(ReadOnlyAdmin):
    """Facts in words; only the console changes them."""

    list_display = ("organization", "topic", "applies", "changed_at", "changed_by")
    list_filter = ("topic", "applies")
    list_select_related = ("organization", "changed_by")
    search_fields = ("organization__name", "organization__slug")
    fields = ("organization", "topic", "applies", "shown_answer", "changed_at", "changed_by")

    @admin.display(description=_("answer"))
    def shown_answer(self, row: Fact) -> str:
        topic = Topic(row.topic)
        _fact, answer = read_fact(row.organization, topic)
        if answer is None:
            return ""
        questions = [f"{each.question} {each.answer}" for each in answer.questions]
        said = say_answer(topic, answer, row.organization, get_language() or row.organization.locale)
        return " · ".join(filter(None, (said, *questions)))
