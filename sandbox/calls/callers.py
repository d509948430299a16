"""What the simulated callers say: their wishes by trade, and their answers to what an assistant asks.

Each is a tuple of which one is chosen. A trade without an entry of its own uses that of "".
"""

Lines = dict[str, tuple[str, ...]]

# A greeting; the wishes book, hours, price and message; the answers, by what is asked.
_FRENCH: dict[str, Lines] = {
    "": {
        "hello": ("Bonjour.",),
        "book": ("Je voudrais prendre rendez-vous.", "Je peux avoir un rendez-vous jeudi ?"),
        "hours": ("Vous êtes ouverts jusqu’à quelle heure ?", "Quels sont vos horaires ?"),
        "price": ("Et c’est combien, à peu près ?", "Vous pouvez me dire vos tarifs ?"),
        "message": ("Je voudrais laisser un message.", "Est-ce que quelqu’un peut me rappeler ?"),
        "what": ("Quelque chose pour un cadeau, dans les trente euros.",),
        "day": ("Jeudi, si possible.", "Plutôt vendredi."),
        "time": ("Vers quatorze heures.", "Vers dix heures, si c’est possible."),
        "people": ("Nous serons quatre.", "Deux personnes."),
        "name": ("Claire Durand.", "Karim Benali, B, E, N, A, L, I."),
        "phone": ("06 39 98 12 34.", "Le 06 39 98 55 10, c’est mon portable."),
        "matter": ("C’est au sujet de ma demande de la semaine dernière.",),
        "confirm": ("Oui, c’est ça.", "Oui, parfait."),
        "offer": ("Oui, s’il vous plaît.", "Oui, volontiers."),
        "more": ("Non merci, au revoir !", "Non, c’est tout. Merci, bonne journée !"),
        "goodbye": ("Merci beaucoup, au revoir.", "Parfait, merci. Bonne journée !"),
    },
    "bakery": {
        "book": ("Je voudrais commander une tarte aux fraises.", "C’est pour une commande."),
        "price": ("Et la baguette, c’est combien ?",),
        "what": ("Un gâteau au chocolat pour huit personnes.",),
        "day": ("Samedi.", "Pour dimanche."),
        "time": ("Vers dix heures.", "Vers onze heures."),
        "matter": ("C’est pour le buffet du club de lecture, le mois prochain.",),
    },
    "restaurant": {
        "book": ("Je voudrais réserver une table samedi soir.", "C’est pour réserver une table."),
        "price": ("Et le menu du midi, c’est combien ?",),
        "day": ("Samedi soir.", "Vendredi soir."),
        "time": ("Vers vingt heures.", "À vingt heures trente."),
        "matter": ("J’ai oublié une écharpe chez vous hier soir.",),
    },
    "medical": {
        "book": ("Je voudrais un rendez-vous.",),
        "price": ("Et la consultation, c’est combien ?",),
        "matter": ("C’est pour renouveler mon ordonnance.",),
    },
    "craftsman": {
        "book": ("Je voudrais un rendez-vous pour un devis de salle de bains.",),
        "price": ("Et le déplacement, c’est combien ?",),
        "matter": ("Mon chauffe-eau fuit depuis ce matin.",),
    },
    "garage": {
        "book": ("Je voudrais un rendez-vous pour une révision.", "Il me faudrait un rendez-vous."),
        "price": ("Et la vidange, c’est combien ?",),
        "matter": ("Un voyant orange s’est allumé, mais la voiture roule encore.",),
    },
    "hairdresser": {
        "book": ("Je voudrais un rendez-vous pour une coupe.",),
        "price": ("Et la coupe, c’est combien ?",),
        "matter": ("C’est pour une coiffure de mariage, en juin.",),
    },
    "lawyer": {
        "book": ("Je voudrais prendre un premier rendez-vous.",),
        "price": ("Et la première consultation, c’est combien ?",),
        "matter": ("C’est pour un litige avec mon propriétaire.",),
    },
    "estate_agent": {
        "book": ("Je voudrais visiter l’appartement de la rue des Lilas.",),
        "price": ("Et vos honoraires, c’est combien ?",),
        "matter": ("J’aimerais faire estimer ma maison.",),
    },
    "shop": {
        "book": ("Je voudrais faire mettre de côté un article.",),
        "price": ("Et le paquet cadeau, c’est combien ?",),
        "what": ("Le vase bleu de la vitrine.",),
        "matter": ("Je voudrais échanger un article acheté samedi.",),
    },
}
_ENGLISH: dict[str, Lines] = {
    "": {
        "hello": ("Hello.",),
        "book": ("I’d like to book an appointment.", "Could I have an appointment on Thursday?"),
        "hours": ("What time do you close?", "What are your opening hours?"),
        "price": ("And how much is it, roughly?", "Could you tell me your prices?"),
        "message": ("I’d like to leave a message.", "Could somebody call me back?"),
        "what": ("Something for a present, around thirty pounds.",),
        "day": ("Thursday, if possible.", "Friday would be best."),
        "time": ("Around two o’clock.", "Around ten in the morning, if I may."),
        "people": ("There will be four of us.", "Two people."),
        "name": ("Claire Durand.", "It’s Sam Taylor, T, A, Y, L, O, R."),
        "phone": ("07700 900123.", "07700 900456, that’s my mobile."),
        "matter": ("It’s about the request I made last week.",),
        "confirm": ("Yes, that’s right.", "Yes, perfect."),
        "offer": ("Yes, please.", "Yes, that would be lovely."),
        "more": ("No thanks, goodbye!", "No, that’s all. Thank you, bye!"),
        "goodbye": ("Thank you so much, goodbye.", "Perfect, thanks. Have a good day!"),
    },
    "bakery": {
        "book": ("I’d like to order a strawberry tart.", "I’d like to place an order."),
        "price": ("And how much is a baguette?",),
        "what": ("A chocolate cake for eight.",),
        "day": ("For Saturday.", "For Sunday."),
        "time": ("Around ten o’clock.", "Around eleven o’clock."),
        "matter": ("It’s about the buffet for our book club next month.",),
    },
    "restaurant": {
        "book": ("I’d like to book a table for Saturday.", "Could I book a table?"),
        "price": ("And how much is the set lunch?",),
        "day": ("Saturday evening.", "Friday evening."),
        "time": ("At eight o’clock.", "At half past seven."),
        "matter": ("I left my scarf at your place last night.",),
    },
    "medical": {"price": ("And how much is a consultation?",), "matter": ("It’s to renew my prescription.",)},
    "craftsman": {
        "book": ("I’d like a visit, for a quote for my bathroom.",),
        "price": ("And how much is the call-out?",),
        "matter": ("My water heater has been leaking since this morning.",),
    },
    "garage": {
        "book": ("I’d like an appointment for a service.", "I need an appointment for my car."),
        "price": ("And how much is an oil change?",),
        "matter": ("An orange light has come on, but the car still runs.",),
    },
    "hairdresser": {
        "book": ("I’d like an appointment for a haircut.",),
        "price": ("And how much is a haircut?",),
        "matter": ("It’s about hair for a wedding in June.",),
    },
    "lawyer": {
        "book": ("I’d like a first appointment.",),
        "price": ("And how much is a first consultation?",),
        "matter": ("It’s about a dispute with my landlord.",),
    },
    "estate_agent": {
        "book": ("I’d like a viewing of the flat on Lilac Street.",),
        "price": ("And how much are your fees?",),
        "matter": ("I’d like to have my house valued.",),
    },
    "shop": {
        "book": ("Could you put something aside for me?",),
        "price": ("And how much is gift wrapping?",),
        "what": ("The blue vase in the window.",),
        "matter": ("I’d like to exchange something I bought on Saturday.",),
    },
}
_HEBREW: dict[str, Lines] = {
    "": {
        "hello": ("שלום.",),
        "book": ("רציתי לקבוע תור.", "אפשר לקבוע תור ליום חמישי?"),
        "hours": ("עד איזו שעה אתם פתוחים?", "מה שעות הפתיחה שלכם?"),
        "price": ("וכמה זה עולה בערך?", "אפשר לדעת מה המחירים?"),
        "message": ("רציתי להשאיר הודעה.", "אפשר לבקש שיחזרו אליי?"),
        "what": ("משהו למתנה, בערך במאה שקל.",),
        "day": ("ביום חמישי, אם אפשר.", "עדיף ביום שישי."),
        "time": ("בסביבות אחת עשרה.", "בסביבות עשר, אם אפשר."),
        "people": ("נהיה ארבעה.", "לשניים."),
        "name": ("נועה לוי.", "דניאל כהן."),
        "phone": ("050-555-0123.", "הנייד שלי 052-555-0145."),
        "matter": ("זה בקשר לפנייה שלי מהשבוע שעבר.",),
        "confirm": ("כן, נכון.", "כן, מצוין."),
        "offer": ("כן, בבקשה.", "כן, אשמח."),
        "more": ("לא תודה, להתראות!", "לא, זה הכול. תודה ויום טוב!"),
        "goodbye": ("תודה רבה, להתראות.", "מצוין, תודה. יום טוב!"),
    },
    "bakery": {
        "book": ("רציתי להזמין עוגת שוקולד.", "רציתי להזמין חלות."),
        "price": ("וכמה עולה חלה?",),
        "what": ("עוגת גבינה לשמונה אנשים.",),
        "day": ("ליום שישי.", "ליום חמישי."),
        "time": ("בסביבות עשר.", "בסביבות תשע בבוקר."),
        "matter": ("זה בקשר לכיבוד לאירוע בחודש הבא.",),
    },
    "restaurant": {
        "book": ("רציתי להזמין שולחן ליום חמישי.", "אפשר להזמין שולחן?"),
        "price": ("וכמה עולה ארוחת צהריים עסקית?",),
        "day": ("ביום חמישי בערב.", "במוצאי שבת."),
        "time": ("בסביבות שמונה בערב.", "בשעה 20:30."),
        "matter": ("שכחתי אצלכם צעיף אתמול בערב.",),
    },
    "medical": {"price": ("וכמה עולה ביקור?",), "matter": ("זה בקשר לחידוש מרשם.",)},
    "craftsman": {
        "book": ("רציתי לתאם ביקור להצעת מחיר לחדר אמבטיה.",),
        "price": ("וכמה עולה ביקור של איש מקצוע?",),
        "matter": ("הדוד דולף מהבוקר.",),
    },
    "garage": {
        "book": ("רציתי לקבוע תור לטיפול ברכב.",),
        "price": ("וכמה עולה החלפת שמן?",),
        "matter": ("נדלקה נורה כתומה, אבל הרכב עדיין נוסע.",),
    },
    "hairdresser": {
        "book": ("רציתי לקבוע תור לתספורת.",),
        "price": ("וכמה עולה תספורת?",),
        "matter": ("זה בקשר לתסרוקת לחתונה ביוני.",),
    },
    "lawyer": {
        "book": ("רציתי לקבוע פגישה ראשונה.",),
        "price": ("וכמה עולה פגישת ייעוץ?",),
        "matter": ("יש לי סכסוך עם בעל הדירה.",),
    },
    "estate_agent": {
        "book": ("רציתי לקבוע סיור בדירה ברחוב הלילך.",),
        "price": ("וכמה דמי התיווך?",),
        "matter": ("הייתי רוצה הערכת שווי לבית שלי.",),
    },
    "shop": {
        "book": ("אפשר לשמור לי משהו בצד?",),
        "price": ("וכמה עולה אריזת מתנה?",),
        "what": ("האגרטל הכחול מחלון הראווה.",),
        "matter": ("רציתי להחליף משהו שקניתי ביום שישי.",),
    },
}
CALLERS = {"fr": _FRENCH, "en": _ENGLISH, "he": _HEBREW}


def sentences(language: str, trade: str, name: str) -> tuple[str, ...]:
    """What a caller of this trade may say for a wish, or answer when asked for a value."""
    by_trade = CALLERS[language]
    name = "day" if name == "new_day" else name
    return by_trade.get(trade, {}).get(name) or by_trade[""][name]
