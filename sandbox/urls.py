from django.urls import include, path, re_path

from sandbox.twilio.views import accounts as twilio_accounts
from sandbox.vapi.door import nothing
from sandbox.vapi.views import assistants, chats, numbers

app_name = "sandbox"

vapi = [
    path("assistant", assistants.collection, name="vapi-assistants"),
    path("assistant/<uuid:id>", assistants.single, name="vapi-assistant"),
    path("phone-number", numbers.collection, name="vapi-numbers"),
    path("phone-number/<uuid:id>", numbers.single, name="vapi-number"),
    path("chat", chats.collection, name="vapi-chats"),
    path("chat/<uuid:id>", chats.single, name="vapi-chat"),
    # Never with a slash at the end: what is not found there would be redirected to itself.
    re_path(r"^(?P<rest>.*[^/])$", nothing, name="vapi-nothing"),
]
twilio = [
    path("Accounts/<slug:sid>.json", twilio_accounts.account, name="twilio-account"),
    path("Accounts/<slug:sid>/IncomingPhoneNumbers.json", twilio_accounts.numbers, name="twilio-numbers"),
]
urlpatterns = [
    path("vapi/", include(vapi)),
    path("twilio/2010-04-01/", include(twilio)),
]
