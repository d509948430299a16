"""Vapi's error answers. The shapes were seen on the wire; sentences that were not are modelled on those that were."""

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
    """An answer of 400 or above; `message` is a sentence, or a list of them from the validation."""

    def __init__(self, status: HTTPStatus, message: str | list[str]) -> None:
        super().__init__(message)
        self.status, self.message = status, message

    def response(self) -> JsonResponse:
        body = {"message": self.message, "error": self.status.phrase, "statusCode": self.status.value}
        return JsonResponse(body, status=self.status)


class PinnedError(RefusedError):
    """The refusal to delete an assistant that is still referred to; its body has another shape."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.CONFLICT, "The assistant is pinned and cannot be deleted.")

    def response(self) -> JsonResponse:
        body = {"error": "assistant_pinned", "message": self.message}
        return JsonResponse(body, status=self.status)


def refuse(status: HTTPStatus) -> JsonResponse:
    """The typical answer with this status."""
    return RefusedError(status, WORDS[status]).response()


def bad_request(*messages: str) -> RefusedError:
    """A 400 with the sentences of the validation."""
    return RefusedError(HTTPStatus.BAD_REQUEST, list(messages))


def not_found(kind: str, identifier: Any) -> RefusedError:
    """A 404 for an object that does not exist, or belongs to another key."""
    return RefusedError(HTTPStatus.NOT_FOUND, f"Couldn't find {kind}. {kind}Id {identifier} does not exist.")
