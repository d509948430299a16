"""The waiting list."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.locales import LanguageField


class WaitingAddress(models.Model):
    """An address left while sign-up was closed, and the language to write to it in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    locale = LanguageField(_("language"), max_length=8, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("left"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("waiting address")
        verbose_name_plural = _("waiting list")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email
