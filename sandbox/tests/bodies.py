"""Request bodies that the tests send."""

from typing import Any

from django.conf import settings

KEY = settings.SANDBOX_VAPI_KEY

ASSISTANT: dict[str, Any] = {
    "name": "Léa",
    "firstMessage": "Bonjour, Boulangerie Martin, je vous écoute.",
    "firstMessageMode": "assistant-speaks-first",
    "model": {
        "provider": "openai",
        "model": "gpt-4.1-mini",
        "messages": [
            {
                "role": "system",
                "content": "Tu réponds pour la boulangerie.\n- Ouvert du mardi au samedi, de 7h à 19h30.\n"
                "- La baguette coûte 1,20 €.",
            }
        ],
    },
    "voice": {"provider": "azure", "voiceId": "fr-FR-DeniseNeural"},
    "transcriber": {"provider": "deepgram", "model": "nova-3", "language": "fr"},
    "serverMessages": ["status-update", "end-of-call-report"],
    "maxDurationSeconds": 600,
}

NUMBER: dict[str, Any] = {
    "provider": "twilio",
    "number": settings.SANDBOX_PHONE_NUMBER,
    "twilioAccountSid": settings.SANDBOX_TWILIO_SID,
    "twilioAuthToken": settings.SANDBOX_TWILIO_TOKEN,
    "name": "Accueil",
    "smsEnabled": False,
}
