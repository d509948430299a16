"""The causes of a call's end, and which of Vapi's `endedReason` values means which."""

import logging
import re
from functools import cache, lru_cache
from pathlib import Path

from django.db import models
from django.utils.translation import pgettext_lazy

logger = logging.getLogger("calls.endings")


class Cause(models.TextChoices):
    """What ended a call, from the most ordinary to the rarest."""

    CUSTOMER_ENDED = "customer-ended", pgettext_lazy("how a call ended", "Hung up")
    ASSISTANT_ENDED = "assistant-ended", pgettext_lazy("how a call ended", "Completed")
    FORWARDED = "forwarded", pgettext_lazy("how a call ended", "Transferred")
    MISSED = "missed", pgettext_lazy("how a call ended", "Missed")
    NOT_REACHED = "not-reached", pgettext_lazy("how a call ended", "Not reached")
    SILENCE = "silence", pgettext_lazy("how a call ended", "Silence")
    TOO_LONG = "too-long", pgettext_lazy("how a call ended", "Time limit")
    TRANSFER_FAILED = "transfer-failed", pgettext_lazy("how a call ended", "Transfer failed")
    STOPPED = "stopped", pgettext_lazy("how a call ended", "Stopped by you")
    LINE_FAILED = "line-failed", pgettext_lazy("how a call ended", "Line failure")
    MODEL_FAILED = "model-failed", pgettext_lazy("how a call ended", "Model outage")
    VOICE_FAILED = "voice-failed", pgettext_lazy("how a call ended", "Voice outage")
    HEARING_FAILED = "hearing-failed", pgettext_lazy("how a call ended", "Hearing outage")
    VAPI_FAILED = "vapi-failed", pgettext_lazy("how a call ended", "Vapi outage")
    CREDIT = "credit", pgettext_lazy("how a call ended", "Out of credit")
    LIMIT = "limit", pgettext_lazy("how a call ended", "Too many calls")
    CONFIGURATION = "configuration", pgettext_lazy("how a call ended", "Wrong setting")
    OTHER = "other", pgettext_lazy("how a call ended", "Other")


# An incoming call that Vapi never had ends with Twilio's status (CallEnumStatus) after this prefix.
TWILIO_PREFIX = "twilio-"
TWILIO_REASONS = frozenset(
    TWILIO_PREFIX + status for status in ("busy", "canceled", "completed", "failed", "no-answer")
)

# What a provider of models, voices or transcription did stands at the end of a reason, behind one of these openings and
# the provider's name. A language model's overload and a voice's are told apart by the name alone.
_FAULT = r"(?:call\.in-progress\.error-(?:providerfault|vapifault)|pipeline-error)-"
_VOICES = r"(?:cartesia|eleven-labs)"
_SPEECH = r"(?:assembly-ai|cartesia|deepgram|eleven-labs|playht|soniox|xai)"

