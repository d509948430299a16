"""Word by mail: who is told of a call and when, once each; the buttons in the mail; the daily summary."""

import re
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from smtplib import SMTPRecipientsRefused
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from calls.models import Call
from core.queue.schedule import tick
from desk.items.acts import finish_item
from desk.models import Item, Notice, NoticeChoice
from desk.notices.emails import send_notice
from desk.notices.hours import is_within, next_start, quiet_end
from desk.notices.schedule import queue_digests
from desk.notices.services import save_choice
from desk.tests.factories import ask, item_of, tell
from organizations.models import Membership
from organizations.permissions import Role

pytestmark = pytest.mark.django_db


def membership_of(user: Any) -> Membership:
    return Membership.objects.select_related("user", "organization").get(user=user)


def choose(user: Any, at_once: str, **hours: Any) -> NoticeChoice:
    choice = NoticeChoice(membership=membership_of(user), at_once=at_once, **hours)
    save_choice(choice)
    return choice


def recipients(mailoutbox: list[Any]) -> list[str]:
    return sorted(mail.to[0] for mail in mailoutbox)


def urls_of(mail: Any, route: str) -> list[str]:
    return [unescape(url) for url in re.findall(rf"https?://\S+{route}\S*", mail.body)]


def secret_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["token"][0]


# At once.


def test_members_who_act_on_the_desk_are_told_in_their_language(
    bakery, owner, member, viewer, run_tasks, mailoutbox
):
    owner.locale = "he"
    owner.save()
    ask(bakery, urgency="urgent", purpose="callback", wishes="Sans noix")
    run_tasks()
    assert recipients(mailoutbox) == sorted([owner.email, member.email])
    hebrew, french = sorted(mailoutbox, key=lambda mail: mail.to != [owner.email])
    assert french.subject == "Urgent · Nadia Benali · À rappeler · Une charlotte pour samedi"
    assert hebrew.subject.startswith("דחוף · Nadia Benali · ")
    html = hebrew.alternatives[0][0]
    assert 'dir="rtl"' in html
    assert "Sans noix" in html
    assert 'href="tel:+33639981234"' in html
    assert "Sans noix" in french.body


def test_a_call_is_told_once_however_often_it_is_reported(bakery, owner, run_tasks, mailoutbox):
    call = ask(bakery)
    tell(call, subject="Deux charlottes")
    run_tasks()
    tell(call, urgency="urgent")
    run_tasks()
    assert len(mailoutbox) == 1
    ask(bakery, minutes_ago=1, subject="Encore moi")
    run_tasks()
    assert len(mailoutbox) == 2
    assert Item.objects.count() == 1
    threads = {mail.extra_headers["References"] for mail in mailoutbox}
    assert len(threads) == 1
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 2


def test_only_what_is_urgent_and_as_soon_as_it_is(bakery, owner, run_tasks, mailoutbox):
    choose(owner, "urgent")
    call = ask(bakery)
    run_tasks()
    assert not mailoutbox
    tell(call, urgency="urgent")
    run_tasks()
    assert recipients(mailoutbox) == [owner.email]


@pytest.mark.parametrize("reason", ["nothing", "bounced", "inactive", "old", "nothing to do"])
def test_nobody_is_told(bakery, owner, run_tasks, mailoutbox, reason):
    if reason == "nothing":
        choose(owner, "nothing")
    owner.mail_trouble = "bounced" if reason == "bounced" else ""
    owner.is_active = reason != "inactive"
    owner.save()
    ask(
        bakery,
        minutes_ago=13 * 60 if reason == "old" else 2,
        purpose="none" if reason == "nothing to do" else "message",
    )
    run_tasks()
    assert not mailoutbox


@pytest.mark.parametrize("end", ["done", "removed", "taken", "unwanted"])
def test_what_ends_before_the_mail_goes_out_is_not_mailed(bakery, owner, member, run_tasks, mailoutbox, end):
    choose(owner, "nothing")
    item = item_of(ask(bakery))
    if end == "done":
        finish_item(actor=membership_of(owner), item_id=item.id, seen_calls=1)
    elif end == "removed":
        membership_of(member).delete()
    elif end == "taken":
        Item.objects.update(assigned_to=membership_of(owner))
    else:
        choose(member, "nothing")
    run_tasks()
    assert not mailoutbox


