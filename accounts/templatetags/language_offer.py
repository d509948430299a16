"""Template tag of the language offer, for the layouts of signed-in pages."""

from typing import Any

from django import template

from accounts.profile.language import offers_language

register = template.Library()


@register.inclusion_tag("accounts/_language_offer.html", takes_context=True)
def language_offer(context: template.Context) -> dict[str, Any]:
    """Asks, once a session, whether the language of this page is that of the mails too."""
    request = context.get("request")
    if request is None or not offers_language(request):
        return {}
    return {"next": request.get_full_path(), "csrf_token": context.get("csrf_token")}
