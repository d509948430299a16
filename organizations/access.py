"""Access to an organisation's pages: finds the user's membership and checks its permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from core.web.deleted_rows import rely_on
from core.web.request_cache import once_per_request
from organizations.models import Membership, Organization
from organizations.permissions import Permission

LAST_SLUG = "organization"  # session key: the organisation this session opened last

View = Callable[..., HttpResponseBase]


class OrganizationRequest(HttpRequest):
    """A request that passed `organization_view`."""

    organization: Organization
    membership: Membership


def memberships_of(request: HttpRequest) -> list[Membership]:
    """The user's memberships, last used first; read once per request."""
    if not request.user.is_authenticated:
        return []
    user = request.user
    return once_per_request(request, "memberships", lambda: list(Membership.objects.of(user)))


def current_membership(request: HttpRequest) -> Membership | None:
    """The membership used last, if the user has any."""
    return next(iter(memberships_of(request)), None)


def organization_view(permission: Permission) -> Callable[[View], View]:
    """Replace `slug` in the path by `request.organization` and `request.membership`.

    404 without a membership, so that outsiders cannot learn which organisations exist; 403 where the role lacks
    `permission`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            memberships = memberships_of(request)
            membership = next((each for each in memberships if each.organization.slug == slug), None)
            if membership is None:
                raise Http404
            if not membership.may(permission):
                raise PermissionDenied
            request.organization, request.membership = membership.organization, membership
            rely_on(request, membership, membership.organization)
            _remember(request, membership)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by the test that walks every route
        return guarded

    return decorate


def _remember(request: HttpRequest, membership: Membership) -> None:
    # Written only when the session changes organisation, not on each request.
    if request.session.get(LAST_SLUG) == membership.organization.slug:
        return
    request.session[LAST_SLUG] = membership.organization.slug
    Membership.objects.mark_used(membership)