def test_quiet_hours_hold_the_mail_back_until_their_end(bakery, owner, run_tasks, mailoutbox):
    owner.timezone = "Asia/Jerusalem"
    owner.save()
    choose(owner, "all", quiet_from=22, quiet_until=7)
    with time_machine.travel(datetime(2026, 11, 28, 21, 30, tzinfo=UTC), tick=False) as clock:  # 23:30 there
        ask(bakery)
        run_tasks()
        assert not mailoutbox
        clock.move_to(datetime(2026, 11, 29, 5, 0, 1, tzinfo=UTC))
        run_tasks()
    assert recipients(mailoutbox) == [owner.email]


def test_a_second_copy_has_the_same_message_id(bakery, owner, run_tasks, mailoutbox):
    ask(bakery)
    run_tasks()
    Notice.objects.update(sent_at=None)  # as if the worker had died after the mail server's yes
    send_notice.enqueue(str(Notice.objects.get().id))
    run_tasks()
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 1
    assert len(mailoutbox) == 2


def test_a_caller_s_words_stay_text(bakery, owner, run_tasks, mailoutbox):
    ask(
        bakery,
        subject="<b>=1+1</b>\r\nBcc: x@evil.example",
        caller_name="https://evil.example",
        wishes="\u202eabc",
    )
    run_tasks()
    mail = mailoutbox[0]
    assert "\n" not in mail.subject
    assert not mail.bcc
    assert "<b>" not in mail.alternatives[0][0]
    assert "https://evil.example" not in mail.body


# The buttons.


@pytest.fixture
def mailed(bakery, owner, run_tasks, mailoutbox) -> Any:
    ask(bakery)
    run_tasks()
    take, done = urls_of(mailoutbox[0], "/desk/act")
    return {
        "take": take,
        "done": done,
        "stop": urls_of(mailoutbox[0], "/desk/stop")[0],
        "mail": mailoutbox[0],
    }


def test_a_button_asks_once_more_and_then_acts_without_signing_in(mailed, owner):
    for method in ("get", "head"):
        assert getattr(Client(), method)(mailed["take"]).status_code == 200
    assert Item.objects.get().assigned_to is None  # a scanner has opened the link
    asked = Client(enforce_csrf_checks=True).post("/fr/desk/act", {"token": secret_of(mailed["take"])})
    assert asked.status_code == 403
    assert Item.objects.get().assigned_to is None
    for _twice in range(2):
        answer = Client().post("/fr/desk/act", {"token": secret_of(mailed["take"])})
        assert answer.status_code == 200
        assert "Vous vous en occupez" in answer.content.decode()
    assert Item.objects.get().assigned_to == membership_of(owner)
    Client().post("/fr/desk/act", {"token": secret_of(mailed["done"])})
    item = Item.objects.get()
    assert not item.is_open
    assert item.done_by == owner
    assert "C’est fait" in Client().get(mailed["take"]).content.decode()


@pytest.mark.parametrize("end", ["rights", "membership", "account", "time", "forged", "item"])
def test_a_button_dies(mailed, owner, end):
    secret = secret_of(mailed["done"])
    if end == "rights":
        Membership.objects.filter(user=owner).update(role=Role.VIEWER)
    elif end == "membership":
        Membership.objects.filter(user=owner).delete()
    elif end == "account":
        owner.is_active = False
        owner.save()
    elif end == "item":
        Item.objects.all().delete()
    elif end == "forged":
        secret = secret[:-3] + "abc"
    later = timezone.now() + timedelta(days=8 if end == "time" else 0)
    with time_machine.travel(later):
        for answer in (
            Client().get("/fr/desk/act", {"token": secret}),
            Client().post("/fr/desk/act", {"token": secret}),
        ):
            assert answer.status_code == (410 if end in {"time", "forged"} else 200)
            assert answer["Referrer-Policy"] == "strict-origin"
            assert "<form" not in answer.content.decode().partition("<main")[2]
    assert all(item.is_open for item in Item.objects.all())


def test_an_item_with_a_new_call_is_not_ticked_off_unseen(mailed, bakery):
    ask(bakery, minutes_ago=1, subject="Encore une chose")
    answer = Client().post("/en/desk/act", {"token": secret_of(mailed["done"])})
    assert "The caller has called again" in answer.content.decode()
    assert Item.objects.get().is_open


