"""Alerts about failing connections: to members who may repair them, once an outage, not for short failures."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override

from accounts.models import User
from connections.enums import NumberState
from connections.health import checks
from connections.health.checks import check_connections
from connections.models import TwilioConnection, VapiConnection
from connections.problems import Problem, explain
from connections.tests.wire import html, owned_number, refusal, slow, told, unreachable
from organizations.models import Membership
from organizations.permissions import Role
from sandbox.trouble.switches import switch_off, switch_on

pytestmark = pytest.mark.django_db

PASSING = {"down": unreachable, "slow": slow, "429": refusal(429), "500": refusal(500), "html": html}
LASTING = {"401": refusal(401), "402": refusal(402), "403": refusal(403)}
QUARTER = timedelta(minutes=15)


@pytest.fixture
def check(run_tasks) -> Callable[..., None]:
    """Run the scheduled check `times` times, `apart` from one another, with all tasks that follow."""
    start, rounds = timezone.now(), iter(range(1000))

    def check(times: int = 1, *, apart: timedelta = QUARTER) -> None:
        for _ in range(times):
            with time_machine.travel(start + next(rounds) * apart, tick=False):
                check_connections.enqueue()
                run_tasks(failures=True)

    return check


def readers(mails) -> list[str]:
    return sorted(mail.to[0] for mail in mails)


@pytest.mark.parametrize("kind", LASTING)
def test_refusal_is_mailed_at_once_to_members_who_may_repair(
    owner, admin, member, viewer, outsider, wire, vapi, check, mailoutbox, kind
):
    wire.broken = LASTING[kind]
    check()
    assert readers(mailoutbox) == [admin.email, owner.email]


def test_outage_is_mailed_once(owner, wire, vapi, check, mailoutbox):
    wire.broken = refusal(401)
    check(12)
    assert len(mailoutbox) == 1


def test_next_outage_is_mailed_again(owner, wire, vapi, check, mailoutbox):
    for broken in (refusal(401), None, refusal(401)):
        wire.broken = broken
        check(2)
    assert len(mailoutbox) == 2


def test_another_cause_of_the_same_outage_is_not_mailed_again(owner, wire, vapi, check, mailoutbox):
    for broken in (refusal(401), unreachable, refusal(402)):
        wire.broken = broken
        check()
    assert len(mailoutbox) == 1


@pytest.mark.variants
@pytest.mark.parametrize("kind", PASSING)
def test_passing_problem_is_mailed_only_when_it_lasts(owner, wire, vapi, check, mailoutbox, kind):
    wire.broken = PASSING[kind]
    check(5)  # an hour after the first, but three quarters after it counted as failing
    assert mailoutbox == []
    check(8)
    assert len(mailoutbox) == 1
    assert "status.vapi.ai" in mailoutbox[0].body


def test_manual_checks_do_not_shorten_the_hour(as_user, owner, wire, vapi, run_tasks, mailoutbox):
    wire.broken = unreachable
    client = as_user(owner)
    for _ in range(10):
        client.post("/fr/o/bakery/connections/vapi/check")
    run_tasks()
    assert mailoutbox == []


def test_checks_far_apart_are_no_lasting_outage(owner, wire, vapi, check, mailoutbox):
    """The worker was down, not the provider."""
    wire.broken = unreachable
    check(3, apart=timedelta(hours=5))
    assert mailoutbox == []


def test_refusal_after_a_passing_problem_is_mailed_at_once(owner, wire, vapi, check, mailoutbox):
    wire.broken = unreachable
    check(2)
    wire.broken = refusal(401)
    check()
    assert len(mailoutbox) == 1


def test_unreadable_key_is_mailed_only_when_it_lasts(owner, wire, vapi, check, mailoutbox, settings):
    """An operator who restores the key within the hour causes no alert."""
    settings.FIELD_ENCRYPTION_KEYS = ["YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="]
    check(4)
    assert mailoutbox == []
    check(4)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("owned", "problem"),
    [([], Problem.NUMBER_NOT_OWNED), ([owned_number("+33939035501", voice=False)], Problem.NUMBER_NO_VOICE)],
    ids=["sold", "silent"],
)
def test_unusable_number_is_mailed(owner, wire, twilio, check, mailoutbox, owned, problem):
    wire.owned = owned
    check()
    (mail,) = mailoutbox
    assert "Twilio" in mail.subject
    with override(owner.locale):
        assert explain(problem, "twilio").what in mail.body


def test_suspended_account_is_mailed(owner, wire, twilio, check, mailoutbox):
    wire.account["status"] = "suspended"
    check()
    assert len(mailoutbox) == 1


# The mail


@pytest.mark.variants
@pytest.mark.parametrize("locale", ["fr", "en", "he"])
@pytest.mark.parametrize("broken", [refusal(401), unreachable], ids=["refused", "away"])
def test_mail_has_the_problem_and_remedy_in_the_recipients_language(
    owner, bakery, wire, vapi, check, mailoutbox, locale, broken
):
    User.objects.filter(pk=owner.pk).update(locale=locale)
    bakery.name = "<b>Martin & fils"
    bakery.save()
    wire.broken = broken
    check(9)
    (mail,) = mailoutbox
    page, problem = mail.alternatives[0][0], VapiConnection.objects.get().problem
    with override(locale):
        explanation = explain(problem, "vapi")
    assert "<b>Martin & fils" in mail.subject
    assert "<b>Martin & fils" in mail.body
    assert "<b>Martin" not in page
    assert explanation.what in mail.body
    assert escape(explanation.what) in page
    remedy = explanation.remedy if problem == Problem.VAPI_KEY else "status.vapi.ai"
    assert remedy in mail.body
    assert escape(remedy) in page
    link = f"/{locale}/o/bakery/connections"
    assert link in mail.body
    assert f'{link}"' in page
    assert f'lang="{locale}"' in page
    assert ('dir="rtl"' in page) == (locale == "he")


def test_subjects_differ_by_language(owner, admin, member, wire, vapi, check, mailoutbox):
    Membership.objects.filter(user=member).update(role=Role.ADMIN)
    for user, locale in ((owner, "fr"), (admin, "en"), (member, "he")):
        User.objects.filter(pk=user.pk).update(locale=locale)
    wire.broken = refusal(401)
    check()
    assert len({mail.subject for mail in mailoutbox}) == 3


def test_link_leads_to_the_connections_page(as_user, owner, wire, vapi, check, mailoutbox):
    wire.broken = refusal(401)
    check()
    (link,) = [line for line in str(mailoutbox[0].body).splitlines() if line.startswith("http")]
    path = link.partition("//")[2].partition("/")[2]
    page = as_user(owner).get(f"/{path}")
    assert page.status_code == 200
    assert told(Problem.VAPI_KEY, "vapi") in page.content.decode()
    assert Client().get(f"/{path}").status_code == 302


def test_secret_is_in_no_mail(owner, wire, vapi, twilio, check, mailoutbox):
    wire.broken = refusal(401, message=vapi.private_key)
    check()
    assert len(mailoutbox) == 2
    for mail in mailoutbox:
        for part in (mail.subject, str(mail.body), str(mail.alternatives[0][0])):
            assert vapi.private_key not in part
            assert twilio.auth_token not in part


# Between the check and the mail


def fail(vapi, wire) -> None:
    wire.broken = refusal(401)
    checks.check(vapi)


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda membership: membership.delete(),
        lambda membership: Membership.objects.filter(pk=membership.pk).update(role=Role.MEMBER),
        lambda membership: User.objects.filter(pk=membership.user_id).update(is_active=False),
    ],
    ids=["removed", "demoted", "deactivated"],
)
def test_member_who_may_no_longer_repair_gets_no_mail(
    owner, admin, wire, vapi, run_tasks, mailoutbox, meanwhile
):
    fail(vapi, wire)
    meanwhile(admin.memberships.get())
    run_tasks()
    assert readers(mailoutbox) == [owner.email]


def test_outage_that_is_over_is_not_mailed(owner, wire, vapi, run_tasks, mailoutbox):
    fail(vapi, wire)
    wire.broken = None
    checks.check(vapi)
    run_tasks()
    assert mailoutbox == []


def test_late_task_does_not_mail_the_next_outage(owner, wire, vapi, run_tasks, mailoutbox):
    fail(vapi, wire)
    wire.broken = None
    checks.check(vapi)
    fail(vapi, wire)
    run_tasks()
    assert len(mailoutbox) == 1


def test_deleted_connection_is_not_mailed(owner, wire, vapi, run_tasks, mailoutbox):
    fail(vapi, wire)
    vapi.delete()
    run_tasks()
    assert mailoutbox == []


# The number


@pytest.fixture
def served(twilio) -> TwilioConnection:
    """A number that Vapi answers."""
    TwilioConnection.objects.update(number_state=NumberState.IN_STEP, vapi_number_id="number-1")
    return TwilioConnection.objects.get()


@pytest.mark.variants
@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_number_lost_at_vapi_is_mailed_once(
    owner, admin, member, wire, vapi, served, check, mailoutbox, locale
):
    User.objects.update(locale=locale)
    check(3)
    assert readers(mailoutbox) == [admin.email, owner.email]
    for mail in mailoutbox:
        assert "+33 9 39 03 55 01" in mail.body
        assert f"/{locale}/o/bakery/connections" in mail.body
        assert f'lang="{locale}"' in mail.alternatives[0][0]


def test_number_imported_again_is_not_mailed(owner, wire, vapi, served, run_tasks, mailoutbox):
    checks.check(vapi)
    twilio = TwilioConnection.objects.get()
    twilio.await_import()
    twilio.save()
    run_tasks()
    assert mailoutbox == []


# The sandbox


def test_outage_of_the_sandbox_is_mailed(as_user, owner, bakery, sandbox, check, mailoutbox, settings):
    key = {"region": "sandbox", "private_key": settings.SANDBOX_VAPI_KEY}
    assert as_user(owner).post("/fr/o/bakery/connections/vapi", key).status_code == 302
    switch_on("vapi", "401")
    check(2)
    (mail,) = mailoutbox
    with override(owner.locale):
        assert explain(Problem.VAPI_KEY, "vapi").what in mail.body
    assert "mode d’essai" in mail.body
    switch_off("vapi")
    check()
    assert VapiConnection.objects.get().state == "ok"


def test_outage_that_a_fast_clock_dated_is_mailed_as_soon_as_usual(owner, wire, vapi, mailoutbox, run_tasks):
    wire.broken = unreachable
    start = timezone.now()
    fast = [start + timedelta(hours=2), start + timedelta(hours=2, minutes=15)]
    for moment in [*fast, *(start + timedelta(minutes=minutes) for minutes in (0, 15, 30, 45, 60))]:
        assert mailoutbox == []
        with time_machine.travel(moment, tick=False):
            check_connections.enqueue()
            run_tasks(failures=True)
    assert len(mailoutbox) == 1
