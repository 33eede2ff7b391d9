"""A change to another drug in FHIR: an activity per stage and drug, and one draft MedicationRequest per medicine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benzosafe.fhir.taper_requests import GROUP_SYSTEM, UCUM, Linked, medication, span
from benzosafe.fhir.write_parts import Json, clean, without_empty
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover, ChangeStage, amount_of
from benzosafe.taper.changeover_words import both, range_words, source_lines, stage_words, total_words
from benzosafe.taper.mind_words import HEADING
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.prescription import STATUS
from benzosafe.taper.product import UG_PER_MG, Portion
from benzosafe.taper.supply import Fill
from benzosafe.taper.supply_words import clock, override_words, quantity_words

_DECIDE = "After each stage a clinician decides whether to go on, wait, or step back."
_EACH_FILL = "Each fill needs its own prescription; nothing is collected ahead."


def change_notes(change: Changeover) -> tuple[str, ...]:
    """What stands beside the doses: the published range with every source, the warnings, and how it was made."""
    sources = "; ".join(source_lines(change))
    return (f"{range_words(change)}. {sources}", change.why, *change.warnings, *change.notes)


def change_activities(knowledge: Knowledge, change: Changeover) -> Iterator[Json]:
    """Each stage as one activity per drug that is taken, with its days and mg a day; the words name both drugs."""
    for place, stage in enumerate(change.shown):
        decide = f" {_DECIDE} Do not start before that." if place else ""
        taken = f"{stage_words(change, stage)}; {total_words(change, stage)}"
        words = f"Stage {stage.number} of the change: {taken}.{decide}"
        for drug, doses in both(change, stage):
            if doses:
                yield _activity(knowledge, drug, stage, amount_of(doses), words)


def _activity(knowledge: Knowledge, drug: str, stage: ChangeStage, amount_ug: int, words: str) -> Json:
    return {
        "detail": {
            "kind": "MedicationRequest", "status": "not-started", "doNotPerform": False,
            "productCodeableConcept": medication(knowledge, drug, None),
            "scheduledPeriod": span(stage.starts_on, stage.ends_on),
            "dailyAmount": {"value": amount_ug / UG_PER_MG, "unit": "mg", "system": UCUM, "code": "mg"},
            "description": clean(words),
        }
    }  # fmt: skip


def medicine_request(knowledge: Knowledge, run: TaperPlan, made: Sequence[Fill], linked: Linked, name: str) -> Json:
    """One medicine from its first to its last day: status draft, intent plan, one dosage step per period, no repeats.

    `made`: its fills, each of which needs a prescription of its own; they stand in the notes.
    """
    notes = (
        override_words(run.override), *(f"{HEADING}. {mind.words}" for mind in linked.first), STATUS,
        *(_fill_words(fill) for fill in made), _EACH_FILL,
    )  # fmt: skip
    return without_empty({
        "resourceType": "MedicationRequest", "id": name, "status": "draft", "intent": "plan",
        "medicationCodeableConcept": medication(knowledge, run.drug, None),
        "subject": linked.subject,
        "basedOn": [{"reference": linked.care_plan}],
        "groupIdentifier": {"system": GROUP_SYSTEM, "value": linked.group},
        "note": [{"text": clean(text)} for text in notes if text],
        "dosageInstruction": list(_dosages(run)),
        "dispenseRequest": {
            "validityPeriod": span(made[0].earliest_on, made[-1].ends_on), "numberOfRepeatsAllowed": 0,
        },
    })  # fmt: skip


def _fill_words(fill: Fill) -> str:
    counts = "; ".join(
        f"{quantity_words(count.handed_out, count.product)}, {count.product.name}" for count in fill.counts
    )
    return f"Fill {fill.number}, {fill.starts_on} to {fill.ends_on}, not before {fill.earliest_on}: {counts}."


def _dosages(run: TaperPlan) -> Iterator[Json]:
    """Periods follow one another by `sequence`; unequal doses of one day share it, as concurrent ones do in FHIR."""
    sequence = 0
    for step in run.steps:
        alike: dict[tuple[Portion, ...], list[float]] = {}
        for dose in sorted(step.doses, key=lambda one: one.at_h):
            if dose.amount_ug:
                alike.setdefault(dose.portions, []).append(dose.at_h)
        sequence += bool(alike)
        for portions, hours in alike.items():
            yield _dosage(sequence, step, portions, hours)


def _dosage(sequence: int, step: TaperStep, portions: tuple[Portion, ...], hours: list[float]) -> Json:
    amount = sum(portion.amount_ug for portion in portions) / UG_PER_MG
    times, words = " and ".join(clock(hour) for hour in hours), " and ".join(portion.words for portion in portions)
    return {
        "sequence": sequence,
        "text": f"From {step.starts_on} to {step.ends_on}, every day at {times}: {words} ({amount:g} mg).",
        "timing": {
            "repeat": {
                "boundsPeriod": span(step.starts_on, step.ends_on),
                "frequency": len(hours), "period": 1, "periodUnit": "d",
                "timeOfDay": [f"{clock(hour)}:00" for hour in hours],
            }
        },
        "asNeededBoolean": False,
        "doseAndRate": [{"doseQuantity": {"value": amount, "unit": "mg", "system": UCUM, "code": "mg"}}],
    }  # fmt: skip
