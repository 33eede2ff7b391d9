"""The CDC's opioid deck: each request becomes a record, its drafts and whether its authors expect a card."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benzosafe.fhir.read import read_bundle, read_draft_orders
from benzosafe.knowledge.load import Knowledge
from benzosafe.review.finding import Finding
from benzosafe.review.rank import INTERRUPTIVE
from benzosafe.review.review import Review, review

FOLDER = "opioid-cds"
# A list that was searched and found empty is a list without entries, not one that nobody asked for.
SEARCHED = {"MedicationRequest": "medications", "Condition": "problems", "AllergyIntolerance": "allergies"}


@dataclass(frozen=True)
class Pair:
    """One request of the deck and the answer its authors give; `cards` is yes, no or unknown."""

    service: str
    name: str
    hook: str
    cards: str
    on: date
    bundle: bytes
    drafts: bytes | None


def read_pairs(folder: Path) -> Iterator[Pair]:
    """Every request listed in the folder's pairs.csv."""
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            stem = folder / f"{row['service']}__{row['name']}"
            request = json.loads(Path(f"{stem}.request.json").read_bytes())
            drafts = request["context"].get("draftOrders")
            yield Pair(
                row["service"], row["name"], row["hook"], row["cards"],
                date.fromisoformat(row["base_date"]) + timedelta(days=int(row["shifted_days"])),
                as_searched(json.loads(Path(f"{stem}.data.bundle.json").read_bytes())),
                None if drafts is None else json.dumps(drafts).encode(),
            )  # fmt: skip


def as_searched(bundle: dict[str, Any]) -> bytes:
    """The data as the answers to our own searches: a type without a hit becomes a list said to be empty."""
    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    empty = [
        {
            "resourceType": "List",
            "id": f"searched-{name}",
            "code": {"coding": [{"code": name}]},
            "emptyReason": {"coding": [{"code": "nilknown"}]},
        }
        for kind, name in SEARCHED.items()
        if kind not in kinds
    ]
    entries = [*bundle["entry"], *({"resource": resource} for resource in empty)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def reviewed(pair: Pair, knowledge: Knowledge) -> Review:
    """The review of the record with the drafts, on the day of the request."""
    record = read_bundle(pair.bundle, pair.name, knowledge, pair.on)
    drafts = read_draft_orders(pair.drafts, pair.name, knowledge, pair.on) if pair.drafts else []
    return review(record, knowledge, pair.on, drafts)


def cards(pair: Pair, result: Review) -> list[Finding]:
    """Findings that interrupt: with a draft, those that rest on an order of its name, as the service has it."""
    loud = [finding for finding in result.verdict.findings if finding.tier <= INTERRUPTIVE]
    drafts = {order.order_id for order in result.scenarios[-1].orders if order.source == "draft"}
    return [finding for finding in loud if pair.drafts is None or drafts.intersection(finding.orders)]
