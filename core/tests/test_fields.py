import pytest
from django.core.exceptions import ValidationError

from core.web.fields import NameField

GROWS = "\u0958"  # composes to two characters


@pytest.mark.parametrize("text", ["x" * 21, GROWS * 20, GROWS * 11, "\u0315\u0300" * 200_000])
def test_a_text_that_is_too_long_as_sent_or_composed_is_refused(text):
    with pytest.raises(ValidationError) as refusal:
        NameField(max_length=20).clean(text)
    assert refusal.value.error_list[0].code == "max_length"


@pytest.mark.parametrize(
    ("text", "composed"), [("e\u0301" * 10, "é" * 10), (GROWS * 10, "\u0915\u093c" * 10)]
)
def test_a_text_is_composed(text, composed):
    assert NameField(max_length=20).clean(text) == composed


def test_a_field_has_a_limit():
    with pytest.raises(TypeError):
        NameField()  # type: ignore[call-arg]
