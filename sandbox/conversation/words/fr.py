"""French."""

from sandbox.conversation.words.fr_lines import LINES
from sandbox.conversation.words.language import Language, words

_DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_PART = "matin|midi|après-midi|soir"
_NUMBER = (
    "une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|"
    r"dix-sept|dix-huit|dix-neuf|vingt|\d{1,2}"
)
_MORE = r"(?: ?[0-5]\d\b| et demie?| et quart| trente| quinze| moins le quart)?"
_OF_DAY = "(?: du matin| de l’après-midi| du soir)?"

INTENTS = {
    "danger": r"douleurs? (?:dans|à) la poitrine|infarctus|\bavc\b|respire (?:pas|plus)|du mal à respirer|inconscient|"
    r"suicid|me tuer|saigne beaucoup|odeur de gaz|sent le gaz|fuite de gaz|incendie|au feu",
    "goodbye": r"au revoir|bonne (?:journée|soirée|fin)|à bientôt|à plus tard|je raccroche|ce sera tout|c’est tout",
    "robot": r"robot|machine\b|intelligence artificielle|\bia\b|vraie personne|êtes.vous humain|vous êtes humain",
    "slower": r"plus lentement|moins vite|trop vite",
    "repeat": r"répét|pas (?:bien )?entendu|pas (?:bien )?compris|vous avez dit|vous disiez|^(?:pardon|comment) ?\?$",
    "english": r"\benglish\b|anglais",
    "hebrew": r"hébreu|hebrew|עברית",
    "cancel": r"annul|décommand|ne (?:pourrai|peux|pourrons) (?:pas|plus) venir",
    "change": r"(?:déplac|décal|modif|chang|report|avanc)\w* (?:mon|ma|notre|le|la|un|une)\b",
    "not_done": r"vous (?:faites|prenez|acceptez|réparez|vendez|livrez|proposez|recevez)|faites.vous|prenez.vous",
    "closures": r"vacances|congés|fériés?\b|noël|pâques|jour de l’an|quinze août|15 août|fermeture",
    "hours": r"horaire|ouvert|ouvr|ferm(?:e|ez)\b|fermé|quelle heure",
    "prices": r"\bprix|tarif|combien(?! de temps)|coûte|coute|honoraire|cher\b",
    "access": r"parking|se garer|me garer|garer|métro|tramway|\bbus\b|(?:vous )?venir (?:chez|jusqu)|comment (?:venir|"
    r"on vient|aller)|accès|accessible|fauteuil",
    "address": r"adresse|où (?:êtes|se trouve|vous êtes|vous trouv|c’est)|vous êtes où|situé",
    "order": r"commander|une commande\b(?! (?:que|qui|faite|passée))",
    "booking": r"rendez.vous|\brdv\b|réserv|créneau|une table|visiter|une visite|mettre de côté",
    "emergencies": r"urgen|astreinte|de garde",
    "human": r"parler (?:à|avec)|quelqu’un (?:de|au)|\bhumain|joindre|passer (?:le|la|monsieur|madame|quelqu)",
    "message": r"message|rappel|transmettre|dire à",
    "request": r"\bdevis|panne|fuite|ordonnance|résultat|facture|dossier|réclamation|colis|commande|estim|à (?:louer|"
    r"vendre)|vendre|louer|acheter|problème|perdu|oublié|ne (?:marche|fonctionne|démarre)|cassé|en retard|divorce|"
    r"licenci",
    "insult": r"\bcon\b|connard|connasse|idiot|nul(?:le)?\b|débile|merde|imbécile|ta gueule|stupide|ferme.la",
    "thanks": r"merci",
    "greeting": r"^(?:bonjour|bonsoir|allô|allo|salut|coucou)",
    "yes": r"^(?:oui|yes|ouais|ok|d’accord|exact|tout à fait|parfait|c’est (?:ça|bien ça|bon|exact)|très bien|"
    r"volontiers|avec plaisir|si|bien sûr|s’il vous plaît|absolument)\b",
    "no": r"^(?:non|no|pas du tout|ça ira|rien|c’est bon merci|pas la peine)\b",
    "this_number": r"ce numéro|celui.ci|celui (?:qui s’affiche|d’où|avec)|numéro (?:d’où|avec lequel|qui s’affiche)",
    "any_time": r"n’importe|peu importe|dès que possible|au plus (?:vite|tôt)|quand vous (?:voulez|pouvez)|le plus "
    r"(?:vite|tôt)",
}

