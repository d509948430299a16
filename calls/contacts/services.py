"""Gives numbers their names."""

from django.db import transaction
from django.utils import timezone

from calls.contacts.models import Contact
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission


@transaction.atomic
def name_number(*, actor: Membership, number: str, name: str) -> Contact | None:
    """Give a number (E.164) a name, or take it off with an empty one; the contact, if there is one now.

    Raises Http404 where the membership has ended, PermissionDenied where the role lacks the right.
    """
    membership = lock_membership(actor, Permission.CONTACT_EDIT)
    organization = membership.organization
    contact = Contact.objects.for_organization(organization).filter(number=number).first()
    if (contact.name if contact else "") == name:
        return contact
    # Neither name nor number: they would outlast the caller's erasure.
    record_by(membership, "calls.contact_named" if name else "calls.contact_unnamed", organization)
    if contact and not name:
        contact.delete()
        return None
    if contact is None:
        return Contact.objects.create(organization=organization, number=number, name=name)
    contact.name, contact.changed_at = name, timezone.now()
    contact.save(update_fields=["name", "changed_at"])
    return contact
