import uuid

import pytest

from core.tests.contract import holds, need_schemas
from sandbox import limits
from sandbox.models import Assistant
from sandbox.tests.bodies import ASSISTANT, KEY
from sandbox.trouble import switches

pytestmark = pytest.mark.django_db

INVALID_KEY = {
    "message": "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.",
    "error": "Unauthorized",
    "statusCode": 401,
}


@pytest.mark.variants
@pytest.mark.parametrize(
    "key",
    [
        "",
        "vapi-sandbox-keyx",
        "vapi-sandbox-key-",
        "vapi-sandbox-key-A",
        "another",
        f"{KEY}-{'a' * 41}",
        f"{KEY}\n",
    ],
)
@pytest.mark.parametrize(
    "path", ["/assistant", "/phone-number", "/chat", f"/assistant/{uuid.UUID(int=1)}", "/x"]
)
def test_unknown_key_hears_what_the_provider_says(vapi, key, path):
    answer = vapi("GET", path, key=key)
    assert (answer.status_code, answer.json()) == (401, INVALID_KEY)


def test_what_is_made_can_be_listed_shown_changed_and_deleted(vapi):
    made = vapi("POST", "/assistant", ASSISTANT)
    assert made.status_code == 201
    body = made.json()
    assert {name: body[name] for name in ASSISTANT} == ASSISTANT
    assert vapi("GET", "/assistant").json() == [body]
    assert vapi("GET", f"/assistant/{body['id']}").json() == body
    changed = vapi("PATCH", f"/assistant/{body['id']}", {"name": "Zoé"}).json()
    assert (changed["name"], changed["firstMessage"]) == ("Zoé", ASSISTANT["firstMessage"])
    assert vapi("DELETE", f"/assistant/{body['id']}").json()["id"] == body["id"]
    assert vapi("GET", f"/assistant/{body['id']}").status_code == 404
    assert vapi("DELETE", f"/assistant/{body['id']}").status_code == 404


def test_bodies_hold_against_the_published_schema(vapi, assistant):
    need_schemas()
    assert holds("vapi", "CreateAssistantDTO", ASSISTANT)
    assert holds("vapi", "Assistant", assistant)
    assert holds("vapi", "Assistant", vapi("PATCH", f"/assistant/{assistant['id']}", {"name": "Zoé"}).json())


def test_a_model_is_replaced_as_a_whole(vapi, assistant):
    model = {"provider": "openai", "model": "gpt-4.1"}
    assert vapi("PATCH", f"/assistant/{assistant['id']}", {"model": model}).json()["model"] == model


def test_null_takes_a_property_away(vapi, assistant):
    assert "voice" not in vapi("PATCH", f"/assistant/{assistant['id']}", {"voice": None}).json()


def test_keys_do_not_see_one_another(vapi, assistant):
    path = f"/assistant/{assistant['id']}"
    other = f"{KEY}-other"
    assert vapi("GET", "/assistant", key=other).json() == []
    for method in ("GET", "PATCH", "DELETE"):
        assert vapi(method, path, {} if method == "PATCH" else None, key=other).status_code == 404
    assert vapi("GET", path).status_code == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"tools": []}, "property tools should not exist"),
        ({"nickname": "x"}, "property nickname should not exist"),
        ({"name": "x" * 41}, "name must be shorter than or equal to 40 characters"),
        ({"name": 7}, "name must be a string"),
        ({"maxDurationSeconds": 9}, "maxDurationSeconds must not be less than 10"),
        ({"maxDurationSeconds": True}, "maxDurationSeconds must be a number"),
        ({"model": "gpt"}, "model must be an object"),
        ({"model": {"provider": "openai"}}, "model.model should not be null or undefined"),
        ({"server": {"uri": "x"}}, "server.property uri should not exist"),
        ({"server": {"timeoutSeconds": 301}}, "server.timeoutSeconds must not be greater than 300"),
        ({"transcriber": {"provider": "deepgram", "language": "xx"}}, "transcriber.language must be one of"),
        ({"serverMessages": ["gossip"]}, "serverMessages.0 must be one of the following values"),
        ({"voice": {"provider": "nobody"}}, "voice.provider must be one of the following values"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_provider_refuses_is_refused_in_its_words(vapi, body, message):
    answer = vapi("POST", "/assistant", body)
    said = answer.json()
    assert (answer.status_code, said["error"], said["statusCode"]) == (400, "Bad Request", 400)
    assert said["message"][0].startswith(message)
    assert Assistant.objects.count() == 0


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '"text"',
        "nul",
        "[" * 100_000,
        '{"name": "Léa", "metadata": {"a": ' + "[" * 500 + "]" * 500 + "}}",
        '{"name": "Léa", "metadata": {"a": ' + '{"a":' * 500 + "1" + "}" * 502,
        '{"name": "Léa", "metadata": {"a": 1e999}}',
        '{"name": NaN}',
        '{"name": "\\u0000"}',
        '{"name": "\\ud800"}',
    ],
    ids=[
        "open",
        "list",
        "text",
        "word",
        "deep",
        "deep lists",
        "deep objects",
        "infinite",
        "nan",
        "nul",
        "half",
    ],
)
def test_no_object_is_a_bad_request(client, content):
    answer = client.post(
        "/sandbox/vapi/assistant",
        content,
        content_type="application/json",
        headers={"Authorization": f"Bearer {KEY}"},
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "Bad Request")


