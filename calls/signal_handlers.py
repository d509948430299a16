"""Reactions of calls to changes of assistants, and to accounts that are closed."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.addresses import mask_address
from accounts.models import User
from accounts.profile.closure import account_closing
from assistants.models import Assistant
from assistants.sync.services import copy_created
from calls.models import Call, CallNote
from calls.recordings.deletion import delete_folder
from organizations.models import Organization
from organizations.settings.services import organization_deleting


def connect() -> None:
    """Subscribe to the signals; called once, when the apps are ready."""
    copy_created.connect(_adopt_calls, dispatch_uid="calls.copy_created")
    account_closing.connect(_mask_author, dispatch_uid="calls.account_closing")
    organization_deleting.connect(_delete_recordings, dispatch_uid="calls.organization_deleting")


@transaction.atomic
def _adopt_calls(sender: type, assistant: Assistant, vapi_id: str, **_kwargs: Any) -> None:
    """Give the assistant the calls that came before the id of its copy was known."""
    orphans = (
        Call.objects.for_organization(assistant.organization).unadopted().filter(assistant_vapi_id=vapi_id)
    )
    rows = Call.objects.filter(pk__in=list(orphans.locked().values_list("pk", flat=True)))
    rows.update(assistant=assistant, changed_at=timezone.now())


def _mask_author(sender: type, user: User, **_kwargs: Any) -> None:
    """Replace the author's name in notes as the audit does; the notes stay."""
    CallNote.objects.filter(author=user).update(author_name=mask_address(user.email))


def _delete_recordings(sender: type, organization: Organization, **_kwargs: Any) -> None:
    # All that changes a call locks it before the sums and the desk's rows, which are deleted before the calls.
    list(Call.objects.for_organization(organization).locked().values_list("pk", flat=True))
    delete_folder.enqueue(str(organization.pk))
