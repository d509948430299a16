"""URLs of accounts, below the language prefix."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.email_change import views as email_change_views
from accounts.login import request_views, verify_views
from accounts.profile import language
from accounts.profile import views as profile_views
from accounts.sessions import views as session_views
from accounts.waiting_list import views as waiting_list_views
from core.web.public_views import public

app_name = "accounts"

to_auth = public(RedirectView.as_view(pattern_name="accounts:auth", query_string=True))

urlpatterns = [
    path("auth", request_views.auth, name="auth"),
    path("auth/sent", request_views.sent, name="sent"),
    path("auth/sent/again", request_views.resend, name="resend"),
    path("waiting-list", waiting_list_views.waiting_list, name="waiting-list"),
    path("waiting-list/noted", waiting_list_views.noted, name="waiting-list-noted"),
    path("login", to_auth, name="login"),
    path("signup", to_auth, name="signup"),
    path("verify-magic-link", verify_views.verify, name="verify"),
    path("verify-magic-link/new", verify_views.verify_resend, name="verify-resend"),
    path("logout", session_views.logout, name="logout"),
    path("not-me", session_views.not_me, name="not-me"),
    path("address/confirm", email_change_views.address_confirm, name="address-confirm"),
    path("address/undo", email_change_views.address_undo, name="address-undo"),
    path("settings/profile", profile_views.profile, name="profile"),
    path("settings/profile/picture", profile_views.avatar, name="avatar"),
    path("settings/profile/address", profile_views.address, name="address"),
    path("settings/profile/close", profile_views.close, name="close"),
    path("settings/language", language.answer, name="language"),
    path("settings/security", session_views.security, name="security"),
    path("settings/security/<uuid:session_id>/revoke", session_views.revoke, name="session-revoke"),
    path("settings/security/revoke-others", session_views.revoke_others, name="sessions-revoke-others"),
    path("settings/security/revoke-all", session_views.revoke_all, name="sessions-revoke-all"),
]
