"""The page of facts: cards, of which one is open."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organizations.access import OrganizationRequest, organization_view
from organizations.facts.answers import Answer, Answers, digest_of
from organizations.facts.cards import ASKS, build_cards, form_for, next_open
from organizations.facts.forms import AnswerForm
from organizations.facts.models import Topic
from organizations.facts.row_forms import QuestionsForm, RowsForm
from organizations.facts.selectors import Progress, read_answers
from organizations.facts.services import FactConflictError, save_answer
from organizations.facts.speaker import speaker_of
from organizations.facts.text import say_answer
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def show(request: OrganizationRequest) -> HttpResponse:
    """The cards, folded; those who may answer are led to the first one without an answer."""
    answers = read_answers(request.organization)
    topic = next_open(answers) if request.membership.may(Permission.ASSISTANT_EDIT) else None
    if topic is not None:
        return redirect(_address_of(request, topic))
    return _page(request, answers, topic=None, form=None)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.ASSISTANT_EDIT)
def edit(request: OrganizationRequest, topic: str) -> HttpResponse:
    """One card open, and what its form sends: an answer, a wish for another row, or that it does not apply."""
    if topic not in Topic.values:
        raise Http404
    chosen, answers = Topic(topic), read_answers(request.organization)
    if request.method != "POST":
        form = form_for(chosen, answers, request.organization)
        return _page(request, answers, topic=chosen, form=form)
    form = ASKS[chosen].form(request.POST, organization=request.organization)
    if (initial := _rearranged(request, form)) is not None:
        form = type(form)(organization=request.organization, initial=initial)
        return _page(request, answers, topic=chosen, form=form)
    if "skip" in request.POST:
        return _save(request, chosen, Answer(applies=False), form)
    if not form.is_valid():
        return _page(request, answers, topic=chosen, form=form, status=422)
    return _save(request, chosen, form.answer, form)


def _rearranged(request: OrganizationRequest, form: AnswerForm) -> dict[str, Any] | None:
    """What was typed with another row, or with a row moved up; None where the form is to be saved."""
    if isinstance(form, RowsForm) and "more" in request.POST:
        return form.grown()
    if isinstance(form, QuestionsForm) and "up" in request.POST:
        return form.moved_up(request.POST["up"])
    return None


def _save(request: OrganizationRequest, topic: Topic, answer: Answer, form: AnswerForm) -> HttpResponse:
    """Save, and open the next card; 409 where that would undo another save, with what was typed in the form."""
    try:
        save_answer(actor=request.membership, topic=topic, answer=answer, seen=request.POST.get("seen", ""))
    except FactConflictError as conflict:
        typed = {**form.typed(), "seen": digest_of(conflict.saved)}
        again = type(form)(organization=request.organization, initial=typed)
        return _page(
            request, topic=topic, form=again, conflict=_described(request, topic, conflict), status=409
        )
    messages.success(request, _("It is saved."))
    following = next_open(read_answers(request.organization))
    if following is not None:
        return redirect(_address_of(request, following))
    # With a fragment: the browser would keep that of the form.
    return redirect(f"{reverse('organizations:facts', args=[request.organization.slug])}#{topic}")


def _address_of(request: OrganizationRequest, topic: Topic) -> str:
    """A card's own page, where it is open: the address that its form is sent to, so that expired input comes back."""
    return f"{reverse('organizations:fact', args=[request.organization.slug, topic])}#{topic}"


def _described(request: OrganizationRequest, topic: Topic, conflict: FactConflictError) -> dict[str, Any]:
    """Who saved the card meanwhile, when, and what."""
    fact, saved = conflict.fact, conflict.saved
    by = fact.changed_by if fact else None
    said = saved and say_answer(topic, saved, request.organization, request.LANGUAGE_CODE)
    return {
        "is_own": by == request.user,
        "by": by.display_name if by else "",
        "at": fact and fact.changed_at,
        "said": said,
        "asked": saved.questions if saved else (),
    }


def _page(
    request: OrganizationRequest,
    answers: Answers | None = None,
    *,
    topic: Topic | None,
    form: AnswerForm | None,
    conflict: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    answers = read_answers(request.organization) if answers is None else answers
    speaker = speaker_of(request.organization)
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "name": speaker.name,
        "cards": build_cards(
            answers, request.organization, examples=speaker.examples, topic=topic, form=form
        ),
        "progress": Progress(len(answers)),
        "conflict": conflict,
    }
    return render(request, "organizations/facts.html", context, status=status)
