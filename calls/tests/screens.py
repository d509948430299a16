"""Calls for the screen matrix: one that runs, ended ones of every colour, in two currencies, in two languages."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from django.utils import timezone

from calls.costs.models import CallTotal
from calls.enums import CostState
from calls.models import Call, CallNote, Contact
from calls.recordings.services import store_recording
from calls.tests.factories import (
    CallFactory,
    CostPartFactory,
    RecordingFactory,
    SummaryFactory,
    TransferFactory,
    call_with,
)
from connections.tests.factories import TwilioConnectionFactory
from organizations.models import Organization
from sandbox.calls.recordings import Recording as Babble

MARIE = "+33639985678"  # who has a name
ENDED = (
    "assistant-ended-call",
    "assistant-forwarded-call",
    "exceeded-max-duration",
    "pipeline-error-azure-voice-failed",
)


def make_calls(organization: Organization) -> tuple[Call, Call, Call]:
    """Calls of an organisation that can call back.

    Returns one with everything that a call's page shows, one that runs, and a missed one.
    """
    TwilioConnectionFactory(organization=organization, vapi_number_id="number-1", number_state="in_step")
    moment = timezone.now() - timedelta(days=400)  # the same words each day
    for number, reason in enumerate(ENDED):
        CallFactory(
            organization=organization,
            ended_reason=reason,
            customer_number="+33639981234" if number else MARIE,
            created_at=moment - timedelta(hours=number),
            subject="Du pain",
        )
    whole = call_with(
        [
            ("assistant", "Bonjour !"),
            ("caller", "שלום, אפשר להזמין עוגה?"),
            ("assistant", "Bien sûr. Pour quand ?"),
        ],
        organization=organization,
        customer_number=MARIE,
        assistant=organization.assistants.first(),
        created_at=moment + timedelta(hours=1),
        subject="שלום, אפשר להזמין עוגה?",
        price_due_at=timezone.now(),
    )
    SummaryFactory(call=whole, urgency="urgent", wishes="אפשר להזמין עוגה לשמונה? <b>דחוף</b>")
    TransferFactory(call=whole)
    Contact.objects.create(organization=organization, number=MARIE, name="Marie Dupont")
    CallNote.objects.create(
        call=whole, author_name="Léa", text="שלום, à rappeler demain.", created_at=moment + timedelta(hours=3)
    )
    CostPartFactory(call=whole)
    CostPartFactory(call=whole, part="tts", amount=Decimal("0.092"))
    CostPartFactory(
        call=whole, provider="twilio", part="parent_leg", amount=Decimal("0.0085"), currency="EUR"
    )
    babble = Babble(
        [{"role": "bot", "at": 0.0, "lasts": 4.0}, {"role": "user", "at": 6.0, "lasts": 20.0}], 60
    )
    sound = BytesIO(b"".join(babble.part(0, babble.size)))
    store_recording(RecordingFactory(waiting=True, call=whole), sound, content_type="audio/wav")
    running = CallFactory(
        organization=organization, running=True, created_at=moment + timedelta(hours=2), customer_number=""
    )
    CostPartFactory(
        call=whole, provider="twilio", part="child_legs", amount=Decimal("0.004"), state=CostState.ESTIMATED
    )
    for currency, amount in whole.costs().items():
        CallTotal.objects.create(call=whole, organization=organization, currency=currency, amount=amount)
    missed = CallFactory(
        organization=organization,
        vapi_id="",
        twilio_sid="CA" + "1" * 32,
        ended_reason="twilio-completed",
        created_at=moment - timedelta(hours=9),
        started_at=None,
        ended_at=moment - timedelta(hours=9),
        seconds=0,
        report_version="",
    )
    return whole, running, missed
