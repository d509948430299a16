"""The line on the pages: the same on each, with the button for those who may press it, and renewed by itself."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.helpers import text_of
from assistants.models import Assistant, Line
from assistants.services import choose_answering, delete_assistant
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory
from assistants.tests.lines import save_line
from organizations.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

PAGES = [
    "/en/o/bakery",
    "/en/o/bakery/team",
    "/en/o/bakery/settings",
    "/en/o/bakery/audit",
    "/en/o/bakery/connections",
    "/en/o/bakery/connections/vapi",
    "/en/o/bakery/connections/twilio",
    "/en/o/bakery/assistants",
    "/en/o/bakery/assistants/new",
    "/en/o/bakery/line/answering",
]
OF_ONE = ["", "/edit", "/preview", "/delete"]

# What is different → the headline; words that no page may say meanwhile.
STATES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "fine": ({}, "answers +33 9 39 03 55 01.", ["Nobody", "does not answer your number"]),
    "key": ({"vapi": "refused"}, "Vapi refused this key.", ["answers your number", "answers +33"]),
    "unconnected": (
        {"vapi": "none", "twilio": "none", "assistant": "new", "line": "pending"},
        "Your line is not open yet.",
        ["answers your number", "answers +33", "reaches your assistant", "what callers hear", "Try it out"],
    ),
    "deleted": (
        {"assistant": "silent"},
        "Nobody answers your number any more.",
        ["answers your number", "answers +33", "what callers hear"],
    ),
    "gone": (
        {"number": "gone"},
        "Nobody answers your number any more.",
        ["answers your number", "answers +33"],
    ),
    "changed": ({"assistant": "changed"}, "answers +33 9 39 03 55 01.", ["Nobody", "cannot answer"]),
    "sandbox": ({"sandbox": True}, "answers simulated calls.", ["call your number", "answers +33"]),
}
# The dashboard's and the list's questions and their general sentences claim nothing.
GENERAL = ["One of them answers your number", "Who answers your number"]


def line_of(page: str) -> str:
    """The component's words, without its button, which does not stand on the page that it leads to."""
    found = re.search(r'<section\s+class="line .*?</section>', page, re.DOTALL)
    said = (
        re.sub(r'<a class="button.*?</a>|<form.*?</form>', "", found.group(), flags=re.DOTALL)
        if found
        else ""
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", said)).strip()


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.partition("<main")[2].partition("</main>")[0]))


@pytest.mark.variants
@pytest.mark.parametrize("name", STATES)
def test_all_pages_of_one_state_say_the_same(as_user, owner, bakery, name):
    keys, headline, forbidden = STATES[name]
    facts = save_line(bakery, **keys)
    assert facts.assistant is not None
    one = [f"/en/o/bakery/assistants/{facts.assistant.pk}{page}" for page in OF_ONE]
    client, said = as_user(owner), set()
    for path in [*PAGES, *one]:
        page = text_of(client.get(path))
        said.add(line_of(page))
        words = words_of(page)
        for sentence in GENERAL:
            words = words.replace(sentence, "")
        words = words.replace(headline, "") if "Nobody" in headline else words
        for contradiction in forbidden:
            assert contradiction not in words, (path, contradiction)
    (only,) = said
    assert headline in only


def test_page_without_an_organisation_has_no_line(as_user, owner, bakery):
    save_line(bakery)
    client = as_user(owner)
    for path in ("/en/settings/profile", "/en/settings/security"):
        assert line_of(text_of(client.get(path))) == ""


@pytest.mark.variants
@pytest.mark.parametrize("role", ["owner", "admin", "member", "viewer"])
@pytest.mark.parametrize("name", STATES)
def test_button_is_for_those_who_may_press_it(request, as_user, bakery, role, name):
    keys, _headline, _forbidden = STATES[name]
    save_line(bakery, **keys)
    client = as_user(request.getfixturevalue(role))
    page = text_of(client.get("/en/o/bakery/team"))
    component = page.partition('id="line"')[2].partition("</section>")[0]
    for path in re.findall(r'<a class="button[^>]*href="([^"#]+)', component):
        assert client.get(path).status_code == 200
    for path in re.findall(r'<form method="post" action="([^"]+)"', component):
        assert client.post(path).status_code == 302


def test_reader_is_told_who_can_see_to_it(as_user, viewer, bakery):
    save_line(bakery, vapi="refused")
    MembershipFactory(organization=bakery, role="owner", user__name="Claire Martin")
    MembershipFactory(organization=bakery, role="admin", user__name="Julien Martin")
    said = line_of(text_of(as_user(viewer).get("/en/o/bakery/team")))
    assert "Claire Martin or Julien Martin can see to it." in said


