"""Erases calls here. What stays is a row with their ids: it keeps later news of them from bringing them back."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django_tasks import task

from calls.contacts.models import Contact
from calls.erasure.models import CallerErasure, Erasure
from calls.erasure.selectors import was_erased
from calls.erasure.upstream import erase_at_vapi
from calls.models import Call, WebhookMessage
from calls.recordings.deletion import delete_recordings
from calls.signals import calls_erasing
from calls.statistics.services import counted
from core.queue.schedule import periodic
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership, Organization
from organizations.permissions import Permission

BATCH = 100  # calls of a caller in one transaction
# A batch takes seconds: a caller that waits for longer has lost its task.
TASK_LOST_AFTER = timedelta(minutes=5)


@transaction.atomic
def erase_call(*, actor: Membership, call_id: uuid.UUID) -> None:
    """Erase a call with all that belongs to it, and have Vapi erase it too.

    Raises Http404 where there is no such call, PermissionDenied where the role lacks the right.
    """
    membership = lock_membership(actor, Permission.CALL_ERASE)
    own = Call.objects.for_organization(membership.organization)
    call = own.filter(pk=call_id).locked().first()
    if call is None:
        raise Http404
    zone = ZoneInfo(membership.organization.timezone)
    at = timezone.localtime(call.created_at, zone).strftime("%Y-%m-%d %H:%M")
    _erase([call])
    record_by(membership, "calls.erased", membership.organization, at=at)
    erase_at_vapi.enqueue(str(membership.organization_id))


@transaction.atomic
def erase_caller(*, actor: Membership, number: str) -> int:
    """Erase the name of a number (E.164) now, and its calls until now by tasks; how many calls there are.

    Raises PermissionDenied where the role lacks the right.
    """
    membership = lock_membership(actor, Permission.CALL_ERASE)
    organization = membership.organization
    count = Call.objects.for_organization(organization).filter(customer_number=number).count()
    Contact.objects.for_organization(organization).filter(number=number).delete()
    erasure = CallerErasure.objects.create(
        organization=organization, number=number, due_at=timezone.now() + TASK_LOST_AFTER
    )
    record_by(membership, "calls.caller_erased", organization, count=str(count))
    erase_calls_of_caller.enqueue(str(erasure.pk))
    return count


def stays_erased(organization: Organization, *, vapi_id: str, twilio_sid: str) -> bool:
    """Whether news, of a call that has no row, is of one that was erased, and so is not kept.

    Vapi is to erase it too where it was erased while only Twilio had told of it.
    """
    if was_erased(organization, vapi_id=vapi_id):
        return True
    known = Erasure.objects.for_organization(organization).filter(vapi_id="", twilio_sid=twilio_sid)
    erasure = known.first() if twilio_sid else None
    if erasure is None:
        return False
    known.filter(pk=erasure.pk).update(vapi_id=vapi_id, due_at=timezone.now(), done_at=None)
    return True


@task()
def erase_calls_of_caller(erasure_id: str) -> None:
    """Erase a batch of a caller's calls, and queue the next one. Of two at once, one waits, and finds fewer calls."""
    with transaction.atomic():
        erasure = (
            CallerErasure.objects.select_related("organization").filter(pk=uuid.UUID(erasure_id)).first()
        )
        if erasure is None:
            return
        calls = _lock_calls_of(erasure)
        _erase(calls)
        if len(calls) < BATCH:
            erasure.delete()
            erase_at_vapi.enqueue(str(erasure.organization_id))
            return
        CallerErasure.objects.filter(pk=erasure.pk).update(due_at=timezone.now() + TASK_LOST_AFTER)
        erase_calls_of_caller.enqueue(erasure_id)


@periodic(every=timedelta(minutes=5))
@task()
def resume_lost_erasures() -> None:
    """Queue the callers whose tasks were given up."""
    now = timezone.now()
    for pk in CallerErasure.objects.filter(due_at__lte=now).values_list("pk", flat=True):
        if CallerErasure.objects.filter(pk=pk, due_at__lte=now).update(due_at=now + TASK_LOST_AFTER):
            erase_calls_of_caller.enqueue(str(pk))


def _lock_calls_of(erasure: CallerErasure) -> list[Call]:
    own = Call.objects.for_organization(erasure.organization)
    calls = own.filter(customer_number=erasure.number, created_at__lte=erasure.requested_at)
    return list(calls.locked()[:BATCH])


def _erase(calls: list[Call]) -> None:
    """Delete locked calls, with the rows that refer to them and Vapi's messages about them.

    Every erased call passes here, in the caller's transaction.
    """
    with counted(*calls):
        calls_erasing.send(sender=Call, call_ids=[call.pk for call in calls])
        delete_recordings(calls)
        for call in calls:
            _leave_ids(call)
            call.delete()


def _leave_ids(call: Call) -> None:
    if call.vapi_id:
        messages = WebhookMessage.objects.filter(organization=call.organization_id)
        messages.filter(vapi_call_id=call.vapi_id).delete()
    if call.vapi_id or call.twilio_sid:
        Erasure.objects.create(
            organization_id=call.organization_id,
            vapi_id=call.vapi_id,
            twilio_sid=call.twilio_sid,
            **_next_at_vapi(call),
        )


def _next_at_vapi(call: Call) -> dict[str, object]:
    """Vapi is asked at once; a call of which it never heard is erased with its row."""
    now = timezone.now()
    return {"due_at": now} if call.vapi_id else {"done_at": now}
