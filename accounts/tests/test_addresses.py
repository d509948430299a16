import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.addresses import fold_address, mask_address, normalize_address

BAD = {
    "empty": "",
    "no at": "camille.example.com",
    "no local part": "@example.com",
    "no domain": "camille@",
    "two ats": "camille@martin@example.com",
    "space inside": "camille martin@example.com",
    "no dot": "camille@example",
    "dots together": "camille..martin@example.com",
    "domain starts with a dash": "camille@-example.com",
    "line break": "camille@example.com\nBcc: all@example.com",
    "carriage return": "camille\r@example.com",
    "nul": "camille\x00@example.com",
    "nul in the domain": "camille@exam\x00ple.com",
    "cyrillic a in the local part": "cаmille@example.com",
    "full-width letters": "ｃamille@example.com",
    "full-width at": "camille＠example.com",
    "full-width domain": "camille@ｅxample.com",
    "ligature": "ofﬁce@example.com",
    "right-to-left override": "camille\u202e@example.com",
    "right-to-left mark in the domain": "camille@exa\u200fmple.com",
    "isolate": "camille\u2066@example.com",
    "zero-width space": "cam\u200bille@example.com",
    "zero-width joiner": "cam\u200dille@example.com",
    "soft hyphen": "cam\u00adille@example.com",
    "byte order mark": "\ufeffcamille@example.com",
    "surrogate": "cam\ud800ille@example.com",
    "private use": "cam\ue000ille@example.com",
    "too long": f"{'a' * 250}@example.com",
    "long label": f"a@{'b' * 64}.com",
    "markup": "<script>alert(1)</script>@example.com",
    "several": "a@example.com,b@example.com",
    "with a name": "Camille <camille@example.com>",
    "another in quotes": '"eve@evil.example,x"@example.com',
    "encoded word": "=?utf-8?q?eve=40evil.example=3e?=@example.com",
    "by way of another host": "eve%evil.example@example.com",
    "path of hosts": "evil.example!eve@example.com",
}


@pytest.mark.parametrize("typed", BAD.values(), ids=BAD.keys())
def test_invalid_address_or_lookalike_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        normalize_address(typed)
    assert refused.value.messages[0].endswith(".")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("camille@example.com", "camille@example.com"),
        ("  Camille@Example.COM \n", "camille@example.com"),
        ("camille+ava@example.com", "camille+ava@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("camille@pâtisserie.example", "camille@xn--ptisserie-b2a.example"),
        ("camille@xn--ptisserie-b2a.example", "camille@xn--ptisserie-b2a.example"),
        ("camille@דוגמה.example", "camille@xn--6dbbec0c.example"),
    ],
)
def test_an_address_has_one_spelling(typed, kept):
    assert normalize_address(typed) == kept
    assert normalize_address(kept) == kept


@pytest.mark.slow
@given(st.text(max_size=300))
def test_any_text_is_an_address_or_refused(typed):
    try:
        kept = normalize_address(typed)
    except ValidationError:
        return
    assert kept.isascii()
    assert kept == normalize_address(kept)


def test_a_mask_shows_one_letter_and_the_domain():
    assert mask_address("camille@maison.example") == "c•••••@maison.example"


@pytest.mark.parametrize(
    "address", ["camille.martin+1@example.com", "camillemartin@example.com", "ca.mille.martin@example.com"]
)
def test_counting_folds_tags_and_dots(address):
    assert fold_address(address) == "camillemartin@example.com"
