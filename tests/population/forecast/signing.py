"""A made-up population with times, wards and clinicians; and the call a record system would have made at each order."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benzosafe.cds_hooks.services import PREFETCH
from benzosafe.cli.forecast_decision import decide_signing
from benzosafe.population.forecast.forecast import Asked, Forecast, Window, forecast
from benzosafe.population.forecast.history import History
from benzosafe.population.forecast.replay import Passed, Replay, Replayed
from benzosafe.population.forecast.tally import DIMENSIONS
from benzosafe.population.intake.find import find_source
from benzosafe.population.rows import PatientRows, Row
from tests.cds_hooks.asking import answered, ask, searchset
from tests.population.people import ICD, MEDICINES, ON, RXNORM

Resource = dict[str, Any]
FIRST, LAST = ON - timedelta(days=500), ON
LOINC = "http://loinc.org"
_WARDS = ("Ward 3 North", "Emergency", "Ward <b>5</b>")
_CLINICIANS = (("dr-1", "Dr Ada Example"), ("dr-2", "Dr Ben Example"), ("dr-3", "=Dr Eve"))


def person(patient: str, draw: random.Random) -> list[Resource]:
    """The resources of one person, all dated to the second but a few without any date."""
    about = {"reference": f"Patient/{patient}"}
    born = ON - timedelta(days=draw.randrange(365 * 5, 365 * 95))
    found: list[Resource] = [
        {"resourceType": "Patient", "id": patient, "gender": draw.choice(["female", "male", "other"]),
         "birthDate": str(born)},
        {"resourceType": "Encounter", "id": f"{patient}-e", "subject": about, "status": "finished",
         "class": {"code": "IMP"}, "location": [{"location": {"display": draw.choice(_WARDS)}}]},
    ]  # fmt: skip
    for number in range(draw.randrange(7)):
        found.append(_order(f"{patient}-m{number}", patient, about, draw))
    for number in range(draw.randrange(3)):
        code, text = draw.choice((("G40.909", "Epilepsy"), ("G47.33", "Sleep apnea"), ("J96.10", "Respiratory failure"),
                                  ("F11.20", "Opioid dependence"), ("F10.20", "Alcohol dependence")))  # fmt: skip
        status = draw.choice(["active", "resolved"])
        found.append({
            "resourceType": "Condition", "id": f"{patient}-c{number}", "subject": about,
            "clinicalStatus": {"coding": [{"code": status}]}, "code": {"coding": [{"system": ICD, "code": code}],
                                                                       "text": text},
            **({"recordedDate": _moment(draw)} if draw.random() < 0.8 else {}),
        })  # fmt: skip
    if draw.random() < 0.5:
        found.append({
            "resourceType": "Observation", "id": f"{patient}-o", "subject": about, "status": "final",
            "category": [{"coding": [{"code": draw.choice(["vital-signs", "imaging"])}]}],
            "code": {"coding": [{"system": LOINC, "code": "29463-7"}], "text": "Body weight"},
            "effectiveDateTime": _moment(draw), "valueQuantity": {"value": 21.5, "unit": "kg", "code": "kg"},
        })  # fmt: skip
    return found


def _order(name: str, patient: str, about: Resource, draw: random.Random) -> Resource:
    medicine, code, text = draw.choice(MEDICINES[:9] if draw.random() < 0.7 else MEDICINES)
    clinician, display = draw.choice(_CLINICIANS)
    authored = {"authoredOn": _moment(draw)} if draw.random() < 0.95 else {}
    return {
        "resourceType": "MedicationRequest", "id": name, "subject": about, **authored,
        "intent": draw.choice(["order", "order", "order", "plan"]),
        "status": draw.choice(["active", "active", "completed", "stopped", "entered-in-error"]),
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code}] if code else [], "text": medicine},
        "dosageInstruction": [{"text": text}] if text else [], "encounter": {"reference": f"Encounter/{patient}-e"},
        "requester": {"reference": f"Practitioner/{clinician}", "display": display},
        "dispenseRequest": {"expectedSupplyDuration": {"value": draw.choice([7, 30, 90]), "unit": "d"}},
    }  # fmt: skip


def _moment(draw: random.Random) -> str:
    day = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) - timedelta(seconds=draw.randrange(500 * 86_400))
    return day.isoformat()


def people(count: int, seed: int = 3) -> list[list[Resource]]:
    """So many persons drawn with a seed."""
    draw = random.Random(seed)
    return [person(f"q{number:04d}", draw) for number in range(count)]


def history_of(resources: Sequence[Resource]) -> History:
    """The record of one person through time; the first resource names them."""
    rows = tuple(
        Row(resources[0]["id"], one["resourceType"], one.get("id", ""), "", json.dumps(one).encode(), "x.ndjson", line)
        for line, one in enumerate(resources, 1)
    )
    return History(PatientRows(resources[0]["id"], rows))


def replayed(resources, knowledge, first=FIRST, last=LAST, **more) -> dict[str, Replayed]:
    """Every order of a person as it was replayed, by id."""
    found = Replay(knowledge, decide_signing, first, last, **more).of(history_of(resources))
    return {item.order_id: item for item in found if isinstance(item, Replayed)}


def passed(resources, knowledge, first=FIRST, last=LAST) -> list[str]:
    """Why requests of a person were not replayed."""
    found = Replay(knowledge, decide_signing, first, last).of(history_of(resources))
    return [item.why for item in found if isinstance(item, Passed)]


def asked_by_hand(order: Resource, resources: Iterable[Resource], knowledge) -> tuple[str, str] | None:
    """The rule and loudness of the card the service gives for an order, called as a record system would call it."""
    at = order["authoredOn"]
    answers: dict[str, list[Resource]] = {name: [] for name in PREFETCH}
    names = {"MedicationRequest": "requests", "Condition": "conditions", "Observation": "observations"}
    dates = {"MedicationRequest": "authoredOn", "Condition": "recordedDate", "Observation": "effectiveDateTime"}
    for one in resources:
        kind = one["resourceType"]
        if kind in names and one is not order and one.get(dates[kind], "") < at and not _of_imaging(one):
            answers[names[kind]].append(_then(one))
    (patient,) = (one for one in resources if one["resourceType"] == "Patient")
    prefetch = {name: searchset(*found) if found else None for name, found in answers.items()}
    request = ask("order-sign", prefetch | {"patient": patient}, [order | {"status": "draft"}],
                  context={"patientId": patient["id"], "userId": "Practitioner/dr"})  # fmt: skip
    found = answered(knowledge, request, now=datetime.fromisoformat(at)).body["cards"]
    if not found:
        return None
    (card,) = found
    return card["source"].get("topic", {}).get("code", "not_checked"), card["indicator"]


def _of_imaging(one: Resource) -> bool:
    return any(coding["code"] == "imaging" for item in one.get("category", ()) for coding in item["coding"])


def _then(one: Resource) -> Resource:
    """What is over now, nobody knows since when."""
    if one["resourceType"] == "MedicationRequest" and one["status"] in ("completed", "stopped"):
        return one | {"status": "unknown"}
    if one["resourceType"] == "Condition" and one["clinicalStatus"]["coding"][0]["code"] == "resolved":
        return {name: value for name, value in one.items() if name != "clinicalStatus"}
    return one


def write_people(folder: Path, crowd: Iterable[Iterable[Resource]], files: int = 1, seed: int = 0) -> Path:
    """A bulk export of people, their lines anywhere in so many files."""
    lines = [json.dumps(one) for resources in crowd for one in resources]
    random.Random(seed).shuffle(lines)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        (folder / f"{seed}-{number}.ndjson").write_text("".join(f"{line}\n" for line in lines[number::files]))
    return folder


def forecast_of(path: Path, workers: int = 1, on: date = LAST, first: date | None = FIRST) -> Forecast:
    """The forecast of a folder."""
    asked = Asked(Window(on, first), frozenset(DIMENSIONS), decide_signing)
    return forecast(asked, find_source(path), workers)
