"""What is added to an assistant's instructions so that it knows the date and the facts of its organisation.

Vapi fills Liquid variables when a call begins: https://docs.vapi.ai/assistants/dynamic-variables. The month and the
weekday come in English, which the model translates.
"""

from organizations.facts.selectors import read_answers
from organizations.facts.text import fact_lines, without_variables
from organizations.models import Organization

_NOW = '{{{{"now" | date: "%A %d %B %Y, %H:%M", "{timezone}"}}}}'
_DATE = {
    "fr": "Nous sommes le\u00a0: {now}.",
    "en": "It is now: {now}.",
    "he": "התאריך והשעה עכשיו: {now}.",
}
_HEADING = {
    "fr": "Informations sur {business}. Elles priment sur ce qui précède\u00a0; ce qui manque n’est pas connu.",
    "en": "Facts about {business}. They outweigh what is written above; what is missing is unknown.",
    "he": "מידע על {business}. הוא גובר על מה שנכתב למעלה; מה שחסר אינו ידוע.",
}


def facts_text(organization: Organization, language: str) -> str:
    """The date, then the facts, one line each, in a language (`fr`, `he`, `en`)."""
    now = _NOW.format(timezone=organization.timezone)
    heading = _HEADING[language].format(business=without_variables(organization.name))
    lines = fact_lines(read_answers(organization), organization, language)
    date = _DATE[language].format(now=now)
    return "\n".join([date, "", heading, *lines] if lines else [date])
