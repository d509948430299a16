"""Where Vapi sends the messages of an account, and the secret by which we recognise them.

Only the hash is compared. The secret itself is kept encrypted, since each assistant has to be sent it.
"""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.http import Http404

from connections.selectors import site_is_public
from connections.vapi.model import VapiConnection
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership, Organization
from organizations.permissions import Permission

PATH = "/webhooks/vapi"  # `calls.inbox.urls`
SECRET_HEADER = "X-Vapi-Secret"  # noqa: S105 - a header's name
TIMEOUT = 20  # seconds that Vapi waits for our answer
# Without a plan Vapi does not retry. What a retry cannot mend: no JSON, an unknown secret, too large a message.
BACKOFF: dict[str, Any] = {
    "type": "exponential",
    "maxRetries": 5,
    "baseDelaySeconds": 1,
    "excludedStatusCodes": [400, 401, 413],
}
# Omitted, Vapi sends eleven kinds. These two tell of a call's start, progress, end, transcript and cost.
MESSAGES = ["status-update", "end-of-call-report"]

# Each message begins with this: to compose it, the ORM takes as long as all of the rest (docs/performance.md).
_FIND = """
    SELECT id, organization_id FROM connections_vapiconnection
    WHERE webhook_secret_hash = %s OR former_webhook_secret_hash = %s
"""

# Sent with `organization` inside the transaction that replaces the secret: each copy has to be sent the new one.
webhook_secret_replaced = Signal()


def webhook_server(connection: VapiConnection) -> dict[str, Any] | None:
    """The `server` of an account's assistants (Vapi's schema Server); None where Vapi cannot reach this installation.

    Creates the secret on first use. Raises ProviderError where the stored one cannot be decrypted.
    """
    if not (connection.is_sandbox or site_is_public()):
        return None
    if not connection.webhook_secret_hash and not _create_secret(connection):
        return None
    return {
        "url": f"{settings.SITE_URL}{PATH}",
        "headers": {SECRET_HEADER: connection.readable_webhook_secret},
        "timeoutSeconds": TIMEOUT,
        "backoffPlan": BACKOFF,
    }


def find_connection(secret: str) -> VapiConnection | None:
    """The account whose messages carry this secret, or its former one while some assistants may still send it."""
    digest = _digest(secret)
    return next(iter(VapiConnection.objects.raw(_FIND, [digest, digest])), None)


@transaction.atomic
def replace_webhook_secret(*, actor: Membership) -> None:
    """Replace the secret. The former one is accepted until every assistant has the new one, or the next replacement.

    Raises Http404 where there is no connection to Vapi or the membership is lost, PermissionDenied where the role is
    too weak.
    """
    membership = lock_membership(actor, Permission.CONNECTION_MANAGE)
    organization = membership.organization
    connection = VapiConnection.objects.for_organization(organization).select_for_update().first()
    if connection is None:
        raise Http404
    _set_secret(connection)
    record_by(membership, "connections.webhook_secret_replaced", connection)
    webhook_secret_replaced.send(sender=VapiConnection, organization=organization)


def retire_former_secret(organization: Organization) -> None:
    """Refuse the former secret from now on."""
    known = VapiConnection.objects.for_organization(organization).exclude(former_webhook_secret_hash="")
    known.update(former_webhook_secret_hash="")


@transaction.atomic
def _create_secret(connection: VapiConnection) -> bool:
    """Create the first secret; of two tasks that come together, both get the same one. False where the row is gone."""
    locked = VapiConnection.objects.select_for_update().filter(pk=connection.pk).first()
    if locked is None:
        return False
    if not locked.webhook_secret_hash:
        _set_secret(locked)
    connection.webhook_secret = locked.readable_webhook_secret
    connection.webhook_secret_hash = locked.webhook_secret_hash
    return True


def _set_secret(connection: VapiConnection) -> None:
    secret = secrets.token_urlsafe(32)
    connection.former_webhook_secret_hash = connection.webhook_secret_hash
    connection.webhook_secret, connection.webhook_secret_hash = secret, _digest(secret)
    connection.save(update_fields=["webhook_secret", "webhook_secret_hash", "former_webhook_secret_hash"])


def _digest(secret: str) -> str:
    """A plain hash: the secret is 256 random bits, which cannot be guessed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
