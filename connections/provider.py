"""One description per provider. The pages, checks, alerts and the onboarding choose by it what differs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connections.base import Connection
from connections.enums import Provider
from connections.fields import SecretField
from connections.forms import ConnectionForm
from connections.phone_number import release_before_vapi_is_deleted, request_release
from connections.twilio.form import TwilioForm
from connections.twilio.model import TwilioConnection
from connections.twilio.services import check_twilio, connect_twilio
from connections.vapi.form import VapiForm
from connections.vapi.model import VapiConnection
from connections.vapi.services import check_vapi, connect_vapi
from core.sandbox_keys import SandboxKey
from organizations.access import memberships_of
from organizations.models import Organization


@dataclass(frozen=True)
class ProviderSpec:
    """A provider. Its pages are `connections/<key>.html`, `onboarding/<key>.html` and `…/<key>_connected.html`."""

    key: Provider
    model: type[Connection]
    form: type[ConnectionForm]
    connect: Callable[..., Connection]  # by `actor` and the form's data; raises ProviderError
    check: Callable[[Any], dict[str, bool]]  # the fields of the connection to update; raises ProviderError
    release: Callable[[Any], None]  # runs in the transaction that deletes the connection
    status_page: str
    connected_message: Promise
    disconnect_warning: Promise


_SPECS = (
    ProviderSpec(
        key=Provider.VAPI,
        model=VapiConnection,
        form=VapiForm,
        connect=connect_vapi,
        check=check_vapi,
        release=release_before_vapi_is_deleted,
        status_page="status.vapi.ai",
        connected_message=_("Vapi accepted the key. The connection works."),
        disconnect_warning=_(
            "Your assistants stop answering, and new calls no longer show up here. What is here stays: assistants, "
            "calls, settings."
        ),
    ),
    ProviderSpec(
        key=Provider.TWILIO,
        model=TwilioConnection,
        form=TwilioForm,
        connect=connect_twilio,
        check=check_twilio,
        release=request_release,
        status_page="status.twilio.com",
        connected_message=_("Twilio accepted the account, and the number is yours. The connection works."),
        disconnect_warning=_(
            "Your number is no longer answered by your assistants, and they can place no calls. The number stays "
            "yours, at Twilio."
        ),
    ),
)
PROVIDERS: Mapping[str, ProviderSpec] = {spec.key: spec for spec in _SPECS}
# The forms' fields that error reports must hide.
SECRET_FIELDS = [
    name for spec in _SPECS for name, field in spec.form.base_fields.items() if isinstance(field, SecretField)
]


def sandbox_keys_of(request: HttpRequest) -> list[SandboxKey]:
    """The keys of the sandbox that the organisations of the request's user were given."""
    return [
        SandboxKey(sandbox_credentials(each.organization)["private_key"], each.organization.name)
        for each in memberships_of(request)
    ]


def sandbox_credentials(organization: Organization) -> dict[str, str]:
    """Values for the forms of all providers that work in the sandbox."""
    return {name: value for spec in _SPECS for name, value in spec.form.sandbox_values(organization).items()}
