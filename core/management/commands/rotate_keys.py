from collections.abc import Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models

from core.security.encryption import Ciphertext, EncryptedTextField

BATCH = 500


class Command(BaseCommand):
    help = (
        "Seal every stored secret anew with the first of FIELD_ENCRYPTION_KEYS. Put the new key before the old one, "
        "restart, run this, then remove the old one."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Row by row; safe while the product runs, and to run again."""
        sealed, unreadable = 0, []
        for field in encrypted_fields():
            for pk, value in stored(field):
                try:
                    sealed += reseal(field, pk, value)
                except InvalidToken:
                    unreadable.append(f"{field} of {pk}")
        self.stdout.write(f"{sealed} secrets sealed with the newest key.")
        if unreadable:
            raise CommandError("No key opens these, they were left alone: " + ", ".join(unreadable))


def encrypted_fields() -> Iterator[EncryptedTextField]:
    """All encrypted columns of all apps."""
    for model in apps.get_models():
        yield from (field for field in model._meta.fields if isinstance(field, EncryptedTextField))


def stored(field: EncryptedTextField) -> Iterator[tuple[Any, Ciphertext]]:
    """Primary key and ciphertext of each row that has one."""
    rows = field.model._base_manager.exclude(**{field.name: ""}).exclude(**{field.name: None})
    yield from rows.values_list("pk", field.name).iterator(chunk_size=BATCH)


def reseal(field: EncryptedTextField, pk: Any, value: Ciphertext) -> int:
    """Re-encrypt one value, unless it was saved meanwhile, which encrypts with the newest key anyway."""
    rows = field.model._base_manager.filter(models.Q(pk=pk), **{field.name: value})
    return rows.update(**{field.name: field.rotate(value)})
