"""Queries on assistants and on organisations' lines."""

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q

from assistants.problems import Reason
from assistants.sync.mirrored import MirroredQuerySet, SyncState
from organizations.models import Organization

if TYPE_CHECKING:
    from assistants.models import Assistant, Line


class AssistantQuerySet(MirroredQuerySet["Assistant"]):
    """Queries on assistants."""

    def mark_pending(self, **fields: Any) -> int:
        """Also forget the drift: the copy is going to be overwritten."""
        return super().mark_pending(**({"drift": [], "vapi_version": {}} | fields))

    def forget_copies(self, **fields: Any) -> int:
        """Have copies created anew: the known ones are in an account that is no longer connected."""
        return self.mark_pending(vapi_id="", synced_at=None, synced_revision=0, **fields)

    def told_facts(self) -> Self:
        """Those that new facts are sent to: not one that is being deleted, nor one with a change at Vapi.

        The change would be overwritten before a user has chosen between the two versions.
        """
        return self.exclude(sync_state=SyncState.DELETING).exclude(
            sync_state=SyncState.OUT_OF_STEP, sync_problem=Reason.CHANGED
        )

    def comparable(self, version: int) -> Self:
        """Those whose copy may be compared with what was sent last, in the form `version`.

        A copy sent by an earlier release differs by that alone: it is sent again soon.
        """
        settled = Q(sync_state=SyncState.IN_STEP) | Q(
            sync_state=SyncState.OUT_OF_STEP, sync_problem=Reason.CHANGED
        )
        return self.filter(settled, payload_version=version)

    def listed(self) -> Self:
        return self.order_by("-created_at", "-id")

    def matching(self, text: str) -> Self:
        """Assistants whose name or texts contain `text`."""
        if not text:
            return self
        return self.filter(
            Q(name__icontains=text) | Q(first_message__icontains=text) | Q(prompt__icontains=text)
        )

    def outdated(self, version: int) -> Self:
        """Up to date in content, but last sent in the form of an earlier release than `version`."""
        return self.in_step().filter(payload_version__lt=version)

    def answering(self) -> Self:
        return self.filter(answers_calls=True)

    def first_to_answer(self, organization: Organization) -> "Assistant | None":
        """The assistant that answers, else any other one, with the organisation and its line.

        Without the instructions, which are long and which few pages show.
        """
        kept = self.for_organization(organization).exclude(sync_state=SyncState.DELETING)
        ordered = kept.order_by("-answers_calls", "-created_at")
        return ordered.select_related("organization__line").defer("prompt", "vapi_version").first()

    def made_with(self, organization: Organization, key: uuid.UUID) -> "Assistant | None":
        """The assistant that an earlier request with the same form created."""
        return self.for_organization(organization).filter(creation_key=key).first()


class LineQuerySet(MirroredQuerySet["Line"]):
    """Queries on lines."""

    def of(self, organization_id: Any) -> "Line":
        """The line of an organisation, created on first use."""
        return self.get_or_create(organization_id=organization_id)[0]