# Patterns of whole reasons. Each known reason matches exactly one cause's.
PATTERNS: dict[Cause, tuple[str, ...]] = {
    Cause.CUSTOMER_ENDED: (
        "customer-ended-call(-after-warm-transfer-attempt)?",
        r"call\.in-progress\.(sip|twilio)-completed-call",
        "vonage-completed",
    ),
    Cause.ASSISTANT_ENDED: (
        "assistant-ended-call.*",
        "assistant-said-end-call-phrase",
        r"call\.ending\.hook-executed-say",
    ),
    Cause.FORWARDED: (
        "assistant-forwarded-call",
        "assistant-request-returned-forwarding-phone-number",
        r"call\.(ending|ringing)\.hook-executed-transfer",
    ),
    Cause.MISSED: (
        r"call\.ringing\.sip-inbound-caller-hungup-before-call-connect",
        "twilio-(busy|canceled|completed|failed|no-answer)",
    ),
    Cause.NOT_REACHED: (
        "customer-(busy|did-not-answer)",
        "sip-outbound-unallocated-number",
        "twilio-reported-customer-misdialed",
        "voicemail",
    ),
    Cause.SILENCE: (
        r"call\.in-progress\.error-assistant-did-not-receive-customer-audio",
        "customer-did-not-give-microphone-permission",
        "silence-timed-out",
    ),
    Cause.TOO_LONG: ("exceeded-max-duration",),
    Cause.TRANSFER_FAILED: (
        r"call\.forwarding\.(no-answer|operator-busy)",
        r"call\.in-progress\.error-(transfer-failed|warm-transfer-.*)",
        "customer-ended-call-(before-warm|during)-transfer",
    ),
    Cause.STOPPED: (
        "(scheduled-)?call-deleted",
        r"call\.ringing\.hook-executed-say",
        "manually-canceled",
    ),
    Cause.LINE_FAILED: (
        r"call\.(in-progress|ringing)\.error-sip-(in|out)bound-call-failed-to-connect",
        _FAULT + "(outbound-sip-.*|transport-.*|call-started-but-connection-to-transport-missing)",
        "phone-call-provider-.*",
        "sip-outbound-carrier-released-call",
        "(twilio|vonage)-failed-to-connect-call",
        "vonage-(disconnected|rejected)",
    ),
    Cause.MODEL_FAILED: (
        _FAULT + ".*-llm-failed",
        _FAULT + f"(?!{_VOICES}-500).*-500-server-error",
        _FAULT + ".*-503-server-overloaded-error",
        _FAULT + "openai-429-rate-limit-reached",
        r"call\.in-progress\.error-pipeline-(no-available-llm-model|ws-model-connection-failed)",
    ),
    Cause.VOICE_FAILED: (
        _FAULT + ".*-voice-failed",
        _FAULT + f"{_VOICES}-5..-server-error",
        _FAULT + "cartesia-socket-hang-up",
        _FAULT + "eleven-labs-(blocked-concurrent-requests|system-busy)-and-requested-upgrade",
        _FAULT + "microsoft-voice-request-canceled",
        _FAULT + "playht-(50.-gateway-error|request-timed-out|unexpected-error)",
        _FAULT + "tavus-video-failed",
    ),
    Cause.HEARING_FAILED: (
        _FAULT + ".*-transcriber-(failed|server-error|rate-limited)",
        _FAULT + "assembly-ai-returning-500-.*",
        _FAULT + "deepgram-returning-(50.-.*|econnreset)",
    ),
    Cause.VAPI_FAILED: (
        "assistant-join-timed-out",
        _FAULT + "(chat-pipeline-failed-to-start|worker-died|worker-not-available)",
        r"call\.start\.error-vapifault-.*",
        "worker-shutdown",
    ),
    Cause.CREDIT: (
        _FAULT + ".*-429-exceeded-quota",
        _FAULT + "assembly-ai-returning-400-insufficent-funds",
        _FAULT + "cartesia-requested-payment",
        _FAULT + "eleven-labs-(max-character-limit-exceeded|quota-exceeded)",
        _FAULT + "playht-(403-forbidden-out-of-characters|out-of-credits)",
        r"call\.start\.error-subscription-(?!concurrency).*",
    ),
    Cause.LIMIT: (
        r"call\.start\.error-subscription-concurrency-limit-reached",
        r"call\.start\.error-vapi-number-outbound-daily-limit",
    ),
    Cause.CONFIGURATION: (
        "assistant-not-(found|valid)",
        "assistant-request-(failed|returned-(error|invalid-assistant|no-assistant|unspeakable-error))",
        "call-start-error-neither-assistant-nor-server-set",
        r"call\.in-progress\.error-configfault-.*",
        r"call\.start\.(assistant|squad)-version-error-validation",
        r"call\.start\.error-(enterprise-.*|fraud-check-failed|get-.*|vapi-number-international)",
        _FAULT + ".*-400-bad-request-validation-failed",
        _FAULT + f"(?!outbound-sip|{_SPEECH}-(transcriber|returning)).*-40[13]-(?!forbidden-out-of).*",
        _FAULT + f"{_SPEECH}-returning-40[0134]-(?!insufficent-funds).*",
        _FAULT + f"{_SPEECH}-transcriber-(api-key-missing|auth-failed|invalid-config)",
        _FAULT + "eleven-labs-blocked-(?!concurrent).*",
        _FAULT + "eleven-labs-(invalid|missing|professional|unauthorized)-.*",
        _FAULT + "eleven-labs-(vapi-)?voice-(?!failed).*",
        _FAULT + "playht-(invalid-(emotion|voice)|voice-must-be-a-valid-voice-manifest-uri)",
    ),
}


@cache
def _matchers() -> dict[Cause, re.Pattern[str]]:
    return {cause: re.compile("|".join(f"(?:{each})" for each in every)) for cause, every in PATTERNS.items()}


@cache
def known_reasons() -> frozenset[str]:
    """The values of `endedReason` in Vapi's published document and in its SDK (3.0.0), and TWILIO_REASONS."""
    published = (Path(__file__).parent / "ended_reasons.txt").read_text(encoding="utf-8").split()
    return TWILIO_REASONS.union(published)


def matching_causes(reason: str) -> list[Cause]:
    """The causes whose patterns match; exactly one for each known reason."""
    return [cause for cause, matcher in _matchers().items() if matcher.fullmatch(reason)]


@lru_cache(maxsize=1024)
def find_cause(reason: str) -> Cause:
    """The cause of an `endedReason`; OTHER for one that this release does not know, which is logged once a process."""
    if reason in known_reasons():
        return matching_causes(reason)[0]
    if reason:
        logger.warning("Vapi ended a call for a reason that this release does not know: %.200r", reason)
    return Cause.OTHER


@cache
def reasons_of(cause: Cause) -> tuple[str, ...]:
    """The known reasons that mean this cause; none for OTHER."""
    return tuple(sorted(reason for reason in known_reasons() if find_cause(reason) is cause))
