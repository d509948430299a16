"""A page for developers: every component in all its states."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

INK = [f"ink-{step}" for step in range(1, 13)]
VOICE = [f"accent-{step}" for step in (2, 3, 5, 7, 9, 11)]
TONES = ["green", "amber", "amber-vivid", "red"]


class SampleForm(forms.Form):
    """One field of each kind, bound, so that an error shows."""

    name = forms.CharField(label=_("Name of your business"), help_text=_("As your callers know it."))
    email = forms.EmailField(
        label=_("E-mail address"),
        error_messages={"invalid": _("Something is missing: an address contains an @.")},
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("fr", "Français"), ("he", "עברית"), ("en", "English")]
    )
    code = forms.CharField(label=_("6-digit code"))
    region = forms.ChoiceField(
        label=_("Region"), choices=[("us", _("United States")), ("eu", _("Europe"))], widget=forms.RadioSelect
    )
    secret = forms.CharField(label=_("Private key"), required=False, widget=forms.PasswordInput)


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """403 unless the user is staff."""
    if not request.user.is_staff:
        raise PermissionDenied
    typed = {"name": "Maison Perrin", "email": "claire", "language": "fr", "code": "482071", "region": "eu"}
    form = SampleForm(typed, auto_id="sample_%s")
    form.is_valid()
    steps = [
        {"label": _("Welcome"), "is_done": True, "url": "#steps"},
        {"label": _("Organisation"), "is_done": True, "url": "#steps"},
        {"label": "Vapi", "is_current": True, "url": "#steps"},
        {"label": "Twilio", "url": "#steps"},
    ]
    return render(
        request,
        "core/gallery.html",
        {"form": form, "ink": INK, "voice": VOICE, "tones": TONES, "steps": steps},
    )
