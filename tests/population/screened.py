"""A finished screen of hand-made and made-up people, written as the real one is."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from benzosafe.knowledge.load import Knowledge
from benzosafe.population.rows import Reject, Row, bucket_of, rows_batch
from benzosafe.population.screen.job import MANIFEST, Identity
from benzosafe.population.screen.judge import screen_rows
from benzosafe.population.screen.quality import quality_data
from benzosafe.population.screen.results import RESULTS
from benzosafe.population.screen.write import write_bucket
from benzosafe.population.worklist.worklist import version_of
from tests.population.people import ICD, ON, lines_of

PARTS = 3
REJECTS = (Reject("a.ndjson", 3, "is not JSON: 'x' at 12"), Reject("a.ndjson", 9, "is not JSON: 'y' at 7"),
           Reject("b.ndjson", 1, "names nobody"))  # fmt: skip
Resource = dict[str, Any]


def person(patient: str, medicines: Iterable[tuple[str, str]], conditions: Iterable[tuple[str, str]] = (),
           **about: Any) -> list[Resource]:  # fmt: skip
    """The resources of one person: medicines with their directions, conditions by code and text."""
    whose = {"reference": f"Patient/{patient}"}
    found: list[Resource] = [
        {"resourceType": "Patient", "id": patient, "gender": "female", "birthDate": "1980-05-01", **about}
    ]
    for number, (name, directions) in enumerate(medicines):
        found.append({
            "resourceType": "MedicationRequest", "id": f"{patient}-m{number}", "subject": whose, "intent": "order",
            "status": "active", "medicationCodeableConcept": {"text": name}, "authoredOn": "2026-05-15",
            "dosageInstruction": [{"text": directions}],
            "dispenseRequest": {"expectedSupplyDuration": {"value": 90, "unit": "d"}},
        })  # fmt: skip
    for number, (code, text) in enumerate(conditions):
        found.append({
            "resourceType": "Condition", "id": f"{patient}-c{number}", "subject": whose,
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"coding": [{"system": ICD, "code": code}], "text": text},
        })  # fmt: skip
    return found


def made_up(count: int, seed: int = 5) -> list[list[Resource]]:
    """So many people drawn with a seed, without lines that are no resources."""
    draw = random.Random(seed)
    people = []
    for number in range(count):
        found = [json.loads(line) for line in lines_of(f"m{number:04d}", draw) if line.startswith('{"resourceType": ')
                 and line.endswith("}")]  # fmt: skip
        people.append(found)
    return people


def screened(folder: Path, people: Iterable[list[Resource]], knowledge: Knowledge, on: date = ON) -> Path:
    """A folder as a screen leaves it, its patients in a few parts; the first resource names the patient."""
    parts: list[list[Row]] = [[] for _ in range(PARTS)]
    for resources in people:
        patient = resources[0]["id"]
        parts[bucket_of(patient, PARTS)] += [
            Row(patient, one["resourceType"], one.get("id", ""), "", json.dumps(one).encode(), "x.ndjson", line)
            for line, one in enumerate(resources, start=1)
        ]
    for number, rows in enumerate(parts):
        batches = [rows_batch(sorted(rows, key=lambda row: (row.patient, row.line)))]
        write_bucket(
            folder, number, pa.Table.from_batches(screen_rows(batches, knowledge, on), schema=RESULTS), batches
        )
    quality = quality_data(folder, REJECTS, {"Claim": 3, "Device": 12})
    (folder / "quality.json").write_text(json.dumps(quality))
    identity = Identity("export", "f" * 8, on.isoformat(), version_of(knowledge))
    told = {"buckets": PARTS, "patients": quality["patients"], "rejects": quality["rejects"]["count"]}
    (folder / MANIFEST).write_text(json.dumps({**asdict(identity), **told}))
    return folder
