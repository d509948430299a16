"""What people type or choose about an item."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.fields import TextField
from desk.items.snooze import Snooze, snooze_moments
from desk.models import NOTE_LENGTH, Item
from organizations.models import Membership
from organizations.permissions import Permission


class NoteForm(forms.Form):
    """A note. `id` is drawn with the empty form: sent twice, it is one note."""

    id = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-keep": True}))
    text = TextField(
        label=_("Note for the team"),
        max_length=NOTE_LENGTH,
        error_messages={"required": _("Type the note.")},
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"id": uuid.uuid4()}, **kwargs)


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of members by their names."""

    def label_from_instance(self, member: Membership) -> str:
        return str(member.user.display_name)


class AssignmentForm(forms.Form):
    """The person who deals with an item, among those who may."""

    member = MemberField(
        label=_("Who deals with it"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
    )

    def __init__(self, data: Any = None, *, item: Item, **kwargs: Any) -> None:
        super().__init__(data, initial={"member": item.assigned_to_id}, **kwargs)
        people = Membership.objects.for_organization(item.organization).who_may(Permission.DESK_ACT)
        self.fields["member"].queryset = people  # type: ignore[attr-defined]


class SnoozeForm(forms.Form):
    """Until when an item is put off; `now` brings it back."""

    until = forms.ChoiceField(label=_("Put off until"))

    def __init__(self, data: Any = None, *, item: Item, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.moments = snooze_moments(timezone.now(), item.organization.timezone)
        self.fields["until"].choices = [(each.value, each.label) for each in Snooze if each in self.moments]  # type: ignore[attr-defined]
