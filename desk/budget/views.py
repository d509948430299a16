"""The page of the budget: what the month has cost, its limits, and callers above the cap."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calls.statistics.services import ensure_counted
from desk.budget.forms import BudgetForm
from desk.budget.selectors import Spending, read_busy_callers, read_cap, read_month
from desk.budget.services import save_budget
from desk.budget.words import SpendingRow, notices_of
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def show(request: OrganizationRequest) -> HttpResponse:
    """Show the month's figures to all members; who may set the limits gets the form."""
    ensure_counted(request.organization.pk)
    spending, cap = read_month(request.organization), read_cap(request.organization)
    return _page(request, BudgetForm(spending=spending, cap=cap), spending, cap)


@require_POST
@organization_view(Permission.BUDGET_MANAGE)
def save(request: OrganizationRequest) -> HttpResponse:
    """Save the limits and the cap; wrong input is shown again."""
    spending, cap = read_month(request.organization), read_cap(request.organization)
    form = BudgetForm(request.POST, spending=spending, cap=cap)
    if not form.is_valid():
        return _page(request, form, spending, cap)
    save_budget(actor=request.membership, limits=form.limits, cap=form.cleaned_data["cap"])
    messages.success(request, _("The budget is saved."))
    return redirect("budget:page", request.organization.slug)


def _page(
    request: OrganizationRequest, form: BudgetForm, spending: list[Spending], cap: int | None
) -> HttpResponse:
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "form": form,
        "rows": [SpendingRow(each) for each in spending],
        "budget_notices": notices_of(spending),
        "month": spending[0].month,
        "cap": cap,
        "busy_callers": read_busy_callers(request.organization, cap) if cap else [],
    }
    return render(request, "desk/budget.html", context, status=422 if form.errors else 200)
