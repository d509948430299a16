"""Addresses of this room, under their language."""

from django.urls import path

from organizations.audit_log import views
from organizations.invitations import views
from organizations.settings import views
from organizations.team import views

app_name = "organizations"

urlpatterns = [
    path("invitations/accept", views.accept, name="accept"),
    path("invitations/<uuid:invitation_id>", views.offered, name="offered"),
    path("o/<slug:slug>/team", views.show, name="team"),
    path("o/<slug:slug>/team/invite", views.invite, name="team-invite"),
    path("o/<slug:slug>/team/leave", views.leave, name="team-leave"),
    path("o/<slug:slug>/team/<uuid:member_id>/role", views.change_role, name="team-role"),
    path("o/<slug:slug>/team/<uuid:member_id>/remove", views.remove, name="team-remove"),
    path(
        "o/<slug:slug>/team/invitations/<uuid:invitation_id>/again",
        views.invite_again,
        name="team-invite-again",
    ),
    path(
        "o/<slug:slug>/team/invitations/<uuid:invitation_id>/withdraw", views.withdraw, name="team-withdraw"
    ),
    path("o/<slug:slug>/settings", views.settings, name="settings"),
    path("o/<slug:slug>/settings/delete", views.delete, name="settings-delete"),
    path("o/<slug:slug>/audit", views.audit, name="audit"),
]
