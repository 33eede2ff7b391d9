"""One patient as one Bundle: whole where the server showed everything, and saying so where it did not."""

import json

import pytest

from benzosafe.errors import UsageError
from benzosafe.fhir.read import read_bundle
from benzosafe.service.outgoing import OutgoingFailed
from benzosafe.smart.door import SmartRefused
from benzosafe.smart.reader import read_patient
from benzosafe.smart.scopes import scopes_for_backend


@pytest.fixture
def read(way, key):
    def read(patient="p1", revoke=None):
        async def use(door):
            access = await way.access(door, key)
            if revoke is not None:
                await access.grant()
                revoke()
            return await read_patient(patient, access, door)

        return way.run(use)

    return read


def names(record):
    return {order.ingredient for order in record.orders}


def test_a_review_can_be_made_of_it(read, knowledge, on):
    found = read()
    record = read_bundle(found.bundle, "x", knowledge, on)
    assert names(record) == {"clonazepam", "oxycodone", "omeprazole"}
    assert (record.coverage.orders, record.coverage.conditions, record.coverage.allergies) == (True, True, True)
    assert found.not_read == {}


@pytest.mark.parametrize("size", [1, 2])
def test_every_page_is_read(read, provider, knowledge, on, size):
    provider.page_size = size
    record = read_bundle(read().bundle, "x", knowledge, on)
    assert names(record) == {"clonazepam", "oxycodone", "omeprazole"} and record.coverage.orders


@pytest.mark.parametrize("status", [403, 404, 400, 500])
def test_a_search_that_fails_leaves_its_list_unknown(read, provider, knowledge, on, status):
    provider.status_of = {"Condition": status}
    found = read()
    record = read_bundle(found.bundle, "x", knowledge, on)
    assert found.not_read == {"conditions": f"status {status}"}
    assert record.coverage.orders and not record.coverage.conditions
    assert any("not known are conditions" in gap.what for gap in record.gaps)


def test_what_a_server_does_not_offer_is_said_but_leaves_the_prescriptions_known(read, provider, knowledge, on):
    provider.status_of = {"MedicationStatement": 404}
    record = read_bundle(read().bundle, "x", knowledge, on)
    assert record.coverage.orders
    assert any("MedicationStatement" in gap.text for gap in record.gaps)


def test_what_a_server_forbids_leaves_the_medicines_unknown(read, provider, knowledge, on):
    provider.status_of = {"MedicationStatement": 403}
    assert not read_bundle(read().bundle, "x", knowledge, on).coverage.orders


def test_an_empty_answer_under_a_narrowed_scope_is_not_the_absence_of_allergies(read, provider, knowledge, on):
    provider.grants = " ".join(scopes_for_backend("v2")).replace("AllergyIntolerance.rs", "AllergyIntolerance.rs?x=y")
    found = read()
    assert set(found.not_read) == {"allergies"}
    assert not read_bundle(found.bundle, "x", knowledge, on).coverage.allergies


def test_a_token_is_never_taken_to_another_server(read, provider):
    provider.page_size, provider.next_base = 1, "https://evil.example/fhir"
    assert read().not_read == {"requests": "the next page is on another server"}
    provider.next_base = f"{provider.root}/auth"
    assert read().not_read == {"requests": "the next page is on another server"}


def test_a_token_that_is_refused_is_renewed_once(read, provider):
    found = read(revoke=provider.live.clear)
    assert found.not_read == {} and provider.asked["token"] == 2


def test_a_second_refusal_is_final(read, provider, monkeypatch):
    monkeypatch.setattr(provider, "live", type("Nothing", (set,), {"add": lambda *_: None})())
    with pytest.raises(SmartRefused, match="status 401"):
        read()
    assert (provider.asked["token"], provider.asked["Patient"]) == (2, 2)


@pytest.mark.parametrize("patient", ["", "../metadata", "p1?x=1", "p1/x", "..", "a b", "x" * 65, "p1&patient=p2"])
def test_only_an_id_can_be_read(read, provider, patient):
    with pytest.raises(UsageError, match="not a FHIR id"):
        read(patient)
    assert not provider.asked


def test_somebody_who_is_not_there_is_not_an_empty_record(read):
    with pytest.raises(SmartRefused, match="patient was not read .status 404"):
        read("p9")


def test_an_oversized_answer_stops_the_reading(read, provider, way):
    provider.long, way.most_bytes = {"Condition"}, 4000
    with pytest.raises(OutgoingFailed, match="more than 4000 bytes"):
        read()


def test_it_prints_without_the_record(read):
    found = read()
    assert "clonazepam" in json.dumps(json.loads(found.bundle)) and "clonazepam" not in repr(found)
