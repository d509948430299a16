"""Template filter for times that are read far from where they were written."""

from babel.dates import get_timezone_location
from django import template
from django.utils import timezone
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from core.french import elide

register = template.Library()


@register.filter
def zoned(moment: str) -> str:
    """A formatted time and the zone it is in: `21:03, heure de Paris`. In mails, and on pages without a known user."""
    name = timezone.get_current_timezone_name()
    if name == "UTC":
        return f"{moment} UTC"
    place = get_timezone_location(name, locale=to_locale(get_language() or "en"), return_city=True)
    city = place.rpartition("/")[2]
    return elide(_("%(moment)s, %(city)s time") % {"moment": moment, "city": city})
