"""What callers ask of the organisation's people; questions and e-mails stand in their packages."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls.models import Call
from calls.summaries.models import (
    NAME_LENGTH,
    SUBJECT_LENGTH,
    WHEN_LENGTH,
    WISHES_LENGTH,
    Urgency,
)
from desk.budget.models import Budget, BudgetWarning, CallerCap
from desk.enums import ItemKind, ItemState
from desk.notices.models import Notice, NoticeChoice
from desk.querysets import ItemQuerySet
from desk.questions.models import Asking, UnansweredQuestion
from organizations.models import Membership, Organization

__all__ = [
    "Asking",
    "Budget",
    "BudgetWarning",
    "CallerCap",
    "Item",
    "ItemCall",
    "ItemNote",
    "Notice",
    "NoticeChoice",
    "UnansweredQuestion",
]

NOTE_LENGTH = 1000
RANK_STEP = 10**13  # more milliseconds than have passed since 1970


class Item(models.Model):
    """What a caller asks for, in one call or in several.

    The columns up to `last_call_at` follow from the calls, whatever the order of their reports: only
    `desk.items.services` writes them. The columns up to `touched_at` are what people did: only `desk.items.acts` does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="desk_items"
    )
    customer_number = models.CharField(_("caller’s number"), max_length=16, blank=True)  # E.164; "": withheld
    kind = models.CharField(_("kind"), max_length=11, choices=ItemKind.choices)
    urgency_told = models.CharField(_("urgency in the calls"), max_length=6, choices=Urgency.choices)
    # The call whose summary gave the words that follow; they are text from a telephone, never markup.
    told_in = models.ForeignKey(
        Call, verbose_name=_("call"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    caller_name = models.CharField(_("caller’s name"), max_length=NAME_LENGTH, blank=True)
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH, blank=True)
    wishes = models.TextField(_("wishes"), max_length=WISHES_LENGTH, blank=True)
    wanted_at = models.CharField(_("when"), max_length=WHEN_LENGTH, blank=True)
    callback_number = models.CharField(_("number to call back"), max_length=16, blank=True)  # E.164
    unsure = models.JSONField(_("to be checked"), default=list, blank=True)  # names of the columns above
    call_count = models.PositiveIntegerField(_("calls"))
    opened_at = models.DateTimeField(_("first call"))
    last_call_at = models.DateTimeField(_("last call"))

    state = models.CharField(_("state"), max_length=4, choices=ItemState.choices, default=ItemState.OPEN)
    urgency_set = models.CharField(
        _("urgency set by hand"), max_length=6, choices=Urgency.choices, blank=True
    )
    assigned_to = models.ForeignKey(
        Membership,
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="desk_items",
    )
    snoozed_at = models.DateTimeField(_("put off at"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("put off until"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    touched_at = models.DateTimeField(_("last act of a person"), null=True, blank=True)

    # The place in the list, largest first: see `weigh`.
    weight = models.BigIntegerField(editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-weight", "-id"]
        indexes = [
            models.Index(fields=["organization", "state", "-weight", "-id"], name="desk_list"),
            models.Index(fields=["organization", "kind", "state", "-weight", "-id"], name="desk_by_kind"),
            models.Index(fields=["assigned_to", "state", "-weight", "-id"], name="desk_by_person"),
            models.Index(
                fields=["organization", "-done_at", "-id"],
                name="desk_done",
                condition=Q(state=ItemState.DONE),
            ),
            models.Index(fields=["organization", "changed_at"], name="desk_news"),
            models.Index(
                fields=["organization", "snoozed_until"],
                name="desk_snoozed",
                condition=Q(snoozed_until__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "customer_number"],
                name="desk_item_open_once_a_caller",
                condition=Q(state=ItemState.OPEN) & ~Q(customer_number=""),
            ),
            models.CheckConstraint(
                name="desk_item_done_says_when",
                condition=Q(state=ItemState.DONE, done_at__isnull=False)
                | (~Q(state=ItemState.DONE) & Q(done_at=None, done_by=None)),
            ),
        ]

    def __str__(self) -> str:
        """Without a word of the caller's: the audit keeps it."""
        return f"{self.get_kind_display()} {str(self.id)[:8]}"

    @property
    def is_open(self) -> bool:
        return self.state == ItemState.OPEN

    @property
    def is_snoozed(self) -> bool:
        return self.is_open and self.snoozed_until is not None and self.snoozed_until > timezone.now()

    @property
    def urgency(self) -> str:
        """What a person said, or else what the calls say."""
        return self.urgency_set or self.urgency_told

    def get_urgency_display(self) -> str:
        """The label of `urgency`."""
        return str(dict(Urgency.choices).get(self.urgency, self.urgency))

    @property
    def number(self) -> str:
        """The number to call; "" where the caller withheld theirs and named none."""
        return self.callback_number or self.customer_number

    def weigh(self) -> int:
        """The place in the list: by urgency, then the one that waits longest."""
        rank = Urgency.values.index(self.urgency) if self.urgency in Urgency.values else 0
        return rank * RANK_STEP - round(self.opened_at.timestamp() * 1000)


class ItemCall(models.Model):
    """A call that belongs to an item; each belongs to one at most."""

    item = models.ForeignKey(Item, verbose_name=_("request"), on_delete=models.CASCADE, related_name="links")
    call = models.OneToOneField(
        Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="desk_link"
    )

    class Meta:
        verbose_name = _("call of a request")
        verbose_name_plural = _("calls of requests")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.call_id}"


class ItemNote(models.Model):
    """What a person wrote down about an item."""

    # Comes with the form, so that one that is sent twice is one note.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(Item, verbose_name=_("request"), on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    text = models.TextField(_("note"), max_length=NOTE_LENGTH)
    at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("note on a request")
        verbose_name_plural = _("notes on requests")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(self.id)[:8]
