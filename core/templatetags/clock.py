"""Template filter for times that are read far from where they were written."""

from django import template
from django.utils import timezone
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from core.french import elide
from core.locales import timezone_label

register = template.Library()


@register.filter
def zoned(moment: str) -> str:
    """A formatted time and the zone it is in: `21:03, heure de Paris`. In mails, and on pages without a known user."""
    name = timezone.get_current_timezone_name()
    if name == "UTC":
        return f"{moment} UTC"
    return elide(_("%(moment)s, %(city)s time") % {"moment": moment, "city": city(name)})


@register.filter
def city(name: str) -> str:
    """The city of a time zone in the active language: `Jérusalem` for Asia/Jerusalem."""
    return timezone_label(name, to_locale(get_language() or "en")).rpartition("/")[2]
