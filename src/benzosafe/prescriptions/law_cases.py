"""The cases inside the packs of law: a prescription in a few words, and what has to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from benzosafe.errors import KnowledgeIssue
from benzosafe.knowledge.law_model import LawCase, PrescribingLaw
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.reader import file_stem
from benzosafe.prescriptions.content import Content, FillPlan, Item, Patient, Prescriber
from benzosafe.prescriptions.law import law_of, refuses_signing
from benzosafe.taper.supply_words import number_words

_USUAL: Mapping[str, Any] = {
    "refills": 0, "days": 30, "registration": "AB1234563", "patient_address": "1 Main Street",
    "patient_born": "1980-01-01",
    "remote": False, "seen": True, "monitoring": True, "profession": "physician", "phone": "555 0100",
    "quantity_in_words": None, "days_reason": "",
}  # fmt: skip


def content_of(case: LawCase, place: str) -> Content:
    """The prescription of a case: one that says everything, but for what the case changes."""
    said = {**_USUAL, **case.given}
    words = number_words(said["days"]) if said["quantity_in_words"] is None else said["quantity_in_words"]
    item = Item(ingredient=case.drug, strength_mg=Decimal(1), form="tablet", units=Decimal(said["days"]))
    fills = tuple(
        FillPlan(
            number=number + 1, items=(item,), days=said["days"], directions=("1 tablet at bedtime",),
            earliest_on=case.on + timedelta(days=number * said["days"]), quantity_in_words=words,
        )
        for number in range(said["refills"] + 1)
    )  # fmt: skip
    return Content(
        patient=Patient(id="p", name="Ann Example", address=said["patient_address"], born=said["patient_born"] or None),
        prescriber=Prescriber(
            account="doctor", name="Dr Example", profession=said["profession"], address="2 Side Street",
            registration=said["registration"], phone=said["phone"],
        ),
        jurisdiction=place, written_on=case.on, fills=fills, remote=said["remote"], seen_in_person=said["seen"],
        monitoring_checked_on=case.on if said["monitoring"] else None, days_reason=said["days_reason"],
    )  # fmt: skip


def failures(law: PrescribingLaw, knowledge: Knowledge) -> list[str]:
    """Cases of a pack that come out otherwise than it says."""
    found = []
    for case in law.cases:
        content = content_of(case, law.place)
        refused = refuses_signing(content, law_of(knowledge, law.place, case.drug, case.on))
        if {item.code for item in refused} != set(case.refused):
            found.append(f"'{case.name}' gives {[item.code for item in refused]}, not {list(case.refused)}")
    return found


def check_law(knowledge: Knowledge) -> list[KnowledgeIssue]:
    """Every case of every pack that comes out otherwise, with its file."""
    return [
        KnowledgeIssue(f"prescribing/{file_stem(law.place)}.yaml", 1, "cases", fault)
        for law in knowledge.prescribing.values() for fault in failures(law, knowledge)
    ]  # fmt: skip
