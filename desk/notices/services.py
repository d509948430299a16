"""Queues an e-mail to each member who wants to be told of a call, and keeps what members want."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from calls.models import Call
from desk.models import Item
from desk.notices.emails import is_urgent, item_of, send_notice
from desk.notices.models import AtOnce, Notice, NoticeChoice, choice_of
from organizations.models import Membership
from organizations.permissions import Permission

# A call that is learned of later is on the desk, but no news: a first sweep finds those of two weeks.
NEWS_FOR = timedelta(hours=12)


def announce_call(call: Call) -> None:
    """Queue the e-mails about a call that is on the desk, in the caller's transaction.

    Each member is told once, however often the call is reported, and as soon as what is known of it concerns them.
    """
    item, now = item_of(call), timezone.now()
    if item is None or not item.is_open or now - call.created_at > NEWS_FOR:
        return
    told = set(Notice.objects.filter(call=call).values_list("membership_id", flat=True))
    choices = [choice_of(each) for each in readers_of(item) if each.id not in told]
    wanted = [choice for choice in choices if choice.wants(is_urgent=is_urgent(item))]
    notices = [Notice(membership=choice.membership, call=call) for choice in wanted]
    # Of two reports at once, one queues the mail: the constraint refuses the other's row.
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    ids = [notice.id for notice in notices]
    created = set(Notice.objects.filter(id__in=ids).values_list("id", flat=True))
    for notice, choice in zip(notices, wanted, strict=True):
        if notice.id in created:
            send_notice.using(run_after=choice.quiet_end(now)).enqueue(str(notice.id))


def readers_of(item: Item) -> list[Membership]:
    """The members who may see the item and whose address takes mail, with their wishes."""
    able = Membership.objects.for_organization(item.organization).who_may(Permission.CONSOLE_VIEW)
    return list(able.filter(user__mail_trouble="").select_related("notice_choice"))


@transaction.atomic
def save_choice(choice: NoticeChoice) -> None:
    """Keep a member's wishes, and plan the next summary. Of two at once, the second finds the first one's row."""
    Membership.objects.select_for_update(no_key=True).filter(pk=choice.membership_id).first()
    choice.plan_digest(timezone.now())
    choice.save()


@transaction.atomic
def stop_mails(membership: Membership) -> None:
    """Send the member no more e-mails about the desk. May be called again."""
    choice = choice_of(membership)
    choice.at_once, choice.digest_hour = AtOnce.NOTHING, None
    save_choice(choice)


def gets_mails(membership: Membership) -> bool:
    """Whether the member is sent e-mails about the desk."""
    choice = choice_of(membership)
    return choice.at_once != AtOnce.NOTHING or choice.digest_hour is not None
