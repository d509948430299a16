"""Whether a call was erased, and which erasures Vapi has still to do."""

from dataclasses import dataclass

from calls.erasure.models import Erasure
from connections.enums import Provider
from connections.problems import Explanation, Problem, explain
from organizations.models import Organization


def was_erased(organization: Organization, *, vapi_id: str = "", twilio_sid: str = "") -> bool:
    """Whether the call with this id, at Vapi or at Twilio, was erased here: then no news of it is kept."""
    erased = Erasure.objects.for_organization(organization)
    if vapi_id:
        return erased.filter(vapi_id=vapi_id).exists()
    return bool(twilio_sid) and erased.filter(twilio_sid=twilio_sid).exists()


@dataclass(frozen=True)
class Pending:
    """Calls that are erased here and not at Vapi, and what keeps it from that where the account or Vapi fails."""

    count: int
    explanation: Explanation | None


def pending_at_vapi(organization: Organization) -> Pending | None:
    """The calls that Vapi still has; None where it has none of those that were erased here."""
    waiting = Erasure.objects.for_organization(organization).filter(done_at=None)
    count = waiting.count()
    if not count:
        return None
    problem = waiting.filter(problem__in=Problem.values).values_list("problem", flat=True).first()
    return Pending(count, explain(problem, Provider.VAPI) if problem else None)
