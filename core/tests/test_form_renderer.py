"""What is rendered once and kept, or written without a template: the same markup at a fraction of the time."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.test.html import parse_html
from django.utils.translation import override

from core.web.context_processors import languages
from core.web.form_renderer import FormRenderer

LIBRARIES = "{% load i18n page %}"


def test_a_constant_is_rendered_once_a_language():
    template = Template(
        LIBRARIES + '{% constant %}{% now "u" %}{% get_current_language as l %}{{ l }}{% endconstant %}'
    )
    with override("he"):
        first = template.render(Context())
        assert first.endswith("he")
        assert template.render(Context()) == first
    with override("fr"):
        assert template.render(Context()).endswith("fr")


def test_a_constant_sees_nothing_of_the_page():
    template = Template(LIBRARIES + "{{ name }}{% constant %}[{{ name }}{{ request }}]{% endconstant %}")
    assert template.render(Context({"name": "Ava", "request": "r"})) == "Ava[]"


def test_a_constant_is_rendered_anew_in_development(settings):
    settings.DEBUG = True
    template = Template(LIBRARIES + '{% constant %}{% now "u" %}{% endconstant %}')
    assert len({template.render(Context()) for _ in range(5)}) > 1


def test_a_constant_holds_no_block():
    with pytest.raises(TemplateSyntaxError):
        Template(LIBRARIES + "{% constant %}{% block main %}{% endblock %}{% endconstant %}")


@pytest.mark.parametrize("widget", [forms.TextInput, forms.EmailInput, forms.HiddenInput, forms.NumberInput])
@pytest.mark.parametrize("value", [None, "", 0, 'a"><b>&', "שלום"])
def test_an_input_is_the_one_that_django_draws(widget: type[forms.Widget], value: Any):
    attrs = {"autofocus": True, "hidden": False, "id": "id_x", "placeholder": 'say "hi"', "maxlength": 7}
    ours = widget().render("x", value, attrs, renderer=FormRenderer())
    theirs = widget().render("x", value, attrs, renderer=DjangoTemplates())
    assert parse_html(ours) == parse_html(theirs)


def test_other_widgets_are_left_to_django():
    assert forms.Textarea().render("x", "", renderer=FormRenderer()).startswith("<textarea")


@pytest.mark.parametrize(
    ("path", "in_hebrew"),
    [("/fr/auth?next=/fr/home", "/he/auth?next=/fr/home"), ("/fr/", "/he/"), ("/admin/", "/admin/")],
)
def test_a_page_knows_its_address_in_other_languages(path, in_hebrew):
    with override("fr"):
        links = languages(RequestFactory().get(path))["language_links"]
    assert {link["code"]: link["url"] for link in links}["he"] == in_hebrew
    assert [link["code"] for link in links if link["current"]] == ["fr"]
