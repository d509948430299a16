"""What must not happen when a person goes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.profile.closure import ClosingRefusedError, account_closing
from organizations.locks import LastOwnerError, lock_organizations, require_another_owner
from organizations.models import Membership
from organizations.permissions import Role


def connect() -> None:
    """Hear of accounts that close; called once, when the apps are ready."""
    account_closing.connect(_refuse_last_owner, dispatch_uid="organizations.signal_handlers")


def _refuse_last_owner(sender: type, user: User, **_kwargs: Any) -> None:
    """Refuse where the person is the last OWNER of anything.

    All their organisations are locked before roles are read: somebody may be making them an OWNER right now.
    """
    places = Membership.objects.filter(user=user)
    locked = lock_organizations(places.values_list("organization_id", flat=True))
    owned = set(places.filter(role=Role.OWNER).values_list("organization_id", flat=True))
    try:
        for organization in locked:
            if organization.id in owned:
                require_another_owner(organization, user)
    except LastOwnerError as last:
        sentence = _(
            "You are the only owner of %(organization)s. "
            "Name another owner, or delete it, before you close your account."
        )
        raise ClosingRefusedError(sentence % {"organization": last.organization.name}) from None
