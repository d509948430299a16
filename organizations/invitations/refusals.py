"""The wish of a mailbox to get no more invitations, and the signed link in each invitation that states it.

The link holds only the hash of the mailbox. A signature rather than a LoginToken: the link may be used again, works
without an end, and outlives the invitation and its organisation.
"""

import hashlib

from django.core.signing import BadSignature, Signer

from accounts.addresses import fold_address
from organizations.models import InvitationRefusal

_signer = Signer(salt="organizations.invitation_refusal")


def sign_mailbox(address: str) -> str:
    """The link's token, for a normalised address."""
    return _signer.sign(_hash(address))


def read_signature(signature: str) -> str | None:
    """The hash of the mailbox that a link is about; None for a forged one."""
    try:
        return _signer.unsign(signature[:300])
    except BadSignature:
        return None


def is_refused(address: str) -> bool:
    """Whether no invitation may be mailed to a normalised address."""
    return is_recorded(_hash(address))


def is_recorded(mailbox_hash: str) -> bool:
    """As `is_refused`, by the hash of the mailbox."""
    return InvitationRefusal.objects.filter(pk=mailbox_hash).exists()


def refuse(mailbox_hash: str) -> None:
    """Mail no more invitations there. May be called again."""
    InvitationRefusal.objects.get_or_create(pk=mailbox_hash)


def allow(mailbox_hash: str) -> None:
    """Mail invitations there again."""
    InvitationRefusal.objects.filter(pk=mailbox_hash).delete()


def _hash(address: str) -> str:
    return hashlib.sha256(f"invitations|{fold_address(address)}".encode()).hexdigest()
