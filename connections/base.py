"""What the accounts at both providers share."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from connections.problems import NOT_THEIRS, Explanation, Problem, Provider, ProviderError, explain
from connections.querysets import ConnectionQuerySet
from core.security.encryption import UnreadableError
from organizations.models import Organization

MISSES = 2  # checks in a row that nobody answers before a connection counts as failing
# What may pass by itself is mailed about only once it lasts: so many checks in a row, over so long a time.
LASTING_MISSES = 4
LASTS = timedelta(hours=1)


class State(models.TextChoices):
    """Whether the provider accepts the credentials."""

    OK = "ok", _("connected")
    FAILING = "failing", _("failing")


class Connection(models.Model):
    """What both providers share. `revision` grows with new credentials: an answer about older ones says nothing."""

    provider: ClassVar[Provider]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.OneToOneField(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="%(class)s"
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OK)
    problem = models.CharField(_("problem"), max_length=32, blank=True)  # a `problems.Problem`
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    # When this outage was mailed about: once, to those who can mend it. It tells one outage from the next.
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
                condition=Q(state=State.OK, problem="", failing_since=None, told_at=None)
                | (Q(state=State.FAILING, failing_since__isnull=False) & ~Q(problem="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider.label} ••{self.hint}"

    @property
    def hint(self) -> str:
        """The last characters of the secret."""
        raise NotImplementedError

    @property
    def is_sandbox(self) -> bool:
        """Whether it is the bundled stand-in, so that nothing real happens."""
        raise NotImplementedError

    @property
    def secret(self) -> str:
        """The credential in clear. Raises ProviderError where no key of ours opens it any more."""
        raise NotImplementedError

    @property
    def is_readable(self) -> bool:
        """Whether a key of ours still opens the credential."""
        try:
            return bool(self.secret)
        except ProviderError:
            return False

    @property
    def is_failing(self) -> bool:
        """Whether it needs somebody's attention."""
        return self.state == State.FAILING

    @property
    def explanation(self) -> Explanation | None:
        """What is wrong, and what to do; None where nothing is. A key of ours that is gone shows before any check."""
        if not self.is_readable:
            return explain(Problem.UNREADABLE_SECRET, self.provider)
        return explain(self.problem, self.provider) if self.problem else None

    def _open(self, field: str) -> str:
        try:
            return str(getattr(self, field))
        except UnreadableError as error:
            raise ProviderError(Problem.UNREADABLE_SECRET, self.provider) from error

    def renew(self, *, at: datetime) -> None:
        """Begin anew, with credentials that the provider has just accepted."""
        if not self._state.adding:
            self.revision += 1
        self.connected_at = at
        self.note_success(at=at)

    def note_success(self, *, at: datetime) -> None:
        """The provider answered as it should."""
        self.state, self.problem, self.failing_since, self.misses = State.OK, "", None, 0
        self.told_at = None
        self.checked_at = at

    def note_failure(self, error: ProviderError, *, at: datetime) -> None:
        """It did not. What passes by itself must happen twice in a row; what it refuses counts at once."""
        self.checked_at = at
        self.misses += 1
        if error.passing and (self.misses < MISSES or self.state == State.FAILING):
            return
        self.state, self.problem = State.FAILING, error.problem
        self.failing_since = self.failing_since or at

    def is_to_be_told(self, *, at: datetime) -> bool:
        """Whether its people have to hear of an outage by mail, and have not.

        At once where one of them has to do something; else, since most of that passes or is ours, once it lasts.
        """
        if self.failing_since is None or self.told_at is not None:
            return False
        if self.problem not in NOT_THEIRS:
            return True
        return self.misses >= LASTING_MISSES and at - self.failing_since >= LASTS
