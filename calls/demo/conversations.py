"""What is said in invented calls to a bakery: lines by turns, the assistant's first."""

import random
from dataclasses import dataclass

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "fr": {
        "cake": (
            "charlotte aux poires",
            "forêt-noire",
            "tarte aux fraises",
            "galette des rois",
            "paris-brest",
        ),
        "bread": ("baguettes tradition", "pains de campagne", "pains de seigle tranchés", "brioches"),
        "day": ("mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        "hour": ("8 h", "9 h 30", "10 h", "midi", "16 h", "18 h 15"),
        "count": ("quatre", "six", "huit", "dix", "douze", "vingt"),
        "name": ("Haddad", "Moreau", "Lefèvre", "Benali", "Cohen", "Rossi", "Nguyen", "Caron"),
    },
    "en": {
        "cake": ("pear charlotte", "chocolate cake", "strawberry tart", "lemon tart", "cheesecake"),
        "bread": ("baguettes", "country loaves", "rye breads, sliced", "brioches"),
        "day": ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        "hour": ("8 o’clock", "half past nine", "10", "noon", "4 in the afternoon"),
        "count": ("four", "six", "eight", "ten", "twelve", "twenty"),
        "name": ("Taylor", "Singh", "O’Brien", "Walker", "Okafor", "Evans"),
    },
    "he": {
        "cake": ("עוגת גבינה", "טארט תותים", "עוגת שוקולד", "שרלוטת אגסים"),
        "bread": ("בגטים", "כיכרות כפריות", "לחמי שיפון פרוסים", "חלות"),
        "day": ("שלישי", "רביעי", "חמישי", "שישי", "שבת"),
        "hour": ("8:00", "9:30", "10:00", "12:00", "16:00"),
        "count": ("ארבע", "שש", "שמונה", "עשר", "שתים־עשרה"),
        "name": ("כהן", "מזרחי", "לוי", "פרץ", "אוחנה", "פרידמן"),
    },
}

CONVERSATIONS: dict[str, tuple[tuple[str, ...], ...]] = {
    "fr": (
        (
            "Boulangerie Martin, bonjour ! Que puis-je faire pour vous ?",
            "Bonjour, je voudrais commander une {cake} pour {day}, pour {count} personnes.",
            "Avec plaisir ! À quelle heure passerez-vous la prendre ?",
            "Vers {hour}, au nom de {name}.",
            "C’est noté : une {cake} pour {count}, {day} à {hour}, au nom de {name}. La boulangerie vous rappelle.",
            "Merci, au revoir !",
        ),
        (
            "Boulangerie Martin, bonjour ! C’est pour une commande, ou pour une question ?",
            "Vous êtes ouverts {day} ?",
            "Oui, de 7 h à 19 h 30, et le dimanche jusqu’à 13 h.",
            "Parfait, merci.",
        ),
        (
            "Boulangerie Martin, bonjour ! Que puis-je faire pour vous ?",
            "Bonjour, mettez-moi de côté {count} {bread} pour {day}, s’il vous plaît.",
            "Bien sûr. À quel nom ?",
            "{name}. Je passe à {hour}.",
            "C’est noté, {day} à {hour} au nom de {name}.",
        ),
        (
            "Boulangerie Martin, bonjour ! C’est pour une commande, ou pour une question ?",
            "Est-ce que la {cake} contient des noix ? Ma fille est allergique.",
            "Je préfère ne rien affirmer : la boulangerie vous rappelle avant ce soir. À quel nom ?",
            "{name}, merci beaucoup.",
        ),
        (
            "Boulangerie Martin, bonjour ! Que puis-je faire pour vous ?",
            "C’est le moulin : la livraison de farine de {day} est décalée à {hour}.",
            "Merci de prévenir, je transmets le message.",
        ),
        (
            "Boulangerie Martin, bonjour ! Que puis-je faire pour vous ?",
            "J’ai acheté {count} {bread} ce matin et il en manquait un dans le sac.",
            "J’en suis désolée. Je note votre message, la boulangerie vous rappelle. À quel nom ?",
            "{name}.",
        ),
    ),
    "en": (
        (
            "Boulangerie Martin, good morning! How can I help?",
            "Hello, I’d like to order a {cake} for {day}. There will be {count} of us.",
            "With pleasure. What time will you pick it up?",
            "Around {hour}. The name is {name}.",
            "Noted: a {cake} for {count}, {day}, {hour}, for {name}. The bakery will call you back.",
        ),
        (
            "Boulangerie Martin, good morning! How can I help?",
            "Are you open on {day}, and how do I get there from the station?",
            "Yes, from 7 am. It is four minutes on foot from Masséna.",
            "Lovely, thank you.",
        ),
        (
            "Boulangerie Martin, good morning! How can I help?",
            "Could you keep {count} {bread} for me until {hour}?",
            "Of course. Under which name?",
            "{name}. See you later!",
        ),
    ),
    "he": (
        (
            "שלום, הגעתם ל־Boulangerie Martin. במה אפשר לעזור?",
            "שלום, אני רוצה להזמין {cake} ליום {day}, ל־{count} סועדים.",
            "בשמחה. באיזו שעה תבואו לאסוף?",
            "בערך ב־{hour}, על שם {name}.",
            "רשמתי: {cake} ליום {day} ב־{hour}, על שם {name}. המאפייה תחזור אליכם לאישור.",
        ),
        (
            "שלום, הגעתם ל־Boulangerie Martin. במה אפשר לעזור?",
            "אתם פתוחים ביום {day}?",
            "כן, מ־7:00 עד 19:30.",
            "תודה רבה!",
        ),
        (
            "שלום, הגעתם ל־Boulangerie Martin. במה אפשר לעזור?",
            "אפשר לשמור לי {bread} עד {hour}?",
            "בוודאי. על איזה שם?",
            "{name}, תודה.",
        ),
    ),
}


@dataclass(frozen=True)
class Conversation:
    """Lines by turns, the assistant's first: the one with this number in a language, with these words in it."""

    language: str
    number: int
    words: dict[str, str]
    lines: list[str]


def invent(chance: random.Random, language: str) -> Conversation:
    """A conversation in a language; an unknown one is French."""
    language = language if language in CONVERSATIONS else "fr"
    words = {name: chance.choice(choices) for name, choices in WORDS[language].items()}
    number = chance.randrange(len(CONVERSATIONS[language]))
    lines = [line.format(**words) for line in CONVERSATIONS[language][number]]
    return Conversation(language, number, words, lines)
