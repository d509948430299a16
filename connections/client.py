"""The base of the providers' API clients: every failure becomes a ProviderError."""

import logging
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from connections.enums import Provider
from connections.problems import Problem, ProviderError
from core.http import client as http
from core.security.redaction import REDACTED, redact

logger = logging.getLogger("connections.clients")

DETAIL_LENGTH = 500  # characters kept of a provider's own message
LONGEST_WAIT = 24 * 60 * 60  # seconds; a longer Retry-After is cut to this

_HTTP_PROBLEMS = {
    http.UnreachableError: Problem.DOWN,
    http.TimedOutError: Problem.SLOW,
    http.TooLargeError: Problem.UNREADABLE_ANSWER,
    http.MalformedError: Problem.UNREADABLE_ANSWER,
}


class ProviderClient:
    """One customer's access to a provider's API. Subclasses hold the paths and the meaning of refusals."""

    provider: Provider

    def __init__(self, *, base_url: str, timeout: float, secrets: tuple[str, ...]) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._secrets = secrets

    def problem_of(self, status: int, body: Any) -> Problem:
        """The problem behind a status of 300 or above; `body` is the parsed JSON, None where there is none."""
        raise NotImplementedError

    def _send(self, method: str, path: str, *, secrets: tuple[str, ...] = (), **options: Any) -> Any:
        """Send a request and return the JSON of the answer. `secrets` in the body are kept out of `detail`."""
        try:
            answer = http.send(method, self._base_url + path, timeout=self._timeout, **options)
            if 200 <= answer.status < 300:
                return answer.json()
        except http.HttpError as error:
            raise ProviderError(_HTTP_PROBLEMS[type(error)], self.provider, detail=str(error)) from error
        raise self._refusal(f"{method} {path}", answer, self._secrets + secrets)

    def _refusal(self, request: str, answer: http.Answer, secrets: tuple[str, ...]) -> ProviderError:
        body = _json_or_none(answer)
        detail = _message_of(body, secrets)
        logger.warning("%s answered %s with %s: %s", self.provider, request, answer.status, detail)
        problem = self.problem_of(answer.status, body)
        return ProviderError(problem, self.provider, retry_after=_retry_after(answer.headers), detail=detail)

    def _unreadable(self, detail: str) -> ProviderError:
        return ProviderError(Problem.UNREADABLE_ANSWER, self.provider, detail=detail)


def sandbox_url(provider: Provider, path: str) -> str:
    """The address of the bundled sandbox. Raises ProviderError where the sandbox is off."""
    if not settings.AVA_SANDBOX:
        raise ProviderError(Problem.SANDBOX_OFF, provider)
    return f"{settings.SITE_URL}/sandbox{path}"


def common_problem(status: int) -> Problem:
    """The problem behind a status that means the same with every provider."""
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


def _message_of(body: Any, secrets: tuple[str, ...]) -> str:
    """The provider's own message, redacted. Both providers call it `message`; Vapi's may be a list."""
    message = (body.get("message") or "") if isinstance(body, dict) else ""
    words = "; ".join(map(str, message)) if isinstance(message, list) else str(message)
    for secret in filter(None, secrets):
        words = words.replace(secret, REDACTED)
    return redact(words)[:DETAIL_LENGTH]


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds to wait. The header holds seconds or a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    seconds = (until - timezone.now()).total_seconds() if until.tzinfo else 0
    return min(max(round(seconds), 0), LONGEST_WAIT)
