"""Names and greetings of the demo bakery's assistants, and its facts."""

from datetime import time

from assistants.catalog.presets import Persona, preset_of
from assistants.models import AssistantData
from organizations.facts.answers import Answer, Answers, Asked, Span
from organizations.facts.models import Hours, Topic

BUSINESS = "Boulangerie Martin"


def _assistant(name: str, language: str, greeting: str) -> AssistantData:
    preset = preset_of(Persona.BAKERY, language, business=BUSINESS)
    return AssistantData(
        name=name,
        language=language,
        voice=preset.voice,
        persona=Persona.BAKERY,
        first_message=greeting,
        prompt=preset.prompt,
    )


ASSISTANTS = (
    _assistant(
        "Léa",
        "fr",
        "Boulangerie Martin, bonjour ! Ici Léa, l’assistante vocale, une intelligence artificielle. "
        "C’est pour une commande, ou pour une question ?",
    ),
    _assistant(
        "Emma",
        "en",
        "Boulangerie Martin, good morning! This is Emma, the AI voice assistant. How can I help?",
    ),
    _assistant(
        "נועה",
        "he",
        "שלום, הגעתם ל־Boulangerie Martin. מדברת נועה, עוזרת קולית מבוססת בינה מלאכותית. במה אפשר לעזור?",
    ),
)

_TUESDAY_TO_SATURDAY, _SUNDAY = range(1, 6), 6
FACTS: Answers = {
    Topic.HOURS: Answer(
        hours=Hours.WEEKLY,
        spans=(
            *(Span(day, time(7), time(19, 30)) for day in _TUESDAY_TO_SATURDAY),
            Span(_SUNDAY, time(7), time(13)),
        ),
    ),
    Topic.ADDRESS: Answer(text="12 rue des Tilleuls, 69003 Lyon"),
    Topic.ACCESS: Answer(text="Métro Masséna, quatre minutes à pied. Parking gratuit vingt minutes."),
    Topic.PAYMENT: Answer(text="Espèces, et carte à partir de 5 euros."),
    Topic.BOOKING: Answer(
        text="Gâteaux 48 heures à l’avance, au plus tard le jeudi midi pour le dimanche. La boulangerie confirme."
    ),
    Topic.EMERGENCIES: Answer(applies=False),
    Topic.QUESTIONS: Answer(
        questions=(
            Asked("Faites-vous du pain sans gluten ?", "Non, et tout est préparé dans le même atelier."),
        )
    ),
}
"""Seven of the questions; the others are left to be tried."""
