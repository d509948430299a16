"""What a member wants to be told by e-mail, and which calls they were told of."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls.models import Call
from desk.notices.hours import next_start, quiet_end
from organizations.models import Membership
from organizations.permissions import Permission

LAST_HOUR = 23


class AtOnce(models.TextChoices):
    """What a member is told of as soon as it comes in."""

    ALL = "all", _("Everything that comes in")
    URGENT = "urgent", _("Only what is urgent")
    NOTHING = "nothing", _("Nothing")


class NoticeChoice(models.Model):
    """A member's wishes. Without a row, a member who acts on the desk is told everything at once, others nothing.

    Hours are those of the member's own time zone.
    """

    membership = models.OneToOneField(
        Membership,
        verbose_name=_("membership"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="notice_choice",
    )
    at_once = models.CharField(_("at once"), max_length=7, choices=AtOnce.choices)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily summary"), null=True, blank=True)
    quiet_from = models.PositiveSmallIntegerField(_("quiet from"), null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(_("quiet until"), null=True, blank=True)
    next_digest_at = models.DateTimeField(_("next summary"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("wish for e-mails")
        verbose_name_plural = _("wishes for e-mails")
        ordering = ["membership"]
        indexes = [
            models.Index(
                fields=["next_digest_at"],
                name="notice_digest_due",
                condition=Q(next_digest_at__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_digest_says_when",
                condition=Q(digest_hour=None, next_digest_at=None)
                | Q(digest_hour__lte=LAST_HOUR, next_digest_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_quiet_has_two_ends",
                condition=Q(quiet_from=None, quiet_until=None)
                | (
                    Q(quiet_from__lte=LAST_HOUR, quiet_until__lte=LAST_HOUR) & ~Q(quiet_from=F("quiet_until"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.at_once}"

    def wants(self, *, is_urgent: bool) -> bool:
        """Whether the member is told of an item at once."""
        return self.at_once == AtOnce.ALL or (is_urgent and self.at_once == AtOnce.URGENT)

    def quiet_end(self, now: datetime) -> datetime:
        """When a mail may go out: now, or at the end of the quiet hours."""
        if self.quiet_from is None or self.quiet_until is None:
            return now
        return quiet_end(now, self.membership.user.timezone, self.quiet_from, self.quiet_until)

    def plan_digest(self, now: datetime) -> None:
        """Set when the next summary is due; saves nothing."""
        hour, zone = self.digest_hour, self.membership.user.timezone
        self.next_digest_at = None if hour is None else next_start(now, zone, hour)


def choice_of(membership: Membership) -> NoticeChoice:
    """The member's wishes, saved or not. Reads `membership.notice_choice`."""
    try:
        return membership.notice_choice
    except NoticeChoice.DoesNotExist:
        acts = membership.may(Permission.DESK_ACT)
        return NoticeChoice(membership=membership, at_once=AtOnce.ALL if acts else AtOnce.NOTHING)


class Notice(models.Model):
    """One e-mail to one member about one call, and whether it was sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(
        Membership, verbose_name=_("membership"), on_delete=models.CASCADE, related_name="+"
    )
    # Not its item: a call may move to another one, and is told of once all the same.
    call = models.ForeignKey(Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("queued"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("e-mail about a call")
        verbose_name_plural = _("e-mails about calls")
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["membership", "call"], name="notice_once")]

    def __str__(self) -> str:
        return str(self.id)
