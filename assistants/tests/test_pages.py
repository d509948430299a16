"""The pages: request in, status and database out."""

import re

import pytest

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory, connect_to_vapi, data_of, typed_into
from assistants.tests.lines import save_line
from core.models import AuditEvent
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

LIST = "/fr/o/bakery/assistants"


def text_of(response) -> str:
    return response.content.decode()


def of(assistant: Assistant, action: str = "") -> str:
    return f"{LIST}/{assistant.id}{action and '/' + action}"


def shown(page: str, name: str) -> str:
    """What the text area of this name holds."""
    area = re.search(rf'(?s)<textarea name="{name}".*?</textarea>', page)
    assert area
    return area[0]


@pytest.fixture
def mine(bakery) -> Assistant:
    return AssistantFactory(organization=bakery, name="Léa", answers_calls=True)


@pytest.fixture
def theirs(outsider) -> Assistant:
    return AssistantFactory(organization=outsider.memberships.get().organization, name="Stranger")


# Tenants


@pytest.mark.variants
@pytest.mark.parametrize("action", ["", "edit", "delete", "preview", "state", "preview/calls/x"])
def test_assistant_of_another_organisation_does_not_exist(as_user, owner, theirs, action):
    assert as_user(owner).get(of(theirs, action)).status_code == 404


@pytest.mark.parametrize(
    "action", ["duplicate", "answer", "repair", "delete", "preview/chat", "preview/call"]
)
def test_no_user_changes_the_assistant_of_another_organisation(as_user, owner, theirs, action):
    before = Assistant.objects.filter(id=theirs.id).values().get()
    assert as_user(owner).post(of(theirs, action), {"text": "x", "number": "+33612345678"}).status_code == 404
    assert Assistant.objects.filter(id=theirs.id).values().get() == before
    assert Assistant.objects.count() == 1


def test_list_shows_the_organisations_assistants(as_user, owner, mine, theirs):
    page = text_of(as_user(owner).get(LIST))
    assert "Léa" in page
    assert "Stranger" not in page


def test_mark_of_another_organisation_pages_nothing(as_user, owner, mine, theirs):
    assert "Léa" in text_of(as_user(owner).get(LIST, {"before": theirs.id}))


# Roles


def test_viewer_sees_and_changes_nothing(as_user, viewer, mine):
    client = as_user(viewer)
    for path in (LIST, of(mine)):
        page = client.get(path)
        assert page.status_code == 200
        assert "/edit" not in text_of(page)
        assert "/preview" not in text_of(page)
    for action in ("duplicate", "answer", "repair", "edit", "delete", "preview/chat", "preview/call"):
        assert client.post(of(mine, action)).status_code == 403
    assert client.post(f"{LIST}/new", data_of()).status_code == 403


def test_member_edits_and_does_not_delete(as_user, member, mine):
    client = as_user(member)
    assert f"/{mine.id}/delete" not in text_of(client.get(of(mine)))
    assert client.post(of(mine, "delete")).status_code == 403
    assert client.post(of(mine, "edit"), typed_into(mine, name="Hugo")).status_code == 302


# Creating


def test_trade_fills_the_form(as_user, owner, bakery):
    page = text_of(as_user(owner).get(f"{LIST}/new", {"persona": "lawyer", "language": "he"}))
    assert "Boulangerie Martin" in page
    assert "משרד עורכי דין" in page
    assert re.search(r'<option value="he-hila" selected>', page)


def test_trade_that_does_not_exist_asks_again(as_user, owner):
    page = as_user(owner).get(f"{LIST}/new", {"persona": "spy", "language": "xx"})
    assert page.status_code == 200
    assert 'value="medical"' in text_of(page)


