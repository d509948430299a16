"""The base of the providers' API clients: every failure becomes a ProviderError."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urljoin

from django.conf import settings

from connections.enums import Provider
from connections.problems import Problem, ProviderError
from connections.refusals import Refusal, read_refusal
from core.http import client as http

logger = logging.getLogger("connections.clients")

Read = TypeVar("Read")

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

    def problem_of(self, refusal: Refusal) -> Problem:
        """The problem behind a refusal."""
        raise NotImplementedError

    def _send(
        self,
        method: str,
        path: str,
        read: Callable[[Any], Read],
        *,
        secrets: tuple[str, ...] = (),
        redirects: bool = False,
        **options: Any,
    ) -> Read:
        """Send a request and return what `read` makes of the answer's JSON; it raises MalformedError for a wrong one.

        `redirects`: the answer may be a redirect, of which `read` gets the address. It is not followed.

        `secrets` in the body are kept out of `detail`.
        """
        url = self._base_url + path
        try:
            answer = http.send(method, url, timeout=self._timeout, **options)
            if 200 <= answer.status < 300:
                return read(answer.json())
            if answer.status == 302 and redirects and "location" in answer.headers:
                return read(urljoin(url, answer.headers["location"]))
        except http.HttpError as error:
            raise ProviderError(_HTTP_PROBLEMS[type(error)], self.provider, detail=str(error)) from error
        raise self._refused(f"{method} {path}", read_refusal(answer, secrets=self._secrets + secrets))

    def _refused(self, request: str, refusal: Refusal) -> ProviderError:
        logger.warning("%s answered %s with %s: %s", self.provider, request, refusal.status, refusal.message)
        return ProviderError(
            self.problem_of(refusal),
            self.provider,
            retry_after=refusal.retry_after,
            detail=refusal.message,
            code=refusal.code,
        )


def sandbox_url(provider: Provider, path: str) -> str:
    """The address of the bundled sandbox. Raises ProviderError where the sandbox is off."""
    if not settings.AVA_SANDBOX:
        raise ProviderError(Problem.SANDBOX_OFF, provider)
    return f"{settings.SITE_URL}/sandbox{path}"


def common_problem(status: int) -> Problem:
    """The problem behind a status that means the same with every provider."""
    if status >= 500:
        return Problem.DOWN
    return _STATUSES.get(status, Problem.REFUSED if status >= 400 else Problem.UNREADABLE_ANSWER)


_STATUSES = {
    403: Problem.FORBIDDEN,
    404: Problem.GONE,
    408: Problem.SLOW,
    429: Problem.RATE_LIMITED,
}
