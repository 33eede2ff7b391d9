"""However a request is damaged: the operations answer or refuse in FHIR, and never break."""

from __future__ import annotations

import copy
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.fhir.operations import operate
from tests.fhir.builders import PATIENT, SUBJECT, bundle, condition, observation, request
from tests.fhir.test_properties import DOSE, RICH

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
STATUSES = {200, 400, 422}
LIMIT = {"numerator": {"value": 2, "unit": "mg"}}
STATEMENT_R5 = {
    "resourceType": "MedicationStatement", "id": "r5", "status": "recorded", "subject": SUBJECT,
    "medication": {"concept": {"text": "diazepam 5 mg"}}, "adherence": {"code": {"coding": [{"code": "taking"}]}},
    "reason": [{"concept": {"text": "anxiety"}}],
    "dosage": [{"asNeeded": True, "asNeededFor": [{"text": "panic"}], "maxDosePerPeriod": [LIMIT]}],
}  # fmt: skip
ENCOUNTER_R5 = {
    "resourceType": "Encounter", "id": "e5", "status": "in-progress", "subject": SUBJECT,
    "class": [{"coding": [{"code": "IMP"}]}], "serviceType": [{"concept": {"text": "Hospice"}}],
    "reason": [{"value": [{"concept": {"text": "fall"}}]}], "actualPeriod": {"start": "2026-11-01"},
}  # fmt: skip
WHOLE = copy.deepcopy(RICH)
WHOLE["entry"] += [{"resource": STATEMENT_R5}, {"resource": ENCOUNTER_R5}]
TAPERED = bundle(
    PATIENT,
    request(dosageInstruction=[DOSE], authoredOn="2026-11-01", id="r1"),
    condition({"text": "panic disorder"}, onsetDateTime="2020"),
    {"resourceType": "AllergyIntolerance", "id": "a", "patient": SUBJECT, "code": {"text": "codeine"}},
)
DRAFT = request("alprazolam 1 mg three times daily", id="draft", status="draft")
REQUESTS = {
    "review": [
        {"name": "resource", "resource": WHOLE}, {"name": "draft", "resource": DRAFT},
        {"name": "on", "valueDate": "2026-11-24"}, {"name": "output", "valueCode": "fhir"},
    ],
    "taper": [
        {"name": "resource", "resource": TAPERED}, {"name": "drug", "valueString": "lorazepam"},
        {"name": "pace", "valueString": "10/14"}, {"name": "target", "valueDecimal": 1},
        {"name": "levels", "valueBoolean": False}, {"name": "products", "valueString": "tablet:0.5s,1"},
        {"name": "start", "valueDate": "2026-12-01"}, {"name": "maxTablets", "valueInteger": 4},
    ],
    "simulate": [
        {"name": "drug", "valueString": "clonazepam"}, {"name": "dose", "valueString": "0.5"},
        {"name": "times", "valueString": "08,20"}, {"name": "with", "valueString": "carbamazepine:400mg:day2-day3"},
        {"name": "days", "valueDecimal": 4}, {"name": "people", "valueInteger": 3},
        {"name": "steady", "valueBoolean": True}, {"name": "trait", "valueCode": "smoker"},
    ],
}  # fmt: skip
ODD = st.sampled_from([
    None, True, False, 0, -1, 1e308, -1e-300, 10**30, "", " ", "\u0000", "\ud83d", "x" * 5000, "null", "2026-13-45",
    "9999-12-31", "NaN",
    "Infinity", "-5", "1,5", "'; DROP TABLE", [], {}, [[]], [None], [{}], {"resourceType": "Bundle"}, {"value": None},
    {"reference": "#"}, {"coding": "x"}, ["a", 1, {}], {"value": 1e400, "unit": "mg"}, "Patient/p", "day1-day2",
])  # fmt: skip


def parameters(code):
    return {"resourceType": "Parameters", "parameter": copy.deepcopy(REQUESTS[code])}


def places(node, way=()):
    """Every place in a document."""
    yield way
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*way, key))


def damaged(document, way, kind, value):
    """A copy with the value at one place replaced, removed, doubled, wrapped or nested."""
    made = copy.deepcopy(document)
    at = made
    for step in way[:-1]:
        at = at[step]
    if not way:
        return value
    last = way[-1]
    if kind == "remove":
        del at[last]
    elif kind == "list":
        at[last] = [at[last], at[last]]
    elif kind == "object":
        at[last] = {str(last): at[last]}
    elif kind == "nest":
        for _ in range(60):
            at[last] = [at[last]]
    elif kind == "rename" and isinstance(at, dict):
        at[f"{last}X"] = at.pop(last)
    else:
        at[last] = value
    return made


