"""Requests as they come: partial, wrong, hostile. A refusal says where; nothing else is raised."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.cds_hooks.answer import answer
from benzosafe.cds_hooks.request import read_request
from benzosafe.cds_hooks.services import PREFETCH, SERVICES, discovery, service_of
from benzosafe.errors import InputRefused, UsageError

from .asking import ask, everything, order, setting

SIGN = service_of("benzosafe-order-sign")


def read(request):
    return read_request(json.dumps(request).encode(), SIGN)


def test_the_discovery_names_each_service_with_what_it_asks_for():
    services = discovery()["services"]
    assert {item["hook"] for item in services} == {"patient-view", "order-select", "order-sign", "medication-refill"}
    assert len({item["id"] for item in services}) == len(services)
    assert all(item["prefetch"] == PREFETCH for item in services)


def test_an_unknown_service_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="benzosafe-order-sign"):
        service_of("benzosafe-order-sing")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"hook": "order-select"}, "hook"), ({"hook": None}, "hook"), ({"hook": 7}, "hook"),
        ({"hookInstance": None}, "hookInstance"), ({"hookInstance": ""}, "hookInstance"),
        ({"hookInstance": "x" * 200}, "hookInstance"),
        ({"context": None}, "context"), ({"context": []}, "context"), ({"context": {}}, "patientId"),
        ({"context": {"patientId": "a b"}}, "patientId"), ({"context": {"patientId": "Group/1"}}, "patientId"),
        ({"context": {"patientId": 7}}, "patientId"),
        ({"prefetch": {str(number): None for number in range(500)}}, "prefetch"),
    ],
)  # fmt: skip
def test_what_cannot_be_guessed_is_refused_with_its_place(change, where):
    with pytest.raises(InputRefused) as refusal:
        read(ask("order-sign", {}) | change)
    assert where in refusal.value.where
    assert refusal.value.next_step


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b"\xff", b'{"hook": "order-sign"} {}', b"[" * 5000])
def test_what_is_no_request_is_refused(body):
    with pytest.raises(InputRefused):
        read_request(body, SIGN)


def test_a_patient_id_may_be_written_as_a_reference():
    assert read(ask("order-sign", {}, context={"patientId": "Patient/p9"})).patient_id == "p9"


def test_the_token_is_read_and_never_shown():
    given_token = {"access_token": "s3cret", "token_type": "Bearer", "expires_in": 300, "scope": "x", "subject": "y"}
    found = read(ask("order-sign", {}, fhirServer="https://fhir.example.org", fhirAuthorization=given_token))
    assert found.access_token == "s3cret"
    assert "s3cret" not in repr(found)
    assert read(ask("order-sign", {}, fhirAuthorization=given_token | {"token_type": "MAC"})).access_token == ""
    assert read(ask("order-sign", {}, fhirAuthorization="s3cret")).access_token == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
CLONAZEPAM = order("clonazepam 1 mg tablet")
FIELDS = ["status", "intent", "medicationCodeableConcept", "subject", "authoredOn", "dosageInstruction", "id"]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_field_may_be_anything(knowledge, data):
    """Answered or refused: the reference client itself sends an object where a list belongs."""
    odd = dict(CLONAZEPAM) | {data.draw(st.sampled_from(FIELDS)): data.draw(JSON)}
    prefetch = everything(odd) | {data.draw(st.sampled_from(sorted(PREFETCH))): data.draw(JSON)}
    service = data.draw(st.sampled_from(SERVICES))
    request = ask(service.hook, prefetch, [odd, data.draw(JSON)])
    if data.draw(st.booleans()):
        request["context"]["selections"] = data.draw(JSON)
    try:
        found = answer(read_request(json.dumps(request).encode(), service), setting(knowledge))
    except InputRefused as refusal:
        assert refusal.next_step
        return
    assert len(found.body["cards"]) <= 1
