"""What every operation's answer shares: the patient read from the request, and the Bundle that is sent back."""

from __future__ import annotations

from datetime import date, datetime

from benzosafe.errors import InputRefused
from benzosafe.fhir.parameters import Given
from benzosafe.fhir.read import Most, read_bundle
from benzosafe.fhir.write_parts import Json, url_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Record

LIBRARY = "https://benzosafe.org/fhir/Library/benzosafe-rules"
# JUDGEMENT: what is answered within some seconds; ten years of monthly repeats of fifteen medicines are fewer.
MOST = Most(medicines=2_000, resources=50_000)
_LAST_YEAR = 2999


def day_of(given: Given, now: datetime) -> date:
    """The day of the review: as given, else today."""
    day = given.day("on") or now.date()
    if not 1900 <= day.year <= _LAST_YEAR:
        raise InputRefused(f"{day} is no day of a review.", where="--on", next_step="Check the year.")
    return day


def patient_record(given: Given, knowledge: Knowledge, on: date) -> Record:
    """The patient's record, read from the Bundle of the request."""
    held = given.bundle
    assert held is not None
    return read_bundle(held.data, held.at, knowledge, on, MOST)


def knowledge_version(knowledge: Knowledge) -> str:
    """The version of the knowledge with the digest of its files."""
    return f"{knowledge.version}+{knowledge.digest[:12]}"


def collection(name: str, resources: list[Json]) -> Json:
    """A Bundle of resources in this order."""
    return {
        "resourceType": "Bundle", "id": name, "type": "collection",
        "entry": [{"fullUrl": url_of(item["id"]), "resource": item} for item in resources],
    }  # fmt: skip


def addresses(resources: list[Json]) -> list[str]:
    """The addresses of what was made; the software itself and remarks about it are not targets."""
    return [url_of(item["id"]) for item in resources if item["resourceType"] not in ("Device", "OperationOutcome")]
