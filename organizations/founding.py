"""Making an organisation."""

import secrets
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.text import slugify

from accounts.models import User
from core.audit.services import record_event
from organizations.models import Membership, Organization
from organizations.permissions import Role

if TYPE_CHECKING:
    from organizations.forms import OrganizationForm

RESERVED = {"new", "admin", "api", "static", "settings"}


@transaction.atomic
def found_organization(form: "OrganizationForm", *, founder: User, request: HttpRequest) -> Membership:
    """A new organisation with `founder` as its OWNER; the one they have already where two clicks came at once."""
    User.objects.select_for_update().get(pk=founder.pk)
    if existing := Membership.objects.of(founder).first():
        return existing
    organization: Organization = form.save(commit=False)
    _save_under_free_slug(organization)
    membership = Membership.objects.create(organization=organization, user=founder, role=Role.OWNER)
    record_event(
        "organizations.founded",
        request=request,
        actor=founder,
        subject=organization,
        organization_id=organization.id,
    )
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