def test_form_makes_an_assistant_that_answers_if_it_is_the_first(as_user, owner, bakery):
    client = as_user(owner)
    answer = client.post(f"{LIST}/new", data_of(name="Léa"))
    first = Assistant.objects.get()
    assert (answer.status_code, answer.url) == (302, of(first))
    assert (first.organization, first.created_by, first.answers_calls) == (bakery, owner, True)
    client.post(f"{LIST}/new", data_of(name="Hugo"))
    assert [each.name for each in Assistant.objects.answering()] == ["Léa"]
    assert AuditEvent.objects.filter(action="assistants.created").count() == 2


def test_form_sent_twice_makes_one(as_user, owner):
    client = as_user(owner)
    data = data_of() | {"form_key": "8e2f41d3-3a70-4d41-9d5c-0a2f34f3a111"}
    urls = {client.post(f"{LIST}/new", data).url for _ in range(2)}
    assert (Assistant.objects.count(), len(urls)) == (1, 1)
    client.post(f"{LIST}/new", data | {"name": "Another"})
    assert Assistant.objects.count() == 2


@pytest.mark.variants
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"voice": "he-hila"}, "voice"),
        ({"voice": "nobody"}, "voice"),
        ({"language": "de"}, "language"),
        ({"persona": "spy"}, "persona"),
        ({"first_message": " "}, "first_message"),
        ({"first_message": "x" * 1001}, "first_message"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 20_001}, "prompt"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_vapi_would_refuse_is_said_beside_its_field(as_user, owner, change, field):
    answer = as_user(owner).post(f"{LIST}/new", data_of(**{"name": "Kept", **change}))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text_of(answer)
    assert Assistant.objects.count() == 0


def test_lines_are_counted_as_they_are_seen(as_user, owner):
    """A browser sends CRLF for a line end."""
    prompt = "x\n" * 10_000
    assert as_user(owner).post(f"{LIST}/new", data_of(prompt=prompt.replace("\n", "\r\n"))).status_code == 302
    assert Assistant.objects.get().prompt == prompt.strip()


def test_other_trade_replaces_the_texts_and_keeps_the_rest(as_user, owner):
    typed = data_of(name="Typed", persona="lawyer") | {"fill": "1"}
    page = text_of(as_user(owner).post(f"{LIST}/new", typed))
    assert 'value="Typed"' in page
    assert "cabinet d’avocats" in shown(page, "prompt")
    assert "un restaurant" not in shown(page, "prompt")
    assert Assistant.objects.count() == 0


# Changing


def test_edit_is_kept_and_told(as_user, owner, mine):
    client = as_user(owner)
    assert "un restaurant" in text_of(client.get(of(mine, "edit")))
    assert client.post(of(mine, "edit"), typed_into(mine, name="Hugo")).status_code == 302
    mine.refresh_from_db()
    assert (mine.name, mine.sync_state, mine.revision) == ("Hugo", SyncState.PENDING, 2)
    event = AuditEvent.objects.get(action="assistants.changed")
    assert "name" in event.data["fields"]
    assert "nom" in text_of(client.get("/fr/o/bakery/audit?group=assistants"))


@pytest.mark.parametrize("field", ["name", "first_message", "prompt"])
@pytest.mark.parametrize("text", ["\u3164", "\u200b\u200b", "\u2800 \n \u2800"])
def test_text_that_nobody_sees_is_none(as_user, owner, mine, field, text):
    assert as_user(owner).post(of(mine, "edit"), typed_into(mine, **{field: text})).status_code == 422
    mine.refresh_from_db()
    assert getattr(mine, field) != text


def test_what_is_typed_wrong_stays_typed(as_user, owner, mine):
    answer = as_user(owner).post(of(mine, "edit"), data_of(name="", prompt="Mine alone"))
    assert answer.status_code == 422
    assert "Mine alone" in text_of(answer)
    mine.refresh_from_db()
    assert mine.name == "Léa"


def test_copy_has_another_name_and_answers_no_calls(as_user, owner, mine):
    answer = as_user(owner).post(of(mine, "duplicate"))
    copy = Assistant.objects.exclude(id=mine.id).get()
    assert answer.url == of(copy, "edit")
    assert (copy.prompt, copy.answers_calls, copy.vapi_id) == (mine.prompt, False, "")
    assert "Léa" in copy.name
    assert copy.name != mine.name


