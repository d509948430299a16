"""Keeps the items of the desk in step with the calls.

Reports come in any order, twice, or late. So an item's columns are derived anew from all its calls, and what people did
stands in columns of its own. Who changes an item holds its row's lock; the call's row is locked before.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from calls.models import Call
from desk.enums import ItemState
from desk.items.needs import WORDS, Need, derive_values, find_need
from desk.models import Item, ItemCall

ATTEMPTS = 5  # to find a caller's open item that others finish and open meanwhile


def record_call(call: Call) -> None:
    """Bring the item of a call up to date, in the transaction that changed the call and holds its row's lock."""
    link = ItemCall.objects.filter(call=call).first()
    need = find_need(call)
    if link is None and need is None:
        return
    item = _lock(link.item_id) if link else None
    if link and item and _is_misplaced(item, call, need):
        _release(item, link)
        item = None
    if need is None:
        return
    if item is None:
        item = _open_item(call, need)
        ItemCall.objects.create(item=item, call=call)
    _refresh(item)


def refresh_items(call_ids: Collection[UUID]) -> None:
    """Derive the items of these calls anew."""
    items = Item.objects.filter(links__call__in=call_ids).order_by("pk").values_list("pk", flat=True)
    for pk in dict.fromkeys(items):
        if item := _lock(pk):
            _refresh(item)


def forget_calls(call_ids: Collection[UUID]) -> None:
    """Take these calls out of their items, with what was said in them. An item without another call is deleted."""
    for link in ItemCall.objects.filter(call__in=call_ids).order_by("item_id"):
        if item := _lock(link.item_id):
            _release(item, link)


def _lock(pk: UUID) -> Item | None:
    return Item.objects.select_for_update().filter(pk=pk).first()


def _is_misplaced(item: Item, call: Call, need: Need | None) -> bool:
    """Whether the call belongs to this item no more. Where a person has acted, it stays as the person saw it."""
    return not item.touched_at and (need is None or item.customer_number != call.customer_number)


def _release(item: Item, link: ItemCall) -> None:
    link.delete()
    if not item.links.exists():
        item.delete()
        return
    if item.told_in_id == link.call_id:  # its words go with it, even where no other call gives new ones
        Item.objects.filter(pk=item.pk).update(told_in=None, unsure=[], **dict.fromkeys(WORDS, ""))
        item.refresh_from_db()
    _refresh(item)


def _open_item(call: Call, need: Need) -> Item:
    """The caller's open item, locked, or a new one. Callers who withhold their number are not known again."""
    mine = {"organization_id": call.organization_id, "customer_number": call.customer_number}
    for _attempt in range(ATTEMPTS):
        open_items = Item.objects.select_for_update().filter(**mine, state=ItemState.OPEN)
        found = open_items.first() if call.customer_number else None
        if found is not None:
            return found
        try:
            with transaction.atomic():
                return _create(mine, need)
        except IntegrityError:  # another call of this number has opened one
            continue
    raise RuntimeError("a caller's items were opened and finished too often")


def _create(mine: dict[str, Any], need: Need) -> Item:
    item = Item(**mine, **derive_values([need]))
    item.weight = item.weigh()
    item.save(force_insert=True)
    return item


def _refresh(item: Item) -> None:
    """Derive the item's columns from its calls, and save it if that changes any."""
    calls = Call.objects.filter(desk_link__item=item).select_related("summary")
    needs = [need for need in map(find_need, calls) if need]
    if not needs:  # a person has acted, and no call asks for anything any more
        return
    before = _values(item)
    for name, value in derive_values(needs).items():
        setattr(item, name, value)
    if item.snoozed_at and item.last_call_at > item.snoozed_at:
        item.snoozed_at = item.snoozed_until = None  # the caller has called again: that is news
    item.weight = item.weigh()
    if _values(item) != before:
        item.changed_at = timezone.now()
        item.save()


def _values(item: Item) -> dict[str, Any]:
    return {field.attname: getattr(item, field.attname) for field in Item._meta.concrete_fields}
