"""What a card's suggestions would write into a record is valid, by validators of others."""

from __future__ import annotations

import msgspec
import pytest

from tests.cds_hooks.asking import answered, ask, everything, in_mg, order

ENCODER = msgspec.json.Encoder(decimal_format="number")
SYSTEM = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm"}


def coded(name, code, **more):
    found = in_mg(name, 500, status="draft", **more)
    return found | {"medicationCodeableConcept": {"coding": [SYSTEM | {"code": code}], "text": name}}


@pytest.mark.parametrize(
    ("taken", "draft"),
    [
        (order("clonazepam 1 mg tablet"), order("oxycodone 10 mg tablet", status="draft")),
        (order("alprazolam 1 mg tablet"), coded("clarithromycin 500 mg tablet", "197517", id="new")),
        (order("oxycodone 10 mg tablet"), in_mg("clonazepam", 2, status="draft", id="new")),
        (order("clonazepam 1 mg tablet"), order("oxycodone 20 mg tablet", "1 tablet every 6 hours", status="draft")),
    ],
)
def test_resources_of_suggestions(knowledge, fhir_errors, taken, draft):
    (card,) = answered(knowledge, ask("order-sign", everything(taken), [draft])).body["cards"]
    resources = [
        action["resource"] for item in card["suggestions"] for action in item["actions"] if "resource" in action
    ]
    assert resources
    for resource in resources:
        assert fhir_errors(msgspec.json.decode(ENCODER.encode(resource))) == []
