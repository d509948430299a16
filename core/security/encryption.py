"""Encrypted text columns that only their owner's row can decrypt.

Fernet has no associated data, so the owner is part of the plaintext and is compared when it is decrypted: a value
copied into another organisation's row does not open. Keys are in FIELD_ENCRYPTION_KEYS, newest first.
"""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute


class UnreadableError(Exception):
    """A stored secret cannot be decrypted: its key is gone, it was altered, or it belongs to another row."""


class Ciphertext(str):
    """A value as stored in the database; any other string in the attribute is plain text to be saved."""

    __slots__ = ()


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """Encrypts with the first key and decrypts with any."""
    return _box(tuple(settings.FIELD_ENCRYPTION_KEYS))


class EncryptedAttribute(DeferredAttribute):
    """Decrypts when it is read, so that rows can be loaded, listed and deleted without decryption."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        """Return the plain text. Raises UnreadableError."""
        value = super().__get__(instance, cls)
        return self.field.decrypt(instance, value) if instance and isinstance(value, Ciphertext) else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        # Makes this a data descriptor; otherwise Python would read the ciphertext from the row's `__dict__`.
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text encrypted for one row. `owner` names the attribute with its owner's id, by default `organization_id`.

    It cannot be searched, and is not shown in forms or in the admin.
    """

    descriptor_class = EncryptedAttribute

    def __init__(self, *args: Any, owner: str = "organization_id", **kwargs: Any) -> None:
        self.owner = owner
        super().__init__(*args, **{"editable": False, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"owner": self.owner}

    def from_db_value(self, value: str | None, *_: Any) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Encrypt plain text, and re-encrypt unchanged ciphertext: it may date from before a key rotation."""
        value = model_instance.__dict__.get(self.attname)
        if not value:
            return value
        if not isinstance(value, Ciphertext):
            return self.encrypt(model_instance, value)
        try:
            return self.rotate(value)
        except InvalidToken:
            return value  # kept as it is: its key may be restored

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Raise TypeError for plain text that bypasses the row, as in `update()`."""
        if value and not isinstance(value, Ciphertext):
            raise TypeError(f"{self} takes plain text only through a row's save().")
        return super().get_db_prep_save(value, connection)

    def value_to_string(self, obj: models.Model) -> str:
        """Serialise the ciphertext, never the secret."""
        return str(self.pre_save(obj, add=False) or "")

    def encrypt(self, instance: models.Model, value: str) -> Ciphertext:
        return Ciphertext(box().encrypt(f"{self._owner_of(instance)}\n{value}".encode()).decode())

    def decrypt(self, instance: models.Model, value: Ciphertext) -> str:
        """Raises UnreadableError if it was encrypted for another row or with a key that is gone."""
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
        """Re-encrypt with the newest key. Raises cryptography's InvalidToken if no key opens it."""
        return Ciphertext(box().rotate(value.encode()).decode())

    def _owner_of(self, instance: models.Model) -> str:
        return f"{getattr(instance, self.owner)}|{self.model._meta.label_lower}.{self.name}"
