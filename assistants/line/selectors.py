"""Reads the state of a line, once in a request."""

from django.http import HttpRequest

from assistants.line.facts import LineFacts
from assistants.line.state import LineState, line_state_of
from assistants.models import Assistant
from connections.selectors import Connections, connections_for, load_connections
from core.web.request_cache import once_per_request
from organizations.models import Membership, Organization
from organizations.permissions import Permission

NAMED = 2  # people who are named to those who may not press the button themselves


def line_for(request: HttpRequest, organization: Organization) -> LineState:
    """The line as first read in this request: two queries, one of which reads the connections for all."""
    key = ("line", organization.pk)
    return once_per_request(request, key, lambda: _read(organization, connections_for(request, organization)))


def read_line(organization: Organization) -> LineState:
    """The line now, outside of a request."""
    return _read(organization, load_connections(organization))


def _read(organization: Organization, connections: Connections) -> LineState:
    return line_state_of(LineFacts.gather(connections, Assistant.objects.first_to_answer(organization)))


def names_of_helpers(organization: Organization) -> list[str]:
    """Names of owners or administrators who may repair the connections, the longest-standing first."""
    able = Membership.objects.for_organization(organization).who_may(Permission.CONNECTION_MANAGE)
    return [each.user.display_name for each in able[:NAMED]]
