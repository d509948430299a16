from django.http import HttpRequest, JsonResponse

from sandbox.twilio.accounts import Account
from sandbox.twilio.endpoints import endpoint, refuse_api_key
from sandbox.twilio.errors import NOT_ACTIVE, RefusedError
from sandbox.twilio.shapes import account_body, number_body, page_of


def _show(request: HttpRequest, account: Account) -> JsonResponse:
    refuse_api_key(request)
    return JsonResponse(account_body(account))


def _numbers(request: HttpRequest, account: Account) -> JsonResponse:
    """Numbers that contain `PhoneNumber` anywhere, like Twilio."""
    if account.status != "active":
        raise RefusedError(*NOT_ACTIVE)
    # An unescaped plus sign arrives as a space.
    wanted = request.GET.get("PhoneNumber", "").strip().replace("*", "")
    found = [number_body(account, number) for number in account.numbers if wanted in number.phone_number]
    return JsonResponse(page_of("incoming_phone_numbers", found, request.get_full_path()))


account = endpoint(GET=_show)
numbers = endpoint(GET=_numbers)
