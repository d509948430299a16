"""The sentences of the stand-in's assistants, and the words they recognise; languages are Vapi's codes.

Hebrew avoids grammatical gender where it can, and uses the plural where it cannot.
"""

LINES: dict[str, dict[str, str]] = {
    "fr": {
        "greeting": "Bonjour, vous parlez à une intelligence artificielle. Que puis-je faire pour vous ?",
        "hours": "Voici nos horaires. {fact}",
        "price": "Voici ce que je sais de nos tarifs. {fact}",
        "unknown_fact": "Je n’ai pas cette information sous les yeux. Souhaitez-vous laisser un message ?",
        "day": "Avec plaisir. Quel jour et à quelle heure vous conviendrait le mieux ?",
        "name": "C’est noté. À quel nom, s’il vous plaît ?",
        "booked": "Merci, votre rendez-vous est noté. Vous recevrez une confirmation. Autre chose ?",
        "message": "Bien sûr, je prends votre message. Je vous écoute.",
        "number": "C’est noté. À quel numéro peut-on vous rappeler ?",
        "noted": "Merci, je transmets votre message. On vous rappellera rapidement.",
        "thanks": "Je vous en prie. Puis-je vous aider pour autre chose ?",
        "goodbye": "Merci de votre appel. Bonne journée !",
        "unknown": "Je peux prendre un rendez-vous, donner nos horaires ou noter un message. "
        "Que préférez-vous ?",
        "silence": "Allô ? Vous m’entendez ?",
    },
    "en": {
        "greeting": "Hello, you are speaking with an AI. How can I help you?",
        "hours": "Here are our opening hours. {fact}",
        "price": "Here is what I know about our prices. {fact}",
        "unknown_fact": "I don’t have that at hand. Would you like to leave a message?",
        "day": "With pleasure. Which day and what time would suit you best?",
        "name": "Noted. What name should I put, please?",
        "booked": "Thank you, your appointment is noted. You will get a confirmation. Anything else?",
        "message": "Of course, I’ll take your message. Go ahead.",
        "number": "Noted. Which number can we call you back on?",
        "noted": "Thank you, I’ll pass your message on. Somebody will call you back soon.",
        "thanks": "You’re welcome. Is there anything else I can do for you?",
        "goodbye": "Thank you for calling. Have a good day!",
        "unknown": "I can book an appointment, tell you our opening hours or take a message. Which would you like?",
        "silence": "Hello? Can you hear me?",
    },
    "he": {
        "greeting": "שלום, אתם מדברים עם בינה מלאכותית. במה אפשר לעזור?",
        "hours": "אלה שעות הפתיחה שלנו. {fact}",
        "price": "זה מה שידוע לי על המחירים. {fact}",
        "unknown_fact": "המידע הזה לא נמצא מולי. תרצו להשאיר הודעה?",
        "day": "בשמחה. איזה יום ואיזו שעה נוחים לכם?",
        "name": "רשמתי. על איזה שם?",
        "booked": "תודה, התור נרשם ויישלח אליכם אישור. אפשר לעזור בעוד משהו?",
        "message": "כמובן, אפשר להשאיר הודעה. אני רושמת.",
        "number": "רשמתי. לאיזה מספר אפשר לחזור אליכם?",
        "noted": "תודה, ההודעה תועבר ויחזרו אליכם בהקדם.",
        "thanks": "בבקשה. אפשר לעזור בעוד משהו?",
        "goodbye": "תודה שהתקשרתם. יום טוב!",
        "unknown": "אפשר לקבוע תור, לשמוע את שעות הפתיחה או להשאיר הודעה. מה תעדיפו?",
        "silence": "הלו? שומעים אותי?",
    },
}

# In the order in which they are looked for: a caller who thanks and says goodbye is leaving.
KEYWORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "fr": {
        "goodbye": ("au revoir", "bonne journée", "bonne soirée", "à bientôt"),
        "day": ("rendez-vous", "rdv", "réserver", "réservation", "créneau"),
        "hours": ("horaire", "ouvert", "ouvre", "ferme", "quelle heure"),
        "price": ("prix", "tarif", "combien", "coûte", "coute"),
        "message": ("message", "rappeler", "rappelle", "transmettre"),
        "thanks": ("merci",),
        "greeting": ("bonjour", "bonsoir", "allô", "salut"),
    },
    "en": {
        "goodbye": ("goodbye", "bye", "have a good day", "see you"),
        "day": ("appointment", "book", "reservation", "reserve", "slot"),
        "hours": ("opening", "open", "close", "hours", "what time"),
        "price": ("price", "cost", "how much", "rate", "fee"),
        "message": ("message", "call back", "call me back", "pass on"),
        "thanks": ("thank",),
        "greeting": ("hello", "hi", "good morning", "good evening"),
    },
    "he": {
        "goodbye": ("להתראות", "יום טוב", "ביי", "שלום ותודה"),
        "day": ("תור", "פגישה", "לקבוע", "להזמין", "הזמנה"),
        "hours": ("שעות", "פתוח", "פתיחה", "סגור", "באיזו שעה"),
        "price": ("מחיר", "כמה", "עולה", "עלות", "תעריף"),
        "message": ("הודעה", "לחזור אלי", "שיחזרו", "למסור"),
        "thanks": ("תודה",),
        "greeting": ("שלום", "הלו", "בוקר טוב", "ערב טוב"),
    },
}
