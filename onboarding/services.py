"""Changes to the progress of a set-up, and the trade chosen in it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assistants.catalog.presets import Persona
from core.audit.services import record_event
from onboarding.models import StepDone
from onboarding.steps import BY_KEY, open_steps
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership, Organization
from organizations.permissions import Permission


def mark_done(organization: Organization, key: str) -> None:
    """Mark a step as done; repeating it changes nothing."""
    StepDone.objects.get_or_create(organization=organization, step=key)


@transaction.atomic
def finish_welcome(*, actor: Membership, trade: str, person: str = "") -> None:
    """Keep the trade chosen at the welcome, and the name of the actor's user where none was known.

    Raises Http404 where the actor's membership has ended, PermissionDenied where its role lacks the permission.
    """
    membership = lock_membership(actor, Permission.CONNECTION_MANAGE)
    kept = {"trade": trade, "skipped": False}
    StepDone.objects.update_or_create(organization=membership.organization, step="welcome", defaults=kept)
    if person and User.objects.filter(pk=membership.user_id, name="").update(name=person):
        record_event("accounts.profile_changed", actor=membership.user, fields=["name"])


def trade_of(organization: Organization) -> str:
    """The trade chosen at the welcome, a `Persona` value; "" where none is known."""
    done = StepDone.objects.for_organization(organization).filter(step="welcome", trade__in=Persona.values)
    return done.values_list("trade", flat=True).first() or ""


def postpone_step(organization: Organization, key: str) -> None:
    """Put a step off. Raises ValueError for a step that the set-up needs."""
    if not BY_KEY[key].may_wait:
        raise ValueError(f"the set-up needs {key}")
    StepDone.objects.get_or_create(organization=organization, step=key, defaults={"skipped": True})


@transaction.atomic
def complete_setup(*, actor: Membership) -> None:
    """Finish the set-up of the actor's organisation, even with steps put off; repeating it changes nothing.

    Raises Http404 where the actor's membership has ended, PermissionDenied where its role lacks the permission.
    """
    actor = lock_membership(actor, Permission.CONNECTION_MANAGE)
    organization = actor.organization
    if organization.is_set_up:
        return
    organization.setup_completed_at = timezone.now()
    organization.save(update_fields=["setup_completed_at"])
    missing = [step.key for step in open_steps(organization)]
    record_by(actor, "onboarding.completed", organization, missing=missing)
