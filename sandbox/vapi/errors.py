"""How Vapi says no. The shapes were seen on the wire; sentences that were not are of the same make."""

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

INVALID_KEY = (
    "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa."
)
WORDS = {
    HTTPStatus.UNAUTHORIZED: INVALID_KEY,
    HTTPStatus.PAYMENT_REQUIRED: "Wallet balance is too low. Add credits or a card to go on.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests. Slow down and try again.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Internal server error",
    HTTPStatus.SERVICE_UNAVAILABLE: "Service unavailable",
}


class RefusedError(Exception):
    """An answer of 400 or above; `message` is a sentence, or a list of them as the validation gives."""

    def __init__(self, status: HTTPStatus, message: str | list[str]) -> None:
        super().__init__(message)
        self.status, self.message = status, message

    def response(self) -> JsonResponse:
        """The answer on the wire."""
        body = {"message": self.message, "error": self.status.phrase, "statusCode": self.status.value}
        return JsonResponse(body, status=self.status)


class PinnedError(RefusedError):
    """An assistant that something else still needs: a body of a shape of its own."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.CONFLICT, "The assistant is pinned and cannot be deleted.")

    def response(self) -> JsonResponse:
        """The answer on the wire."""
        body = {"error": "assistant_pinned", "message": self.message}
        return JsonResponse(body, status=self.status)


def refuse(status: HTTPStatus) -> JsonResponse:
    """The usual answer of a status."""
    return RefusedError(status, WORDS[status]).response()


def bad_request(*messages: str) -> RefusedError:
    """400 with what the validation found."""
    return RefusedError(HTTPStatus.BAD_REQUEST, list(messages))


def not_found(kind: str, identifier: Any) -> RefusedError:
    """404 for what is not there, or belongs to another key."""
    return RefusedError(HTTPStatus.NOT_FOUND, f"Couldn't find {kind}. {kind}Id {identifier} does not exist.")
