"""All URLs. No trailing slashes; pages are below their language prefix."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from accounts.profile.views import picture
from avafirst import public_pages, search, views
from avafirst.mail_urls import mail_patterns

handler400 = "avafirst.views.bad_request"
handler403 = "avafirst.views.forbidden"
handler404 = "avafirst.views.not_found"
handler500 = "avafirst.views.server_error"

urlpatterns = [
    path("", views.root, name="root"),
    path("health", views.health, name="health"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", search.robots, name="robots"),
    path("sitemap.xml", search.sitemap, name="sitemap"),
    path("pictures/<slug:digest>.webp", picture, name="avatar"),
    path("i18n/language", views.set_language, name="set_language"),
    path("admin/", admin.site.urls),
    *mail_patterns(),
    path("", include("calls.inbox.urls")),
    *([path("sandbox/", include("sandbox.urls"))] if settings.AVA_SANDBOX else []),
    *i18n_patterns(
        path("", views.landing, name="landing"),
        path("help", public_pages.help_page, name="help"),
        path("contact", public_pages.contact, name="contact"),
        path("privacy", public_pages.privacy, name="privacy"),
        path("legal", public_pages.legal, name="legal"),
        path("home", views.home, name="home"),
        path("", include("accounts.urls")),
        path("", include("organizations.urls")),
        path("", include("onboarding.urls")),
        path("", include("connections.urls")),
        path("", include("assistants.urls")),
        path("", include("calls.urls")),
        path("", include("calls.contacts.urls")),
        path("", include("desk.budget.urls")),
        path("", include("desk.urls")),
        path("", include("desk.notices.urls")),
        path("", include("dashboard.urls")),
        path("", include("core.urls")),
        *([path("", include("sandbox.page.urls"))] if settings.AVA_SANDBOX else []),
    ),
]
