"""What people do with an item. Each act is one conditional UPDATE, so that one that is sent twice happens once."""

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from calls.summaries.models import Urgency
from desk.enums import ItemState
from desk.models import Item, ItemNote
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission

OPEN = Q(state=ItemState.OPEN)


class OtherItemOpenError(Exception):
    """The caller of an item that is to be opened again has another open item."""

    def __init__(self, item: Item) -> None:
        super().__init__(str(item.pk))
        self.item = item


@transaction.atomic
def take_item(*, actor: Membership, item_id: uuid.UUID) -> bool:
    """Assign an item to the actor; False where it is assigned already, or done.

    Like the other acts, it raises Http404 where the organisation has no such item, and what `lock_membership` raises.
    """
    actor = lock_membership(actor, Permission.DESK_ACT)
    return _claim(actor, item_id, OPEN & Q(assigned_to=None), "desk.taken", {"assigned_to": actor})


@transaction.atomic
def assign_item(*, actor: Membership, item_id: uuid.UUID, member_id: uuid.UUID | None) -> bool:
    """Assign an open item to a member who may act on it, or to no one; False where that changes nothing."""
    actor = lock_membership(actor, Permission.DESK_ACT)
    if member_id is None:
        taken = OPEN & Q(assigned_to__isnull=False)
        return _claim(actor, item_id, taken, "desk.unassigned", {"assigned_to": None})
    people = Membership.objects.for_organization(actor.organization).who_may(Permission.DESK_ACT)
    member = people.filter(pk=member_id).first()
    if member is None:
        raise Http404
    name, others = member.user.display_name, OPEN & ~Q(assigned_to=member)
    return _claim(actor, item_id, others, "desk.assigned", {"assigned_to": member}, person=name)


@transaction.atomic
def snooze_item(*, actor: Membership, item_id: uuid.UUID, until: datetime) -> bool:
    """Put an open item off; False where it is put off until then already."""
    actor = lock_membership(actor, Permission.DESK_ACT)
    moment = {"snoozed_at": timezone.now(), "snoozed_until": until}
    return _claim(actor, item_id, OPEN & ~Q(snoozed_until=until), "desk.snoozed", moment)


@transaction.atomic
def wake_item(*, actor: Membership, item_id: uuid.UUID) -> bool:
    """Take back that an item is put off."""
    actor = lock_membership(actor, Permission.DESK_ACT)
    snoozed = OPEN & Q(snoozed_until__isnull=False)
    return _claim(actor, item_id, snoozed, "desk.woken", {"snoozed_at": None, "snoozed_until": None})


@transaction.atomic
def finish_item(*, actor: Membership, item_id: uuid.UUID, seen_calls: int) -> bool:
    """Say that an item is done; False where it is, and where another call has joined the `seen_calls` of the page."""
    actor = lock_membership(actor, Permission.DESK_ACT)
    done = {"state": ItemState.DONE, "done_at": timezone.now(), "done_by": actor.user}
    awake = {"snoozed_at": None, "snoozed_until": None}
    as_seen = OPEN & Q(call_count=seen_calls)
    return _claim(actor, item_id, as_seen, "desk.done", done | awake)


@transaction.atomic
def reopen_item(*, actor: Membership, item_id: uuid.UUID) -> bool:
    """Open a done item again; raises OtherItemOpenError where its caller has called since and has an open one."""
    actor = lock_membership(actor, Permission.DESK_ACT)
    _lock_items_of_the_caller(actor, item_id)
    reopened = {"state": ItemState.OPEN, "done_at": None, "done_by": None}
    try:
        with transaction.atomic():
            return _claim(actor, item_id, Q(state=ItemState.DONE), "desk.reopened", reopened)
    except IntegrityError:
        own = Item.objects.for_organization(actor.organization)
        raise OtherItemOpenError(
            own.open().get(customer_number=own.get(pk=item_id).customer_number)
        ) from None


@transaction.atomic
def set_urgency(*, actor: Membership, item_id: uuid.UUID, urgency: Urgency) -> bool:
    """Say how urgent an item is; calls do not change it any more. False where it was so."""
    actor = lock_membership(actor, Permission.DESK_ACT)
    item = Item.objects.for_organization(actor.organization).select_for_update().filter(pk=item_id).first()
    if item is None:
        raise Http404
    item.urgency_set = urgency
    changed = {"urgency_set": urgency, "weight": item.weigh()}
    other = ~Q(urgency_set=urgency)
    return _claim(actor, item_id, other, "desk.urgency_set", changed, urgency=urgency.value)


@transaction.atomic
def add_note(*, actor: Membership, item_id: uuid.UUID, note_id: uuid.UUID, text: str) -> bool:
    """Write a note; False where one with this id is written already."""
    actor = lock_membership(actor, Permission.DESK_ACT)
    if ItemNote.objects.filter(pk=note_id).exists():
        return False
    if changed := _claim(actor, item_id, Q(), "desk.noted", {}):
        ItemNote.objects.create(pk=note_id, item_id=item_id, author=actor.user, text=text)
    return changed


def _lock_items_of_the_caller(actor: Membership, item_id: uuid.UUID) -> None:
    """Lock an item and its caller's open one in the order of all: the constraint would wait for the other."""
    own = Item.objects.for_organization(actor.organization)
    caller = own.filter(pk=item_id).exclude(customer_number="").values("customer_number")
    both = own.filter(Q(pk=item_id) | Q(OPEN, customer_number__in=caller))
    list(both.select_for_update().order_by("pk").values_list("pk"))


def _claim(
    actor: Membership,
    item_id: uuid.UUID,
    condition: Q,
    action: str,
    changes: dict[str, Any],
    **data: str,
) -> bool:
    """Change the item if the condition holds, and write it to the audit; whether it did."""
    now = timezone.now()
    rows = Item.objects.for_organization(actor.organization).filter(pk=item_id)
    if rows.filter(condition).update(**changes, touched_at=now, changed_at=now):
        record_by(actor, action, rows.get(), **data)
        return True
    if not rows.exists():
        raise Http404
    return False
