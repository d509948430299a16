"""English."""

from sandbox.conversation.words.en_lines import LINES
from sandbox.conversation.words.language import Language, words

_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_PART = "morning|lunchtime|afternoon|evening|night"
_NUMBER = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}"
_NEAR = "(?:at|around|about|after|before|from|by)"

INTENTS = {
    "danger": r"chest pain|can’t breathe|trouble breathing|heart attack|\bstroke\b|unconscious|suicid|kill myself|"
    r"bleeding heavily|heavy bleeding|smell (?:of )?gas|smells? (?:like )?gas|gas leak|on fire",
    "goodbye": r"good ?bye|\bbye\b|have a (?:good|nice|lovely)|see you|that’s all|that is all|that’ll be all",
    "robot": r"robot|machine\b|artificial|\bai\b|real person|are you human|a human\?",
    "slower": r"slower|slow down|more slowly|too fast",
    "repeat": r"repeat|say (?:that|it) again|didn’t (?:hear|catch)|did not (?:hear|catch)|come again|"
    r"^(?:pardon|sorry|what)(?: me)? ?\?$",
    "french": r"\bfrench\b|français",
    "hebrew": r"\bhebrew\b|עברית",
    "cancel": r"cancel|can’t (?:make it|come)|cannot (?:make it|come)",
    "change": r"(?:move|change|reschedule|postpone|push back) (?:my|our|the|an?)\b|reschedule",
    "not_done": r"do you (?:do|take|accept|repair|fix|sell|deliver|offer|have|see)\b",
    "closures": r"holiday|vacation|christmas|easter|new year|bank holiday|closure",
    "hours": r"opening|\bopen\b|\bclosed?\b|\bhours\b|what time|how late",
    "prices": r"\bprice|\bcosts?\b|how much|\brates?\b|\bfees?\b|\bcharge",
    "access": r"parking|\bpark\b|underground|\btube\b|\bbus\b|\bmetro\b|train station|get (?:there|here|to you)|"
    r"wheelchair|accessible",
    "address": r"address|where are you|where is (?:it|the)|located|find you",
    "order": r"\border (?:a|an|some|the|two|three|four|\d)|place an order|like to order|an order for",
    "booking": r"appointment|a visit|\bbook|reserv|\bslot\b|a table|viewing|to view\b|put (?:it |something )?aside",
    "emergencies": r"urgen|emergenc|out of hours",
    "human": r"speak (?:to|with)|talk (?:to|with)|somebody real|put me through|a human",
    "message": r"message|call (?:me )?back|ring (?:me )?back|pass on|tell (?:him|her|them)",
    "request": r"\bquote\b|breakdown|broke(?:n)?\b|leak|prescription|results?\b|invoice|\bfile\b|complaint|parcel|"
    r"\border\b|valuation|to (?:rent|sell|buy)\b|problem|\blost\b|left my|not working|doesn’t work|won’t start|"
    r"running late|divorce|dismiss",
    "insult": r"idiot|stupid|useless|\bfuck|\bshit|moron|\bdumb\b|shut up",
    "thanks": r"\bthanks?\b",
    "greeting": r"^(?:hello|hi|hey|good (?:morning|afternoon|evening|day))\b",
    "yes": r"^(?:yes|oui|כן|yeah|yep|ok|okay|right|correct|sure|exactly|perfect|that’s (?:right|correct|it)|please|"
    r"of course|all right|absolutely|lovely)\b",
    "no": r"^(?:no|non|לא|nope|not really|nothing|i’m fine|that’s fine)\b",
    "this_number": r"this (?:number|one)|the one i’m calling|number i’m calling",
    "any_time": r"any ?time|any day|whenever|as soon as|don’t mind|doesn’t matter|earliest",
}

