"""Two users edit one assistant: the second one to save is told, and loses nothing."""

import re
from html import unescape

import pytest
from django.utils import timezone

from assistants.models import Assistant
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory, connect_to_vapi, typed_into
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

PROMPT = "Say hello.\nAsk for the name.\nSay goodbye."


@pytest.fixture
def mine(bakery) -> Assistant:
    return AssistantFactory(organization=bakery, name="Léa", prompt=PROMPT)


@pytest.fixture
def path(mine) -> str:
    return f"/en/o/bakery/assistants/{mine.id}/edit"


@pytest.fixture
def claire(member):
    member.name = "Claire Martin"
    member.save()
    return member


@pytest.fixture
def refused(as_user, owner, claire, mine, path):
    """Claire saved `theirs` after the owner had opened the form; the answer to the owner's `yours`."""

    def refused(theirs, yours):
        typed = typed_into(mine, **yours)
        assert as_user(claire).post(path, typed_into(mine, **theirs)).status_code == 302
        return as_user(owner).post(path, typed)

    return refused


def text_of(response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def form_of(response) -> dict[str, str]:
    """The data that the form on a page sends unchanged."""
    form = response.context["form"]
    shown = {name: form[name].value() for name in form.fields if form[name].value()}
    seen = re.search(r'name="seen" value="([^"]+)"', response.content.decode())
    assert seen is not None
    return {**shown, "seen": seen[1]}


def kept(assistant) -> tuple[str, str]:
    assistant.refresh_from_db()
    return assistant.name, assistant.prompt


def test_save_over_a_newer_one_is_refused_and_says_whose_it_is(refused, mine):
    answer = refused({"name": "Hers"}, {"name": "Mine"})
    assert answer.status_code == 409
    assert kept(mine)[0] == "Hers"
    page = text_of(answer)
    assert "This assistant was changed meanwhile" in page
    assert "Claire Martin saved it after you had opened this page" in page
    assert AuditEvent.objects.filter(action="assistants.changed").count() == 1


def test_everything_typed_is_still_there(refused):
    answer = refused({"name": "Hers"}, {"name": "Mine", "first_message": "My own greeting."})
    shown = form_of(answer)
    assert (shown["name"], shown["first_message"]) == ("Mine", "My own greeting.")


def test_untouched_fields_follow_the_other_save(refused, as_user, owner, path, mine):
    answer = refused({"name": "Hers"}, {"first_message": "My own greeting."})
    assert "already follows the other version: name." in text_of(answer)
    assert as_user(owner).post(path, form_of(answer)).status_code == 302
    mine.refresh_from_db()
    assert (mine.name, mine.first_message) == ("Hers", "My own greeting.")


def test_lines_that_both_changed_stand_side_by_side(refused):
    hers, own = PROMPT.replace("name", "phone number"), PROMPT.replace("name", "birthday")
    page = text_of(refused({"prompt": hers}, {"prompt": own}))
    differences = page[: page.index("Save with my changes")]
    assert "The other version Ask for the phone number. Your version Ask for the birthday." in differences
    assert "goodbye" not in differences


def test_lines_between_two_changes_are_left_out(refused):
    answer = refused({"prompt": "a\nb\nc\nd"}, {"prompt": "a1\nb\nc1\nd"})
    difference = answer.context["conflict"].differences[0]
    assert (difference["theirs"], difference["yours"]) == ("a\nc", "a1\nc1")


def test_longest_texts_are_compared_at_once(refused):
    """A quadratic comparison of this many lines would take minutes."""
    answer = refused({"prompt": "x\n" * 9_998 + "hers"}, {"prompt": "x\n" * 9_998 + "mine"})
    assert answer.context["conflict"].differences[0]["theirs"] == "hers"


@pytest.mark.parametrize(
    ("theirs", "yours"),
    [
        ("a\nb\n" * 4999, "b\na\n" * 4998),
        ("x\n" * 9000 + "hers", "mine\n" + "x\n" * 8000),
        ("a" * 20_000, "b"),
    ],
    ids=["alternating", "shifted", "one line"],
)
def test_texts_that_share_no_ends_are_shown_whole(refused, theirs, yours):
    difference = refused({"prompt": theirs}, {"prompt": yours}).context["conflict"].differences[0]
    assert (difference["theirs"], difference["yours"]) == (theirs.strip(), yours.strip())


def test_choices_are_told_in_words(refused):
    page = text_of(
        refused({"voice": "fr-henri", "persona": "lawyer"}, {"voice": "fr-vivienne", "persona": "medical"})
    )
    assert "The other version Henri Your version Vivienne" in page


def test_saving_again_is_deliberate_and_wins(refused, as_user, owner, path, mine):
    answer = refused({"name": "Hers"}, {"name": "Mine"})
    assert as_user(owner).post(path, form_of(answer)).status_code == 302
    assert kept(mine)[0] == "Mine"


def test_third_who_saves_meanwhile_is_not_overwritten_either(refused, as_user, owner, admin, path, mine):
    answer = refused({"name": "Hers"}, {"name": "Mine"})
    mine.refresh_from_db()
    as_user(admin).post(path, typed_into(mine, name="Third"))
    assert as_user(owner).post(path, form_of(answer)).status_code == 409
    assert kept(mine)[0] == "Third"


def test_the_other_version_is_one_click_away(refused, as_user, owner, path):
    answer = refused({"name": "Hers"}, {"name": "Mine"})
    assert f'href="{path}"' in answer.content.decode()
    assert form_of(as_user(owner).get(path))["name"] == "Hers"


@pytest.mark.variants
@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_it_is_told_in_every_language(as_user, owner, claire, mine, path, locale):
    typed = typed_into(mine, name="Mine")
    as_user(claire).post(path, typed_into(mine, name="Hers"))
    answer = as_user(owner).post(path.replace("/en/", f"/{locale}/"), typed)
    title = {"fr": "Cette assistante a été modifiée", "en": "was changed meanwhile", "he": "העוזרת השתנתה"}
    assert title[locale] in text_of(answer)
    assert "<bdi>Claire Martin</bdi>" in answer.content.decode()


def test_user_is_told_of_a_save_in_another_window(as_user, owner, mine, path):
    client, typed = as_user(owner), typed_into(mine, name="This window")
    client.post(path, typed_into(mine, name="Other window"))
    assert "You saved it yourself in another window" in text_of(client.post(path, typed))


def test_no_user_is_named_where_none_is_known(as_user, owner, mine, path):
    typed = typed_into(mine, name="Mine")
    Assistant.objects.update(name="Operator's")
    answer = as_user(owner).post(path, typed)
    assert answer.status_code == 409
    assert "Somebody saved it after you had opened this page." in text_of(answer)


def test_form_that_does_not_say_what_it_began_with_overwrites_nothing(as_user, owner, mine, path):
    typed = typed_into(mine, name="Mine", seen="")
    assert as_user(owner).post(path, typed).status_code == 409
    assert kept(mine)[0] == "Léa"


# What is no conflict


def test_what_vapi_brings_about_is_none(as_user, owner, bakery, mine, path, vapi, run_tasks):
    client = as_user(owner)
    typed = typed_into(mine, name="Mine")
    Assistant.objects.update(sync_state=SyncState.OUT_OF_STEP, sync_problem=Reason.CHANGED, drift=["voice"])
    connect_to_vapi(bakery)
    client.post(path.replace("edit", "repair"))
    client.post(path.replace("edit", "answer"))
    run_tasks()
    Assistant.objects.update(changed_at=timezone.now())
    mine.refresh_from_db()
    assert mine.revision > 1
    assert client.post(path, typed).status_code == 302
    assert kept(mine)[0] == "Mine"


def test_second_click_is_none(as_user, owner, mine, path):
    client, typed = as_user(owner), typed_into(mine, name="Mine")
    assert [client.post(path, typed).status_code for _ in range(2)] == [302, 302]
    assert AuditEvent.objects.filter(action="assistants.changed").count() == 1


def test_same_change_of_two_users_is_none(refused, mine):
    assert refused({"name": "Same"}, {"name": "Same", "first_message": "And more."}).status_code == 302
    mine.refresh_from_db()
    assert (mine.name, mine.first_message) == ("Same", "And more.")


def test_replaced_texts_do_not_forget_what_the_form_began_with(as_user, owner, claire, mine, path):
    client = as_user(owner)
    filled = client.post(path, typed_into(mine, persona="lawyer", fill="1"))
    as_user(claire).post(path, typed_into(mine, prompt="Hers"))
    assert client.post(path, form_of(filled)).status_code == 409
    assert kept(mine)[1] == "Hers"
