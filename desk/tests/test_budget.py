"""The budget: figures are plain sums, levels are mailed once a month, and only owners and administrators set limits."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.tests.helpers import text_of
from calls.contacts.models import Contact
from calls.models import CostPart
from calls.statistics.services import rebuild
from calls.tests.factories import CallFactory, CostPartFactory
from core.models import AuditEvent
from core.queue.schedule import tick
from desk.budget.alerts import check_budget, check_budgets, send_budget_warning
from desk.budget.forms import BudgetForm
from desk.budget.models import Budget, BudgetWarning, CallerCap
from desk.budget.selectors import read_month, read_spending
from desk.tests.factories import ask
from organizations.models import Membership

pytestmark = pytest.mark.django_db

PAGE = "/en/o/bakery/budget"
MID_MONTH = datetime(2026, 11, 16, 11, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MID_MONTH, tick=False) as traveller:
        yield traveller


def spend(organization: Any, amount: str, currency: str = "USD", at: Any = None, **call: Any) -> None:
    made = CallFactory(organization=organization, created_at=at or timezone.now(), **call)
    provider = "vapi" if currency == "USD" else "twilio"
    CostPartFactory(call=made, amount=Decimal(amount), currency=currency, provider=provider)
    rebuild(organization.pk)


def limit(organization: Any, amount: str, currency: str = "USD") -> Budget:
    return Budget.objects.create(organization=organization, currency=currency, monthly_limit=Decimal(amount))


def check(run_tasks: Any, *times: Any) -> None:
    for _time in times or (1,):
        check_budgets.enqueue()
        run_tasks()


# Figures.


def test_figures_equal_a_plain_sum_over_the_months_calls(bakery, clock):
    zone_start = datetime(2026, 10, 31, 23, tzinfo=UTC)  # midnight of 1 November in Paris
    spend(bakery, "1.25", started_at=zone_start, ended_at=zone_start, seconds=90, at=zone_start)
    spend(bakery, "0.755", started_at=MID_MONTH, ended_at=MID_MONTH, seconds=30)
    spend(bakery, "0.4", "EUR", started_at=None, ended_at=MID_MONTH, seconds=0)
    spend(bakery, "7", at=zone_start - timedelta(seconds=1))  # October
    spend(bakery, "9", "ILS", at=zone_start - timedelta(days=3))
    spend(bakery, "5", is_test=True)
    limit(bakery, "4")
    found = {each.currency: each for each in read_month(bakery)}
    plain = CostPart.objects.filter(call__created_at__gte=zone_start, call__is_test=False)
    for currency in ("USD", "EUR"):
        parts = plain.filter(currency=currency)
        assert found[currency].spent == sum((part.amount for part in parts), Decimal())
    assert (found["ILS"].spent, found["ILS"].limit) == (
        Decimal(),
        None,
    )  # billed last month, so it can be limited
    dollars = found["USD"]
    assert (dollars.limit, dollars.percent, dollars.levels) == (Decimal(4), 50, [50])
    assert dollars.a_call == Decimal("2.005") / 3
    assert dollars.a_minute == Decimal("2.005") / 2
    assert dollars.forecast == dollars.spent * Decimal(30 * 24) / Decimal(15 * 24 + 12)
    assert [(each.spent, each.level) for each in read_spending(bakery)] == [(Decimal("2.005"), 50)]


@pytest.mark.parametrize(
    ("zone", "month"), [("Pacific/Kiritimati", 11), ("Asia/Jerusalem", 11), ("America/Los_Angeles", 10)]
)
def test_month_is_that_of_the_organisations_clock(bakery, zone, month):
    bakery.timezone = zone
    bakery.save()
    limit(bakery, "10")
    with time_machine.travel(datetime(2026, 11, 1, 2, tzinfo=UTC), tick=False):
        spend(bakery, "3", at=datetime(2026, 10, 20, tzinfo=UTC))
        spend(bakery, "1")
        (found,) = read_spending(bakery)
    assert found.month.first.month == month
    assert found.spent == (1 if month == 11 else 4)
    assert (found.forecast is None) is (month == 11)  # not before the third day


def test_forecast_counts_real_hours_where_the_clock_changes(bakery):
    limit(bakery, "10")
    with time_machine.travel(datetime(2026, 10, 31, 23, tzinfo=UTC) - timedelta(seconds=1), tick=False):
        spend(bakery, "31")
        (found,) = read_spending(bakery)
    assert round(found.forecast or 0, 2) == 31  # 745 hours, all but a second of which have passed


# Warnings.


def test_each_level_is_mailed_once_a_month_to_those_who_may_change_it(
    bakery, owner, admin, member, viewer, run_tasks, mailoutbox, clock
):
    owner.locale = "he"
    owner.save()
    limit(bakery, "10")
    spend(bakery, "4.99")
    check(run_tasks)
    assert not mailoutbox
    spend(bakery, "0.01")
    check(run_tasks, 1, 2)
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted([owner.email, admin.email])
    hebrew, french = sorted(mailoutbox, key=lambda mail: mail.to != [owner.email])
    assert "50 % du budget" in french.subject
    assert 'dir="rtl"' in hebrew.alternatives[0][0]
    assert "/he/o/bakery/budget" in hebrew.body
    spend(bakery, "6")  # past 80 and 100 at once: only the highest is mailed
    check(run_tasks, 1, 2)
    assert len(mailoutbox) == 4
    assert "épuisé" in {mail.to[0]: mail.subject for mail in mailoutbox[2:]}[admin.email]
    assert sorted(BudgetWarning.objects.values_list("level", flat=True)) == [50, 80, 100]
    Budget.objects.all().delete()
    limit(bakery, "10")
    check(run_tasks)
    assert len(mailoutbox) == 4
    clock.move_to(MID_MONTH + timedelta(days=30))
    spend(bakery, "6")
    check(run_tasks)
    assert len(mailoutbox) == 6


@pytest.mark.parametrize("end", ["demoted", "removed", "inactive", "bounced", "raised", "month", "gone"])
def test_what_ends_before_the_mail_goes_out_is_not_mailed(bakery, owner, run_tasks, mailoutbox, clock, end):
    budget = limit(bakery, "10")
    spend(bakery, "9")
    check_budget.func(str(bakery.id))
    membership = Membership.objects.get(user=owner)
    if end == "demoted":
        Membership.objects.filter(pk=membership.pk).update(role="member")
    elif end == "removed":
        membership.delete()
    elif end in {"inactive", "bounced"}:
        owner.is_active, owner.mail_trouble = end != "inactive", "bounced" if end == "bounced" else ""
        owner.save()
    elif end == "raised":
        Budget.objects.update(monthly_limit=100)
    elif end == "month":
        clock.move_to(MID_MONTH + timedelta(days=30))
    else:
        budget.delete()
    run_tasks()
    assert not mailoutbox
    assert BudgetWarning.objects.filter(level=80).exists()


def test_a_second_copy_has_the_same_message_id(bakery, owner, run_tasks, mailoutbox, clock):
    limit(bakery, "10")
    spend(bakery, "9")
    check(run_tasks)
    warning = BudgetWarning.objects.get(level=80)
    send_budget_warning.enqueue(str(warning.id), str(Membership.objects.get(user=owner).id))
    run_tasks()
    assert len(mailoutbox) == 2
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 1


def test_schedule_holds_the_checks_and_the_summaries(db):
    started = tick()
    assert {"desk.budget.alerts.check_budgets", "desk.notices.schedule.queue_digests"} <= set(started)


# The page.


def test_limits_and_cap_are_saved_and_audited(as_user, admin, bakery, clock):
    spend(bakery, "1", "EUR")
    client = as_user(admin)
    given = {"limit_USD": "1 250,50", "limit_EUR": "", "cap": "3"}
    answer = client.post(f"{PAGE}/limits", given, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert list(Budget.objects.values_list("currency", "monthly_limit")) == [("USD", Decimal("1250.50"))]
    assert CallerCap.objects.get().calls == 3
    client.post(f"{PAGE}/limits", given)
    client.post(f"{PAGE}/limits", {"limit_EUR": "20"})
    actions = AuditEvent.objects.filter(action__startswith="desk.").values_list("action", flat=True)
    assert sorted(actions) == [
        "desk.budget_removed", "desk.budget_set", "desk.budget_set", "desk.cap_removed", "desk.cap_set",
    ]  # fmt: skip
    assert "1250.50" in text_of(client.get("/en/o/bakery/audit"))
    assert list(Budget.objects.values_list("currency", flat=True)) == ["EUR"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limit_USD": "0"}, "limit_USD"),
        ({"limit_USD": "-5"}, "limit_USD"),
        ({"limit_USD": "NaN"}, "limit_USD"),
        ({"limit_USD": "1e9"}, "limit_USD"),
        ({"limit_USD": "1,5,5"}, "limit_USD"),
        ({"limit_USD": "1.005"}, "limit_USD"),
        ({"limit_USD": "99999999"}, "limit_USD"),
        ({"limit_USD": "ten"}, "limit_USD"),
        ({"cap": "0"}, "cap"),
        ({"cap": "1000"}, "cap"),
        ({"cap": "2.5"}, "cap"),
    ],
)
def test_wrong_input_is_refused_in_words_and_shown_again(as_user, owner, bakery, given, field):
    answer = as_user(owner).post(f"{PAGE}/limits", given)
    assert answer.status_code == 422
    page = text_of(answer)
    assert f'id="id_{field}_error"' in page
    assert f'value="{given[field]}"' in page
    assert not Budget.objects.exists()
    assert not CallerCap.objects.exists()


def test_amounts_have_either_decimal_mark(bakery):
    for typed, amount in (("12,5", "12.5"), ("12.5", "12.5"), ("1\u202f000", "1000"), ("", None)):
        form = BudgetForm({"limit_USD": typed}, spending=read_month(bakery), cap=None)
        assert form.is_valid(), form.errors
        assert form.limits == {"USD": amount and Decimal(amount)}


def test_members_read_and_do_not_change(as_user, member, viewer, bakery):
    for person in (member, viewer):
        client = as_user(person)
        page = text_of(client.get(PAGE))
        assert "This month so far" in page
        assert "limit_USD" not in page
        assert client.post(f"{PAGE}/limits", {"limit_USD": "5"}).status_code == 403
    assert not Budget.objects.exists()


def test_half_used_budget_is_noticed_on_the_dashboard_and_the_page(as_user, viewer, bakery, clock):
    limit(bakery, "10")
    spend(bakery, "4")
    client = as_user(viewer)
    for path in ("/en/o/bakery", PAGE):
        assert "of the budget is used" not in text_of(client.get(path))
    spend(bakery, "4")
    for path in ("/en/o/bakery", PAGE):
        page = text_of(client.get(path))
        assert "This month, 80% of the budget is used" in page
        assert "\u2066$8.00\u2069 of \u2066$10.00\u2069" in page
    assert PAGE in text_of(client.get("/en/o/bakery"))


def test_numbers_above_the_cap_are_listed(as_user, viewer, bakery, outsider, clock):
    CallerCap.objects.create(organization=bakery, calls=2)
    busy, calm = "+33639981111", "+33639982222"
    for number, times in ((busy, 3), (calm, 2), ("", 5)):
        CallFactory.create_batch(times, organization=bakery, customer_number=number, created_at=MID_MONTH)
    CallFactory.create_batch(4, organization=bakery, customer_number=calm, created_at=MID_MONTH, is_test=True)
    CallFactory.create_batch(
        4, organization=bakery, customer_number=calm, created_at=MID_MONTH, kind="outbound"
    )
    CallFactory.create_batch(
        4, organization=bakery, customer_number=calm, created_at=MID_MONTH - timedelta(days=1)
    )
    CallFactory.create_batch(
        4, organization=outsider.memberships.get().organization, customer_number=calm, created_at=MID_MONTH
    )
    Contact.objects.create(organization=bakery, number=busy, name="Nadia Benali")
    answer = as_user(viewer).get(PAGE)
    (caller,) = answer.context["busy_callers"]
    assert (caller.number, caller.calls, caller.name) == (busy, 3, "Nadia Benali")
    link = reverse("contacts:detail", args=["bakery", caller.key])
    assert link in text_of(answer)
    assert as_user(viewer).get(link).status_code == 200


# The desk's card on the dashboard.


def test_dashboard_shows_the_three_most_urgent_requests(as_user, viewer, bakery):
    for number in range(4):
        ask(bakery, f"+3363998123{number}", minutes_ago=60 - number, subject=f"Request {number}")
    ask(bakery, "+33639981239", urgency="urgent", subject="<b>Fire</b>")
    Contact.objects.create(organization=bakery, number="+33639981239", name="Karim")
    answer = as_user(viewer).get("/en/o/bakery")
    page = text_of(answer)
    waiting = answer.context["waiting"]
    assert [row.item.subject for row in waiting.rows] == ["<b>Fire</b>", "Request 0", "Request 1"]
    assert (waiting.count, waiting.rows[0].name) == (5, "Karim")
    assert "&lt;b&gt;Fire" in page
    assert reverse("desk:item", args=["bakery", waiting.rows[0].item.id]) in page
