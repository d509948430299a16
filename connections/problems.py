"""What can go wrong with a provider, under names that can be stored, and how people are told."""

from dataclasses import dataclass

from django.db import models

from connections.sentences import SENTENCES, wait


class Provider(models.TextChoices):
    """Whose interface it is."""

    VAPI = "vapi", "Vapi"
    TWILIO = "twilio", "Twilio"


class Problem(models.TextChoices):
    """Stored as a code in rows, and put into the reader's language when it is shown."""

    VAPI_KEY = "vapi_key"
    VAPI_NO_CREDIT = "vapi_no_credit"
    TWILIO_LOGIN = "twilio_login"
    TWILIO_TEST_CREDENTIALS = "twilio_test_credentials"
    TWILIO_NO_CREDIT = "twilio_no_credit"
    TWILIO_SUSPENDED = "twilio_suspended"
    TWILIO_CLOSED = "twilio_closed"
    TWILIO_TRIAL = "twilio_trial"
    TWILIO_COUNTRY = "twilio_country"
    NUMBER_NOT_OWNED = "number_not_owned"
    NUMBER_NO_VOICE = "number_no_voice"
    NUMBER_TAKEN = "number_taken"
    NUMBER_INVALID = "number_invalid"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    REJECTED = "rejected"
    PINNED = "pinned"
    RATE_LIMITED = "rate_limited"
    DOWN = "down"
    SLOW = "slow"
    UNREADABLE_ANSWER = "unreadable_answer"
    UNREADABLE_SECRET = "unreadable_secret"  # noqa: S105 - a name, not a secret
    SANDBOX_OFF = "sandbox_off"
    SITE_NOT_PUBLIC = "site_not_public"


# They pass by themselves: the same request may succeed later, and nobody has to do anything.
PASSING = {Problem.RATE_LIMITED, Problem.DOWN, Problem.SLOW, Problem.UNREADABLE_ANSWER}

# Neither the customer's doing nor the provider's.
OURS = {Problem.REJECTED, Problem.UNREADABLE_SECRET, Problem.SANDBOX_OFF, Problem.SITE_NOT_PUBLIC}

# What nobody at the customer's can mend at once; everything else waits for one of them.
NOT_THEIRS = PASSING | OURS

# The field of a connection's form which is to be corrected.
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
    """Name the form field which a person corrects to be rid of the problem; None where it is none of theirs."""
    return _FIELDS.get(Problem(problem))


class ProviderError(Exception):
    """A provider did not do what it was asked to.

    `retry_after` is in seconds, None where the provider named no time. `detail` has the provider's own words, redacted
    and at most 500 characters: for logs and operators, never for a page.
    """

    def __init__(
        self, problem: Problem, provider: str, *, retry_after: int | None = None, detail: str = ""
    ) -> None:
        super().__init__(f"{provider}: {problem.value}" + (f" ({detail})" if detail else ""))
        self.problem = problem
        self.provider = provider
        self.retry_after = retry_after
        self.detail = detail

    @property
    def passing(self) -> bool:
        """Whether the same request is worth another try later, without anybody's doing."""
        return self.problem in PASSING

    @property
    def explanation(self) -> "Explanation":
        """What a person is told of it, in the language of the moment."""
        return explain(self.problem, self.provider, retry_after=self.retry_after)


@dataclass(frozen=True)
class Explanation:
    """What happened and what to do about it, in words; `ours` where the customer is not to blame nor the provider."""

    what: str
    remedy: str
    ours: bool


def explain(problem: str, provider: str, *, retry_after: int | None = None) -> Explanation:
    """Put a problem into the reader's language. `retry_after` is in seconds, where the provider named a time."""
    what, remedy = SENTENCES.get((problem, provider)) or SENTENCES[problem]
    words = {"provider": Provider(provider).label}
    told = wait(retry_after) if retry_after else str(remedy) % words
    return Explanation(what=str(what) % words, remedy=told, ours=problem in OURS)
