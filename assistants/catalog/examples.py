"""Examples of answers to the questions about a business, in the words of its trade."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistants.catalog.presets import Persona
from organizations.facts.models import Topic

Words = str | Promise

_EXAMPLES: dict[str, dict[Topic, Words]] = {
    Persona.BAKERY: {
        Topic.PRICES: _("“The baguette is 1.30, a cake for eight is 32 euros.”"),
        Topic.BOOKING: _("“Cakes two days ahead, by Thursday noon for Sunday.”"),
        Topic.EXCLUSIONS: _("“No deliveries, and nothing without gluten.”"),
    },
    Persona.RESTAURANT: {
        Topic.PRICES: _("“Lunch menu at 18 euros, 35 to 45 euros in the evening.”"),
        Topic.BOOKING: _("“Tables are kept for fifteen minutes. From nine people on, we call back.”"),
        Topic.EXCLUSIONS: _("“No take-away, and no dogs indoors.”"),
    },
    Persona.HAIRDRESSER: {
        Topic.PRICES: _("“A cut is 28 euros, 45 with a colour, children 18.”"),
        Topic.BOOKING: _("“To cancel, call the day before. More than fifteen minutes late, we move it.”"),
        Topic.TEAM: _("“Samia from Tuesday to Saturday, Hugo on Fridays and Saturdays.”"),
        Topic.EXCLUSIONS: _("“No hair extensions, and no wigs.”"),
    },
    Persona.GARAGE: {
        Topic.PRICES: _("“Servicing from 149 euros, an hour of work is 65 euros.”"),
        Topic.EMERGENCIES: _("“Towing day and night, through your insurance first.”"),
        Topic.EXCLUSIONS: _("“No motorcycles, and no bodywork.”"),
    },
    Persona.SHOP: {
        Topic.PRICES: _("“Delivery is 6 euros, free from 60 euros on.”"),
        Topic.BOOKING: _("“We set things aside for three days. Returns within two weeks, with the receipt.”"),
        Topic.EXCLUSIONS: _("“No repairs, and no returns without a receipt.”"),
    },
    Persona.MEDICAL: {
        Topic.PRICES: _("“A visit is 30 euros, no extra fees.”"),
        Topic.EMERGENCIES: _("“When the practice is closed, call the doctor on duty.”"),
        Topic.BOOKING: _("“Bring your health card and your letters. To cancel, call the day before.”"),
        Topic.EXCLUSIONS: _("“No home visits, and no new patients for now.”"),
    },
    Persona.CRAFTSMAN: {
        Topic.PRICES: _("“Coming out is 60 euros, quotes are free.”"),
        Topic.EMERGENCIES: _("“Evenings and weekends too, for a water leak.”"),
        Topic.EXCLUSIONS: _("“No roofs, and nothing beyond thirty kilometres.”"),
    },
    Persona.LAWYER: {
        Topic.PRICES: _("“A first meeting is 90 euros, then a fee agreement.”"),
        Topic.EMERGENCIES: _("“For somebody in custody, day and night.”"),
        Topic.EXCLUSIONS: _("“No criminal law, and no advice on the telephone.”"),
    },
    Persona.ESTATE_AGENT: {
        Topic.PRICES: _("“Valuations are free, our fee is 4 per cent of the price.”"),
        Topic.EMERGENCIES: _("“A water leak in a home that we manage.”"),
        Topic.EXCLUSIONS: _("“No holiday rentals, and no business premises.”"),
    },
}


def examples_of(persona: str) -> Mapping[Topic, Words]:
    """The examples of a trade (a `Persona` value); none where general ones do."""
    return _EXAMPLES.get(persona, {})