FRENCH = Language(
    timezone="Europe/Paris",
    lines=LINES,
    intents=INTENTS,
    labels={
        "hours": "horaires",
        "closures": "fermetures",
        "address": "adresse(?: et accès)?",
        "access": "accès",
        "emergencies": "urgences",
        "prices": "tarifs",
        "not_done": "ce que nous ne faisons pas",
    },
    unfilled="à compléter",
    trades={
        "bakery": "boulangerie",
        "restaurant": "restaurant",
        "medical": "cabinet médical|médecin|dentiste",
        "hairdresser": "salon de coiffure|coiffeu",
        "garage": "garage",
        "craftsman": "artisan|plomb|électric",
        "lawyer": "avocat",
        "estate_agent": "immobili",
        "shop": "boutique|magasin",
    },
    masculine="voix est masculine",
    things={
        "": "un rendez-vous",
        "restaurant": "une table pour {people}",
        "estate_agent": "une visite",
        "bakery": "une commande",
        "shop": "une commande",
    },
    weekdays=tuple(rf"\b{day}s?\b" for day in _DAYS.split("|")),
    weekday_names=tuple(_DAYS.split("|")),
    until=r"(?: ?[-–—] ?| (?:au|à|jusqu’au) )",
    closed=r"ferm",
    day=rf"(?:(?:ce|le) )?(?:{_DAYS})(?: \d{{1,2}}(?: (?:{_MONTHS}))?| prochain)?(?: (?:{_PART})\b)?"
    rf"|après-demain|demain(?: (?:{_PART})\b)?|aujourd’hui|ce (?:matin|midi|soir)|cet après-midi"
    rf"|le \d{{1,2}}(?:er)? (?:{_MONTHS})|(?:la|cette) semaine(?: prochaine)?",
    time=rf"(?:(?:à|vers|après|avant|dès|plutôt vers) )?\b(?:{_NUMBER}) ?(?:h|heures?)\b{_MORE}{_OF_DAY}"
    rf"|(?:(?:à|vers|après|avant) )?\b\d{{1,2}}h[0-5]\d|(?:(?:à|vers|après|avant) )?\d{{1,2}}:[0-5]\d"
    rf"|(?:(?:à|vers) )midi(?: et demie?)?"
    r"|(?:en fin de |dans |en |le )+(?:la )?(?:matinée|matin|après-midi|soirée|soir)\b",
    people=rf"\b({_NUMBER}) (?:personnes?|couverts?)|(?:pour|serons|à|sera|sommes) (?!une?\b)({_NUMBER})\b"
    r"(?! ?h(?:eures?)?\b)",
    number=_NUMBER,
    ordered=r"(?:commander|commande (?:de|pour)) ",
    dangling=r"\b(?:pour|le|de|à|vers)$",
    value_words={
        "what": "commande|quantité",
        "day": "jour|date",
        "new_day": "jour|date",
        "time": "heure",
        "people": "personnes|combien",
        "name": r"\bnom\b",
        "phone": "numéro|téléphone",
        "matter": "message|objet",
        "old": "rendez.vous",
    },
    named=r"au nom (?:de |d’)|je m’appelle |mon nom (?:est|c’est) |je suis (?=m\.|mme|monsieur|madame|docteur|maître)|"
    r"c’est (?=m\.|mme|monsieur|madame|docteur|maître)|ici (?=m\.|mme|monsieur|madame|docteur|maître)",
    name_ends=words(
        "et au à pour mon ma le les un une je vous c’est mardi lundi mercredi jeudi vendredi samedi dimanche "
        "avec numéro téléphone s’il merci demain vers sur dans est qui que alors donc"
    ),
    titles=words("madame monsieur m. mme docteur dr maître mademoiselle"),
    questions=r"^(?:est.ce que|quel|quand|où|comment|combien|pourquoi|qui|avez.vous|y a.t.il|vous avez|c’est quoi)|"
    r"-vous\b|\?\s*$",
    common=words(
        "je j’ai mon ma mes le la les un une des du de vous nous est sont pour avec chez ne pas c’est il elle "
        "on au"
    ),
    stop=words(
        "est ce que les des une vous avez nous votre vos pour avec dans sur par pas qui quoi quel quelle "
        "quels quelles peut puis faut comment combien quand êtes sont fait faites c’est"
    ),
    digit_separator=" ",
    plus="plus",
)
