"""The admin pages of the stand-ins."""

from django.contrib import admin

from core.web.admin_base import ReadOnlyAdmin
from sandbox.models import Assistant, Call, Chat, Delivery, PhoneNumber, Trouble, TwilioCall


@admin.register(Assistant)
class AssistantAdmin(ReadOnlyAdmin):
    """Assistants at the stand-in for Vapi, without the body: headers for their server may hold a secret."""

    exclude = ("body",)
    list_display = ("name", "key", "created_at", "updated_at")
    search_fields = ("key",)


@admin.register(PhoneNumber)
class PhoneNumberAdmin(ReadOnlyAdmin):
    """Numbers imported into the stand-in for Vapi."""

    list_display = ("number", "key", "created_at")
    search_fields = ("key", "number")


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """Calls, with their planned end."""

    exclude = ("assistant",)
    list_display = ("id", "key", "kind", "status", "ended_reason", "created_at", "ended_at")
    list_filter = ("kind", "ended_reason")
    search_fields = ("key", "twilio_sid")


@admin.register(Chat)
class ChatAdmin(ReadOnlyAdmin):
    """Turns of chats."""

    list_display = ("id", "key", "created_at")
    search_fields = ("key",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Messages to assistants' servers."""

    list_display = ("kind", "status", "state", "attempts", "answer", "due_at", "call_id")
    list_filter = ("state", "kind")


@admin.register(TwilioCall)
class TwilioCallAdmin(ReadOnlyAdmin):
    """Legs of calls at the stand-in for Twilio."""

    list_display = ("sid", "direction", "outcome", "price", "created_at")
    list_filter = ("direction", "outcome")
    search_fields = ("sid",)


@admin.register(Trouble)
class TroubleAdmin(ReadOnlyAdmin):
    """Faults; the sandbox's page switches them."""

    list_display = ("provider", "kind", "remaining", "seconds", "created_at")
