"""Creating, changing and deleting an organisation."""

import secrets
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import LoginToken, User
from core.web.forms import save_changes
from organizations.audit_log.services import record_by
from organizations.facts.services import tell_new_settings
from organizations.locks import lock_membership
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Permission, Role
from organizations.settings.emails import send_organization_deleted

if TYPE_CHECKING:
    from organizations.forms import OrganizationForm


RESERVED_SLUGS = {"new", "admin", "api", "static", "settings"}

# Sent in the transaction with `organization`, before its rows are deleted: apps above clean up.
organization_deleting = Signal()


@transaction.atomic
def save_organization(form: "OrganizationForm", *, actor: Membership) -> Organization:
    """Save the actor's organisation, and write which fields changed.

    Raises Http404 where the actor's membership has ended, PermissionDenied where its role lacks the permission.
    """
    membership = lock_membership(actor, Permission.SETTINGS_MANAGE)
    organization: Organization = save_changes(form)
    if form.changed_data:
        record_by(membership, "organizations.changed", organization, fields=form.changed_data)
        tell_new_settings(organization, form.changed_data)
    return organization


@transaction.atomic
def create_organization(form: "OrganizationForm", *, user: User) -> Membership:
    """Create an organisation with `user` as its owner.

    Returns the membership that the user has already where two requests arrive at once.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if existing := Membership.objects.of(user).first():
        return existing
    organization: Organization = form.save(commit=False)
    _save_under_free_slug(organization)
    membership = Membership.objects.create(organization=organization, user=user, role=Role.OWNER)
    record_by(membership, "organizations.founded", organization)
    return membership


def _save_under_free_slug(organization: Organization) -> None:
    """Save; where another request took the same slug in between, under another."""
    for last_try in (False, False, True):
        organization.slug = _free_slug(organization.name)
        try:
            with transaction.atomic():
                organization.save(force_insert=True)
        except IntegrityError:
            if last_try:
                raise
        else:
            return


def _free_slug(name: str) -> str:
    # Empty for a name without Latin letters, in Hebrew for example.
    base = slugify(name)[:48] or f"o-{secrets.token_hex(3)}"
    taken = (
        set(Organization.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        | RESERVED_SLUGS
    )
    return base if base not in taken else f"{base}-{secrets.token_hex(3)}"


@transaction.atomic
def delete_organization(*, actor: Membership) -> None:
    """Delete the actor's organisation with everything it owns; its audit events stay, and its members are told.

    Raises Http404 where the actor's membership has ended, PermissionDenied where its role lacks the permission.
    """
    actor = lock_membership(actor, Permission.ORGANIZATION_DELETE)
    organization = actor.organization
    organization_deleting.send(sender=Organization, organization=organization)
    _end_links(organization)
    # The event outlives the organisation and names it: the mails need no row that is deleted here.
    event = record_by(actor, "organizations.deleted", organization)
    for membership in Membership.objects.for_organization(organization):
        send_organization_deleted.enqueue(str(event.id), str(membership.user_id))
    organization.delete()


def _end_links(organization: Organization) -> None:
    links = Invitation.objects.open().filter(organization=organization).values("token_id")
    LoginToken.objects.unfinished().filter(id__in=links).update(superseded_at=timezone.now())