def test_deleted_answering_assistant_is_replaced_in_two_presses(as_user, owner, bakery):
    facts = save_line(bakery)
    assert facts.assistant is not None
    other = AssistantFactory(organization=bakery, name="Emma")
    delete_assistant(actor=owner.memberships.get(), assistant_id=facts.assistant.pk)
    client = as_user(owner)
    page = text_of(client.get("/en/o/bakery/team"))
    assert "Nobody answers your number any more." in line_of(page)
    assert 'href="/en/o/bakery/line/answering"' in page
    page = text_of(client.get("/en/o/bakery/line/answering"))
    action = f"/en/o/bakery/assistants/{other.pk}/answer"
    assert f'action="{action}"' in page
    client.post(action)
    assert Assistant.objects.get(answers_calls=True) == other


def test_moving_line_asks_again_and_is_left_alone_until_it_changes(as_user, owner, bakery):
    save_line(bakery, line="pending")
    client = as_user(owner)
    page = text_of(client.get("/en/o/bakery/team"))
    address = re.search(r'hx-get="([^"]+/line\?seen=[^"]+)"', page)
    assert address
    assert page.count('name="htmx-config"') == 1
    assert client.get(address.group(1), headers={"HX-Request": "true"}).status_code == 204
    Line.objects.update(sync_state=SyncState.IN_STEP)
    renewed = text_of(client.get(address.group(1), headers={"HX-Request": "true"}))
    assert "answers" in line_of(renewed)
    assert "hx-get" not in renewed


def test_calm_line_loads_no_script_and_asks_for_nothing(as_user, owner, bakery):
    save_line(bakery)
    page = text_of(as_user(owner).get("/en/o/bakery/team"))
    assert "hx-get" not in page
    assert "htmx" not in page


def test_line_costs_two_queries(as_user, owner, bakery):
    save_line(bakery)
    client = as_user(owner)
    client.get("/en/o/bakery/team")
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/o/bakery/team")
    asked = [query["sql"] for query in queries]
    assert len([sql for sql in asked if "connections_vapiconnection" in sql]) == 1
    assert len([sql for sql in asked if 'FROM "assistants_assistant"' in sql]) == 1


def test_assistant_that_does_not_answer_says_so(as_user, owner, bakery):
    save_line(bakery)
    other = AssistantFactory(organization=bakery, name="Emma")
    page = text_of(as_user(owner).get(f"/fr/o/bakery/assistants/{other.pk}"))
    assert "<bdi>Emma</bdi> ne répond pas à votre numéro." in page
    assert "Faire répondre <bdi>Emma</bdi>" in page
    choose_answering(actor=owner.memberships.get(), assistant_id=other.pk)
    page = text_of(as_user(owner).get(f"/fr/o/bakery/assistants/{other.pk}"))
    assert "ne répond pas à votre numéro" not in page


def test_copy_without_a_number_does_not_claim_to_be_heard(as_user, owner, bakery):
    save_line(bakery)
    copy = AssistantFactory(organization=bakery, name="Emma")
    assert "what callers hear" not in text_of(as_user(owner).get(f"/en/o/bakery/assistants/{copy.pk}/edit"))
    answering = Assistant.objects.get(answers_calls=True)
    assert "what callers hear" in text_of(as_user(owner).get(f"/en/o/bakery/assistants/{answering.pk}/edit"))


def test_line_of_another_organisation_stays_there(as_user, outsider, bakery):
    save_line(bakery)
    assert "Léa" not in text_of(as_user(outsider).get("/en/o/florist"))
    assert as_user(outsider).get("/en/o/bakery/line", headers={"HX-Request": "true"}).status_code == 404


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("in_step", "Up to date"),
        ("edited", "Being sent"),
        ("changed", "Changed at Vapi"),
        ("refused", "Not up to date"),
    ],
)
def test_one_word_says_one_state_everywhere(as_user, owner, bakery, key, word):
    facts = save_line(bakery, assistant=key)
    assert facts.assistant is not None
    client = as_user(owner)
    assert f"Léa {word}" in line_of(text_of(client.get("/en/o/bakery/team")))
    for path in ("", "/assistants", f"/assistants/{facts.assistant.pk}"):
        badges = re.findall(r'class="badge[^"]*">([^<]*)<', text_of(client.get(f"/en/o/bakery{path}")))
        # The line's own, and the page's.
        assert badges.count(word) == 2, path
    filters = text_of(client.get("/en/o/bakery/assistants"))
    value = re.search(rf'<option\s+value="(\w+)"[^>]*>{word}</option>', filters)
    assert value
    found = client.get("/en/o/bakery/assistants", {"state": value.group(1)})
    assert "<h2>" in text_of(found)
    assert "Léa" in words_of(text_of(found)).partition("Filter")[2]
