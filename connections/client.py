"""What the clients share: one request out, one answer in, every failure a ProviderError."""

import logging
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils import timezone

from connections.problems import Problem, Provider, ProviderError
from core.http import client as http
from core.security.redaction import REDACTED, redact

logger = logging.getLogger("connections.clients")

DETAIL = 500  # characters of a provider's own words that are kept
LONGEST_WAIT = 24 * 60 * 60  # seconds; a provider that asks for more is asked again after a day

_HTTP_PROBLEMS = {
    http.UnreachableError: Problem.DOWN,
    http.TimedOutError: Problem.SLOW,
    http.TooLargeError: Problem.UNREADABLE_ANSWER,
    http.MalformedError: Problem.UNREADABLE_ANSWER,
}


class Api:
    """One provider's interface at one address, as one customer. Subclasses know its paths and its refusals."""

    provider: Provider

    def __init__(self, *, base_url: str, timeout: float, secrets: tuple[str, ...]) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._secrets = secrets

    def problem_of(self, status: int, body: Any) -> Problem:
        """Name the problem behind a status of 300 or above; `body` is its JSON, None where it has none."""
        raise NotImplementedError

    def _ask(self, method: str, path: str, *, secrets: tuple[str, ...] = (), **options: Any) -> Any:
        """Send a request and give the JSON of its answer. `secrets` are those in the body, kept out of `detail`."""
        try:
            answer = http.send(method, self._base_url + path, timeout=self._timeout, **options)
            if 200 <= answer.status < 300:
                return answer.json()
        except http.HttpError as error:
            raise ProviderError(_HTTP_PROBLEMS[type(error)], self.provider, detail=str(error)) from error
        raise self._refusal(f"{method} {path}", answer, self._secrets + secrets)

    def _refusal(self, request: str, answer: http.Answer, secrets: tuple[str, ...]) -> ProviderError:
        body = _json_or_none(answer)
        detail = _words_of(body, secrets)
        logger.warning("%s answered %s with %s: %s", self.provider, request, answer.status, detail)
        problem = self.problem_of(answer.status, body)
        return ProviderError(problem, self.provider, retry_after=_retry_after(answer.headers), detail=detail)

    def _unreadable(self, detail: str) -> ProviderError:
        return ProviderError(Problem.UNREADABLE_ANSWER, self.provider, detail=detail)


def common_problem(status: int) -> Problem:
    """Name the problem behind a status that means the same with every provider."""
    if status >= 500:
        return Problem.DOWN
    return _STATUSES.get(status, Problem.REJECTED if status >= 400 else Problem.UNREADABLE_ANSWER)


_STATUSES = {
    403: Problem.FORBIDDEN,
    404: Problem.GONE,
    408: Problem.SLOW,
    429: Problem.RATE_LIMITED,
}


def _json_or_none(answer: http.Answer) -> Any:
    try:
        return answer.json()
    except http.MalformedError:
        return None


def _words_of(body: Any, secrets: tuple[str, ...]) -> str:
    """A refusal in the provider's words; both call them `message`, and Vapi's may be a list."""
    message = (body.get("message") or "") if isinstance(body, dict) else ""
    words = "; ".join(map(str, message)) if isinstance(message, list) else str(message)
    for secret in filter(None, secrets):
        words = words.replace(secret, REDACTED)
    return redact(words)[:DETAIL]


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds until the provider wants to be asked again. The header holds them, or a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    seconds = (until - timezone.now()).total_seconds() if until.tzinfo else 0
    return min(max(round(seconds), 0), LONGEST_WAIT)