@st.composite
def requests(draw):
    """An operation, and a request for it damaged in one to four places."""
    code = draw(st.sampled_from(sorted(REQUESTS)))
    document = parameters(code)
    for _ in range(draw(st.integers(1, 4))):
        if not isinstance(document, dict):
            break
        way = draw(st.sampled_from(list(places(document))))
        kind = draw(st.sampled_from(["value", "value", "value", "remove", "list", "object", "nest", "rename"]))
        document = damaged(document, way, kind, draw(ODD))
    return code, document


def answered(code, data, knowledge):
    """The answer, which is always FHIR with a status that is meant."""
    found = operate(code, data, knowledge, NOW)
    assert found.status in STATUSES
    assert found.resource["resourceType"] in ("Bundle", "Binary") if found.status == 200 else "OperationOutcome"
    text = json.dumps(found.resource, allow_nan=False)
    assert "Traceback" not in text
    if found.status != 200:
        issue = found.resource["issue"][0]
        assert issue["severity"] == "error" and issue["diagnostics"] and issue["details"]["text"]
    return found


def as_sent(document):
    return json.dumps(document).encode()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(requests())
def test_damaged_requests_are_answered_or_refused(knowledge, asked):
    code, document = asked
    answered(code, as_sent(document), knowledge)


@pytest.mark.parametrize("code", REQUESTS)
def test_undamaged_requests_are_answered(knowledge, code):
    """Else the fuzz would only ever see refusals."""
    assert answered(code, as_sent(parameters(code)), knowledge).status == 200


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(REQUESTS)), st.binary(max_size=300), st.integers(0, 4000))
def test_bytes_in_the_middle(knowledge, code, noise, at):
    data = as_sent(parameters(code))
    answered(code, data[:at] + noise + data[at + len(noise) :], knowledge)


@pytest.mark.parametrize("code", REQUESTS)
@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"null", b"[]", b"{}", b'"x"', b"1" * 10_000, b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe{}",
        b'{"resourceType":"Parameters"}', b'{"resourceType":"Parameters","parameter":[{"name":"resource"}]}',
        b'{"resourceType":"Bundle"}', b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patien"}}]}',
        b'{"resourceType":"Parameters","parameter":[' + b'{"name":"on","valueDate":"2026-01-01"},' * 600 + b"{}]}",
    ],
    ids=range(15),
)  # fmt: skip
def test_hopeless_bodies_are_refused(knowledge, code, data):
    assert answered(code, data, knowledge).status != 200


def fifty_megabytes(one):
    """Fifty megabytes of one resource, each with an id of its own."""
    text = json.dumps({"resource": one | {"id": "PLACE"}})
    count = 50_000_000 // len(text)
    entries = ",".join(text.replace("PLACE", str(place)) for place in range(count))
    return f'{{"resourceType":"Bundle","type":"collection","entry":[{entries}]}}'.encode()


@pytest.mark.parametrize("kind", ["observations", "orders", "other kinds", "one long text", "a Bundle in Parameters"])
def test_fifty_megabytes_are_answered_or_refused_in_time(knowledge, kind):
    weight = observation({"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}, valueInteger=70)
    made = {
        "observations": lambda: fifty_megabytes(weight),
        "orders": lambda: fifty_megabytes(request(authoredOn="2026-11-01")),
        "other kinds": lambda: fifty_megabytes({"resourceType": "Appointment", "id": "x"}),
        "one long text": lambda: as_sent(bundle(request(note=[{"text": "x" * 50_000_000}]))),
        "a Bundle in Parameters": lambda: b'{"resourceType":"Parameters","parameter":[{"name":"resource","resource":'
        + fifty_megabytes(weight) + b"}]}",
    }  # fmt: skip
    data = made[kind]()
    assert len(data) > 45_000_000
    begun = time.monotonic()
    found = answered("review", data, knowledge)
    assert time.monotonic() - begun < 15
    assert found.status == (200 if kind == "one long text" else 422)


def test_as_many_orders_as_are_answered_take_some_seconds(knowledge):
    """The square of the limit, not only what is beyond it, must be bearable."""
    data = as_sent(bundle(*(request(id=f"r{place}", authoredOn="2026-11-01") for place in range(2_000))))
    begun = time.monotonic()
    assert answered("review", data, knowledge).status == 200
    assert time.monotonic() - begun < 30


def test_more_drafts_than_anybody_signs_are_refused(knowledge):
    sets = [[DRAFT | {"id": f"{place}-{number}"} for number in range(60)] for place in range(2)]
    drafts = [{"name": "draft", "resource": bundle(*orders)} for orders in sets]
    asked = [{"name": "resource", "resource": TAPERED}, *drafts]
    few, many = (
        answered("review", as_sent({"resourceType": "Parameters", "parameter": part}), knowledge)
        for part in (asked[:2], asked)
    )
    assert few.status == 200
    assert many.status == 422 and "more than 100 draft orders" in json.dumps(many.resource)
