"""Suggestions with real actions on the draft: leave it out, a makeable lower dose, another agent, naloxone, a review.

Whatever causes withdrawal is never deleted or cut by a click: for a medicine already taken there is no such suggestion.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from benzosafe.cds_hooks.drafts import Drafts, base_id
from benzosafe.errors import UsageError
from benzosafe.facts.catalog import catalog_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order
from benzosafe.review.finding import Finding
from benzosafe.review.rank import HARD_STOP, INTERRUPTIVE, own_tier
from benzosafe.review.review import Review, TriedChange
from benzosafe.taper.catalogue import marketed
from benzosafe.taper.makeable import makeable
from benzosafe.taper.product import UG_PER_MG

Json = dict[str, Any]
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
# JUDGEMENT: a person with a finding that interrupts is seen again within two weeks.
REVIEW_DAYS = 14
_MOST_PIECES = 2
_MG = ("mg",)
_REFERENCE = re.compile(r"MedicationRequest/[A-Za-z0-9\-.]{1,64}")
_NEARLY = 0.8
_MEDICINE = ("medicationCodeableConcept", "medicationReference", "medication", "contained")
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/suggestion")


@dataclass(frozen=True)
class Wanted:
    """What suggestions are made for: the review and its drafts, the finding, the patient, the day, whose products."""

    result: Review
    drafts: Drafts
    about: Finding
    patient_id: str
    on: date
    country: str

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge the review was made with."""
        return self.result.knowledge

    @property
    def lacks_naloxone(self) -> bool:
        """Whether the finding is that naloxone is missing: then that is what helps, not leaving something out."""
        return "naloxone" in self.about.rule.rule.id

    @cached_property
    def helping(self) -> list[TriedChange]:
        """Changes that end or lower this very finding and bring nothing that would interrupt, best first.

        Those of what is new help today: only where none of them does, the whole regimen is tried.
        """
        new = {order.ingredient or "" for order in self.result.scenarios[-1].orders
               if order.order_id in self.drafts.focus and not order.continues}  # fmt: skip
        found = [tried for tried in self.result.changes_of(new) if self._helps(tried)] if new else []
        return found or [tried for tried in self.result.changes if self._helps(tried)]

    def _helps(self, tried: TriedChange) -> bool:
        ends_it = any(gone.rule.rule.id == self.about.rule.rule.id for gone in tried.removes)
        return ends_it and not any(own_tier(new) <= INTERRUPTIVE for new in tried.brings)


def suggestions(card: str, wanted: Wanted, best: TriedChange | None) -> list[Json]:
    """Leave the draft out, change it, naloxone where an opioid is taken without it, and a dated review."""
    made = [*_changes(wanted, best), *filter(None, (_naloxone(wanted), _review_task(wanted)))]
    for place, item in enumerate(made):
        item["uuid"] = str(uuid.uuid5(_NAMESPACE, f"{card}\x1f{place}"))
    return made


def best_change(wanted: Wanted) -> TriedChange | None:
    """What helps most: of a draft not taken yet, for that helps today; else of the whole regimen."""
    return None if wanted.lacks_naloxone or not wanted.helping else wanted.helping[0]


def _changes(wanted: Wanted, best: TriedChange | None) -> Iterator[Json]:
    """Of each kind the change of a draft that helps most, when the draft has not been taken yet.

    Where the medicines taken are not known, the draft may carry on one of them: nothing is left out or lowered then.
    """
    if not wanted.result.record.coverage.orders or wanted.lacks_naloxone:
        return
    kinds = set[str]()
    for tried in wanted.helping:
        order = _new_draft(wanted, tried.change.ingredient)
        resource = wanted.drafts.resources.get(base_id(order.order_id)) if order else None
        action = _action(wanted, tried, order, resource) if order and resource else None
        if action and action["type"] not in kinds:
            kinds.add(action["type"])
            found: Json = {"label": _label(action["description"]), "actions": [action]}
            hard = own_tier(wanted.about) == HARD_STOP
            yield found | ({"isRecommended": True} if tried is best and hard else {})


def _new_draft(wanted: Wanted, ingredient: str) -> Order | None:
    """The draft of a medicine that is not taken yet: the person would lose nothing by another choice."""
    proposed = [order for order in wanted.result.scenarios[-1].orders if order.order_id in wanted.drafts.focus]
    mine = [order for order in proposed if order.ingredient == ingredient]
    return mine[0] if len(mine) == 1 and not mine[0].continues and _REFERENCE.fullmatch(mine[0].order_id) else None


def _action(wanted: Wanted, tried: TriedChange, order: Order, resource: Json) -> Json | None:
    change = tried.change
    if change.action == "withhold":
        return {"type": "delete", "description": f"Do not start {change.ingredient}", "resourceId": order.order_id}
    if change.action == "exchange" and change.to:
        return {
            "type": "update", "description": f"Order {change.to} instead (choose its dose)",
            "resource": _exchanged(resource, change.to, wanted.knowledge),
        }  # fmt: skip
    if change.action == "reduce" and not change.keeps_exposure:
        return _lowered(resource, order, wanted)
    return None


