from django.urls import path

from organizations.audit_log import views as audit_views
from organizations.facts import views as facts_views
from organizations.invitations import acceptance_views, refusal_views
from organizations.invitations import views as invitation_views
from organizations.settings import views as settings_views
from organizations.team import views as team_views

app_name = "organizations"

urlpatterns = [
    path("invitations/accept", acceptance_views.accept, name="accept"),
    path("invitations/stop", refusal_views.refuse, name="refuse"),
    path("invitations/<uuid:invitation_id>", acceptance_views.offered, name="offered"),
    path("o/<slug:slug>/team", team_views.show, name="team"),
    path("o/<slug:slug>/team/invite", invitation_views.invite, name="team-invite"),
    path("o/<slug:slug>/team/leave", team_views.leave, name="team-leave"),
    path("o/<slug:slug>/team/<uuid:member_id>/role", team_views.change_role, name="team-role"),
    path("o/<slug:slug>/team/<uuid:member_id>/remove", team_views.remove, name="team-remove"),
    path(
        "o/<slug:slug>/team/invitations/<uuid:invitation_id>/again",
        invitation_views.invite_again,
        name="team-invite-again",
    ),
    path(
        "o/<slug:slug>/team/invitations/<uuid:invitation_id>/withdraw",
        invitation_views.withdraw,
        name="team-withdraw",
    ),
    path("o/<slug:slug>/facts", facts_views.show, name="facts"),
    path("o/<slug:slug>/facts/<slug:topic>", facts_views.edit, name="fact"),
    path("o/<slug:slug>/settings", settings_views.settings, name="settings"),
    path("o/<slug:slug>/settings/delete", settings_views.delete, name="settings-delete"),
    path("o/<slug:slug>/audit", audit_views.audit, name="audit"),
]
