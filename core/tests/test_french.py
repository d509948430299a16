import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString
from django.utils.translation import override

from core.french import elide


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("l’essai de Ava", "l’essai d’Ava"),
        ("administrateurs de Élan", "administrateurs d’Élan"),
        ("de Hôtel du Port", "d’Hôtel du Port"),
        ("de Yves", "d’Yves"),
        ("parce que Ava", "parce qu’Ava"),
        ("de Yaël", "de Yaël"),
        ("de Onze", "de Onze"),
        ("de Hambourg", "de Hambourg"),
        ("de Boulangerie Martin", "de Boulangerie Martin"),
        ("monde Ava", "monde Ava"),
    ],
)
def test_elision_before_a_vowel(written, read):
    with override("fr"):
        assert elide(written) == read
    with override("en"):
        assert elide(written) == written


def test_elision_into_an_element_keeps_it_and_escapes_the_name():
    template = Template("{% load french %}{% elided %}de <bdi>{{ name }}</bdi>{% endelided %}")
    with override("fr"):
        shown = template.render(Context({"name": "Ava <b>"}))
        assert shown == "d’<bdi>Ava &lt;b&gt;</bdi>"
        assert isinstance(elide(SafeString("de Ava")), SafeString)
        assert not isinstance(elide("de Ava"), SafeString)
