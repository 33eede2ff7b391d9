"""JSON Schemas of the knowledge files and of the review, for editors and receivers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from benzosafe.dosing.contract import DoseReport
from benzosafe.education.leaflet_contract import LeafletReport
from benzosafe.knowledge.contacts_model import CountryHelp
from benzosafe.knowledge.dosing_model import DoseCaution, Dosing
from benzosafe.knowledge.education_model import LeafletTopic
from benzosafe.knowledge.figures_model import Figure
from benzosafe.knowledge.follow_model import RedFlag, ScaleSteps
from benzosafe.knowledge.follow_up_model import FollowUp, Outcome
from benzosafe.knowledge.kinetics_model import Disposition, Potency
from benzosafe.knowledge.law_model import PrescribingLaw
from benzosafe.knowledge.model import ConditionConcept, Drug, DrugClass, ObservationConcept, Source
from benzosafe.knowledge.plain_words_model import PlainWord
from benzosafe.knowledge.rule_model import EquivalenceTable, Rule
from benzosafe.knowledge.scale_model import Scale
from benzosafe.knowledge.signal_model import Happening, SignalRule
from benzosafe.knowledge.supply_model import Jurisdiction
from benzosafe.knowledge.taper_advice_model import TaperAdvice
from benzosafe.knowledge.taper_model import PublishedTaper
from benzosafe.knowledge.urine_model import UrineAnalyte, UrineDrug, UrineGroup
from benzosafe.monitoring.monitor_contract import MonitorReport
from benzosafe.monitoring.urine_contract import UrineReport
from benzosafe.review.contract import ReviewReport

SCHEMAS: dict[str, Any] = {
    "drug": Drug,
    "rule": Rule,
    "conditions": dict[str, ConditionConcept],
    "observations": dict[str, ObservationConcept],
    "classes": dict[str, DrugClass],
    "sources": dict[str, Source],
    "equivalence": dict[str, EquivalenceTable],
    "disposition": Disposition,
    "potency": Potency,
    "dosing": Dosing,
    "dose_cautions": dict[str, DoseCaution],
    "tapers": dict[str, PublishedTaper],
    "taper_advice": dict[str, TaperAdvice],
    "red_flags": dict[str, RedFlag],
    "happenings": dict[str, Happening],
    "signals": dict[str, SignalRule],
    "scale": Scale,
    "withdrawal_scales": dict[str, ScaleSteps],
    "jurisdictions": dict[str, Jurisdiction],
    "prescribing": PrescribingLaw,
    "contacts": dict[str, CountryHelp],
    "leaflet_topic": LeafletTopic,
    "figures": dict[str, Figure],
    "leaflet": LeafletReport,
    "plain_words": dict[str, PlainWord],
    "urine_analytes": dict[str, UrineAnalyte],
    "urine_drugs": dict[str, UrineDrug],
    "urine_groups": dict[str, UrineGroup],
    "review": ReviewReport,
    "dose": DoseReport,
    "urine": UrineReport,
    "follow_up": dict[str, FollowUp],
    "outcomes": dict[str, Outcome],
    "monitor": MonitorReport,
}


def write_schemas(folder: Path) -> list[Path]:
    """Write one schema a kind of file; the same input gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, model in SCHEMAS.items():
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(TypeAdapter(model).json_schema(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
        written.append(path)
    return written
