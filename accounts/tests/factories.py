from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.login.tokens import Minted, mint
from accounts.models import LoginToken, User
from accounts.secrets import digest


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda number: f"person{number}@example.com")
    name = "Camille Martin"


def make_link(user: User | None, *, browser: str = "", **fields: Any) -> Minted:
    """A minted link: its row, its secret, its code. `browser` is the cookie of the browser that requested it."""
    fields.setdefault("email", user.email if user else "nobody@example.com")
    row = LoginToken.objects.create(
        purpose=LoginToken.Purpose.LOGIN,
        user=user,
        locale=fields.pop("locale", "fr"),
        browser_hash=digest(browser) if browser else "",
        **fields,
    )
    minted = mint(row.id)
    assert minted is not None
    return minted