def test_copy_of_the_longest_name_still_fits(as_user, owner, bakery):
    source = AssistantFactory(organization=bakery, name="x" * 40)
    as_user(owner).post(of(source, "duplicate"))
    assert len(Assistant.objects.exclude(id=source.id).get().name) <= 40


def test_deleting_asks_first(as_user, admin, mine):
    client = as_user(admin)
    assert client.get(of(mine, "delete")).status_code == 200
    assert Assistant.objects.get().sync_state == SyncState.IN_STEP
    assert client.post(of(mine, "delete")).url == LIST
    mine.refresh_from_db()
    assert (mine.sync_state, mine.answers_calls) == (SyncState.DELETING, False)


@pytest.mark.parametrize("action", ["edit", "answer"])
def test_what_is_being_deleted_is_not_changed(as_user, owner, bakery, action):
    doomed = AssistantFactory(organization=bakery, sync_state=SyncState.DELETING)
    assert as_user(owner).post(of(doomed, action), data_of()).status_code == 404


def test_one_assistant_answers_at_most(as_user, owner, mine, bakery):
    other = AssistantFactory(organization=bakery)
    as_user(owner).post(of(other, "answer"))
    assert list(Assistant.objects.answering()) == [other]
    assert Line.objects.get(organization=bakery).sync_state == SyncState.PENDING


# The list


def test_empty_list_offers_the_first_step(as_user, owner, viewer):
    assert text_of(as_user(owner).get(LIST)).count("/assistants/new") == 1
    assert "/assistants/new" not in text_of(as_user(viewer).get(LIST))


@pytest.mark.variants
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Léa", "Noa"}),
        ({"q": "noa"}, {"Noa"}),
        ({"q": "réserver"}, {"Léa"}),
        ({"language": "he"}, {"Noa"}),
        ({"persona": "restaurant"}, {"Léa"}),
        ({"state": "changed"}, {"Noa"}),
        ({"state": "what", "language": "xx", "persona": "spy", "before": "x"}, {"Léa", "Noa"}),
        ({"q": "nobody"}, set()),
        ({"q": "%\x00'\""}, set()),
    ],
    ids=["all", "name", "text", "language", "trade", "state", "nonsense", "none", "odd"],
)
def test_list_is_narrowed_by_its_address(as_user, owner, bakery, query, found):
    AssistantFactory(organization=bakery, name="Léa", first_message="Pour réserver, dites-le.")
    AssistantFactory(
        organization=bakery,
        name="Noa",
        language="he",
        voice="he-hila",
        persona="lawyer",
        sync_state=SyncState.OUT_OF_STEP,
        sync_problem=Reason.CHANGED,
    )
    page = text_of(as_user(owner).get(LIST, query))
    assert {name for name in ("Léa", "Noa") if f"<bdi>{name}</bdi>" in page} == found


def test_the_fold_counts_what_it_hides_and_only_a_list_can_be_widened(as_user, owner, bakery):
    AssistantFactory(organization=bakery, name="Hugo", language="fr")
    client = as_user(owner)
    searched, nothing = (client.get(LIST, {"q": q, "language": "fr"}).content.decode() for q in ("hug", "x"))
    assert "Filtres · 1" in searched
    assert [page.count("Tout afficher") for page in (searched, nothing)] == [1, 1]
    assert "Filtres ·" not in client.get(LIST, {"q": "hug"}).content.decode()


def test_pages_show_each_assistant_once(as_user, owner, bakery):
    made = AssistantFactory.create_batch(30, organization=bakery)
    client, query, seen = as_user(owner), "", []
    while True:
        page = text_of(client.get(f"{LIST}?{query}"))
        seen += re.findall(r'id="state-([0-9a-f-]+)"', page)
        older = re.search(r'href="\?(before=[^"]+)"', page)
        if older is None:
            break
        query = older[1]
    assert len(seen) == 30
    assert set(seen) == {str(each.id) for each in made}


