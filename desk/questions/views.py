"""The page of questions without an answer, answering one, and setting one aside."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.web.pages import CURSOR, page_links
from desk.questions.forms import AnswerQuestionForm
from desk.questions.selectors import NO_FILTERS, open_questions, read_questions
from desk.questions.services import TooManyAnswersError, answer_question, dismiss_question
from organizations.access import OrganizationRequest, organization_view
from organizations.facts.models import MOST_QUESTIONS
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def index(request: OrganizationRequest) -> HttpResponse:
    """The questions, those that were asked last first."""
    return _page(request)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def answer(request: OrganizationRequest, question_id: uuid.UUID) -> HttpResponse:
    """Answer a question for all assistants; wrong input is shown again beside it."""
    found = open_questions(request.organization).filter(pk=question_id).first()
    if found is None:  # a colleague was faster
        return redirect("desk:questions", request.organization.slug)
    form = AnswerQuestionForm(request.POST, about=found)
    if not form.is_valid():
        return _page(request, form, found.pk)
    try:
        answer_question(actor=request.membership, question_id=question_id, **form.cleaned_data)
    except TooManyAnswersError:
        form.add_error("answer", _too_many())
        return _page(request, form, found.pk)
    messages.success(request, _("It is saved, and your assistants are being told."))
    return redirect("desk:questions", request.organization.slug)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def dismissal(request: OrganizationRequest, question_id: uuid.UUID) -> HttpResponse:
    """Set a question aside for good."""
    dismiss_question(actor=request.membership, question_id=question_id)
    return redirect("desk:questions", request.organization.slug)


def _too_many() -> str:
    text = _(
        "Your assistants know %(most)d questions of your own already, and can learn no more. "
        "Remove one under Information, then answer this one."
    )
    return text % {"most": MOST_QUESTIONS}


def _page(
    request: OrganizationRequest, wrong: AnswerQuestionForm | None = None, about: uuid.UUID | None = None
) -> HttpResponse:
    """The page; 422 with what was typed about one question, which stays on it though others came."""
    page = read_questions(request.organization, request.GET.get(CURSOR, ""))
    rows = page.rows
    if about and about not in {each.pk for each in rows}:
        rows = [open_questions(request.organization).get(pk=about), *rows]
    asked = [(each, wrong if wrong and each.pk == about else AnswerQuestionForm(about=each)) for each in rows]
    context = page_links(request.GET, NO_FILTERS, page) | {
        "organization": request.organization,
        "membership": request.membership,
        "asked": asked,
    }
    return render(request, "desk/questions.html", context, status=422 if wrong else 200)