def test_a_colleague_s_item_is_left_alone(mailed, bakery, member):
    Item.objects.update(assigned_to=membership_of(member))
    answer = Client().post("/en/desk/act", {"token": secret_of(mailed["take"])})
    assert "A colleague has taken it" in answer.content.decode()
    assert Item.objects.get().assigned_to == membership_of(member)


def test_one_click_ends_the_mails_and_nothing_else(mailed, owner, bakery, run_tasks, mailoutbox):
    header = mailed["mail"].extra_headers["List-Unsubscribe"].strip("<>")
    assert header == mailed["stop"]
    assert Client().get(header).status_code == 200
    assert not NoticeChoice.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(header, {"List-Unsubscribe": "One-Click"}).status_code == 200
    ask(bakery, number="+33639981235")
    run_tasks()
    assert len(mailoutbox) == 1
    assert Item.objects.count() == 2
    assert Client().post("/fr/desk/stop", {"token": "no"}).status_code == 410
    membership_of(owner).delete()
    assert Client().get(header).status_code == 200


@pytest.mark.parametrize("link", ["take", "stop"])
def test_language_switch_keeps_the_link_and_changes_nothing(mailed, owner, link):
    secret = secret_of(mailed[link])
    page = (
        Client()
        .post(f"/he/desk/{'stop' if link == 'stop' else 'act'}", {"token": secret, "show": "1"})
        .content.decode()
    )
    assert 'dir="rtl"' in page
    kept = re.findall(r'name="token" value="([^"]+)"', page)
    assert kept == [escape(secret)] * 2  # of the switch and of the button
    assert Item.objects.get().assigned_to is None
    assert not NoticeChoice.objects.exists()


# The page of wishes.


def test_e_mails_belong_to_the_account_in_the_navigation(bakery, owner, as_user):
    client = as_user(owner)
    for url, place in (("settings/e-mails", "settings/profile"), ("o/bakery/desk", "o/bakery/desk")):
        page = client.get(f"/en/{url}").content.decode()
        assert set(re.findall(r'href="/en/([^"]+)" aria-current="page">\s*<svg', page)) == {place}


def test_wishes_are_kept_for_each_organisation(bakery, owner, as_user):
    client, membership = as_user(owner), membership_of(owner)
    page = client.get("/fr/settings/e-mails")
    assert page.status_code == 200
    assert bakery.name in page.content.decode()
    prefix = membership.id.hex
    sent = {f"{prefix}-at_once": "urgent", f"{prefix}-digest_hour": "8"}
    url = f"/fr/settings/e-mails/{membership.id}"
    refused = client.post(url, sent | {f"{prefix}-quiet_from": "22"})
    assert refused.status_code == 422
    assert not NoticeChoice.objects.exists()
    saved = client.post(url, sent | {f"{prefix}-quiet_from": "22", f"{prefix}-quiet_until": "7"})
    assert saved.status_code == 302
    choice = NoticeChoice.objects.get()
    assert (choice.at_once, choice.digest_hour, choice.quiet_from, choice.quiet_until) == ("urgent", 8, 22, 7)
    assert choice.next_digest_at is not None
    same = client.post(url, sent | {f"{prefix}-quiet_from": "7", f"{prefix}-quiet_until": "7"})
    assert same.status_code == 422
    assert client.post(url, {f"{prefix}-at_once": "sometimes"}).status_code == 422
    client.post(url, {f"{prefix}-at_once": "nothing"})
    empty = NoticeChoice.objects.filter(digest_hour=None, next_digest_at=None, quiet_from=None)
    assert empty.exists()


def test_address_that_refuses_mail_is_told_to_its_user_and_to_the_team(
    bakery, owner, member, as_user, run_tasks, mailoutbox, monkeypatch
):
    def refuse(mail: Any) -> None:
        raise SMTPRecipientsRefused({mail.to[0]: (550, b"no such user")})

    choose(owner, "nothing")
    ask(bakery)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refuse)
        run_tasks()
    ask(bakery, "+33639981235")
    run_tasks()
    assert not mailoutbox
    assert member.email in as_user(owner).get("/fr/o/bakery/team").content.decode()
    told = "Notre dernier e-mail nous est revenu"
    assert told in as_user(member).get("/fr/settings/e-mails").content.decode()
    assert told not in as_user(owner).get("/fr/settings/e-mails").content.decode()