# State at Vapi


def test_state_asks_again_only_while_it_moves(as_user, owner, bakery):
    client = as_user(owner)
    waiting = AssistantFactory(organization=bakery, waiting=True)
    assert "hx-get" in text_of(client.get(of(waiting)))
    fragment = client.get(of(waiting, "state"), headers={"HX-Request": "true"})
    seen = re.search(r"seen=([^\"]+)", text_of(fragment))
    assert seen is not None
    again = client.get(f"{of(waiting, 'state')}?seen={seen[1]}", headers={"HX-Request": "true"})
    assert (again.status_code, again.content) == (204, b"")
    Assistant.objects.update(sync_state=SyncState.IN_STEP, synced_revision=1, vapi_id="x")
    settled = client.get(f"{of(waiting, 'state')}?seen={seen[1]}", headers={"HX-Request": "true"})
    assert settled.status_code == 200
    assert "hx-get" not in text_of(settled)


def test_state_of_a_card_is_its_badge(as_user, owner, mine):
    card = text_of(as_user(owner).get(of(mine, "state") + "?on=card", headers={"HX-Request": "true"}))
    assert card.count("badge") >= 1
    assert "<section" not in card


def test_state_without_htmx_is_the_page(as_user, owner, mine):
    assert as_user(owner).get(of(mine, "state")).url == of(mine)


def test_deleted_meanwhile_leads_to_the_list(as_user, owner, mine):
    path = of(mine, "state")
    mine.delete()
    assert as_user(owner).get(path, headers={"HX-Request": "true"}).headers["HX-Redirect"] == LIST


def test_without_vapi_it_says_so_and_does_not_ask_again(as_user, owner, bakery):
    waiting = AssistantFactory(organization=bakery, waiting=True, sync_problem=Reason.NOT_CONNECTED)
    page = text_of(as_user(owner).get(of(waiting)))
    assert "Vapi n’est pas connecté" in page
    assert "hx-get" not in page


@pytest.mark.variants
@pytest.mark.parametrize("problem", [*Reason.values, "vapi_key", "pinned", "down", "rejected", "gone"])
def test_out_of_step_says_why_and_offers_the_repair(as_user, owner, bakery, problem, vapi, run_tasks):
    connect_to_vapi(bakery)
    stuck = AssistantFactory(
        organization=bakery, sync_state=SyncState.OUT_OF_STEP, sync_problem=problem, drift=["voice"]
    )
    client = as_user(owner)
    assert of(stuck, "repair") in text_of(client.get(of(stuck)))
    vapi.assistants[stuck.vapi_id] = {"id": stuck.vapi_id}
    client.post(of(stuck, "repair"))
    run_tasks()
    stuck.refresh_from_db()
    assert (stuck.sync_state, stuck.drift) == (SyncState.IN_STEP, [])
    assert of(stuck, "repair") not in text_of(client.get(of(stuck)))


def test_texts_that_people_typed_are_escaped(as_user, owner, bakery):
    evil = "<script>alert(1)</script>"
    AssistantFactory(organization=bakery, name=evil[:40], first_message=evil, prompt=evil)
    assistant = Assistant.objects.get()
    client = as_user(owner)
    for path in (
        LIST,
        of(assistant),
        of(assistant, "edit"),
        of(assistant, "preview"),
        of(assistant, "delete"),
    ):
        assert evil[:20] not in text_of(client.get(path))


def test_admin_shows_assistants(as_user, staff, mine):
    Line.objects.of(mine.organization_id)
    client = as_user(staff)
    for path in (
        "assistant/",
        f"assistant/{mine.id}/change/",
        "line/",
        f"line/{mine.organization_id}/change/",
    ):
        assert client.get(f"/admin/assistants/{path}").status_code == 200


