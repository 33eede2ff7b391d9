"""The definitions others may reuse: all valid, all drafts, every rule with its condition, numbers and sources."""

from __future__ import annotations

import base64
import json

import pytest

from benzosafe.fhir.capability import capability_statement
from benzosafe.fhir.definition_search import searched
from benzosafe.fhir.exchange import exchange
from benzosafe.fhir.exchange_cql import cql_of
from benzosafe.fhir.operation_parameters import OPERATIONS
from benzosafe.knowledge.names import RXNORM


@pytest.fixture(scope="module")
def found(knowledge):
    return exchange(knowledge)


@pytest.mark.parametrize("kind", ["PlanDefinition", "Library", "ValueSet", "OperationDefinition"])
def test_every_definition_is_valid_and_a_draft(found, fhir_errors, kind):
    assert found[kind]
    for name, item in found[kind].items():
        assert fhir_errors(item) == [], name
        assert (item["id"], item["status"], item["experimental"]) == (name, "draft", True)
        assert item["url"] == f"https://benzosafe.org/fhir/{kind}/{name}"
        assert "no value here has had a clinical review" in item["description"]


def test_every_rule_is_there_with_condition_numbers_and_sources(knowledge, found):
    assert len(found["PlanDefinition"]) == len(knowledge.rules)
    for rule in knowledge.rules.values():
        item = found["PlanDefinition"][rule.id.replace("_", "-")]
        (action,) = item["action"]
        assert action["condition"][0]["expression"]["description"] == " ".join(rule.when.split())
        assert [one["title"] for one in action["action"]] == list(rule.severity)
        cited = {artifact["label"] for artifact in item["relatedArtifact"]}
        assert cited == {e.source for e in rule.evidence} | {limit.source for limit in rule.thresholds.values()}
        assert all(name in item.get("purpose", "") for name in rule.thresholds)
        assert all(name in item["usage"] for name in rule.not_when)
        assert {trigger["name"] for trigger in action["trigger"]} >= {"order-select", "order-sign", "patient-view"}


@pytest.mark.parametrize(
    ("condition", "cql"),
    [
        ("a_active and b_count >= many", '"a_active" and ("b_count" >= "many")'),
        ("not (a or b)", 'not ("a" or "b")'),
        ("dependence in [possible, likely]", "\"dependence\" in { 'possible', 'likely' }"),
        ("dependence not in [rare]", "not (\"dependence\" in { 'rare' })"),
        ("sex == female", "\"sex\" = 'female'"),
        ("many < b_count", '"many" < "b_count"'),
        ("otherwise", "true"),
    ],
)  # fmt: skip
def test_conditions_become_cql(condition, cql):
    assert cql_of(condition, {"many"}) == cql


@pytest.mark.parametrize("condition", ["a < b < c", "f(a)", "a + b", "a in b", "a == 3"])
def test_what_the_language_does_not_have_is_not_written(condition):
    with pytest.raises(ValueError):
        cql_of(condition, {"b", "c"})


def test_the_library_lists_what_there_is(knowledge, found):
    (library,) = found["Library"].values()
    content = json.loads(base64.b64decode(library["content"][0]["data"]))
    assert {rule["id"]: rule["version"] for rule in content["rules"]} == {
        r.id: r.version for r in knowledge.rules.values()
    }
    assert all(set(rule["thresholds"]) == set(knowledge.rules[rule["id"]].thresholds) for rule in content["rules"])
    listed = {artifact["resource"].split("|")[0] for artifact in library["relatedArtifact"]}
    assert listed == {item["url"] for kind in ("PlanDefinition", "ValueSet") for item in found[kind].values()}


def test_a_class_holds_its_members_codes_and_those_of_narrower_classes(knowledge, found):
    values = found["ValueSet"]["class-bzra"]
    codes = {include["system"]: include["concept"] for include in values["compose"]["include"]}
    named = {concept["display"]: concept for concept in codes[RXNORM]}
    assert {"diazepam", "zolpidem"} <= set(named)
    assert named["diazepam"]["code"] == knowledge.drugs["diazepam"].codes.rxcui.value
    assert named["diazepam"]["extension"][0]["valueCode"] == knowledge.drugs["diazepam"].codes.rxcui.confidence
    assert "oxycodone" not in named


def test_members_without_a_code_are_named(knowledge, found):
    lacking = {name for name, drug in knowledge.drugs.items() if not drug.codes.rxcui and not drug.codes.atc}
    some = [drug for drug in sorted(lacking) if "novel_benzodiazepine" in knowledge.drugs[drug].classes][:3]
    assert some
    assert all(name in found["ValueSet"]["class-novel-benzodiazepine"]["description"] for name in some)


def test_operation_definitions_name_every_parameter_that_is_read(found):
    for operation in OPERATIONS.values():
        item = found["OperationDefinition"][operation.id]
        asked = [part["name"] for part in item["parameter"] if part["use"] == "in"]
        assert asked == [part.name for part in operation.parameters]
        assert item["affectsState"] is False


def test_the_capability_statement_lists_what_is_served(knowledge, found, fhir_errors):
    statement = capability_statement(knowledge, "http://127.0.0.1:8000/fhir")
    assert fhir_errors(statement) == []
    (rest,) = statement["rest"]
    assert {item["definition"] for item in rest["operation"]} == {
        o["url"] for o in found["OperationDefinition"].values()
    }
    assert {item["type"] for item in rest["resource"]} == set(found)


# --- search --------------------------------------------------------------------------------------------------------

AT = "http://x/fhir/PlanDefinition"


def ids(page):
    return [entry["resource"]["id"] for entry in page.get("entry", ()) if entry["search"]["mode"] == "match"]


@pytest.mark.parametrize(
    "asked",
    [
        [("_id", "use-over-four-weeks")], [("_id", "none,use-over-four-weeks")], [("name", "useoverFOUR")],
        [("title", "Benzodiazepine or Z-drug taken for more than four")],
        [("_id", "use-over-four-weeks"), ("status", "draft")],
        [("url", "https://benzosafe.org/fhir/PlanDefinition/use-over-four-weeks")],
    ],
)  # fmt: skip
def test_definitions_are_found(found, fhir_errors, asked):
    page = searched(found["PlanDefinition"], asked, AT)
    assert ids(page) == ["use-over-four-weeks"] and page["total"] == 1
    assert fhir_errors(page) == []


def test_pages_hold_everything_once(found):
    plans, seen, offset = found["PlanDefinition"], [], 0
    while True:
        page = searched(plans, [("_count", "100"), ("_offset", str(offset))], AT)
        seen += ids(page)
        offset += 100
        if not any(link["relation"] == "next" and f"_offset={offset}" in link["url"] for link in page["link"]):
            break
    assert seen == list(plans)


def test_what_is_not_searched_by_is_said(found, fhir_errors):
    page = searched(found["Library"], [("publisher", "x")], AT)
    assert fhir_errors(page) == []
    assert (
        "not searched by: publisher" in json.dumps(page["entry"][-1])
        and page["entry"][-1]["search"]["mode"] == "outcome"
    )
    assert searched(found["Library"], [("status", "active")], AT)["total"] == 0
