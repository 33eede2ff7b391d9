"""Whatever the order of the entries, and however a bundle is damaged."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.errors import InputRefused
from benzosafe.fhir.bundle import without_place
from benzosafe.fhir.read import read_bundle
from tests.fhir.builders import (
    ICD10CM,
    LOINC,
    ON,
    PATIENT,
    RXNORM,
    SUBJECT,
    as_bytes,
    bundle,
    coded,
    condition,
    observation,
    request,
)  # fmt: skip

DOSE = {
    "text": "1 tablet twice daily", "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
    "asNeededBoolean": False, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
}  # fmt: skip
RICH = bundle(
    PATIENT,
    request(dosageInstruction=[DOSE], authoredOn="2026-11-01", dispenseRequest={"numberOfRepeatsAllowed": 2}),
    request("oxycodone 5 mg / paracetamol 325 mg", id="r2", reasonReference=[{"reference": "Condition/c1"}]),
    request(None, id="r3", medicationReference={"reference": "Medication/m"}),
    request("unheard-of drug", id="r4"),
    request(None, id="r5", medicationReference={"reference": "Medication/none"}),
    {"resourceType": "Medication", "id": "m", "code": {"coding": [{"system": RXNORM, "code": "197590"}]}},
    {
        "resourceType": "MedicationDispense", "id": "d1", "status": "completed", "subject": SUBJECT,
        "medicationCodeableConcept": {"text": "lorazepam 1 mg"}, "whenHandedOver": "2026-11-10",
        "daysSupply": {"value": 30}, "authorizingPrescription": [{"reference": "MedicationRequest/r1"}],
    },
    condition(coded(ICD10CM, "J44.9"), onsetDateTime="2020"),
    condition({"text": "panic disorder"}, id="c2", abatementDateTime="2019-01-01"),
    observation(coded(LOINC, "29463-7"), valueQuantity={"value": 70, "unit": "kg"}, effectiveDateTime="2026-11-01"),
    observation(coded(LOINC, "29463-7"), id="o2", valueString="71 kg", effectiveDateTime="2026-11-01"),
    {"resourceType": "AllergyIntolerance", "id": "a", "patient": SUBJECT, "code": {"text": "codeine"}},
    {"resourceType": "Encounter", "id": "e", "class": {"code": "IMP"}, "period": {"start": "2026-11-20"}},
    {
        "resourceType": "Encounter", "id": "e2", "status": "finished", "type": [{"text": "Hospice care"}],
        "reasonCode": [{"text": "fall"}], "period": {"start": "2026-10-01", "end": "2026-10-09"},
        "hospitalization": {"dischargeDisposition": {"text": "Hospice"}},
    },
    {"resourceType": "Procedure", "id": "pr", "status": "completed", "code": {"text": "Palliative care"}},
    {"resourceType": "List", "id": "l", "code": coded(LOINC, "48765-2"), "emptyReason": {"text": "nilknown"}},
    {"resourceType": "Observation", "code": coded(LOINC, "8302-2"), "valueQuantity": {"value": 170, "unit": "cm"}},
)  # fmt: skip


def content(record):
    """A record without the positions of entries in the file."""
    return replace(record, gaps=tuple(replace(gap, where=without_place(gap.where)) for gap in record.gaps))


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_entries_does_not_matter(knowledge, rng):
    shuffled = copy.deepcopy(RICH)
    rng.shuffle(shuffled["entry"])
    straight = read_bundle(as_bytes(RICH), "x", knowledge, ON)
    assert content(read_bundle(as_bytes(shuffled), "x", knowledge, ON)) == content(straight)


ODD = [
    None,
    True,
    0,
    -1,
    1e308,
    "",
    "x",
    "2062-99-99",
    [],
    {},
    [[]],
    [None],
    {"a": {"b": []}},
    "\ud83d\ude00" * 50,
    {"value": "x"},
]


def damage(data, rng):
    """Replace, drop or double one value somewhere in the tree."""
    if not isinstance(data, dict) or not data:
        return
    holder, key = None, None
    node = data
    while isinstance(node, (dict, list)) and node and (holder is None or rng.random() < 0.8):
        holder = node
        key = rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
        node = node[key]
    what = rng.random()
    if what < 0.6:
        holder[key] = copy.deepcopy(rng.choice(ODD))
    elif what < 0.8:
        del holder[key]
    elif isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[key] = [holder[key]]


@pytest.mark.parametrize("seed", range(150))
def test_damaged_bundles_are_read_or_refused(knowledge, seed):
    rng = random.Random(seed)
    data = copy.deepcopy(RICH)
    for _ in range(rng.randrange(1, 25)):
        damage(rng.choice(data["entry"]).setdefault("resource", {"id": "x"}), rng)
    if rng.random() < 0.2:
        damage(data, rng)
    try:
        read_bundle(json.dumps(data).encode(), "x", knowledge, ON)
    except InputRefused as refused:
        assert refused.next_step


@pytest.mark.parametrize("seed", range(60))
def test_damaged_bytes_are_read_or_refused(knowledge, seed):
    rng = random.Random(seed)
    raw = bytearray(as_bytes(RICH))
    for _ in range(rng.randrange(1, 10)):
        place = rng.randrange(len(raw))
        raw[place : place + rng.randrange(3)] = bytes(rng.randrange(256) for _ in range(rng.randrange(3)))
    try:
        read_bundle(bytes(raw), "x", knowledge, ON)
    except InputRefused as refused:
        assert refused.next_step


def test_reading_loads_nothing_heavy():
    heavy = ("polars", "pydantic", "numpy", "fhir", "pandas")
    code = f"import sys, benzosafe.fhir.read; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "[]", done.stderr
