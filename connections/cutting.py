"""Taking an account back."""

from django.db import transaction
from django.dispatch import Signal
from django.http import Http404, HttpRequest

from connections import numbers
from connections.access import connections_of, forget_connections
from connections.acting import lock_as_manager
from connections.models import MODELS
from connections.problems import Provider
from core.audit.services import record_event
from organizations.models import Membership, Organization
from organizations.settings.services import organization_deleting

# Sent inside the transaction with `organization` and `provider`, while the connection is still there.
connection_cut = Signal()


def disconnect(*, actor: Membership, provider: str, request: HttpRequest | None) -> None:
    """Delete the credentials of one provider; what stands on them stops working.

    Raises Http404 where there are none, or the actor belongs there no more; PermissionDenied for a role too weak.
    """
    organization = actor.organization
    with transaction.atomic():
        member = lock_as_manager(actor)
        forget_connections(organization)
        connection = MODELS[provider].objects.for_organization(organization).first()
        if connection is None:
            raise Http404
        connection_cut.send(sender=type(connection), organization=organization, provider=provider)
        _let_go_of_number(organization, provider)
        record_event(
            f"connections.{provider}_cut",
            request=request,
            actor=member.user,
            subject=connection,
            organization_id=organization.pk,
        )
        connection.delete()
    forget_connections(organization)


def _let_go_of_number(organization: Organization, provider: str) -> None:
    connections = connections_of(organization)
    if connections.twilio is None or connections.vapi is None:
        return
    if provider == Provider.TWILIO:
        numbers.let_go(connections.twilio)
        return
    numbers.let_go_after_commit(connections.vapi, connections.twilio)
    connections.twilio.vapi_number_id = ""
    connections.twilio.await_import()
    connections.twilio.save(update_fields=["vapi_number_id", "number_state", "number_problem", "revision"])


def connect() -> None:
    """Hear of organisations that end; called once, when the apps are ready."""
    organization_deleting.connect(_leave_vapi, dispatch_uid="connections.cutting")


def _leave_vapi(sender: type, organization: Organization, **_: object) -> None:
    """The rows go with the organisation; the number must be taken from Vapi while its key is known."""
    vapi, twilio = connections_of(organization).vapi, connections_of(organization).twilio
    if vapi is not None and twilio is not None:
        numbers.let_go_after_commit(vapi, twilio)
