"""The e-mail of an invitation."""

import uuid

from django_tasks import task

from accounts.lifetimes import LIFETIMES
from accounts.login.tokens import mint
from core.mail.messages import absolute_link, send_mail
from organizations.models import Invitation
from organizations.permissions import Role


@task()
def send_invitation(token_id: str) -> None:
    """Mint and mail the link of an open invitation; may run twice.

    Sends nothing where the invitation was withdrawn, accepted or sent again since.
    """
    invitation = (
        Invitation.objects.open()
        .select_related("organization", "invited_by", "token")
        .filter(token_id=uuid.UUID(token_id))
        .first()
    )
    minted = mint(uuid.UUID(token_id)) if invitation else None
    if invitation is None or minted is None:
        return
    token = minted.token
    url = absolute_link("organizations:accept", token.locale, token=minted.secret)
    send_mail(
        "invitation",
        to=invitation.email,
        locale=token.locale,
        context={
            "url": url,
            "organization": invitation.organization.name,
            "inviter": invitation.invited_by.display_name if invitation.invited_by else "",
            "role": Role(invitation.role).label,  # translated when the mail is rendered
            "days": LIFETIMES[token.Purpose.INVITATION].days,
        },
        links={"INVITATION URL": url},
    )
