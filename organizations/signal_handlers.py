"""Refuses to close the account of an organisation's last owner."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.profile.closure import ClosingRefusedError, account_closing
from organizations.locks import LastOwnerError, lock_organizations, require_another_owner
from organizations.models import Membership
from organizations.permissions import Role


def connect() -> None:
    """Subscribe to closing accounts; called by `AppConfig.ready`."""
    account_closing.connect(_refuse_last_owner, dispatch_uid="organizations.signal_handlers")


def _refuse_last_owner(sender: type, user: User, **_kwargs: Any) -> None:
    memberships = Membership.objects.filter(user=user)
    # All organisations, not only the owned ones: another owner may be giving this user the role right now.
    locked = lock_organizations(memberships.values_list("organization_id", flat=True))
    owned = set(memberships.filter(role=Role.OWNER).values_list("organization_id", flat=True))
    try:
        for organization in locked:
            if organization.id in owned:
                require_another_owner(organization, user)
    except LastOwnerError as error:
        sentence = _(
            "You are the only owner of %(organization)s. "
            "Name another owner, or delete it, before you close your account."
        )
        raise ClosingRefusedError(sentence % {"organization": error.organization.name}) from None
