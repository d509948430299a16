"""What we hold to be Vapi's rules, against what Vapi publishes."""

import pytest

from core.tests.contract import published
from sandbox.vapi.validation import schemas

LIMITS = ("minLength", "maxLength", "minimum", "maximum")
# The published document says that these are objects; they are numbers, as its own description tells.
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
    if "enum" in rule:
        assert set(rule["enum"]) == {value for value in truth["enum"] if value is not None}
    if "type" in rule and "type" in truth:
        types = truth["type"] if isinstance(truth["type"], list) else [truth["type"]]
        assert rule["type"] in types


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
