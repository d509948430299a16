"""Reads of the steps behind an organisation."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from onboarding.models import StepDone  # noqa: F401 - named in a string below
    from organizations.models import Organization


class StepDoneQuerySet(models.QuerySet["StepDone"]):
    """Reads of steps."""

    def for_organization(self, organization: "Organization") -> Self:
        """Those of one organisation."""
        return self.filter(organization=organization)

    def marks(self) -> dict[str, bool]:
        """Whether each was put off, by its key."""
        return dict(self.values_list("step", "skipped"))