def test_organisation_that_goes_takes_its_assistants_along(mine, theirs):
    mine.organization.delete()
    assert list(Assistant.objects.all()) == [theirs]
    assert OrganizationFactory.build()


# Replacing the texts, and bringing them back


def typed_again(response) -> dict[str, str]:
    """What a browser sends from the assistant's form as it is shown."""
    form = response.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_replaced_texts_can_be_brought_back(as_user, owner, mine):
    client, edit = as_user(owner), of(mine, "edit")
    own = typed_into(mine, first_message="Mine alone", prompt="Be\nbrief.", voice="fr-henri")
    refilled = client.post(edit, own | {"persona": "lawyer", "language": "he", "fill": "1"})
    assert "משרד עורכי דין" in shown(text_of(refilled), "prompt")
    assert "Remettre mes textes" in text_of(refilled)
    restored = typed_again(client.post(edit, typed_again(refilled) | {"restore": "1"}))
    kept = {name: restored[name] for name in ("first_message", "prompt", "voice", "language", "name", "seen")}
    assert kept == {name: own[name] for name in kept}
    assert client.post(edit, restored).status_code == 302
    mine.refresh_from_db()
    assert mine.prompt == "Be\nbrief."


def test_texts_replaced_twice_bring_back_the_first(as_user, owner):
    client, new = as_user(owner), f"{LIST}/new"
    once = client.post(new, data_of(prompt="Mine") | {"persona": "lawyer", "fill": "1"})
    twice = client.post(new, typed_again(once) | {"persona": "medical", "fill": "1"})
    assert typed_again(client.post(new, typed_again(twice) | {"restore": "1"}))["prompt"] == "Mine"


def test_replaced_texts_outlive_an_error(as_user, owner):
    client, new = as_user(owner), f"{LIST}/new"
    refilled = typed_again(client.post(new, data_of(prompt="Mine") | {"fill": "1"}))
    refused = client.post(new, refilled | {"name": ""})
    assert refused.status_code == 422
    assert typed_again(client.post(new, typed_again(refused) | {"restore": "1"}))["prompt"] == "Mine"


def test_texts_that_were_not_replaced_offer_nothing(as_user, owner, mine):
    assert "Remettre mes textes" not in text_of(as_user(owner).get(of(mine, "edit")))


# The name and the gender


@pytest.mark.parametrize(
    ("language", "voice", "sentences"),
    [
        ("fr", "fr-denise", ("Léa est enregistrée.", "est supprimée ici", "Sans elle")),
        ("fr", "fr-henri", ("Léa est enregistré.", "est supprimé ici", "Sans lui")),
        ("he", "fr-denise", ("Léa נשמרה.", "נמחקת כאן", "בלעדיה")),
        ("he", "fr-henri", ("Léa נשמר.", "נמחק כאן", "בלעדיו")),
        ("en", "fr-denise", ("Léa is saved.", "with her instructions", "Without her")),
        ("en", "fr-henri", ("Léa is saved.", "with his instructions", "Without him")),
    ],
)
def test_assistant_is_spoken_of_in_the_gender_of_the_voice(as_user, owner, mine, language, voice, sentences):
    client = as_user(owner)
    path = of(mine).replace("/fr/", f"/{language}/")
    saved = client.post(f"{path}/edit", typed_into(mine, voice=voice, prompt="Bref."), follow=True)
    page = text_of(saved) + text_of(client.get(f"{path}/delete"))
    assert [sentence for sentence in sentences if sentence not in page] == []
    assert "<bdi>Léa</bdi>" in page


def test_copy_that_answers_nobody_is_not_said_to_be_heard_by_callers(as_user, owner, bakery):
    mine = save_line(bakery).answering
    assert mine is not None
    other = AssistantFactory(organization=bakery, name="Hugo", voice="fr-henri")
    client = as_user(owner)
    assert "elle le dit à vos appelants" in text_of(client.get(of(mine, "edit")))
    assert "Il ne répond pas à votre numéro" in text_of(client.get(of(other, "edit")))
