"""Refuses to close or deactivate the account of an organisation's last owner, and says so beforehand."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.profile.closure import (
    ClosingRefusedError,
    Obstacle,
    account_closing,
    account_deactivating,
    closing_obstacles,
)
from core.french import elide
from organizations.locks import LastOwnerError, lock_organizations, require_another_owner
from organizations.models import Membership, Organization
from organizations.permissions import Role


def connect() -> None:
    """Subscribe to accounts that end; called by `AppConfig.ready`."""
    account_closing.connect(_refuse_to_close, dispatch_uid="organizations.signal_handlers")
    closing_obstacles.connect(_list_obstacles, dispatch_uid="organizations.signal_handlers")
    account_deactivating.connect(_refuse_to_deactivate, dispatch_uid="organizations.signal_handlers")


def _list_obstacles(sender: type, user: User, **_kwargs: Any) -> list[Obstacle]:
    return [_obstacle(each.organization) for each in Membership.objects.only_owned_by(user)]


def _obstacle(organization: Organization) -> Obstacle:
    sentence = _("You are the only owner of %(organization)s.") % {"organization": organization.name}
    return Obstacle(
        elide(sentence),
        (
            (gettext("Choose another owner"), reverse("organizations:team", args=[organization.slug])),
            (
                gettext("Delete the organisation…"),
                reverse("organizations:settings", args=[organization.slug]) + "#delete",
            ),
        ),
    )


def _refuse_to_close(sender: type, user: User, **_kwargs: Any) -> None:
    sentence = _(
        "You are the only owner of %(organization)s. "
        "Name another owner, or delete it, before you close your account."
    )
    _refuse_last_owner(user, sentence)


def _refuse_to_deactivate(sender: type, user: User, **_kwargs: Any) -> None:
    _refuse_last_owner(
        user, _("%(email)s is the only owner of %(organization)s. Name another owner on its page first.")
    )


def _refuse_last_owner(user: User, sentence: Promise) -> None:
    memberships = Membership.objects.filter(user=user)
    # All organisations, not only the owned ones: another owner may be giving this user the role right now.
    locked = lock_organizations(memberships.values_list("organization_id", flat=True))
    owned = set(memberships.filter(role=Role.OWNER).values_list("organization_id", flat=True))
    try:
        for organization in locked:
            if organization.id in owned:
                require_another_owner(organization, user)
    except LastOwnerError as error:
        names = {"organization": error.organization.name, "email": user.email}
        raise ClosingRefusedError(elide(str(sentence) % names)) from None
