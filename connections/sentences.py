"""What happened and what to do, by problem, or by problem and provider where the two need different words.

Menu paths as the providers document them: docs.vapi.ai/security-and-privacy/api-keys,
twilio.com/docs/iam/test-credentials, twilio.com/docs/api/errors.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connections.enums import Problem, Provider

IN_ITS_WORDS = _("%(provider)s says: “%(words)s”.")
TWILIO_ERROR = _("What to do about this error: %(address)s")

_TRY_LATER = _("This passes by itself, mostly within minutes. Try again then.")
_COPY_TWILIO_LOGIN = _(
    "Copy the Account SID and the Auth Token again from the first page of console.twilio.com, under Account Info."
)
_COPY_VAPI_KEY = _(
    "Copy a private key without restrictions: dashboard.vapi.ai → API Keys → Private API Keys."
)

# For a code that an earlier or later release stored.
UNKNOWN = (_("%(provider)s does not answer as it should."), _TRY_LATER)
SENTENCES: dict[str | tuple[str, str], tuple[Promise, Promise]] = {
    Problem.VAPI_KEY: (
        _("Vapi refused this key."),
        _(
            "Copy the whole private key: dashboard.vapi.ai → API Keys → Private API Keys. A public key does not work "
            "here, and a key works in its own region only."
        ),
    ),
    Problem.VAPI_NO_CREDIT: (
        _("Your Vapi account has no credit left, or no card."),
        _("Add a card or buy credit: dashboard.vapi.ai → Settings → Billing."),
    ),
    Problem.TWILIO_LOGIN: (
        _("Twilio refused the Account SID, the Auth Token or the API key."),
        _(
            "Copy them again from console.twilio.com. Those of the regions Ireland (IE1) and Australia (AU1) do not "
            "work: Vapi only takes numbers of the United States region (US1)."
        ),
    ),
    Problem.TWILIO_TEST_CREDENTIALS: (
        _("These are Twilio’s test credentials: they reach no real number."),
        _COPY_TWILIO_LOGIN,
    ),
    Problem.TWILIO_NO_CREDIT: (
        _("Your Twilio account has no credit left."),
        _("Top it up: console.twilio.com → Billing."),
    ),
    Problem.TWILIO_SUSPENDED: (
        _("Twilio has suspended this account."),
        _(
            "Sign in at console.twilio.com: the first page gives the reason. Most often the balance is used up; top it "
            "up under Billing."
        ),
    ),
    Problem.TWILIO_CLOSED: (
        _("This Twilio account is closed."),
        _("Connect another Twilio account, or ask Twilio’s support to open this one again: help.twilio.com."),
    ),
    Problem.TWILIO_TRIAL: (
        _("A Twilio trial account only calls numbers that were verified before."),
        _(
            "Verify the number: console.twilio.com → Phone Numbers → Manage → Verified Caller IDs. Or upgrade the "
            "account."
        ),
    ),
    Problem.TWILIO_COUNTRY: (
        _("Your Twilio account may not call this country."),
        _("Allow the country: console.twilio.com → Voice → Settings → Geo permissions."),
    ),
    Problem.NUMBER_NOT_OWNED: (
        _("This number does not belong to this Twilio account."),
        _(
            "Look the number up: console.twilio.com → Phone Numbers → Manage → Active numbers. It may be in another "
            "account or subaccount."
        ),
    ),
    Problem.NUMBER_NO_VOICE: (
        _("This number takes no calls: it has no Voice capability."),
        _("Choose a number with Voice: console.twilio.com → Phone Numbers → Manage → Active numbers."),
    ),
    Problem.NUMBER_TAKEN: (
        _("This number is already imported into Vapi."),
        _("Delete it where it is: dashboard.vapi.ai → Phone Numbers. Then try again."),
    ),
    Problem.NUMBER_INVALID: (
        _("This number cannot be called."),
        _("Check its digits, and that it begins with its country code, such as +33."),
    ),
    (Problem.FORBIDDEN, Provider.VAPI): (_("This Vapi key is not allowed to do that."), _COPY_VAPI_KEY),
    (Problem.FORBIDDEN, Provider.TWILIO): (
        _("This Twilio account is not allowed to do that."),
        _COPY_TWILIO_LOGIN,
    ),
    Problem.GONE: (
        _("%(provider)s no longer has it."),
        _("It was probably deleted there. Repair it here, and it is created again."),
    ),
    Problem.REJECTED: (
        _("%(provider)s refused what we sent."),
        _("The fault is ours, and our logs have the details. Try again later."),
    ),
    (Problem.REFUSED, Provider.VAPI): (
        _("%(provider)s refused this."),
        _("Its logs may tell more: dashboard.vapi.ai → Logs."),
    ),
    (Problem.REFUSED, Provider.TWILIO): (
        _("%(provider)s refused this."),
        _("Its logs may tell more: console.twilio.com → Monitor → Logs."),
    ),
    Problem.PINNED: (
        _("Vapi will not delete this assistant: it is pinned there."),
        _("Unpin it: dashboard.vapi.ai → Assistants. Then try again."),
    ),
    Problem.RATE_LIMITED: (
        _("%(provider)s receives too many requests from this account."),
        _TRY_LATER,
    ),
    Problem.DOWN: (_("%(provider)s does not answer."), _TRY_LATER),
    Problem.SLOW: (_("%(provider)s takes too long to answer."), _TRY_LATER),
    Problem.UNREADABLE_ANSWER: (_("%(provider)s answers in a way that we do not understand."), _TRY_LATER),
    Problem.UNREADABLE_SECRET: (
        _("The stored credentials for %(provider)s can no longer be read."),
        _("The fault is ours: this server has lost a key. Please enter the credentials once more."),
    ),
    Problem.SANDBOX_OFF: (
        _("Trial mode is switched off on this server."),
        _("Connect your own %(provider)s account instead."),
    ),
    Problem.SITE_NOT_PUBLIC: (
        _("%(provider)s cannot reach this server from the internet."),
        _("The server’s operator must give SITE_URL a public https address. Trial mode works without one."),
    ),
}

# What a failing account means for calls. Whatever was sent before stays at Vapi: a refused key alone silences nothing.
_STILL_ANSWERED = _(
    "Only our access is refused: calls may still be answered as before, but your changes do not arrive."
)
_UNANSWERED = _("Until this is settled, calls to your number go unanswered.")
_PASSES = _("We go on trying by ourselves. Until then, calls may go unanswered.")
WORST = _("Until it works again, calls to your number may go unanswered.")
CONSEQUENCES: dict[str, Promise] = {
    **dict.fromkeys(
        (
            Problem.VAPI_KEY,
            Problem.FORBIDDEN,
            Problem.TWILIO_LOGIN,
            Problem.TWILIO_TEST_CREDENTIALS,
            Problem.UNREADABLE_SECRET,
        ),
        _STILL_ANSWERED,
    ),
    **dict.fromkeys(
        (
            Problem.VAPI_NO_CREDIT,
            Problem.TWILIO_NO_CREDIT,
            Problem.TWILIO_SUSPENDED,
            Problem.TWILIO_CLOSED,
            Problem.NUMBER_NOT_OWNED,
            Problem.NUMBER_NO_VOICE,
        ),
        _UNANSWERED,
    ),
    **dict.fromkeys((Problem.DOWN, Problem.SLOW, Problem.RATE_LIMITED, Problem.UNREADABLE_ANSWER), _PASSES),
}
