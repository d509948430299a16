"""A living desk for development, by the ways that reports and people take."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from calls.models import Call
from calls.signals import call_changed
from desk.enums import ItemKind
from desk.items import acts
from desk.items.snooze import Snooze, snooze_moments
from desk.models import Item
from organizations.models import Membership, Organization
from organizations.permissions import Permission

DAYS = 10  # of calls that are told of
WAITING = timedelta(days=2)  # what is older is done
NOTE = "Laissé un message sur le répondeur, à rappeler demain matin."


@transaction.atomic
def add_demo_desk(organization: Organization) -> None:
    """Tell of the newest invented calls, and let the organisation's people act on what they ask."""
    now = timezone.now()
    recent = Call.objects.for_organization(organization).filter(created_at__gt=now - timedelta(days=DAYS))
    for call in recent.order_by("created_at"):
        call_changed.send(sender=Call, call=call)
    people = list(Membership.objects.for_organization(organization).who_may(Permission.DESK_ACT))
    if not people:
        return
    items = Item.objects.for_organization(organization)
    for number, item in enumerate(items.filter(last_call_at__lte=now - WAITING)):
        acts.finish_item(actor=people[number % len(people)], item_id=item.pk, seen_calls=item.call_count)
    _act(organization, people)


def _act(organization: Organization, people: list[Membership]) -> None:
    """Of each kind the item that waits longest: some are taken, one has a note, one is put off."""
    waiting = Item.objects.for_organization(organization).waiting()
    items = {item.kind: item.pk for item in waiting.order_by("-opened_at")}
    if ItemKind.APPOINTMENT in items:
        acts.take_item(actor=people[-1], item_id=items[ItemKind.APPOINTMENT])
    if ItemKind.CALLBACK in items:
        callback = items[ItemKind.CALLBACK]
        acts.take_item(actor=people[0], item_id=callback)
        acts.add_note(actor=people[0], item_id=callback, note_id=uuid.uuid4(), text=NOTE)
    if ItemKind.MESSAGE in items:
        moments = snooze_moments(timezone.now(), organization.timezone)
        acts.snooze_item(actor=people[-1], item_id=items[ItemKind.MESSAGE], until=moments[Snooze.MORNING])
