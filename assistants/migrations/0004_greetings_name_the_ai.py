"""Greetings that are exactly a preset of earlier releases get its new text, which says that an AI speaks.

What a user typed is left alone. Changed copies are sent to Vapi by `assistants.sync.renewal`, a few at a time.
"""

import re
from typing import Any

from django.db import migrations

# The presets before and after, `{business}` being the organisation's name.
GREETINGS = [
    (
        "{business}, good day. You are speaking with the voice assistant. I will note what you need and the team will call you back. What is it about?",
        "{business}, good day. You are speaking with the AI voice assistant. I will note what you need and the team will call you back. What is it about?",
    ),
    (
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal. Je note votre demande et on vous rappelle. De quoi s’agit-il ?",
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal, une intelligence artificielle. Je note votre demande et on vous rappelle. De quoi s’agit-il ?",
    ),
    (
        "שלום, הגעתם ל{business}. אתם מדברים עם העוזר הקולי. הפנייה תירשם והצוות יחזור אליכם. במה מדובר?",
        "שלום, הגעתם ל{business}. אתם מדברים עם עוזר קולי מבוסס בינה מלאכותית. הפנייה תירשם והצוות יחזור אליכם. במה מדובר?",
    ),
    (
        "{business}, good day. You are speaking with the voice assistant. How can I help?",
        "{business}, good day. You are speaking with the AI voice assistant. How can I help?",
    ),
    (
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal. Que puis-je faire pour vous ?",
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal, une intelligence artificielle. Que puis-je faire pour vous ?",
    ),
    (
        "שלום, הגעתם ל{business}. אתם מדברים עם העוזר הקולי. איך אפשר לעזור?",
        "שלום, הגעתם ל{business}. אתם מדברים עם עוזר קולי מבוסס בינה מלאכותית. איך אפשר לעזור?",
    ),
    (
        "{business}, good day. You are speaking with the agency’s voice assistant. Are you calling about a property, about selling, or about something else?",
        "{business}, good day. You are speaking with the agency’s AI voice assistant. Are you calling about a property, about selling, or about something else?",
    ),
    (
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal de l’agence. Vous appelez pour un bien, pour vendre, ou pour une autre demande ?",
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal de l’agence, une intelligence artificielle. Vous appelez pour un bien, pour vendre, ou pour une autre demande ?",
    ),
    (
        "שלום, הגעתם ל{business}. אתם מדברים עם העוזר הקולי של המשרד. אתם מתקשרים לגבי נכס, לגבי מכירה או בעניין אחר?",
        "שלום, הגעתם ל{business}. אתם מדברים עם העוזר הקולי של המשרד, שמופעל בבינה מלאכותית. אתם מתקשרים לגבי נכס, לגבי מכירה או בעניין אחר?",
    ),
    (
        "{business}, good day. You are speaking with the firm’s voice assistant. I can note your request so that somebody calls you back. What is your call about?",
        "{business}, good day. You are speaking with the firm’s AI voice assistant. I can note your request so that somebody calls you back. What is your call about?",
    ),
    (
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal du cabinet. Je peux noter votre demande pour que l’on vous rappelle. Quel est l’objet de votre appel ?",
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal du cabinet, une intelligence artificielle. Je peux noter votre demande pour que l’on vous rappelle. Quel est l’objet de votre appel ?",
    ),
    (
        "שלום, הגעתם ל{business}. אתם מדברים עם העוזר הקולי של המשרד. אפשר להשאיר כאן פנייה ונחזור אליכם. במה מדובר?",
        "שלום, הגעתם ל{business}. אתם מדברים עם העוזר הקולי של המשרד, שמופעל בבינה מלאכותית. אפשר להשאיר כאן פנייה ונחזור אליכם. במה מדובר?",
    ),
    (
        "{business}, good day. You are speaking with the practice’s voice assistant. If this is a life-threatening emergency, hang up and call the emergency services. Otherwise, how can I help?",
        "{business}, good day. You are speaking with the practice’s AI voice assistant. If this is a life-threatening emergency, hang up and call the emergency services. Otherwise, how can I help?",
    ),
    (
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal du cabinet. S’il s’agit d’une urgence vitale, raccrochez et composez le 15. Sinon, que puis-je faire pour vous ?",
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal du cabinet, une intelligence artificielle. S’il s’agit d’une urgence vitale, raccrochez et composez le 15. Sinon, que puis-je faire pour vous ?",
    ),
    (
        "שלום, הגעתם ל{business}. אתם מדברים עם העוזר הקולי של המרפאה. אם מדובר במצב חירום, נתקו והתקשרו ל־101. אחרת, איך אפשר לעזור?",
        "שלום, הגעתם ל{business}. אתם מדברים עם העוזר הקולי של המרפאה, שמופעל בבינה מלאכותית. אם מדובר במצב חירום, נתקו והתקשרו ל־101. אחרת, איך אפשר לעזור?",
    ),
    (
        "{business}, hello! You are speaking with the voice assistant. Would you like to book a table, or is it about something else?",
        "{business}, hello! You are speaking with the AI voice assistant. Would you like to book a table, or is it about something else?",
    ),
    (
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal. C’est pour réserver une table, ou pour une autre demande ?",
        "{business}, bonjour. Vous êtes en ligne avec l’assistant vocal, une intelligence artificielle. C’est pour réserver une table, ou pour une autre demande ?",
    ),
    (
        "שלום, הגעתם ל{business}. אתם מדברים עם העוזר הקולי. רוצים להזמין שולחן, או שמדובר בעניין אחר?",
        "שלום, הגעתם ל{business}. אתם מדברים עם עוזר קולי מבוסס בינה מלאכותית. רוצים להזמין שולחן, או שמדובר בעניין אחר?",
    ),
]


def replace(apps: Any, schema_editor: Any) -> None:
    Assistant = apps.get_model("assistants", "Assistant")
    for assistant in Assistant.objects.select_related("organization").iterator():
        renewed = dict(pairs_for(assistant.organization.name)).get(assistant.first_message)
        if renewed:
            # Version 1: sent by an earlier release, as far as the renewal is concerned.
            unchanged = Assistant.objects.filter(pk=assistant.pk, first_message=assistant.first_message)
            unchanged.update(first_message=renewed, payload_version=1)


def pairs_for(business: str) -> list[tuple[str, str]]:
    return [(named(old, business), named(new, business)) for old, new in GREETINGS]


def named(text: str, business: str) -> str:
    """As `assistants.catalog.presets` does: a maqaf between a Hebrew prefix and a name in another script."""
    if not re.match("[א-ת]", business):
        text = re.sub(r"(?<=[א-ת])\{business\}", "־{business}", text)
    return text.replace("{business}", business)


class Migration(migrations.Migration):
    dependencies = [("assistants", "0003_payload_version")]

    operations = [migrations.RunPython(replace, migrations.RunPython.noop)]