ENGLISH = Language(
    timezone="Europe/London",
    lines=LINES,
    intents=INTENTS,
    labels={
        "hours": "opening hours",
        "closures": "closures",
        "address": "address(?: and how to get there)?",
        "access": "access",
        "emergencies": "emergencies",
        "prices": "prices",
        "not_done": "what we do not do",
    },
    unfilled="to be filled in",
    trades={
        "bakery": r"\bbakery|\bbaker\b",
        "restaurant": "restaurant",
        "medical": "medical practice|doctor|dentist|surgery",
        "hairdresser": "hair salon|hairdresser|barber",
        "garage": "garage",
        "craftsman": "trades business|plumber|electrician",
        "lawyer": "law firm|solicitor|lawyer",
        "estate_agent": "estate agen",
        "shop": r"\bshop\b|boutique",
    },
    masculine="voice is masculine",
    things={
        "": "an appointment",
        "restaurant": "a table for {people}",
        "estate_agent": "a viewing",
        "craftsman": "a visit",
        "bakery": "an order",
        "shop": "an order",
    },
    weekdays=tuple(rf"\b{day}s?\b" for day in _DAYS.split("|")),
    weekday_names=tuple(day.capitalize() for day in _DAYS.split("|")),
    until=r"(?: ?[-–—] ?| (?:to|till|until|through) )",
    closed=r"\bclosed",
    day=rf"(?:(?:this|next|on) )?(?:{_DAYS})(?: (?:{_PART}))?"
    rf"|the day after tomorrow|tomorrow(?: (?:{_PART}))?|today|tonight|this (?:{_PART})|(?:next|this) week"
    rf"|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})|the \d{{1,2}}(?:st|nd|rd|th)",
    time=rf"(?:{_NEAR} )?\b\d{{1,2}}(?:[:.][0-5]\d)? ?(?:am|pm|a\.m\.|p\.m\.)(?!\w)"
    rf"|(?:{_NEAR} )?\b(?:{_NUMBER}) o’clock|(?:{_NEAR} )?(?:half|quarter) (?:past|to) (?:{_NUMBER})\b"
    rf"|{_NEAR} (?:{_NUMBER})(?:[:.][0-5]\d)?\b(?: in the (?:{_PART}))?|(?:{_NEAR} )?\d{{1,2}}:[0-5]\d"
    rf"|(?:{_NEAR} )?(?:noon|midday|lunchtime)|in the (?:{_PART})"
    rf"|(?<!good )(?:late |early )?\b(?:morning|afternoon|evening)\b",
    people=rf"\b({_NUMBER}) (?:people|persons|guests|of us)"
    rf"|(?:for|of us,?|be) ({_NUMBER})\b(?! ?(?:am|pm|o’clock)|[:.]\d| (?:in the|{_PART}))",
    number=_NUMBER,
    ordered=r"\border ",
    dangling=r"\b(?:for|on|the|at|by)$",
    value_words={
        "what": "order",
        "day": r"\bday|date",
        "new_day": r"\bday|date",
        "time": "time|hour",
        "people": "people|how many",
        "name": "name",
        "phone": "number|phone",
        "matter": "message",
        "old": "appointment",
    },
    named=r"in the name of |under (?:the name (?:of )?)?|my name is |my name’s |the name is |the name’s |this is |"
    r"(?:i’m|i am|it’s) (?=mr|mrs|ms|miss|dr|doctor)|name of ",
    name_ends=words(
        "and on for my the at is a an i it it’s please with number phone tomorrow thanks thank monday tuesday "
        "wednesday thursday friday saturday sunday to about calling from here speaking that"
    ),
    titles=words("mr mrs ms miss dr doctor mr. mrs. ms. dr. professor"),
    questions=r"^(?:what|when|where|how|why|who|which|do you|does|is there|are there|are you|can you|could you|"
    r"have you)|\?\s*$",
    common=words(
        "i i’m i’d i’ve my me the a an of is are was for with your you we it it’s to at not has have and"
    ),
    stop=words(
        "the what which are you your our for with and how much many can could does have has there this that "
        "when where who will would about any from"
    ),
    digit_separator=" ",
    plus="plus",
)
