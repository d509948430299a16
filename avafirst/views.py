"""Pages that belong to no app: landing page, language switch, health, errors."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from core.queue.workers import queue_problems
from core.web.inline_styles import inlines_sheet
from core.web.public_views import public
from onboarding import steps
from organizations.access import current_membership


@public
@require_safe
@vary_on_headers("Accept-Language", "Cookie")
def root(request: HttpRequest) -> HttpResponse:
    """Redirect to the landing page in the visitor's language."""
    return redirect("landing")


@public
@gzip_page
@inlines_sheet("landing")
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The product's public front page."""
    return render(request, "landing.html", {"signup_open": settings.AVA_SIGNUP == "open"})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Redirect a signed-in user to an open set-up, the dashboard, or for staff without an organisation the admin."""
    membership = current_membership(request)
    if membership is None and request.user.is_staff:
        return redirect("admin:index")
    if membership is None and steps.may_create_organization(request):
        return redirect("onboarding:welcome")
    if membership is not None and (step := steps.first_open_step(membership)):
        return redirect(step.url_name)
    return redirect("dashboard:home")


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Show the same page in another language, and remember the choice."""
    language = request.POST.get("language", "")
    next_url = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(next_url, allowed_hosts={request.get_host()}):
        next_url = "/"
    response = HttpResponseRedirect(next_url)
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        response = HttpResponseRedirect(translate_url(next_url, language))
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


@public
@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Liveness: touches nothing else."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
@never_cache
def health_ready(request: HttpRequest) -> JsonResponse:
    """Readiness: 503 unless the database answers, its migrations have run, and workers serve the queue."""
    problems: list[str] = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems.append("migrations are missing")
        else:
            problems += queue_problems()
    except DatabaseError:
        problems.append("the database does not answer")
    body = {"status": "unavailable" if problems else "ok", "problems": problems}
    return JsonResponse(body, status=503 if problems else 200)


@public
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this name whatever a page links."""
    return HttpResponseRedirect(static("img/mark.svg"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, without the reason, which may hold what was typed."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 for a signed-in user."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, in the language of the path if it has one."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without our layouts and context processors, which may be what failed."""
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid CSRF token, from an old tab or without cookies; says how to continue."""
    return render(request, "403_csrf.html", {"back_url": request.path}, status=403)
