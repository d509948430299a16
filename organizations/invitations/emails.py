"""The e-mail of an invitation."""

import uuid

from django_tasks import task

from accounts.lifetimes import LIFETIMES
from accounts.login.tokens import mint
from core.mail.messages import absolute_link, send_mail
from organizations.invitations.refusals import is_refused, sign_mailbox
from organizations.models import Invitation
from organizations.permissions import Role


@task()
def send_invitation(token_id: str) -> None:
    """Mint and mail the link of an open invitation; may run twice.

    Sends nothing where the invitation was withdrawn, accepted or sent again since, or to a mailbox that refuses them.
    """
    invitation = (
        Invitation.objects.open()
        .select_related("organization", "invited_by", "token")
        .filter(token_id=uuid.UUID(token_id))
        .first()
    )
    minted = mint(uuid.UUID(token_id)) if invitation else None
    # Minted either way, so that the inviter's page does not show a refusal.
    if invitation is None or minted is None or is_refused(invitation.email):
        return
    token = minted.token
    url = absolute_link("organizations:accept", token.locale, token=minted.secret)
    stop_url = absolute_link("organizations:refuse", token.locale, token=sign_mailbox(invitation.email))
    send_mail(
        "invitation",
        to=invitation.email,
        locale=token.locale,
        context={
            "url": url,
            "stop_url": stop_url,
            "inviter_email": invitation.invited_by.email if invitation.invited_by else "",
            "role": Role(invitation.role).label,  # translated when the mail is rendered
            "days": LIFETIMES[token.Purpose.INVITATION].days,
        },
        names={
            "organization": invitation.organization.name,
            "inviter": invitation.invited_by.name if invitation.invited_by else "",
        },
        links={"INVITATION URL": url},
        # RFC 8058: the mail client's own button.
        headers={"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
