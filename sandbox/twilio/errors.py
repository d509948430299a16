"""Twilio's error answers: a code, a sentence, the URL of an explanation."""

from http import HTTPStatus

from django.http import JsonResponse

# https://www.twilio.com/docs/api/errors
AUTHENTICATE = (HTTPStatus.UNAUTHORIZED, 20003, "Authenticate")
NOT_ACTIVE = (HTTPStatus.FORBIDDEN, 20005, "Account not active")
TEST_CREDENTIALS = (HTTPStatus.FORBIDDEN, 20008, "Resource not accessible with Test Account Credentials")
TOO_MANY = (HTTPStatus.TOO_MANY_REQUESTS, 20429, "Too Many Requests")
NOT_ALLOWED = (HTTPStatus.METHOD_NOT_ALLOWED, 20004, "Method not allowed")

FAULTS = {
    HTTPStatus.UNAUTHORIZED: AUTHENTICATE,
    HTTPStatus.PAYMENT_REQUIRED: (HTTPStatus.PAYMENT_REQUIRED, 20402, "Insufficient funds"),
    HTTPStatus.TOO_MANY_REQUESTS: TOO_MANY,
    HTTPStatus.INTERNAL_SERVER_ERROR: (HTTPStatus.INTERNAL_SERVER_ERROR, 20500, "Internal Server Error"),
    HTTPStatus.SERVICE_UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, 20503, "Service unavailable"),
}


class RefusedError(Exception):
    """An answer of 400 or above."""

    def __init__(self, status: HTTPStatus, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> JsonResponse:
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status.value,
        }
        return JsonResponse(body, status=self.status)


def refuse(status: HTTPStatus) -> JsonResponse:
    """The typical answer with this status."""
    return RefusedError(*FAULTS[status]).response()


def not_found(path: str) -> RefusedError:
    """The 404 for this path."""
    return RefusedError(HTTPStatus.NOT_FOUND, 20404, f"The requested resource {path} was not found")
