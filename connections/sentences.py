"""Each problem in words: what happened, and what to do about it, with the precise place in the provider's console.

The keys are the codes of `problems.Problem`; a pair with the provider where the two need different words. Places as the
providers' documentation names them: docs.vapi.ai/security-and-privacy/api-keys, twilio.com/docs/iam/test-credentials.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

PASSES = _("This passes by itself, mostly within minutes. Try again then.")
TWILIO_LOGIN_PLACE = _(
    "Copy the Account SID and the Auth Token anew from the first page of console.twilio.com, under Account Info."
)
VAPI_KEY_PLACE = _(
    "Copy a private key without restrictions: dashboard.vapi.ai → API Keys → Private API Keys."
)

SENTENCES: dict[str | tuple[str, str], tuple[Promise, Promise]] = {
    "vapi_key": (
        _("Vapi refused this key."),
        _(
            "Copy the whole private key: dashboard.vapi.ai → API Keys → Private API Keys. A public key does not work "
            "here, and a key works in its own region only."
        ),
    ),
    "vapi_no_credit": (
        _("Your Vapi account has no credit left, or no card."),
        _("Add a card or buy credit: dashboard.vapi.ai → Settings → Billing."),
    ),
    "twilio_login": (_("Twilio refused the Account SID or the Auth Token."), TWILIO_LOGIN_PLACE),
    "twilio_test_credentials": (
        _("These are Twilio’s test credentials: they reach no real number."),
        TWILIO_LOGIN_PLACE,
    ),
    "twilio_no_credit": (
        _("Your Twilio account has no credit left."),
        _("Top it up: console.twilio.com → Billing."),
    ),
    "twilio_suspended": (
        _("Twilio has suspended this account."),
        _(
            "Sign in at console.twilio.com: the first page gives the reason. Most often the balance is used up; top it "
            "up under Billing."
        ),
    ),
    "twilio_closed": (
        _("This Twilio account is closed."),
        _("Connect another Twilio account, or ask Twilio’s support to open this one again: help.twilio.com."),
    ),
    "twilio_trial": (
        _("A Twilio trial account only calls numbers that were verified before."),
        _(
            "Verify the number: console.twilio.com → Phone Numbers → Manage → Verified Caller IDs. Or upgrade the "
            "account."
        ),
    ),
    "twilio_country": (
        _("Your Twilio account may not call this country."),
        _("Allow the country: console.twilio.com → Voice → Settings → Geo permissions."),
    ),
    "number_not_owned": (
        _("This number does not belong to this Twilio account."),
        _(
            "Look the number up: console.twilio.com → Phone Numbers → Manage → Active numbers. It may be in another "
            "account or subaccount."
        ),
    ),
    "number_no_voice": (
        _("This number takes no calls: it has no Voice capability."),
        _("Choose a number with Voice: console.twilio.com → Phone Numbers → Manage → Active numbers."),
    ),
    "number_taken": (
        _("This number is already imported into Vapi."),
        _("Delete it where it is: dashboard.vapi.ai → Phone Numbers. Then try again."),
    ),
    "number_invalid": (
        _("This number cannot be called."),
        _("Check its digits, and that it begins with its country code, such as +33."),
    ),
    ("forbidden", "vapi"): (_("This Vapi key is not allowed to do that."), VAPI_KEY_PLACE),
    ("forbidden", "twilio"): (_("This Twilio account is not allowed to do that."), TWILIO_LOGIN_PLACE),
    "gone": (
        _("%(provider)s no longer has it."),
        _("It was probably deleted there. Repair it here, and it is made anew."),
    ),
    "rejected": (
        _("%(provider)s refused what we sent."),
        _("The fault is ours, and our logs have the details. Try again later."),
    ),
    "pinned": (
        _("Vapi will not delete this assistant: it is pinned there."),
        _("Unpin it: dashboard.vapi.ai → Assistants. Then try again."),
    ),
    "rate_limited": (
        _("%(provider)s receives too many requests from this account."),
        PASSES,
    ),
    "down": (_("%(provider)s does not answer."), PASSES),
    "slow": (_("%(provider)s takes too long to answer."), PASSES),
    "unreadable_answer": (_("%(provider)s answers in a way that we do not understand."), PASSES),
    "unreadable_secret": (
        _("The stored credentials for %(provider)s can no longer be read."),
        _("The fault is ours: this server has lost a key. Please enter the credentials once more."),
    ),
    "sandbox_off": (
        _("The sandbox is switched off on this server."),
        _("Connect your own %(provider)s account instead."),
    ),
    "site_not_public": (
        _("%(provider)s cannot reach this server from the internet."),
        _(
            "Whoever runs the server must give SITE_URL a public https address. The sandbox works without one."
        ),
    ),
}


def wait(seconds: int) -> str:
    """Say when to try again, in whole minutes."""
    minutes = -(-seconds // 60)
    return ngettext("Try again in %(minutes)d minute.", "Try again in %(minutes)d minutes.", minutes) % {
        "minutes": minutes
    }
