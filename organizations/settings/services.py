"""Changing what an organisation says of itself."""

import secrets
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import LoginToken, User
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Permission, Role

if TYPE_CHECKING:
    from organizations.forms import OrganizationForm


@transaction.atomic
def save_organization(form: "OrganizationForm", *, actor: Membership) -> Organization:
    """Save the actor's organisation, and write which fields changed."""
    organization: Organization = form.save()
    if form.changed_data:
        record_by(actor, "organizations.changed", organization, fields=form.changed_data)
    return organization


RESERVED = {"new", "admin", "api", "static", "settings"}


@transaction.atomic
def found_organization(form: "OrganizationForm", *, founder: User) -> Membership:
    """A new organisation with `founder` as its OWNER; the one they have already where two clicks came at once."""
    User.objects.select_for_update().get(pk=founder.pk)
    if existing := Membership.objects.of(founder).first():
        return existing
    organization: Organization = form.save(commit=False)
    _save_under_free_slug(organization)
    membership = Membership.objects.create(organization=organization, user=founder, role=Role.OWNER)
    record_by(membership, "organizations.founded", organization)
    return membership


def _save_under_free_slug(organization: Organization) -> None:
    """Save; where somebody else took the same address a moment ago, under another."""
    for last_try in (False, False, True):
        organization.slug = free_slug(organization.name)
        try:
            with transaction.atomic():
                organization.save(force_insert=True)
        except IntegrityError:
            if last_try:
                raise
        else:
            return


def free_slug(name: str) -> str:
    """An address for the name: its Latin letters, or a short random one where it has none (Hebrew), never taken."""
    base = slugify(name)[:48] or f"o-{secrets.token_hex(3)}"
    taken = set(Organization.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED
    return base if base not in taken else f"{base}-{secrets.token_hex(3)}"


# Sent inside the transaction, with `organization`, before anything is gone: rooms above clean up what is theirs.
organization_deleting = Signal()


@transaction.atomic
def delete_organization(*, actor: Membership) -> None:
    """Delete the actor's organisation with everything that hangs from it. The audit stays.

    Raises Http404 where the actor belongs there no more, PermissionDenied where the role no longer allows it.
    """
    member = lock_membership(actor, Permission.ORGANIZATION_DELETE)
    organization = member.organization
    organization_deleting.send(sender=Organization, organization=organization)
    _end_links(organization)
    record_by(member, "organizations.deleted", organization)
    organization.delete()


def _end_links(organization: Organization) -> None:
    links = Invitation.objects.open().filter(organization=organization).values("token_id")
    LoginToken.objects.unfinished().filter(id__in=links).update(superseded_at=timezone.now())
