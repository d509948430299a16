"""The sentence by which callers learn that the call is recorded, said after the greeting (GDPR, article 13)."""

from organizations.models import Organization

SENTENCES = {
    "fr": "Cet appel est enregistré.",
    "he": "השיחה מוקלטת.",
    "en": "This call is recorded.",
}


def notice_of(organization: Organization, language: str) -> str:
    """What the greetings of an organisation end with in a language; empty where it records nothing."""
    return SENTENCES.get(language, SENTENCES["en"]) if organization.records_calls else ""
