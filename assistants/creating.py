"""Making assistants: new, or as a copy."""

import json
import uuid
from typing import TypedDict, cast

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from assistants.acting import lock_actor, lock_assistant
from assistants.models import NAME_LENGTH, Assistant
from assistants.records import record
from assistants.sync.phone_number import request_line
from assistants.sync.services import synchronize_assistant
from organizations.models import Membership
from organizations.permissions import Permission


class AssistantData(TypedDict):
    """What people decide about an assistant, as `AssistantForm` cleans it."""

    name: str
    language: str
    voice: str
    persona: str
    first_message: str
    prompt: str


def values_of(assistant: Assistant) -> AssistantData:
    """What was decided about one."""
    values = {name: getattr(assistant, name) for name in AssistantData.__annotations__}
    return cast("AssistantData", values)


def create_assistant(
    *, actor: Membership, data: AssistantData, request: HttpRequest | None, form_key: uuid.UUID | None = None
) -> Assistant:
    """Make an assistant, and have Vapi told of it. The first of an organisation answers its number.

    `form_key` is drawn when a form is shown: the same form with the same content, sent twice, makes one assistant.
    Raises Http404 or PermissionDenied where the actor may no longer do it.
    """
    key = _creation_key(form_key, data)
    with transaction.atomic():
        member = lock_actor(actor, Permission.ASSISTANT_EDIT)
        made = Assistant.objects.made_with(member.organization, key) if key else None
        if made is None:
            made = _make(member, data, key)
            record("created", member, made, request)
    return made


def duplicate_assistant(*, actor: Membership, assistant_id: uuid.UUID, request: HttpRequest) -> Assistant:
    """Make a copy, under a name that says so. Raises Http404 where there is nothing to copy, or PermissionDenied."""
    with transaction.atomic():
        member = lock_actor(actor, Permission.ASSISTANT_EDIT)
        source = lock_assistant(member, assistant_id)
        copy = _make(member, _copied(source), None)
        record("duplicated", member, copy, request, source=source.name)
    return copy


def _make(member: Membership, data: AssistantData, key: uuid.UUID | None) -> Assistant:
    organization = member.organization
    is_first = not Assistant.objects.for_organization(organization).answering().exists()
    assistant = Assistant.objects.create(
        organization=organization, created_by=member.user, creation_key=key, answers_calls=is_first, **data
    )
    synchronize_assistant.enqueue(str(assistant.id))
    if is_first:
        request_line(organization.pk)
    return assistant


def _copied(source: Assistant) -> AssistantData:
    name = _("Copy of %(name)s") % {"name": source.name}
    return AssistantData(
        name=name[:NAME_LENGTH].rstrip(),
        language=source.language,
        voice=source.voice,
        persona=source.persona,
        first_message=source.first_message,
        prompt=source.prompt,
    )


def _creation_key(form_key: uuid.UUID | None, data: AssistantData) -> uuid.UUID | None:
    """Going back to a form that was sent and changing it makes another assistant: the content is part of the key."""
    return form_key and uuid.uuid5(form_key, json.dumps(data, sort_keys=True))
