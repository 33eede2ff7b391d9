"""$review: the verdict on one patient's whole regimen, with what was not checked."""

from __future__ import annotations

from datetime import date, datetime

from benzosafe.errors import InputRefused
from benzosafe.fhir.operation_answer import LIBRARY, addresses, collection, day_of, patient_record
from benzosafe.fhir.parameters import Given
from benzosafe.fhir.read import read_draft_orders
from benzosafe.fhir.write import write_bundle
from benzosafe.fhir.write_guidance import review_bundle
from benzosafe.fhir.write_parts import Json, stable_id, url_of
from benzosafe.fhir.write_provenance import Origin, provenance
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order
from benzosafe.review.report import report
from benzosafe.review.review import review

# JUDGEMENT: an order set of a hospital is far smaller.
_MOST_DRAFTS, _MOST_DRAFT_BYTES = 100, 200_000
_FEWER = "Give only the orders that are being signed."


def _drafts(given: Given, knowledge: Knowledge, on: date) -> list[Order]:
    """The orders under review; far more than anybody signs at once are refused."""
    orders: list[Order] = []
    for one in given.resources.get("draft", ()):
        if len(one.data) > _MOST_DRAFT_BYTES:
            raise InputRefused(f"is larger than {_MOST_DRAFT_BYTES:,} bytes.", where=one.at, next_step=_FEWER)
        orders += read_draft_orders(one.data, one.at, knowledge, on)
        if len(orders) > _MOST_DRAFTS:
            raise InputRefused(f"more than {_MOST_DRAFTS} draft orders.", where=one.at, next_step=_FEWER)
    return orders


def answer_review(given: Given, knowledge: Knowledge, now: datetime) -> Json:
    """The review as FHIR and as its own JSON; errors of a request that cannot be read or reviewed are raised."""
    given.wants_json()
    on = day_of(given, now)
    record = patient_record(given, knowledge, on)
    data = report(review(record, knowledge, on, _drafts(given, knowledge, on)))
    written = [entry["resource"] for entry in write_bundle(data)["entry"]]
    module = f"{LIBRARY}|{knowledge.version}"
    bundle = given.bundle.at if given.bundle else "Bundle"
    resources = review_bundle(data, knowledge, written, now, module, bundle)
    device = next(item for item in written if item["resourceType"] == "Device")
    rules = [(finding["rule"], finding["version"]) for finding in data["findings"]]
    origin = Origin(url_of(device["id"]), now, data["knowledge_version"], "Review of a medication regimen", rules)
    made = provenance(stable_id(data, "provenance"), addresses(resources), origin)
    return {"json": data, "fhir": collection(stable_id(data, "answer"), [*resources, made])}
