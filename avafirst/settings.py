"""All settings, read once from the environment. `.env.example` explains every variable."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from avafirst.environment import (
    read_choice,
    read_database,
    read_encryption_keys,
    read_environment,
    read_flag,
    read_list,
    read_mail,
    read_mode,
    read_number,
    read_secret,
    read_site_url,
)
from avafirst.logs import logging_config
from avafirst.operator import read_operator
from avafirst.recording_storage import read_recording_storage
from avafirst.reports import start_reports

BASE_DIR = Path(__file__).resolve().parent.parent
env = read_environment(BASE_DIR)

AVA_ENV = read_mode(env)
DEVELOPMENT = AVA_ENV == "development"
DEBUG = read_flag(env, "DEBUG", default=DEVELOPMENT)
if DEBUG and not DEVELOPMENT:
    raise ImproperlyConfigured("DEBUG is on in production: error pages would show secrets. Remove DEBUG.")

SECRET_KEY = read_secret(
    env, "SECRET_KEY", development="development-only-secret-key-that-opens-nothing" if DEVELOPMENT else None
)
SECRET_KEY_FALLBACKS = read_list(env, "SECRET_KEY_FALLBACKS")
# Encrypts customers' credentials. Not SECRET_KEY: if one leaks, the other must stay safe.
FIELD_ENCRYPTION_KEYS = read_encryption_keys(
    env,
    "FIELD_ENCRYPTION_KEYS",
    development="ZGV2ZWxvcG1lbnQtb25seS1rZXktb3BlbnMtbm8tMTI=" if DEVELOPMENT else None,
)

# Every link in a mail starts with SITE_URL, never with the Host header.
SITE_URL = read_site_url(env, development=DEVELOPMENT)
SITE_IS_HTTPS = SITE_URL.startswith("https://")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
ALLOWED_HOSTS = [SITE_HOST, *read_list(env, "ALLOWED_HOSTS")]
if DEVELOPMENT:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXIES = read_number(env, "TRUSTED_PROXIES", 0)

AVA_SIGNUP = read_choice(env, "AVA_SIGNUP", {"invite", "open"}, "invite")
AVA_RATE_LIMITS = read_flag(env, "AVA_RATE_LIMITS", default=True)
if not AVA_RATE_LIMITS and not DEVELOPMENT:
    raise ImproperlyConfigured("AVA_RATE_LIMITS is off: that is for development only. Remove it.")
# Requests for sign-in links an hour from one IP address; its /48 network, if it is IPv6, gets five times as many.
AVA_LINKS_PER_IP = read_number(env, "AVA_LINKS_PER_IP", 20, least=1)

# Who runs this installation, for its public pages.
AVA_OPERATOR = read_operator(env)

# The sandbox that stands in for the providers; in production only if the variable says so.
AVA_SANDBOX = read_flag(env, "AVA_SANDBOX", default=DEVELOPMENT)
# Its credentials are public and open nothing else. Any key that continues the first one with a dash works too, and
# sees only what was made with it.
SANDBOX_VAPI_KEY = "vapi-sandbox-key"
SANDBOX_TWILIO_SID = "AC5a6d0b0c5a6d0b0c5a6d0b0c5a6d0b0c"
SANDBOX_TWILIO_TOKEN = "5a6d0b0c7471696c696f746f6b656e00"  # noqa: S105 - public
SANDBOX_PHONE_NUMBER = "+33939035501"  # from the range that ARCEP reserves for fiction

# An app imports only from apps below it. Ours come before the libraries whose commands they replace.
INSTALLED_APPS = [
    "avafirst",
    "sandbox",
    "dashboard",
    "onboarding",
    "desk",
    "calls",
    "assistants",
    "connections",
    "organizations",
    "accounts",
    "core",
    "avafirst.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tasks",
    "avafirst.apps.TaskQueueConfig",
    "anymail",
    "csp",
    "django_htmx",
    "phonenumber_field",
]

MIDDLEWARE = [
    "core.web.middleware.RequestContextMiddleware",
    "core.web.middleware.ProbeHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.web.middleware.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.web.middleware.CanonicalPathMiddleware",
    "core.web.middleware.BodySizeMiddleware",
    "accounts.middleware.SessionMiddleware",
    "accounts.middleware.AuthenticationMiddleware",
    "accounts.middleware.PreferredLocaleMiddleware",
    "avafirst.development.ErrorPagesMiddleware",
    "core.web.middleware.NulMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.GuardMiddleware",
    "core.web.deleted_rows.DeletedRowMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "avafirst.urls"
WSGI_APPLICATION = "avafirst.wsgi.application"
APPEND_SLASH = False
# The site stands at the root of its host. Otherwise Django takes the start of every address from the request.
FORCE_SCRIPT_NAME = ""

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.web.context_processors.languages",
                "organizations.context_processors.memberships",
            ],
        },
    },
]

WEB_THREADS = read_number(env, "WEB_THREADS", 4, least=1)
DATABASES = {"default": read_database(env, BASE_DIR, threads=WEB_THREADS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Users have no passwords.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.LinkBackend"]
LOGIN_URL = "accounts:auth"
LOGIN_REDIRECT_URL = "home"

_cookie_prefix = "__Host-" if SITE_IS_HTTPS else ""
SESSION_ENGINE = "accounts.sessions.store"
SESSION_COOKIE_NAME = f"{_cookie_prefix}session"
SESSION_COOKIE_AGE = 90 * 24 * 3600  # the longest that a session may last; its row can end it sooner
SESSION_COOKIE_SECURE = SITE_IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_cookie_prefix}csrftoken"
CSRF_COOKIE_SECURE = SITE_IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
BROWSER_COOKIE_NAME = f"{_cookie_prefix}browser"
LANGUAGE_COOKIE_NAME = f"{_cookie_prefix}language"
LANGUAGE_COOKIE_SECURE = SITE_IS_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# HTTP security.
SECURE_SSL_REDIRECT = SITE_IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if SITE_IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SITE_IS_HTTPS
SECURE_HSTS_PRELOAD = SITE_IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "media-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Languages. French first; the message ids are English.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("he", "עברית"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "avafirst.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "core.web.static_finder.JoinedFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "recordings": read_recording_storage(env, BASE_DIR, development=DEVELOPMENT),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "core.web.static_storage.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = DEVELOPMENT

# Mail and tasks.
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="") or f"AvaFirst AI <no-reply@{SITE_HOST}>"
if "@" not in DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured(
        f"DEFAULT_FROM_EMAIL is {DEFAULT_FROM_EMAIL!r}: like AvaFirst AI <ava@example.com>."
    )
SERVER_EMAIL = DEFAULT_FROM_EMAIL
globals().update(read_mail(env, development=DEVELOPMENT))
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = logging_config(development=DEVELOPMENT)
if SENTRY_DSN := env("SENTRY_DSN", default=""):
    start_reports(SENTRY_DSN, environment=AVA_ENV)
SILENCED_SYSTEM_CHECKS: list[str] = []
TEST_RUNNER = "avafirst.test_runner.PytestRunner"
CSRF_FAILURE_VIEW = "avafirst.views.csrf_failure"
