"""Every kind of Bundle a record system may hand over, and what a failed or partial search leaves unknown."""

from __future__ import annotations

import pytest

from benzosafe.fhir.read import read_bundle
from tests.fhir.builders import ON, PATIENT, as_bytes, bundle, condition, gaps_of, request

ERROR = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "exception", "diagnostics": "down"}],
}
WARNING = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "not-supported"}]}
SUPPRESSED = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "suppressed"}]}


def searchset(kind, *resources, **more):
    return (
        bundle(*resources, type="searchset", link=[{"relation": "self", "url": f"https://x/{kind}?patient=p"}]) | more
    )


def read_raw(data, knowledge):
    return read_bundle(as_bytes(data), "x", knowledge, ON)


@pytest.mark.parametrize(
    "data",
    [
        bundle(PATIENT, request()),
        bundle(PATIENT, request(), type="searchset"),
        bundle(PATIENT, request(), type="document"),
        bundle(PATIENT, request(), type="message"),
        bundle(PATIENT, request(), type="transaction"),
        bundle(PATIENT, request(), type=None),
        {key: value for key, value in bundle(PATIENT, request()).items() if key != "type"},
        bundle(bundle(PATIENT), searchset("MedicationRequest", request()), type="batch-response"),
        bundle(bundle(bundle(PATIENT), bundle(request()))),
        [PATIENT, request()],
        [bundle(PATIENT), bundle(request())],
        bundle(PATIENT, request(), request(), PATIENT),
    ],
)
def test_same_record_from_every_kind(data, knowledge):
    record = read_raw(data, knowledge)
    assert record.patient_id == "p"
    assert [order.ingredient for order in record.orders] == ["lorazepam"]
    assert record.coverage.orders
    assert not record.coverage.conditions


def test_response_entries_without_resource_are_no_gap(knowledge):
    data = bundle(PATIENT, request(), type="transaction-response")
    data["entry"].append({"response": {"status": "201 Created", "location": "Patient/p/_history/1"}})
    assert read_raw(data, knowledge).gaps == ()


def test_deleted_entries_are_not_read(knowledge):
    data = bundle(PATIENT, request(), type="transaction")
    data["entry"].append({"request": {"method": "DELETE", "url": "MedicationRequest/r9"}})
    assert len(read_raw(data, knowledge).orders) == 1


@pytest.mark.parametrize("outcome", [ERROR, SUPPRESSED])
def test_failed_search_leaves_its_list_unknown(outcome, knowledge):
    failed = searchset("MedicationRequest", request())
    failed["entry"].append({"resource": outcome, "search": {"mode": "outcome"}})
    record = read_raw(bundle(PATIENT, failed, searchset("Condition", condition())), knowledge)
    assert not record.coverage.orders
    assert record.coverage.conditions
    assert gaps_of(record, "missing")


def test_failed_batch_part_leaves_every_list_unknown(knowledge):
    data = bundle(PATIENT, request(), condition(), type="batch-response")
    data["entry"].append({"response": {"status": "500", "outcome": ERROR}})
    record = read_raw(data, knowledge)
    assert not (record.coverage.orders or record.coverage.conditions)
    assert any("down" in gap.text for gap in record.gaps)


def test_a_remark_of_the_server_changes_nothing(knowledge):
    record = read_raw(bundle(PATIENT, request(), WARNING), knowledge)
    assert record.coverage.orders
    assert [gap.kind for gap in record.gaps] == ["notice"]


def test_a_page_of_several_is_not_a_whole_list(knowledge):
    page = searchset("MedicationRequest", request())
    page["link"].append({"relation": "next", "url": "https://x/MedicationRequest?page=2"})
    record = read_raw(bundle(PATIENT, page, searchset("Condition", condition())), knowledge)
    assert not record.coverage.orders
    assert record.coverage.conditions
    assert any("page" in gap.what for gap in gaps_of(record, "missing"))


def test_newest_version_of_a_resource_counts(knowledge):
    old = request("diazepam 5 mg", meta={"lastUpdated": "2026-01-01T00:00:00Z"})
    new = request("lorazepam 1 mg", meta={"lastUpdated": "2026-02-01T00:00:00Z"})
    assert [order.ingredient for order in read_raw(bundle(PATIENT, new, old), knowledge).orders] == ["lorazepam"]


def test_versions_that_cannot_be_ordered_are_all_kept(knowledge):
    record = read_raw(bundle(PATIENT, request("diazepam 5 mg"), request("lorazepam 1 mg")), knowledge)
    assert {order.ingredient for order in record.orders} == {"diazepam", "lorazepam"}
    assert gaps_of(record, "conflict")


def test_bundles_nested_without_end_are_cut_off(knowledge):
    data = bundle(request())
    for _ in range(20):
        data = bundle(data)
    record = read_raw(bundle(PATIENT, data), knowledge)
    assert record.orders == ()
    assert any("nested too deeply" in gap.what for gap in record.gaps)


def test_entry_that_is_no_list_is_said(knowledge):
    data = bundle(PATIENT) | {"entry": {"resource": PATIENT}}
    record = read_raw(data, knowledge)
    assert record.patient_id == "p"
    assert any(gap.where == "entry" for gap in record.gaps)
