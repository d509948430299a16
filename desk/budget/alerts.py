"""Warns by mail when a month's costs reach a level of the budget: each level once a month."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import override
from django_tasks import task

from calls.statistics.services import ensure_counted
from core.mail.messages import absolute_url, mail_id, send_mail
from core.queue.schedule import periodic
from desk.budget.models import Budget, BudgetWarning
from desk.budget.selectors import Spending, read_spending
from desk.budget.words import describe, headline
from desk.notices.emails import takes_mail
from organizations.models import Membership, Organization
from organizations.permissions import Permission


@periodic(every=timedelta(minutes=15))
@task()
def check_budgets() -> None:
    """Queue a check for each organisation that has a budget."""
    for identity in Budget.objects.order_by().values_list("organization_id", flat=True).distinct():
        check_budget.enqueue(str(identity))


@task()
def check_budget(organization_id: str) -> None:
    """Claim the levels that an organisation's costs have reached, and queue the mails. May run twice."""
    organization = Organization.objects.filter(id=uuid.UUID(organization_id)).first()
    if organization is None:
        return
    ensure_counted(organization.pk)
    for spending in read_spending(organization):
        if spending.level:
            _warn(organization, spending)


@transaction.atomic
def _warn(organization: Organization, spending: Spending) -> None:
    """Of several levels that are reached at once, the highest is mailed."""
    claims = [
        BudgetWarning(
            organization=organization, currency=spending.currency, month=spending.month.first, level=level
        )
        for level in spending.levels
    ]
    # Of two workers, one claims a level: the constraint refuses the other's row.
    BudgetWarning.objects.bulk_create(claims, ignore_conflicts=True)
    if not BudgetWarning.objects.filter(id=claims[-1].id).exists():
        return
    for membership in Membership.objects.for_organization(organization).who_may(Permission.BUDGET_MANAGE):
        send_budget_warning.enqueue(str(claims[-1].id), str(membership.id))


@task()
def send_budget_warning(warning_id: str, membership_id: str) -> None:
    """Mail one member who may change the budget; nothing where the limit was raised or the month is over.

    May run twice: both copies have the same Message-ID.
    """
    warning = BudgetWarning.objects.filter(id=uuid.UUID(warning_id)).select_related("organization").first()
    able = Membership.objects.who_may(Permission.BUDGET_MANAGE).filter(id=uuid.UUID(membership_id))
    membership = able.select_related("user", "organization").first()
    if warning is None or membership is None or not takes_mail(membership):
        return
    spending = _still_spent(warning)
    if spending:
        _send(warning, membership, spending)


def _still_spent(warning: BudgetWarning) -> Spending | None:
    """What the budget of a warning has come to, if it is still beyond the level in the same month."""
    for each in read_spending(warning.organization):
        is_same = each.currency == warning.currency and each.month.first == warning.month
        if is_same and each.level >= warning.level:
            return each
    return None


def _send(warning: BudgetWarning, membership: Membership, spending: Spending) -> None:
    user, organization = membership.user, membership.organization
    with override(user.locale):
        url = absolute_url(reverse("budget:page", args=[organization.slug]))
        words = {"headline": headline(spending), "text": describe(spending)}
    send_mail(
        "budget_warning",
        to=user.email,
        locale=user.locale,
        timezone_name=user.timezone,
        context={"url": url, **words},
        names={"organization": organization.name},
        links={"BUDGET URL": url},
        headers={"Message-ID": mail_id(f"{warning.id.hex}-{membership.id.hex}")},
    )