def test_the_wishes_of_others_are_not_found(owner, outsider, as_user):
    other = Membership.objects.get(user=outsider)
    url = f"/fr/settings/e-mails/{other.id}"
    assert as_user(owner).post(url, {f"{other.id.hex}-at_once": "nothing"}).status_code == 404
    assert as_user(None).get("/fr/settings/e-mails").status_code == 302


# The daily summary.


def test_the_summary_comes_once_a_day_at_its_hour(bakery, owner, run_tasks, mailoutbox):
    with time_machine.travel(datetime(2026, 11, 28, 5, 0, tzinfo=UTC), tick=False) as clock:
        choose(owner, "nothing", digest_hour=8)  # 7:00 UTC
        ask(bakery, urgency="urgent")
        for moment in (6, 7, 8, 24 + 7):
            clock.move_to(datetime(2026, 11, 28, tzinfo=UTC) + timedelta(hours=moment, minutes=1))
            for _twice in range(2):
                queue_digests.call()
            run_tasks()
    assert [mail.subject for mail in mailoutbox] == [f"{bakery.name} : 1 demande est ouverte"] * 2
    assert "Nadia Benali" in mailoutbox[0].body
    assert "depuis hier\u00a0: 1" in mailoutbox[0].body
    assert "depuis plus d’un jour\u00a0: 1" in mailoutbox[1].body
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 2


def test_worker_queues_summaries_and_deletes_old_notices(bakery, owner, run_tasks, mailoutbox):
    call = ask(bakery)
    ask(bakery, "+33639981235")
    run_tasks()
    assert {"desk.notices.schedule.queue_digests", "desk.notices.cleanup.delete_old_notices"} <= set(tick())
    Call.objects.filter(pk=call.pk).update(created_at=timezone.now() - timedelta(days=91))
    run_tasks()
    assert Notice.objects.exclude(call=call).count() == Notice.objects.count() == 1
    call.refresh_from_db()
    tell(call, subject="Trois charlottes")
    run_tasks()
    assert len(mailoutbox) == 2


def test_an_empty_day_is_no_mail(bakery, owner, run_tasks, mailoutbox):
    choose(owner, "nothing", digest_hour=8)
    NoticeChoice.objects.update(next_digest_at=timezone.now())
    queue_digests.call()
    run_tasks()
    assert not mailoutbox
    assert NoticeChoice.objects.filter(next_digest_at__gt=timezone.now()).exists()


@pytest.mark.parametrize(
    ("now", "zone", "hour", "expected"),
    [
        ("2026-11-28T05:00+00:00", "Europe/Paris", 8, "2026-11-28T07:00+00:00"),
        ("2026-11-28T07:00+00:00", "Europe/Paris", 8, "2026-11-29T07:00+00:00"),
        # France skips 2:00 on 29 March and repeats it on 25 October.
        ("2026-03-29T00:30+00:00", "Europe/Paris", 2, "2026-03-29T01:00+00:00"),
        ("2026-10-24T23:00+00:00", "Europe/Paris", 2, "2026-10-25T00:00+00:00"),
        ("2026-10-25T00:00+00:00", "Europe/Paris", 2, "2026-10-26T01:00+00:00"),
        ("2026-03-26T23:30+00:00", "Asia/Jerusalem", 2, "2026-03-27T00:00+00:00"),
    ],
)
def test_hours_of_a_clock(now, zone, hour, expected):
    assert next_start(datetime.fromisoformat(now), zone, hour) == datetime.fromisoformat(expected)


def test_quiet_hours_over_midnight_and_within_a_day():
    night = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)  # 23:30 in Paris
    assert is_within(night, "Europe/Paris", 22, 7)
    assert not is_within(night, "Europe/Paris", 7, 22)
    assert quiet_end(night, "Europe/Paris", 22, 7) == datetime(2026, 11, 29, 6, tzinfo=UTC)
    assert quiet_end(night, "Europe/Paris", 7, 22) == night
