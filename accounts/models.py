"""Users, the links they sign in by, their sessions."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.lifetimes import LIFETIMES, LONGEST_SESSION, lasts
from accounts.managers import UserManager
from accounts.querysets import AuthSessionQuerySet, LoginTokenQuerySet
from accounts.waiting_list.models import WaitingAddress
from core.locales import LanguageField, TimeZoneField, validate_timezone

__all__ = ["AuthSession", "Avatar", "LoginToken", "User", "WaitingAddress"]


class User(AbstractBaseUser, PermissionsMixin):
    """A user, identified by one e-mail address. There are no passwords."""

    # Drops inherited columns, in the way that Django documents.
    password = None  # type: ignore[assignment]
    last_login = None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    locale = LanguageField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    timezone = TimeZoneField(
        _("time zone"), max_length=64, default="Europe/Paris", validators=[validate_timezone]
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May enter the admin."))
    avatar_digest = models.CharField(max_length=32, blank=True, editable=False)
    mail_trouble = models.CharField(_("mail trouble"), max_length=32, blank=True, editable=False)
    mail_trouble_at = models.DateTimeField(_("mail trouble since"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]

    def __str__(self) -> str:
        return self.email

    @property
    def display_name(self) -> str:
        return self.name or self.email

    @property
    def short_name(self) -> str:
        return self.name.split()[0] if self.name.split() else ""

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.email]
        letters = [words[0][0]] + ([words[-1][0]] if len(words) > 1 else [])
        return "".join(letters).upper()

    @property
    def avatar_url(self) -> str:
        """The picture's URL, empty without one. It contains the digest, so browsers may cache it for ever."""
        return reverse("avatar", args=[self.avatar_digest]) if self.avatar_digest else ""

    def has_usable_password(self) -> bool:
        """No, so that the admin offers no password form."""
        return False

    def get_session_auth_hash(self) -> str:
        """Hash only the id: sessions are ended by their rows, not by a changed password."""
        return salted_hmac("accounts.session", str(self.pk)).hexdigest()


class Avatar(models.Model):
    """A user's picture, about 10 kB. In the database, so that other machines and backups have it too."""

    user = models.OneToOneField(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="avatar")
    picture = models.BinaryField()
    digest = models.CharField(max_length=32, db_index=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.digest


class LoginToken(models.Model):
    """A mailed link: its address, purpose and expiry. Only hashes of the secret and of the code are stored.

    requested → issued → used | superseded | expired; expired is derived. The secret is made when the mail is sent, so
    that no row, task argument or backup contains one.
    """

    class Purpose(models.TextChoices):
        LOGIN = "login", _("sign-in")
        EMAIL_CHANGE = "email_change", _("new e-mail address")
        EMAIL_UNDO = "email_undo", _("undo of a new e-mail address")
        INVITATION = "invitation", _("invitation")

    class Via(models.TextChoices):
        LINK = "link", _("link")
        CODE = "code", _("code")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    email = models.EmailField(_("e-mail address"), max_length=254)
    user = models.ForeignKey(
        "accounts.User",
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    token_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - unique, so empty is null
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_attempts = models.PositiveSmallIntegerField(_("code attempts"), default=0)
    code_expires_at = models.DateTimeField(_("code expires"), null=True, blank=True)
    browser_hash = models.CharField(max_length=64, blank=True, editable=False)
    # Requested from an older link, on whose page the address was masked: the next page must mask it too.
    masked = models.BooleanField(default=False, db_default=False, editable=False)
    locale = LanguageField(_("language"), max_length=8, choices=settings.LANGUAGES)
    next_path = models.CharField(_("goes on to"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    used_via = models.CharField(_("used by"), max_length=8, choices=Via.choices, blank=True)
    superseded_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)

    objects = LoginTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["email", "purpose"], name="login_token_email"),
            models.Index(fields=["created_at"], name="login_token_created"),
        ]
        constraints = [
            models.CheckConstraint(
                name="login_token_minted_with_expiry",
                condition=Q(token_hash=None, expires_at=None)
                | Q(token_hash__isnull=False, expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="login_token_used_says_how",
                condition=Q(used_at=None, used_via="") | (Q(used_at__isnull=False) & ~Q(used_via="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.email}"

    @property
    def state(self) -> str:
        """`used`, `superseded`, `expired`, `issued` or, before the mail is sent, `requested`."""
        if self.used_at:
            return "used"
        if self.superseded_at:
            return "superseded"
        if self.expires_at is None:
            return "requested"
        # A purpose of another release has no lifetime here.
        lifetime = LIFETIMES.get(self.purpose, timedelta())
        return "issued" if lasts(self.expires_at, lifetime) else "expired"


class AuthSession(AbstractBaseSession):
    """One sign-in on one device: Django's session and the entry in the user's list of devices, in one row.

    `session_key` holds the SHA-256 of the cookie's key, so that a dump of this table opens no session.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session_key = models.CharField(max_length=64, unique=True, null=True, editable=False)  # type: ignore[assignment]  # noqa: DJ001
    user = models.ForeignKey(
        "accounts.User", verbose_name=_("user"), on_delete=models.CASCADE, related_name="sessions"
    )
    login_token = models.ForeignKey(
        LoginToken, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    browser_hash = models.CharField(max_length=64, blank=True, editable=False)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    created_at = models.DateTimeField(_("signed in"), auto_now_add=True)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    revoked_at = models.DateTimeField(_("ended"), null=True, blank=True)
    revoked_reason = models.CharField(_("ended because"), max_length=32, blank=True)

    objects = AuthSessionQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["user", "-last_seen_at"], name="auth_session_user"),
            models.Index(fields=["user", "browser_hash"], name="auth_session_browser"),
        ]
        constraints = [
            models.CheckConstraint(
                name="auth_session_revoked_says_why",
                condition=Q(revoked_at=None, revoked_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and lasts(self.expire_date, LONGEST_SESSION)
