"""Saving the forms of existing rows."""

from typing import Any

from django.db import transaction
from django.forms import ModelForm


@transaction.atomic
def save_changes(form: ModelForm[Any]) -> Any:
    """Update the changed columns of the form's row, and return it.

    `form.save()` would insert the row again where another request has deleted it. Raises DatabaseError then.
    """
    row = form.save(commit=False)
    if form.changed_data:
        row.save(update_fields=form.changed_data)
    return row
