"""The e-mails about the desk: one about a call, and the summary of a day."""

import uuid

from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from calls.models import Call
from calls.summaries.models import Urgency
from core.mail.messages import absolute_link, absolute_url, mail_id, send_mail
from core.names import unlink_name
from core.templatetags.figures import phone
from desk.items.selectors import as_rows
from desk.models import Item, ItemCall
from desk.notices.digest import Digest, day_lines, open_lines, read_digest
from desk.notices.links import Act, Button, sign_button, sign_stop
from desk.notices.models import Notice, choice_of
from organizations.models import Membership
from organizations.permissions import Permission


@task()
def send_notice(notice_id: str) -> None:
    """E-mail a member about a call; nothing where the item is done, or the member no longer wants or may know of it.

    May run twice: where a worker dies after the mail server's yes, the second copy has the same Message-ID.
    """
    notices = Notice.objects.filter(id=uuid.UUID(notice_id), sent_at=None)
    notice = notices.select_related(
        "membership__user", "membership__organization", "membership__notice_choice", "call"
    ).first()
    item = item_of(notice.call) if notice else None
    if notice is None or item is None or not _is_wanted(notice, item):
        return
    _send_notice(notice, item)
    Notice.objects.filter(id=notice.id).update(sent_at=timezone.now())


def item_of(call: Call) -> Item | None:
    """The item to which a call belongs."""
    link = ItemCall.objects.filter(call=call).select_related("item__organization").first()
    return link.item if link else None


def _is_wanted(notice: Notice, item: Item) -> bool:
    membership = notice.membership
    is_elsewhere = item.assigned_to_id not in {None, membership.id}
    return (
        item.is_open
        and not is_elsewhere
        and takes_mail(membership)
        and choice_of(membership).wants(is_urgent=is_urgent(item))
    )


def is_urgent(item: Item) -> bool:
    """Whether an item concerns members who are told at once only of what is urgent."""
    return item.urgency == Urgency.URGENT


def takes_mail(membership: Membership) -> bool:
    """Whether the member's account is active, and its address does not refuse mail."""
    return membership.user.is_active and not membership.user.mail_trouble


def _send_notice(notice: Notice, item: Item) -> None:
    membership = notice.membership
    locale = membership.user.locale
    with override(locale):
        open_url = absolute_url(reverse("desk:item", args=[membership.organization.slug, item.id]))
        words = _words(item)
    acts = membership.may(Permission.DESK_ACT)
    buttons = {act.value: _button_url(item, membership, act) for act in Act} if acts else {}
    _send(
        "desk_item",
        membership,
        message_id=notice.id.hex,
        thread=thread_of(item),
        context={
            "item": item,
            "call": notice.call,
            "tel_url": f"tel:{item.number}",
            "is_urgent": is_urgent(item),
            **words,
            "open_url": open_url,
            "urls": buttons,
        },
        links={"ITEM URL": open_url},
    )


def _words(item: Item) -> dict[str, object]:
    """What the caller said, as the mail shows it in the active language: nothing of it may become a link."""
    (row,) = as_rows(item.organization, [item])
    number = shown_number(item.number)
    said = {name: unlink_name(getattr(item, name)) for name in ("subject", "wishes", "wanted_at")}
    lines = [
        said["subject"],
        said["wishes"],
        said["wanted_at"] and _("When: %(when)s") % {"when": said["wanted_at"]},
        number and _("Number: %(number)s") % {"number": number},
    ]
    who = unlink_name(row.name) or number or _("Number withheld")
    return {**said, "number": number, "who": who, "lines": [line for line in lines if line]}


def _button_url(item: Item, membership: Membership, act: Act) -> str:
    token = sign_button(Button(item.id, membership.id, act, item.call_count))
    return absolute_link("notices:act", membership.user.locale, token=token)


def shown_number(number: str) -> str:
    """A number as people read it, left to right in the lines of every language."""
    return f"\u200e{phone(number)}" if number else ""


def thread_of(item: Item) -> str:
    """One thread for the mails about one caller; those of withheld numbers stand by themselves."""
    caller = item.customer_number or item.id.hex
    return salted_hmac("desk.notices.thread", f"{item.organization_id}|{caller}").hexdigest()[:32]


def _send(
    template: str,
    membership: Membership,
    *,
    message_id: str,
    thread: str = "",
    context: dict[str, object],
    links: dict[str, str],
) -> None:
    """Send a mail to a member in their language, with the mail program's own button against more of them."""
    user = membership.user
    stop_url = absolute_link("notices:stop", user.locale, token=sign_stop(membership.id))
    headers = {
        "Message-ID": mail_id(message_id),
        "List-Unsubscribe": f"<{stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
    }
    if thread:
        headers |= {"In-Reply-To": mail_id(thread), "References": mail_id(thread)}
    with override(user.locale):
        choices_url = absolute_url(reverse("notices:choices"))
    send_mail(
        template,
        to=user.email,
        locale=user.locale,
        timezone_name=user.timezone,
        context={**context, "stop_url": stop_url, "choices_url": choices_url},
        names={"organization": membership.organization.name},
        links=links,
        headers=headers,
    )


@task()
def send_digest(membership_id: str, day: str) -> None:
    """E-mail a member the summary that is due on `day` (ISO 8601, their own date); nothing where there is no news."""
    members = Membership.objects.select_related("user", "organization", "notice_choice")
    membership = members.filter(id=uuid.UUID(membership_id)).first()
    if membership is None or not takes_mail(membership) or choice_of(membership).digest_hour is None:
        return
    digest = read_digest(membership.organization, timezone.now())
    if digest.is_empty:
        return
    with override(membership.user.locale):
        url = absolute_url(reverse("desk:list", args=[membership.organization.slug]))
        words = {"day": day_lines(digest), "open": open_lines(digest), "rows": _rows(digest)}
    _send(
        "desk_digest",
        membership,
        message_id=f"{membership.id.hex}-{day}",
        context={"digest": digest, "url": url, **words},
        links={"DESK URL": url},
    )


def _rows(digest: Digest) -> list[dict[str, object]]:
    """The open items as the mail shows them: nothing of a caller's words may become a link."""
    return [
        {
            "who": unlink_name(row.name) or shown_number(row.item.number) or _("Number withheld"),
            "kind": row.item.get_kind_display(),
            "subject": unlink_name(row.item.subject),
            "is_urgent": is_urgent(row.item),
        }
        for row in digest.pressing
    ]
