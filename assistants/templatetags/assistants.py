"""Template tags about assistants."""

from django import template
from django.utils.safestring import SafeString

from assistants.models import Assistant
from assistants.sentences import say_in_html

register = template.Library()


@register.simple_tag
def say(assistant: Assistant, key: str) -> SafeString:
    """A sentence about an assistant, by name and in the gender of its voice: `assistants.sentences.SENTENCES`."""
    return say_in_html(assistant, key)