_KEPT = (
    "resourceType", "id", "status", "intent", "category", "priority", "subject", "encounter", "authoredOn", "requester",
    "recorder", "reasonCode", "reasonReference", "reason", "groupIdentifier",
)  # fmt: skip


def _exchanged(resource: Json, name: str, knowledge: Knowledge) -> Json:
    """The draft with another medicine; no dose, supply or words are carried over: they were of the old one."""
    found = deepcopy({field: value for field, value in resource.items() if field in _KEPT})
    concept = concept_of(name, knowledge)
    return found | ({"medication": {"concept": concept}} if "medication" in resource else
                    {"medicationCodeableConcept": concept})  # fmt: skip


def concept_of(name: str, knowledge: Knowledge) -> Json:
    """An ingredient as a coded concept, as far as its RxNorm code is known."""
    drug = knowledge.drugs.get(name)
    code = drug.codes.rxcui.value if drug and drug.codes.rxcui else None
    coding = [{"system": RXNORM, "code": code, "display": name}] if code else []
    return ({"coding": coding} if coding else {}) | {"text": name}


def _lowered(resource: Json, order: Order, wanted: Wanted) -> Json | None:
    """An update to about half of the single dose that tablets make, with everything gone that says the old dose."""
    dosages = resource.get("dosageInstruction")
    if not (isinstance(dosages, list) and len(dosages) == 1 and order.dose_mg_single):
        return None
    quantity = _quantity(dosages[0])
    half_ug = int(order.dose_mg_single.high * UG_PER_MG) // 2
    dose_ug = _largest_makeable(order, half_ug, wanted)
    if quantity is None or str(quantity.get("unit") or quantity.get("code")) not in _MG or dose_ug < _NEARLY * half_ug:
        return None
    dosage = {field: value for field, value in deepcopy(dosages[0]).items() if field in ("timing", "route", "sequence")
              or field.startswith("asNeeded")}  # fmt: skip
    new = {**quantity, "value": Decimal(dose_ug) / UG_PER_MG}
    found = deepcopy({field: value for field, value in resource.items() if field in (*_KEPT, *_MEDICINE)})
    found["dosageInstruction"] = [dosage | {"doseAndRate": [{"doseQuantity": new}]}]
    words = f"Lower {order.ingredient} to {dose_ug / UG_PER_MG:g} mg a dose"
    return {"type": "update", "description": words, "resource": found}


def _quantity(dosage: Any) -> Json | None:
    rates = dosage.get("doseAndRate") if isinstance(dosage, dict) else None
    first = rates[0] if isinstance(rates, list) and len(rates) == 1 and isinstance(rates[0], dict) else {}
    found = first.get("doseQuantity")
    return found if isinstance(found, dict) else None


def _largest_makeable(order: Order, most_ug: int, wanted: Wanted) -> int:
    try:
        products = marketed(wanted.knowledge, order.ingredient or "", wanted.country)
    except UsageError:
        return 0
    solid = [product for product in products if not product.liquid]
    return max((dose for dose in makeable(solid, most_ug, _MOST_PIECES) if dose), default=0)


def _naloxone(wanted: Wanted) -> Json | None:
    """Naloxone beside an opioid, where it is known that none is there."""
    row = len(wanted.result.scenarios) - 1
    frame = wanted.result.frame
    catalog = catalog_of(wanted.knowledge)
    opioid = any("opioid" in catalog.classes_of(o.ingredient or "") and o.active is not False
                 for o in wanted.result.scenarios[-1].orders if o.ingredient in wanted.knowledge.drugs)  # fmt: skip
    if not opioid or frame.truth("naloxone_available").value(row) is True:
        return None
    resource = {
        "resourceType": "MedicationRequest", "status": "draft", "intent": "order",
        "medicationCodeableConcept": concept_of("naloxone", wanted.knowledge) | {"text": "naloxone for use at home"},
        "subject": {"reference": f"Patient/{wanted.patient_id}"}, "authoredOn": wanted.on.isoformat(),
        "note": [{"text": "Product and dose are for the prescriber to choose; show the person and somebody at home."}],
    }  # fmt: skip
    action = {"type": "create", "description": "Draft naloxone for use at home", "resource": resource}
    found: Json = {"label": "Add naloxone for use at home", "actions": [action]}
    return found | ({"isRecommended": True} if wanted.lacks_naloxone else {})


def _review_task(wanted: Wanted) -> Json:
    due = wanted.on + timedelta(days=REVIEW_DAYS)
    resource = {
        "resourceType": "Task", "status": "requested", "intent": "proposal", "priority": "routine",
        "code": {"text": "Review of sedating medicines"},
        "description": f"Review sedation, breathing, falls and the need for each sedating medicine by {due}.",
        "for": {"reference": f"Patient/{wanted.patient_id}"}, "authoredOn": wanted.on.isoformat(),
        "restriction": {"period": {"end": due.isoformat()}},
    }  # fmt: skip
    action = {"type": "create", "description": f"Book a review by {due}", "resource": resource}
    return {"label": f"Book a review by {due}", "actions": [action]}


def _label(words: str) -> str:
    return words if len(words) <= 80 else words[:79].rsplit(" ", 1)[0] + "…"
