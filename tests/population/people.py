"""A made-up population as bulk lines: medicines, conditions, dates and faults drawn with a seed."""

from __future__ import annotations

import gzip
import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
MEDICINES = (
    ("clonazepam 1 MG Oral Tablet", "197528", "one tablet twice daily"),
    ("diazepam 5 MG Oral Tablet", "197591", "1 at night"),
    ("zolpidem tartrate 10 MG Oral Tablet", "854873", "1 tablet at bedtime"),
    ("alprazolam 0.5 MG Oral Tablet", "308047", ""),
    ("oxycodone hydrochloride 5 MG Oral Tablet", "1049621", "1 every 6 hours"), ("morphine", "", "10 mg every 4 hours"),
    ("amoxicillin 500 MG Oral Capsule", "308191", "1 three times a day"), ("metformin", "", "500 mg twice daily"),
    ("clarithromycin 500 MG Oral Tablet", "197517", "1 twice daily"), ("gabapentin 300 MG Oral Capsule", "310430", ""),
    ("a medicine nobody knows", "", "as directed"), ("phenytoin", "", "100 mg three times a day"),
)  # fmt: skip
CONDITIONS = (("G40.909", "Epilepsy"), ("F41.1", "Anxiety"), ("G47.33", "Sleep apnea"), ("Z51.5", "Palliative care"),
              ("J44.9", "COPD"), ("F11.20", "Opioid dependence"), ("XX9", "Something else"))  # fmt: skip
ON = date(2026, 6, 30)


def lines_of(patient: str, draw: random.Random) -> list[str]:
    """The resources of one person, now and then with a fault."""
    about = {"reference": f"Patient/{patient}"}
    born = ON - timedelta(days=draw.randrange(365 * 5, 365 * 95))
    found: list[Any] = [
        {"resourceType": "Patient", "id": patient, "gender": draw.choice(["female", "male"]), "birthDate": str(born)}
    ]
    for number in range(draw.randrange(5)):
        name, code, text = draw.choice(MEDICINES)
        coding = [{"system": RXNORM, "code": code, "display": name}] if code else []
        start = ON - timedelta(days=draw.randrange(0, 500))
        found.append({
            "resourceType": "MedicationRequest", "id": f"{patient}-m{number}", "subject": about, "intent": "order",
            "status": draw.choice(["active", "active", "active", "completed", "stopped", "entered-in-error"]),
            "medicationCodeableConcept": {"coding": coding, "text": name}, "authoredOn": str(start),
            "dosageInstruction": [{"text": text}] if text else [],
            "dispenseRequest": {"expectedSupplyDuration": {"value": draw.choice([7, 30, 90, "x"]), "unit": "d"}},
        })  # fmt: skip
    for number in range(draw.randrange(3)):
        code, text = draw.choice(CONDITIONS)
        found.append({
            "resourceType": "Condition", "id": f"{patient}-c{number}", "subject": about,
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"coding": [{"system": ICD, "code": code}], "text": text},
        })  # fmt: skip
    lines = [json.dumps(item) for item in found]
    if draw.random() < 0.05:
        lines.append(draw.choice(['{"resourceType": "Condition", "subj', "null", "[1]", '{"id": "x"}']))
    if draw.random() < 0.05:
        lines.append(draw.choice(lines))
    return lines


def write_bulk(folder: Path, people: int, seed: int = 1, files: int = 3) -> Path:
    """A bulk export of so many people, their lines anywhere in several files, one of them gzip."""
    draw = random.Random(seed)
    lines = [line for number in range(people) for line in lines_of(f"p{number:05d}", draw)]
    draw.shuffle(lines)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        text = "".join(f"{line}\n" for line in lines[number::files])
        if number == 0:
            (folder / "part0.ndjson.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
        else:
            (folder / f"part{number}.ndjson").write_text(text)
    return folder