@pytest.mark.parametrize("size", [limits.MAX_BODY, 2 * 1024 * 1024], ids=["ours", "djangos"])
def test_a_huge_body_is_refused(vapi, size):
    answer = vapi("POST", "/assistant", {"firstMessage": "x" * size})
    assert (answer.status_code, answer.json()["statusCode"]) == (413, 413)


def test_what_grows_change_by_change_is_refused(vapi, assistant):
    path, large = f"/assistant/{assistant['id']}", "x" * (limits.MAX_BODY // 2)
    assert vapi("PATCH", path, {"firstMessage": large}).status_code == 200
    assert vapi("PATCH", path, {"metadata": {"note": large}}).status_code == 413


def test_text_that_only_looks_forbidden_is_kept(vapi):
    text = "a backslash and what follows: \\u0000"
    assert vapi("POST", "/assistant", {"firstMessage": text}).json()["firstMessage"] == text


def test_a_key_keeps_so_many_and_no_more(vapi, monkeypatch):
    monkeypatch.setitem(limits.PER_KEY, Assistant, 1)
    assert vapi("POST", "/assistant", {}).status_code == 201
    assert vapi("POST", "/assistant", {}).status_code == 400
    assert vapi("POST", "/assistant", {}, key=f"{KEY}-other").status_code == 201


def test_pinned_one_stays(vapi, assistant):
    switches.switch_on("vapi", "409", times=1)
    answer = vapi("DELETE", f"/assistant/{assistant['id']}")
    assert (answer.status_code, answer.json()["error"]) == (409, "assistant_pinned")
    assert holds("vapi", "AssistantPinnedConflictResponseDTO", answer.json())
    assert vapi("DELETE", f"/assistant/{assistant['id']}").status_code == 200


@pytest.mark.variants
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("?limit=2", 2),
        ("?createdAtGe={1}", 2),
        ("?createdAtGt={1}", 1),
        ("?createdAtLt={1}", 1),
        ("?createdAtLe={1}", 2),
        ("?updatedAtGt={2}", 0),
    ],
)
def test_list_is_newest_first_and_bounded(vapi, query, found):
    made = [vapi("POST", "/assistant", {"name": name}).json() for name in "abc"]
    for minutes, row in enumerate(made):
        moment = f"2026-08-14T14:0{minutes}:00.001Z"
        Assistant.objects.filter(id=row["id"]).update(created_at=moment, updated_at=moment)
        made[minutes]["createdAt"] = moment
    listed = vapi("GET", "/assistant" + query.format(*(row["createdAt"] for row in made))).json()
    assert len(listed) == found
    assert [row["name"] for row in listed] == sorted((row["name"] for row in listed), reverse=True)


def test_list_of_large_bodies_ends_early_and_goes_on_by_date(vapi, monkeypatch):
    monkeypatch.setattr(limits, "MAX_LIST", 2500)
    for minute, name in enumerate("abcde"):
        made = vapi("POST", "/assistant", {"name": name, "firstMessage": "x" * 1000}).json()
        Assistant.objects.filter(id=made["id"]).update(created_at=f"2026-08-14T14:0{minute}:00Z")
    first = vapi("GET", "/assistant").json()
    assert [row["name"] for row in first] == ["e", "d", "c"]
    rest = vapi("GET", f"/assistant?createdAtLt={first[-1]['createdAt']}").json()
    assert [row["name"] for row in rest] == ["b", "a"]


@pytest.mark.parametrize(
    "query",
    [
        "createdAtGe=yesterday",
        "updatedAtLt=2026-13-45T00:00:00Z",
        "createdAtGe=2026-08-14T14:00:00",
        "createdAtGe=0001-01-01T00:00:00%2B10:00",
        "limit=1001",
        "limit=00000000999",
        "limit=-1",
    ],
)
def test_unreadable_question_is_a_bad_request(vapi, query):
    assert vapi("GET", f"/assistant?{query}").status_code == 400


def test_unknown_path_and_method_answer_as_json(vapi, assistant):
    for method, path in (
        ("GET", "/nowhere"),
        ("GET", "/assistant/7"),
        ("PUT", f"/assistant/{assistant['id']}"),
    ):
        answer = vapi(method, path)
        assert (answer.status_code, answer.json()["error"]) == (404, "Not Found")
