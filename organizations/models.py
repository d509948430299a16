"""Organisations, memberships and invitations; the models of facts stand in their package."""

import math
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import LoginToken
from core.locales import LanguageField, TimeZoneField, validate_timezone
from organizations.facts.models import Closure, Fact, OpeningSpan, Question
from organizations.permissions import GRANTS, Permission, Role
from organizations.querysets import InvitationQuerySet, MembershipQuerySet, OrganizationQuerySet

__all__ = [
    "Closure",
    "Fact",
    "Invitation",
    "InvitationRefusal",
    "Membership",
    "OpeningSpan",
    "Organization",
    "Question",
]

RESEND_AFTER = timedelta(minutes=1)  # how long an invitation waits before it may be mailed again
LONGEST_RETENTION = 5 * 365  # days
_RETENTION_LIMITS = (MinValueValidator(1), MaxValueValidator(LONGEST_RETENTION))


class Organization(models.Model):
    """A business: the tenant that owns everything else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    timezone = TimeZoneField(
        _("time zone"), max_length=64, default="Europe/Paris", validators=[validate_timezone]
    )
    locale = LanguageField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    transcript_days = models.PositiveSmallIntegerField(
        _("days to keep transcripts"), default=365, validators=_RETENTION_LIMITS
    )
    # Callers are told so: `assistants.sync.payloads` adds the sentence to every greeting.
    records_calls = models.BooleanField(_("calls are recorded"), default=False, db_default=False)
    recording_days = models.PositiveSmallIntegerField(
        _("days to keep recordings"), default=90, validators=_RETENTION_LIMITS
    )
    setup_completed_at = models.DateTimeField(_("set-up completed"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="organization_retention_in_limits",
                condition=Q(transcript_days__range=(1, LONGEST_RETENTION))
                & Q(recording_days__range=(1, LONGEST_RETENTION)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_set_up(self) -> bool:
        return self.setup_completed_at is not None

    @property
    def initials(self) -> str:
        """One or two letters, shown in place of a picture."""
        words = self.name.split() or ["?"]
        letters = [words[0][0]] + ([words[-1][0]] if len(words) > 1 else [])
        return "".join(letters).upper()


class Membership(models.Model):
    """A user's role in one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    last_used_at = models.DateTimeField(_("last used"), default=timezone.now)
    created_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["created_at"]
        indexes = [models.Index(fields=["user", "-last_used_at"], name="membership_last_used")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once"),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"

    def may(self, permission: Permission) -> bool:
        return permission in GRANTS[self.role]

    @property
    def runs_setup(self) -> bool:
        """Whether signing in leads to the set-up, which is open and needs this role."""
        return self.may(Permission.CONNECTION_MANAGE) and not self.organization.is_set_up


class InvitationRefusal(models.Model):
    """A mailbox to which no invitation is mailed any more, because its owner said so.

    By a hash, and without a link to an organisation: it holds for all of them, and for those that are deleted.
    """

    mailbox_hash = models.CharField(max_length=64, primary_key=True, editable=False)
    created_at = models.DateTimeField(_("refused"), auto_now_add=True)

    class Meta:
        verbose_name = _("refusal of invitations")
        verbose_name_plural = _("refusals of invitations")

    def __str__(self) -> str:
        return self.mailbox_hash[:8]


class Invitation(models.Model):
    """A role offered to an address. Its link is a LoginToken, replaced when the invitation is sent again.

    open → accepted | withdrawn. An expired invitation stays open until it is sent again or withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # None once the clean-up has deleted an old link.
    token = models.OneToOneField(
        LoginToken, verbose_name=_("link"), null=True, on_delete=models.SET_NULL, related_name="invitation"
    )
    created_at = models.DateTimeField(_("invited"), auto_now_add=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("mail came back"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
            models.CheckConstraint(name="invitation_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="invitation_ends_one_way", condition=Q(accepted_at=None) | Q(withdrawn_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def has_bounced(self) -> bool:
        """Whether its mail did not arrive. Its link still works: reports may be wrong."""
        return self.bounced_at is not None and self.state == "sent"

    @property
    def resend_in(self) -> int:
        """Seconds until its mail may be sent again; never longer than that takes, even if a clock was fast."""
        if self.token is None:
            return 0
        left = RESEND_AFTER - (timezone.now() - self.token.created_at)
        return max(0, math.ceil(min(left, RESEND_AFTER).total_seconds()))

    @property
    def state(self) -> str:
        """`accepted`, `withdrawn`, `expired`, `sent` or, before its mail goes out, `waiting`."""
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        link = self.token.state if self.token else "expired"
        return {"requested": "waiting", "issued": "sent"}.get(link, "expired")

    def get_state_display(self) -> str:
        if self.has_bounced:
            return gettext("did not arrive")
        return {
            "accepted": gettext("accepted"),
            "withdrawn": gettext("withdrawn"),
            "expired": gettext("expired"),
            "sent": gettext("sent"),
            "waiting": gettext("on its way"),
        }[self.state]
