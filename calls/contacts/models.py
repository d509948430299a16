"""The name of a telephone number."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization

NAME_LENGTH = 80


class ContactQuerySet(models.QuerySet["Contact"]):
    """Reads of contacts."""

    def for_organization(self, organization: Organization) -> Self:
        return self.filter(organization=organization)

    def named_like(self, text: str) -> Self:
        """With `text` in the name, in any case."""
        return self.filter(name__icontains=text)


class Contact(models.Model):
    """A number that has a name in an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="contacts"
    )
    number = models.CharField(_("number"), max_length=16)  # E.164
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name", "id"]
        # On PostgreSQL, parts of a name have a trigram index as well.
        indexes = [models.Index(fields=["organization", "name", "id"], name="contact_list")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="contact_once"),
            models.CheckConstraint(name="contact_has_a_name", condition=~Q(name="") & ~Q(number="")),
        ]

    def __str__(self) -> str:
        return self.name
