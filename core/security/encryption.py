"""Secrets at rest: a text column that only its owner's row can read.

Fernet knows no associated data, so the owner stands inside the ciphertext and is compared when it is read: a value
copied into another organisation's row opens nothing. Keys are in FIELD_ENCRYPTION_KEYS, the newest first.
"""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute


class UnreadableError(Exception):
    """A stored secret that does not open: its key is gone, it was altered, or it belongs to another row."""


class Ciphertext(str):
    """What the database holds; anything else in the attribute is plain text on its way there."""

    __slots__ = ()


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """What encrypts with the first key and decrypts with any."""
    return _box(tuple(settings.FIELD_ENCRYPTION_KEYS))


class EncryptedAttribute(DeferredAttribute):
    """Decrypts when read, so that a row can be loaded, listed and deleted without its secrets ever being opened."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        """Give the plain text. Raises UnreadableError."""
        value = super().__get__(instance, cls)
        return self.field.decrypt(instance, value) if instance and isinstance(value, Ciphertext) else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        # Without it Python would find the ciphertext in the row's own attributes, and never ask here.
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text encrypted for one row: `owner` names the attribute that says whose it is, `organization_id` by default.

    It cannot be searched, and does not show in forms or in the admin.
    """

    descriptor_class = EncryptedAttribute

    def __init__(self, *args: Any, owner: str = "organization_id", **kwargs: Any) -> None:
        self.owner = owner
        super().__init__(*args, **{"editable": False, **kwargs})

    def deconstruct(self) -> Any:
        """Tell the migration of the owner."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"owner": self.owner}

    def from_db_value(self, value: str | None, *_: Any) -> Ciphertext | None:
        """Mark what comes from the database."""
        return None if value is None else Ciphertext(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Encrypt what is plain, and seal anew what was read and not changed: it may date from before a rotation."""
        value = model_instance.__dict__.get(self.attname)
        if not value:
            return value
        if not isinstance(value, Ciphertext):
            return self.encrypt(model_instance, value)
        try:
            return self.rotate(value)
        except InvalidToken:
            return value  # what nothing opens is kept: its key may come back

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Refuse plain text that comes by a way around the row, such as `update()`."""
        if value and not isinstance(value, Ciphertext):
            raise TypeError(f"{self} takes plain text only through a row's save().")
        return super().get_db_prep_save(value, connection)

    def value_to_string(self, obj: models.Model) -> str:
        """Serialise the ciphertext, never the secret."""
        return str(self.pre_save(obj, add=False) or "")

    def encrypt(self, instance: models.Model, value: str) -> Ciphertext:
        """Seal a text for this row."""
        return Ciphertext(box().encrypt(f"{self._owner_of(instance)}\n{value}".encode()).decode())

    def decrypt(self, instance: models.Model, value: Ciphertext) -> str:
        """Open it. Raises UnreadableError where it was sealed for another row or with a key that is gone."""
        if not value:
            return ""
        try:
            owner, _line, plain = box().decrypt(value.encode()).decode().partition("\n")
        except InvalidToken as error:
            raise UnreadableError(f"{self}: no key in FIELD_ENCRYPTION_KEYS opens it") from error
        if owner != self._owner_of(instance):
            raise UnreadableError(f"{self}: it belongs to another row")
        return plain

    def rotate(self, value: Ciphertext) -> Ciphertext:
        """Seal anew with the newest key. Raises cryptography's InvalidToken where no key opens it."""
        return Ciphertext(box().rotate(value.encode()).decode())

    def _owner_of(self, instance: models.Model) -> str:
        return f"{getattr(instance, self.owner)}|{self.model._meta.label_lower}.{self.name}"
