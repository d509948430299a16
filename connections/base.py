"""The abstract model of an organisation's account at a provider."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connections.enums import ConnectionState, Provider
from connections.problems import (
    OURS,
    PASSING,
    Explanation,
    Problem,
    ProviderError,
    consequence_of,
    explain,
)
from connections.querysets import ConnectionQuerySet
from core.security.encryption import UnreadableError
from organizations.models import Organization

HINT_LENGTH = 4  # characters of a secret that stay visible
TIMEOUT = 15.0  # seconds

MISSES_UNTIL_FAILING = 2  # unanswered checks in a row
# Most problems that the customer cannot repair pass by themselves. They are mailed about only when they last.
MISSES_UNTIL_ALERT = 4
OUTAGE_UNTIL_ALERT = timedelta(hours=1)


class Connection(models.Model):
    """One organisation's account. `revision` grows with new credentials; answers about older ones are ignored."""

    provider: ClassVar[Provider]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.OneToOneField(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="%(class)s"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=ConnectionState.choices, default=ConnectionState.OK
    )
    problem = models.CharField(_("problem"), max_length=32, blank=True)  # a `problems.Problem`
    refusal = models.TextField(
        blank=True, default="", db_default="", editable=False
    )  # `ProviderError.refusal`
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    # When the alert about this outage was queued. Each outage has one; the time tells outages apart.
    told_at = models.DateTimeField(_("people told"), null=True, blank=True)
    misses = models.PositiveSmallIntegerField(_("checks without an answer"), default=0)
    checked_at = models.DateTimeField(_("last check"), default=timezone.now)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("connected by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    connected_at = models.DateTimeField(_("connected"), default=timezone.now)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["connected_at"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_failing_says_why",
                condition=Q(state=ConnectionState.OK, problem="", failing_since=None, told_at=None)
                | (Q(state=ConnectionState.FAILING, failing_since__isnull=False) & ~Q(problem="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider.label} ••{self.hint}"

    @property
    def hint(self) -> str:
        raise NotImplementedError

    @property
    def is_sandbox(self) -> bool:
        raise NotImplementedError

    @property
    def secret(self) -> str:
        """The decrypted credential. Raises ProviderError where no configured key decrypts it."""
        raise NotImplementedError

    @property
    def warning(self) -> str:
        """What the user must know right after connecting; "" where there is nothing."""
        return ""

    @property
    def is_readable(self) -> bool:
        try:
            return bool(self.secret)
        except ProviderError:
            return False

    @property
    def is_failing(self) -> bool:
        return self.state == ConnectionState.FAILING

    @property
    def explanation(self) -> Explanation | None:
        """The current problem; a secret that cannot be decrypted shows before the next check finds it."""
        if not self.is_readable:
            return explain(Problem.UNREADABLE_SECRET, self.provider)
        return explain(self.problem, self.provider, refusal=self.refusal) if self.problem else None

    @property
    def consequence(self) -> Promise:
        """What the current problem means for calls."""
        return consequence_of(self.problem or Problem.UNREADABLE_SECRET)

    def _decrypt(self, field: str) -> str:
        try:
            return str(getattr(self, field))
        except UnreadableError as error:
            raise ProviderError(Problem.UNREADABLE_SECRET, self.provider) from error

    def renew(self, *, at: datetime) -> None:
        """Start over with credentials that the provider has just accepted."""
        if not self._state.adding:
            self.revision += 1
        self.connected_at = at
        self.record_success(at=at)

    def record_success(self, *, at: datetime) -> None:
        """Note a check that the provider answered as expected."""
        self.state, self.problem, self.failing_since, self.misses = ConnectionState.OK, "", None, 0
        self.refusal, self.told_at = "", None
        self.checked_at = at

    def record_failure(self, error: ProviderError, *, at: datetime) -> None:
        """Note a failed check. A refusal counts at once, a passing problem only when it repeats."""
        self.checked_at = at
        self.misses += 1
        if self.failing_since is not None:
            self.failing_since = min(self.failing_since, at)  # a time ahead is from a clock that was fast
        if error.passing and (self.misses < MISSES_UNTIL_FAILING or self.is_failing):
            return
        self.state, self.problem, self.refusal = ConnectionState.FAILING, error.problem, error.refusal
        self.failing_since = self.failing_since or at

    def is_alert_due(self, *, at: datetime) -> bool:
        """Whether the outage must be mailed about now: at once where the customer can act, else when it lasts."""
        if self.failing_since is None or self.told_at is not None:
            return False
        if self.problem not in PASSING | OURS:
            return True
        return self.misses >= MISSES_UNTIL_ALERT and at - self.failing_since >= OUTAGE_UNTIL_ALERT
