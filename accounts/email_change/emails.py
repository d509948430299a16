"""The mails of an address change: confirmation to the new address, notice to the old one."""

import uuid

from django_tasks import task

from accounts.addresses import mask_address
from accounts.login.tokens import mint
from accounts.models import User
from core.mail.messages import absolute_link, send_mail


@task()
def send_change_link(token_id: str) -> None:
    """Ask the new address to confirm. May run twice.

    An address that has an account gets no mail, and the page says the same: nothing reveals that account.
    """
    minted = mint(uuid.UUID(token_id))
    if minted is None or minted.token.user is None or User.objects.for_address(minted.token.email):
        return
    token, user = minted.token, minted.token.user
    url = absolute_link("accounts:address-confirm", user.locale, token=minted.secret)
    send_mail(
        "address_change",
        to=token.email,
        locale=user.locale,
        context={"url": url, "new_email": token.email},
        links={"CONFIRM URL": url},
    )


@task()
def send_undo_link(token_id: str) -> None:
    """Tell the old address of the change, with the link that undoes it. May run twice."""
    minted = mint(uuid.UUID(token_id))
    if minted is None or minted.token.user is None:
        return
    token, user = minted.token, minted.token.user
    url = absolute_link("accounts:address-undo", user.locale, token=minted.secret)
    send_mail(
        "address_undo",
        to=token.email,
        locale=user.locale,
        context={"url": url, "new_email": mask_address(user.email)},
        links={"UNDO URL": url},
    )
