"""Addresses of this room, under their language."""

from django.urls import path

from organizations.invitations import views
from organizations.views import audit, settings, team

app_name = "organizations"

urlpatterns = [
    path("invitations/accept", views.accept, name="accept"),
    path("invitations/<uuid:invitation_id>", views.offered, name="offered"),
    path("o/<slug:slug>/team", team.show, name="team"),
    path("o/<slug:slug>/team/invite", team.invite, name="team-invite"),
    path("o/<slug:slug>/team/leave", team.leave, name="team-leave"),
    path("o/<slug:slug>/team/<uuid:member_id>/role", team.change_role, name="team-role"),
    path("o/<slug:slug>/team/<uuid:member_id>/remove", team.remove, name="team-remove"),
    path(
        "o/<slug:slug>/team/invitations/<uuid:invitation_id>/again",
        team.invite_again,
        name="team-invite-again",
    ),
    path("o/<slug:slug>/team/invitations/<uuid:invitation_id>/withdraw", team.withdraw, name="team-withdraw"),
    path("o/<slug:slug>/settings", settings.settings, name="settings"),
    path("o/<slug:slug>/settings/delete", settings.delete, name="settings-delete"),
    path("o/<slug:slug>/audit", audit.audit, name="audit"),
]
