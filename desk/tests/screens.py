"""A desk for the screen matrix: requests of each kind and state, in two languages, with notes and questions."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.utils import timezone

from core.tests.browser import press
from desk.items import acts
from desk.models import Budget, CallerCap, Item
from desk.notices.links import VALID_FOR, Act, Button, sign_button, sign_stop
from desk.tests.factories import ask, item_of
from organizations.models import Membership, Organization
from organizations.tests.factories import MembershipFactory

TOLD: list[dict[str, Any]] = [
    {
        "purpose": "complaint",
        "urgency": "urgent",
        "caller_name": "Karim Belkacem",
        "subject": "Gâteau d’anniversaire livré sans le prénom",
        "wishes": "La fête est à 16 h. Il demande qu’on ajoute « Lina » ou qu’on le rappelle tout de suite.",
        "wanted_at": "avant 15 h",
    },
    {
        "purpose": "callback",
        "urgency": "normal",
        "caller_name": "Nadia Benali",
        "subject": "Devis pour 40 mini-viennoiseries au bureau",
        "wishes": "Sans fruits à coque pour deux personnes. Livraison à l’accueil si possible.",
        "wanted_at": "demain entre 9 h et 11 h",
        "callback_number": "+33639985214",
        "unsure": ["callback_number"],
        "unanswered": [
            "Livrez-vous dans le 6e arrondissement ?",
            "Faites-vous des prix pour les entreprises ?",
        ],
    },
    {
        "purpose": "appointment",
        "urgency": "normal",
        "caller_name": "Inès Moreau",
        "subject": "Dégustation pour un gâteau de mariage",
        "wishes": "80 personnes, plutôt fruits rouges.",
        "wanted_at": "samedi après-midi",
        "unsure": ["caller_name", "wanted_at"],
        "unanswered": ["Peut-on goûter avant de commander ?"],
    },
    {
        "purpose": "message",
        "urgency": "low",
        "caller_name": "Cabinet Dr Amsellem",
        "subject": "La commande du jeudi passe de 12 à 15 baguettes",
        "wishes": "À partir de la semaine prochaine.",
    },
    {
        "purpose": "callback",
        "urgency": "normal",
        "caller_name": "דנה לוי",
        "subject": "הזמנה של עוגת גבינה ל־20 איש",
        "wishes": "בלי אגוזים, ועם הקדשה בעברית.",
        "wanted_at": "ביום חמישי",
        "unsure": ["wanted_at"],
        "unanswered": ["האם יש לכם חלות לשבת?"],
    },
]


def make_desk(organization: Organization) -> Item:
    """Requests of an organisation; returns one with everything that its page shows."""
    actor = (
        Membership.objects.filter(organization=organization).select_related("user", "organization").first()
    )
    assert actor
    assistant = organization.assistants.first()
    calls = [
        ask(organization, f"+3363998{number:04}", minutes_ago=60 * 24 * 400, assistant=assistant, **told)
        for number, told in enumerate(TOLD)
    ]
    whole = item_of(calls[1])
    acts.take_item(actor=actor, item_id=whole.id)
    acts.add_note(actor=actor, item_id=whole.id, note_id=whole.id, text="À rappeler demain.\nמחר בבוקר")
    acts.finish_item(actor=actor, item_id=item_of(calls[3]).id, seen_calls=1)
    later = item_of(calls[2])
    acts.snooze_item(actor=actor, item_id=later.id, until=later.opened_at + timedelta(days=36_500))
    _make_budget(organization)
    return whole


def _make_budget(organization: Organization) -> None:
    """A limit in euros that is far away, one in dollars that a single call exceeds, and a cap."""
    for currency, limit in (("EUR", 50), ("USD", "0.01")):
        Budget.objects.create(organization=organization, currency=currency, monthly_limit=Decimal(limit))
    CallerCap.objects.create(organization=organization, calls=1)


def add_an_empty_note(page: Any) -> None:
    press(page.locator("form[action$=notes] button"))


def save_a_wrong_budget(page: Any) -> None:
    page.fill("input[name=limit_USD]", "0")
    press(page.locator("form[action$=limits] button"))


def save_half_of_the_quiet_hours(page: Any) -> None:
    page.select_option("select[name$=quiet_from]", "22")
    press(page.locator("main form button.button--primary"))


def press_the_only_button(page: Any) -> None:
    press(page.locator("main form button[type=submit]"))


def notice_rows(mine: Item) -> list[tuple[str, str, str, Callable[[Any], None] | None]]:
    """Screens about e-mails: name, path, who looks, and what they do. `mine` is taken by the reader of the links."""
    mine.refresh_from_db()
    reader, organization = mine.assigned_to, mine.organization
    assert reader
    rest = Item.objects.for_organization(organization).open().exclude(pk=mine.pk).order_by("customer_number")
    given, free = rest[1], rest[2]
    colleague = MembershipFactory(organization=organization, user__name="Claire Martin")
    acts.assign_item(actor=reader, item_id=given.id, member_id=colleague.id)

    def link(item: Item, act: Act, *, calls: int = 1, who: uuid.UUID = reader.id) -> str:
        return f"/desk/act?token={sign_button(Button(item.id, who, act, calls))}"

    with time_machine.travel(timezone.now() - VALID_FOR - timedelta(hours=1)):
        expired = link(free, Act.TAKE)
    stop = f"/desk/stop?token={sign_stop(colleague.id)}"
    return [
        ("notices", "/settings/e-mails", "voiced", None),
        ("notices-wrong", "/settings/e-mails", "voiced", save_half_of_the_quiet_hours),
        ("notices-none", "/settings/e-mails", "alone", None),
        ("act", link(free, Act.TAKE), "", None),
        ("act-taken", link(mine, Act.TAKE), "", None),
        ("act-other", link(given, Act.TAKE), "", None),
        ("act-again", link(free, Act.DONE, calls=9), "", None),
        ("act-ended", link(free, Act.DONE, who=uuid.UUID(int=0)), "", None),
        ("act-expired", expired, "", None),
        ("act-done", link(given, Act.DONE), "", press_the_only_button),
        ("stop", stop, "", None),
        ("stop-done", stop, "", press_the_only_button),
        ("stop-gone", f"/desk/stop?token={sign_stop(uuid.UUID(int=0))}", "", None),
        ("stop-unknown", "/desk/stop?token=unknown", "", None),
    ]
