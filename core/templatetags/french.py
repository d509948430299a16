"""Template tag for sentences in which French elides before a name."""

from django import template

from core.french import elide

register = template.Library()


@register.simple_block_tag(end_name="endelided")
def elided(content: str) -> str:
    """`{% elided %}{% blocktranslate %}…{% endblocktranslate %}{% endelided %}`: see `core.french.elide`."""
    return elide(content)
