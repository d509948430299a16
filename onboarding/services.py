"""The end of the set-up."""

from django.db import transaction
from django.utils import timezone

from onboarding.steps import open_steps
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission


@transaction.atomic
def complete_setup(*, actor: Membership) -> None:
    """Close the guided steps of the actor's organisation, whatever was put off. Again changes nothing.

    Raises Http404 or PermissionDenied where the actor may no longer do it.
    """
    member = lock_membership(actor, Permission.CONNECTION_MANAGE)
    organization = member.organization
    if organization.is_set_up:
        return
    organization.setup_completed_at = timezone.now()
    organization.save(update_fields=["setup_completed_at"])
    missing = [step.key for step in open_steps(organization)]
    record_by(member, "onboarding.completed", organization, missing=missing)
