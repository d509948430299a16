"""Our copy of Vapi's rules, compared with the published document."""

import pytest

from core.tests.contract import published
from sandbox.vapi.validation import schemas

LIMITS = ("minLength", "maxLength", "minimum", "maximum")
# The published document types these as objects; by its own description they are numbers.
MISTAKEN = {("BackoffPlan", "excludedStatusCodes")}


@pytest.mark.parametrize("name", schemas())
def test_each_body_has_the_published_properties(name):
    rules, truth = schemas()[name], published("vapi")[name]
    assert set(rules["properties"]) == set(truth["properties"])
    assert set(rules.get("required", [])) == set(truth.get("required", []))


@pytest.mark.parametrize("name", schemas())
def test_each_rule_is_a_published_one(name):
    truths = published("vapi")[name]["properties"]
    for each, rule in schemas()[name]["properties"].items():
        truth = truths[each]
        for limit in LIMITS:
            assert rule.get(limit) == truth.get(limit), (each, limit)
        if (name, each) not in MISTAKEN:
            holds_of_values(rule, truth)
            holds_of_values(rule.get("items", {}), truth.get("items", {}))


def holds_of_values(rule, truth):
    branches = truth.get("anyOf", [truth])
    values = {value for branch in branches for value in branch.get("enum", []) if value is not None}
    if "enum" in rule:
        assert set(rule["enum"]) == values
    if "type" in rule and all("type" in branch for branch in branches):
        assert rule["type"] in {each for branch in branches for each in types_of(branch)}


def types_of(truth):
    return truth["type"] if isinstance(truth["type"], list) else [truth["type"]]


@pytest.mark.parametrize("part", ["model", "voice", "transcriber"])
def test_each_provider_that_is_published_is_known(part):
    everything = published("vapi")
    branches = everything["CreateAssistantDTO"]["properties"][part]["anyOf"]
    names = [branch["$ref"].rsplit("/", 1)[-1] for branch in branches]
    known = schemas()["CreateAssistantDTO"]["properties"][part]["of"]
    assert set(known) == {
        value for name in names for value in everything[name]["properties"]["provider"]["enum"]
    }
    for provider, name in known.items():
        assert not name or provider in everything[name]["properties"]["provider"]["enum"]
