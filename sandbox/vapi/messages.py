"""The bodies of webhook messages to an assistant's server."""

from sandbox.models import Delivery, PhoneNumber
from sandbox.vapi.call_shapes import call_as_created, ending
from sandbox.vapi.shapes import Body, number_as_sent


def message_of(delivery: Delivery, number: PhoneNumber | None) -> Body:
    """The body of one message. As at Vapi, the call in it stays as it was created."""
    call = delivery.call
    message: Body = {
        "timestamp": round(delivery.due_at.timestamp() * 1000),
        "type": delivery.kind,
        "call": call_as_created(call),
        "customer": call.request["customer"],
        "assistant": {name: value for name, value in call.assistant.items() if name != "server"},
    }
    if number is not None:
        message["phoneNumber"] = number_as_sent(number)
    if delivery.kind == "end-of-call-report":
        return {"message": message | ending(call)}
    reason = {"endedReason": call.ended_reason} if delivery.status == "ended" else {}
    return {"message": message | {"status": delivery.status} | reason}
