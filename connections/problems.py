"""What went wrong with a provider: the error that clients raise, and its explanation."""

from dataclasses import dataclass
from html import unescape

from django.utils.functional import Promise
from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from connections.enums import Problem as Problem
from connections.enums import Provider
from connections.sentences import CONSEQUENCES, IN_ITS_WORDS, SENTENCES, TWILIO_ERROR, UNKNOWN, WORST

# The same request may succeed later without any change.
PASSING = {Problem.RATE_LIMITED, Problem.DOWN, Problem.SLOW, Problem.UNREADABLE_ANSWER}

# Of the account: its requests fail alike until other credentials are stored, or the bill is paid.
OF_THE_ACCOUNT = {
    Problem.VAPI_KEY,
    Problem.VAPI_NO_CREDIT,
    Problem.FORBIDDEN,
    Problem.SANDBOX_OFF,
    Problem.UNREADABLE_SECRET,
}

# May be over once the connection works again.
HEALING = PASSING | OF_THE_ACCOUNT | {Problem.REFUSED}

# Caused by this server: neither the customer nor the provider can repair it.
OURS = {Problem.REJECTED, Problem.UNREADABLE_SECRET, Problem.SANDBOX_OFF, Problem.SITE_NOT_PUBLIC}

ERRORS = "https://www.twilio.com/docs/api/errors/"

# The form field that the user must correct.
_FIELDS = {
    Problem.VAPI_KEY: "private_key",
    Problem.TWILIO_LOGIN: "auth_token",
    Problem.TWILIO_TEST_CREDENTIALS: "account_sid",
    Problem.TWILIO_SUSPENDED: "account_sid",
    Problem.TWILIO_CLOSED: "account_sid",
    Problem.NUMBER_NOT_OWNED: "phone_number",
    Problem.NUMBER_NO_VOICE: "phone_number",
    Problem.NUMBER_TAKEN: "phone_number",
    Problem.NUMBER_INVALID: "phone_number",
}


def field_of(problem: str) -> str | None:
    """The name of the form field that the user must correct; None where no field would help."""
    return _FIELDS.get(Problem(problem))


class ProviderError(Exception):
    """A request to a provider failed.

    `retry_after` is in seconds, None where the provider gave no time. `detail` is the provider's own message, redacted
    and at most 500 characters; `code` its number of the error. Pages show them for REFUSED alone.
    """

    def __init__(
        self,
        problem: Problem,
        provider: str,
        *,
        retry_after: int | None = None,
        detail: str = "",
        code: int | None = None,
    ) -> None:
        super().__init__(f"{provider}: {problem.value}" + (f" ({detail})" if detail else ""))
        self.problem = problem
        self.provider = provider
        self.retry_after = retry_after
        self.detail = detail
        self.code = code

    @property
    def passing(self) -> bool:
        return self.problem in PASSING

    @property
    def refusal(self) -> str:
        """The provider's own words, after its code, as a row keeps them beside REFUSED; empty for other problems."""
        if self.problem != Problem.REFUSED:
            return ""
        return f"{self.code}: {self.detail}" if self.code else self.detail

    @property
    def explanation(self) -> "Explanation":
        return explain(self.problem, self.provider, retry_after=self.retry_after, refusal=self.refusal)


def consequence_of(problem: str) -> Promise:
    """What a problem of an account means for calls, in one sentence."""
    return CONSEQUENCES.get(problem, WORST)


@dataclass(frozen=True)
class Explanation:
    """A problem in the active language. `ours`: this server caused it, not the customer or the provider.

    `remedy` is HTML where it quotes the provider.
    """

    what: str
    remedy: str
    ours: bool

    @property
    def sentences(self) -> SafeString:
        return format_html("{} {}", self.what, self.remedy)

    @property
    def plain_remedy(self) -> str:
        """The remedy for a text mail."""
        return unescape(strip_tags(self.remedy)) if isinstance(self.remedy, SafeString) else self.remedy


def explain(problem: str, provider: str, *, retry_after: int | None = None, refusal: str = "") -> Explanation:
    """Explain a problem in the active language.

    `retry_after` is in seconds, where the provider gave a time; `refusal` is `ProviderError.refusal`.
    """
    what, remedy = SENTENCES.get((problem, provider)) or SENTENCES.get(problem, UNKNOWN)
    words = {"provider": Provider(provider).label}
    if refusal and problem == Problem.REFUSED:
        remedy_words: str = _quoted(refusal, provider)
    else:
        remedy_words = _try_again_in(retry_after) if retry_after else str(remedy) % words
    return Explanation(what=str(what) % words, remedy=remedy_words, ours=problem in OURS)


def _quoted(refusal: str, provider: str) -> SafeString:
    """The provider's own words, which are English, and where to read more about them."""
    code = refusal.partition(":")[0]
    by_code = provider == Provider.TWILIO and code.isdecimal()
    more = TWILIO_ERROR if by_code else SENTENCES[Problem.REFUSED, provider][1]
    values = {
        "provider": escape(Provider(provider).label),
        "words": format_html('<bdi lang="en">{}</bdi>', refusal),
        "address": format_html(
            '<a class="link" href="{0}" rel="noreferrer" dir="ltr">{0}</a>', ERRORS + code
        ),
    }
    return mark_safe(escape(f"{IN_ITS_WORDS} {more}") % values)  # noqa: S308 - all parts are escaped


def _try_again_in(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return ngettext("Try again in %(minutes)d minute.", "Try again in %(minutes)d minutes.", minutes) % {
        "minutes": minutes
    }
