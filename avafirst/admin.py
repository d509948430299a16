"""The admin site: staff only, signed in by a mailed link as everywhere else."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from core.web.public_views import public


class Site(admin.AdminSite):
    """An admin without a password form."""

    site_header = "AvaFirst AI"
    site_title = "AvaFirst AI"
    index_title = _("Operation")

    @method_decorator(public)
    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Redirect signed-out users to the sign-in page; refuse signed-in users who are not staff."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or "/admin/")

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> TemplateResponse:
        """There are no passwords."""
        raise Http404
