from django.urls import include, path, re_path

from sandbox.calls.recordings import TRACKS
from sandbox.calls.storage import stored
from sandbox.page import views
from sandbox.twilio.views import accounts as twilio_accounts
from sandbox.twilio.views import calls as twilio_calls
from sandbox.vapi.endpoints import nothing
from sandbox.vapi.views import assistants, calls, chats, numbers

app_name = "sandbox"

vapi = [
    path("assistant", assistants.collection, name="vapi-assistants"),
    path("assistant/<uuid:id>", assistants.single, name="vapi-assistant"),
    path("phone-number", numbers.collection, name="vapi-numbers"),
    path("phone-number/<uuid:id>", numbers.single, name="vapi-number"),
    path("call", calls.collection, name="vapi-calls"),
    path("call/<uuid:id>", calls.single, name="vapi-call"),
    *(
        path(
            f"call/<uuid:id>/{track}-recording",
            calls.recording,
            {"track": track},
            name=f"vapi-recording-{track}",
        )
        for track in TRACKS
    ),
    path("chat", chats.collection, name="vapi-chats"),
    path("chat/<uuid:id>", chats.single, name="vapi-chat"),
    # Not with a trailing slash: such a path would be redirected to itself.
    re_path(r"^(?P<rest>.*[^/])$", nothing, name="vapi-nothing"),
]
twilio = [
    path("Accounts/<slug:sid>.json", twilio_accounts.account, name="twilio-account"),
    path("Accounts/<slug:sid>/IncomingPhoneNumbers.json", twilio_accounts.numbers, name="twilio-numbers"),
    path("Accounts/<slug:sid>/Calls.json", twilio_calls.collection, name="twilio-calls"),
    path("Accounts/<slug:sid>/Calls/<slug:call_sid>.json", twilio_calls.single, name="twilio-call"),
    path("Accounts/<slug:sid>/Usage/Records/Daily.json", twilio_calls.usage, name="twilio-usage"),
]
urlpatterns = [
    path("", views.lead, name="lead"),
    path("storage/<uuid:call_id>-<slug:track>.wav", stored, name="storage"),
    path("vapi/", include(vapi)),
    path("twilio/2010-04-01/", include(twilio)),
]
