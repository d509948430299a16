"""Names that lead nowhere: what forms refuse, and what mails do with older ones."""

import pytest
from django.core.exceptions import ValidationError

from core.mail.messages import build_mail
from core.names import holds_address, unlink_name
from core.web.fields import NameField

NAMES = [
    "Dr. Cohen",
    "Dr.Cohen",
    "M. Durand",
    "M.Durand",
    "Mme.Lévy",
    "St.Tropez",
    "A.B.C. Plomberie",
    "S.A.R.L. Martin",
    "E. Leclerc",
    "Mr.Bricolage",
    "J.-P. Martin",
    "Boulangerie n°2",
    "Studio 2.0",
    "24/7 Serrurier",
    "Café 1664",
    "Hôtel 1881-1932",
    "C@fé Lumière",
    "L'Atelier d'Ana",
    "Chez Léa : fleurs",
    "Martin & Fils, s.a.",
    "Zoé…",
    "👩‍🍳 Léa",
    "ד״ר כהן",
    "ד.כהן",
    "עו״ד.כהן",
    "א.ב. שיווק",
    "רח׳ הרצל 12",
]
ADDRESSES = [
    "evil.example",
    "Evil.Com",
    "EVIL.FR",
    "Evil.Online",
    "A.Evil.Online",
    "WWW.Evil",
    "Cdiscount.fr",
    "Booking.com",
    "evil.co.il",
    "1.fr",
    "t.me/evil",
    "(evil.example)",
    "Votre compte est bloqué : evil.example/fr",
    "http://evil",
    "https:/evil",
    "hxxp://evil",
    "ftp://evil",
    "mailto:evil",
    "javascript:evil",
    "evil．example",
    "evil。example",
    "evil｡example",
    "evil․example",
    "ｅｖｉｌ．ｃｏｍ",
    "ｈｔｔｐ：／／ｅｖｉｌ",
    "evil\u200b.example",
    "evil.\u200dexample",
    "evil.\u00adexample",
    "evil.\u2060example",
    "evil.\u034fexample",
    "קפה.ישראל",
    "му.рф",
    "xn--e1afmkfd.xn--p1ai",
    "Account blocked: open Pay.Bank/login",
    "Bit.Link",
    "App.Live",
    "Get.Cash",
    "X.Company/pay",
    "Go.Site?x=1",
    "https:\\\\evil",
    "facetime:bob",
    "whatsapp:x",
    "localhost:8000",
    "evil@evil.example",
    "evil＠evil.example",
    "192.168.0.1",
    "06 12 34 56 78",
    "+33 (0)6 12 34 56 78",
    "072-123-4567",
    "０６１２３４５６７８",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_people_and_shops_are_accepted_and_mailed_as_they_are(name):
    assert NameField(max_length=200).clean(name) == name
    assert unlink_name(name) == name


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses_are_refused(name):
    with pytest.raises(ValidationError) as refused:
        NameField(max_length=200).clean(name)
    assert refused.value.code == "address"


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_mail_breaks_the_addresses_of_older_names(name):
    shown = unlink_name(name)
    assert shown.replace("\u200c", "") == name
    assert all(not holds_address(part) for part in shown.split("\u200c"))


@pytest.mark.parametrize("template", ["invitation", "connection_failing", "number_lost"])
def test_mails_write_names_so_that_nothing_becomes_a_link(template):
    mail = build_mail(
        template,
        to="a@example.com",
        locale="fr",
        context={"days": 7, "url": "", "inviter_email": "b@example.com"},
        names={"organization": "Payez sur evil.example", "inviter": "www.evil.example"},
    )
    html = str(mail.alternatives[0][0])
    for text in (mail.subject, mail.body, html):
        assert "evil.example" not in text
    assert "evil.\u200cexample" in html
