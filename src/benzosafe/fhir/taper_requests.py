"""Each product of each fill as a draft MedicationRequest: its periods in sequence, with times, doses and quantity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from benzosafe.fhir.write_parts import Json, clean, without_empty
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.mind_words import HEADING, Mind
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.prescription import STATUS, Item, Prescription
from benzosafe.taper.product import Portion, Product
from benzosafe.taper.supply_words import Period, clock, dosed, override_words, periods

UCUM = "http://unitsofmeasure.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
GROUP_SYSTEM = "https://benzosafe.org/taper-fill"


@dataclass(frozen=True)
class Linked:
    """What every request of a plan points to: the subject, the care plan's address, the id of the fill's group.

    `first`: the steps within the fill that the prescriber has to decide on first.
    """

    subject: Json
    care_plan: str
    group: str
    first: tuple[Mind, ...] = ()


def request_of(
    knowledge: Knowledge, plan: TaperPlan, draft: Prescription, item: Item, linked: Linked, name: str
) -> Json:
    """One product of one fill: status draft, intent plan, one dosage step per period, no repeats."""
    days = (draft.covers_to - draft.covers_from).days + 1
    notes = (override_words(plan.override), *(f"{HEADING}. {mind.words}" for mind in linked.first), STATUS)
    return without_empty({
        "resourceType": "MedicationRequest", "id": name, "status": "draft",
        # JUDGEMENT: 'plan', not 'order': nobody has authorised it, and 'proposal' would not belong to a care plan.
        "intent": "plan",
        "medicationCodeableConcept": medication(knowledge, plan.drug, item.product),
        "subject": linked.subject,
        "basedOn": [{"reference": linked.care_plan}],
        "groupIdentifier": {"system": GROUP_SYSTEM, "value": linked.group},
        "note": [{"text": clean(text)} for text in notes if text],
        "dosageInstruction": list(_dosages(plan, draft, item.product)),
        "dispenseRequest": {
            "validityPeriod": span(draft.not_before, draft.covers_to), "numberOfRepeatsAllowed": 0,
            "quantity": quantity(item.quantity, item.product),
            "expectedSupplyDuration": {"value": days, "unit": "days", "system": UCUM, "code": "d"},
        },
    })  # fmt: skip


def medication(knowledge: Knowledge, drug: str, product: Product | None) -> Json:
    """The medicine in words, with those codes of the ingredient that were verified, never a recalled one."""
    known = knowledge.drugs.get(drug)
    coding = []
    if known and known.codes.rxcui and known.codes.rxcui.confidence == "verified":
        coding.append({"system": RXNORM, "code": known.codes.rxcui.value, "display": drug})
    if known:
        coding += [
            {"system": ATC, "code": code.value, "display": drug}
            for code in known.codes.atc if code.confidence == "verified"
        ]  # fmt: skip
    return without_empty({"coding": coding, "text": f"{drug} {product.name}" if product else drug})


def quantity(amount: float, product: Product) -> Json:
    """Tablets or capsules as a UCUM annotation, liquids in mL."""
    unit = "mL" if product.liquid else product.form
    code = "mL" if product.liquid else "{capsule}" if "capsule" in product.form else "{tablet}"
    return {"value": int(amount) if amount == int(amount) else amount, "unit": unit, "system": UCUM, "code": code}


def _dosages(plan: TaperPlan, draft: Prescription, product: Product) -> Iterator[Json]:
    """Periods follow one another by `sequence`; unequal doses of one day share it, as concurrent ones do in FHIR."""
    sequence = 0
    for period in periods(plan, draft.covers_from, draft.covers_to):
        alike = _alike(period, product)
        sequence += bool(alike)
        for amount, hours in alike.items():
            yield _dosage(sequence, period, product, amount, hours)


def _alike(period: Period, product: Product) -> dict[float, list[float]]:
    """Amount of the product (tablets or mL) to the hours at which so much is taken."""
    at: dict[float, float] = {}
    for dose in period.doses:
        for portion in dose.portions:
            if portion.product == product and portion.amount_ug:
                at[dose.at_h] = at.get(dose.at_h, 0.0) + dosed(portion)
    found: dict[float, list[float]] = {}
    for hour in sorted(at):
        found.setdefault(at[hour], []).append(hour)
    return found


def _dosage(sequence: int, period: Period, product: Product, amount: float, hours: list[float]) -> Json:
    parts = round(amount * (100 if product.liquid else 2))
    portion = Portion(product, hundredths_ml=parts) if product.liquid else Portion(product, half_units=parts)
    times = " and ".join(clock(hour) for hour in hours)
    dates = f"From {period.starts_on.isoformat()} to {period.ends_on.isoformat()}"
    return {
        "sequence": sequence,
        "text": f"{dates}, every day at {times}: {portion.words}.",
        "timing": {
            "repeat": {
                "boundsPeriod": span(period.starts_on, period.ends_on),
                "frequency": len(hours), "period": 1, "periodUnit": "d",
                "timeOfDay": [f"{clock(hour)}:00" for hour in hours],
            }
        },
        "asNeededBoolean": False,
        "doseAndRate": [{"doseQuantity": quantity(amount, product)}],
    }  # fmt: skip


def span(first: date, last: date) -> Json:
    """A period from its first to its last day."""
    return {"start": first.isoformat(), "end": last.isoformat()}
