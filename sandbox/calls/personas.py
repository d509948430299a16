"""The simulated callers and their sentences; languages are Vapi's codes.

A persona is an ordered list of wishes; the length of the call decides how many of them come up.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Persona:
    """A simulated caller: its name on the page, its wishes, and why the call ends."""

    label: Promise
    wishes: tuple[str, ...]
    ended_reason: str = "customer-ended-call"
    says_goodbye: bool = True


BOOKING = ("book", "day", "name")
MESSAGE = ("message", "matter", "number")

PERSONAS = {
    "appointment": Persona(_("Wants an appointment"), (*BOOKING, "hours", "price", *MESSAGE)),
    "questions": Persona(_("Asks about hours and prices"), ("hours", "price", *BOOKING, *MESSAGE)),
    "message": Persona(_("Leaves a message"), (*MESSAGE, "hours", "price", *BOOKING)),
    "hurried": Persona(_("Hangs up in the middle"), (*BOOKING, *MESSAGE), says_goodbye=False),
    "silent": Persona(_("Says nothing"), (), "silence-timed-out", says_goodbye=False),
}

LENGTHS = {"short": _("A short call"), "medium": _("A call of medium length"), "long": _("A long call")}
WISHES_IN = {"short": 2, "medium": 4, "long": 8}

SAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "fr": {
        "book": (
            "Bonjour, je voudrais prendre rendez-vous.",
            "Bonjour, est-ce que je peux réserver un créneau cette semaine ?",
        ),
        "day": ("Jeudi vers quatorze heures, si possible.", "Plutôt vendredi matin, vers dix heures."),
        "name": ("Au nom de Claire Durand.", "Karim Benali, B, E, N, A, L, I."),
        "hours": ("Vous êtes ouverts jusqu’à quelle heure ?", "Quels sont vos horaires le samedi ?"),
        "price": ("Et c’est combien, à peu près ?", "Vous pouvez me dire vos tarifs ?"),
        "message": ("Je voudrais laisser un message.", "Est-ce que quelqu’un peut me rappeler ?"),
        "matter": ("C’est au sujet de ma commande de la semaine dernière.", "C’est pour un devis."),
        "number": ("Au 06 39 98 12 34.", "Le 06 39 98 55 10, c’est mon portable."),
        "goodbye": ("Merci beaucoup, au revoir.", "Parfait, merci. Bonne journée !"),
    },
    "en": {
        "book": ("Hello, I’d like to book an appointment.", "Hi, do you have a slot this week?"),
        "day": ("Thursday around two, if possible.", "Friday morning would be best, around ten."),
        "name": ("Claire Durand.", "It’s Sam Taylor, T, A, Y, L, O, R."),
        "hours": ("What time do you close?", "What are your opening hours on Saturday?"),
        "price": ("And how much is it, roughly?", "Could you tell me your prices?"),
        "message": ("I’d like to leave a message.", "Could somebody call me back?"),
        "matter": ("It’s about the order I placed last week.", "It’s about a quote."),
        "number": ("On 07700 900123.", "07700 900456, that’s my mobile."),
        "goodbye": ("Thank you so much, goodbye.", "Perfect, thanks. Have a good day!"),
    },
    "he": {
        "book": ("שלום, רציתי לקבוע תור.", "שלום, יש אולי תור פנוי השבוע?"),
        "day": ("ביום חמישי בסביבות שתיים, אם אפשר.", "עדיף ביום שישי בבוקר, בסביבות עשר."),
        "name": ("על שם נועה לוי.", "דניאל כהן."),
        "hours": ("עד איזו שעה אתם פתוחים?", "מה שעות הפתיחה ביום שישי?"),
        "price": ("וכמה זה עולה בערך?", "אפשר לדעת מה המחירים?"),
        "message": ("רציתי להשאיר הודעה.", "אפשר לבקש שיחזרו אליי?"),
        "matter": ("זה בקשר להזמנה מהשבוע שעבר.", "זה בקשר להצעת מחיר."),
        "number": ("050-555-0123.", "הנייד שלי 052-555-0145."),
        "goodbye": ("תודה רבה, להתראות.", "מצוין, תודה. יום טוב!"),
    },
}
