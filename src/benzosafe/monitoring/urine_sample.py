"""One urine sample beside the record of its day, and what a result of it comes to: one verdict of three."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence, Quantity
from benzosafe.knowledge.urine_model import UrineDrug
from benzosafe.monitoring.urine_names import Named
from benzosafe.monitoring.urine_taken import Taken, stay_near, taken_then
from benzosafe.patient.course import Assay, Method, Specimen, Stay
from benzosafe.patient.tables import Record

Verdict = Literal["expected", "unexpected", "cannot tell"]
Kind = Literal["prescribed", "found", "class"]
Z_DRUG = "z_drug"
NOVEL = "novel_benzodiazepine"


@dataclass(frozen=True)
class Confirm:
    """What to ask for by mass spectrometry: substances with the cut-off they need [ng/mL], and hydrolysis."""

    substances: tuple[tuple[str, float | None], ...]
    hydrolysis: bool


@dataclass(frozen=True)
class Judged:
    """What one result, or the mass spectrometry of one drug, comes to.

    `about`: the drug, substance or class. `method` 'immunoassay' also where it is not known. `innocent`: explanations
    without any fault; those on record first.
    """

    about: str
    kind: Kind
    method: Method
    verdict: Verdict
    assays: tuple[Assay, ...]
    shows: str
    does_not_show: str
    reasons: tuple[str, ...] = ()
    innocent: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    confirm: Confirm | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Read:
    """One result with what its name means."""

    assay: Assay
    named: Named

    @property
    def by_spectrometry(self) -> bool:
        """Whether it is by mass spectrometry; a method that is not known counts as an immunoassay."""
        return self.assay.method == "mass_spectrometry"


@dataclass(frozen=True)
class Sample:
    """A sample with what was taken on its day; `spoiled`: why nothing of it can be judged."""

    record: Record
    specimen: Specimen
    knowledge: Knowledge
    on: date
    results: tuple[Read, ...]
    taken: dict[str, Taken]
    spoiled: tuple[str, ...]
    stay: Stay | None

    @property
    def dilute(self) -> bool | None:
        """Whether its creatinine is below the limit of a dilute urine; None where it was not measured."""
        measured = self.specimen.creatinine_mg_per_dl
        return None if measured is None else measured < self.limit("dilute_creatinine_mg_per_dl")

    def limit(self, name: str) -> float:
        """A number of the knowledge, the upper end where it is a range."""
        return self.knowledge.urine.limits[name].highest

    def drug(self, name: str) -> UrineDrug:
        """What is known of a drug in urine."""
        return self.knowledge.urine.drugs[name]

    def label(self, substance: str) -> str:
        """The name of a substance as a report writes it."""
        return self.knowledge.urine.analytes[substance].label

    def is_z_drug(self, drug: str) -> bool:
        """Whether no benzodiazepine screen looks for it."""
        return Z_DRUG in self.knowledge.drugs[drug].classes

    def prescribed(self) -> list[Taken]:
        """What was taken, or may have been, on its day."""
        return [one for one in self.taken.values() if one.state in ("taken", "maybe")]

    def sources_of(self, substance: str) -> list[str]:
        """The drugs that yield a substance."""
        return [name for name, drug in self.knowledge.urine.drugs.items() if substance in drug.analytes]

    def sources_of_limits(self, drug: str) -> tuple[Evidence, ...]:
        """Where what is said of a drug in urine and the cut-offs that find it stand."""
        known = self.knowledge.urine
        limits = (known.analytes[name].cutoff_ng_per_ml for name in known.drugs[drug].majors)
        return (*known.drugs[drug].evidence, *(evidence_of(limit) for limit in limits if limit))

    def to_confirm(self, drugs: list[str]) -> Confirm:
        """What has to be looked for so that not finding these drugs would mean something."""
        analytes = self.knowledge.urine.analytes
        wanted = dict.fromkeys(name for drug in drugs for name in self.drug(drug).majors)
        limits = ((analytes[name].label, analytes[name].cutoff_ng_per_ml) for name in wanted)
        hydrolysis = any(analytes[name].hydrolysis != "not_needed" for name in wanted)
        return Confirm(tuple((label, limit.highest if limit else None) for label, limit in limits), hydrolysis)


def evidence_of(number: Quantity) -> Evidence:
    """Where a number stands."""
    return Evidence(source=number.source, at=number.at, confidence=number.confidence)


def sample_of(record: Record, specimen: Specimen, knowledge: Knowledge, on: date, results: tuple[Read, ...]) -> Sample:
    """The sample beside the record of its day; one without a day, or of a later one, is beside that of the review."""
    day = min(specimen.collected_on or on, on)
    return Sample(
        record, specimen, knowledge, on, results, taken_then(record, day, on, knowledge),
        _spoiled(specimen, knowledge, on), stay_near(record, day, knowledge),
    )  # fmt: skip


def _spoiled(specimen: Specimen, knowledge: Knowledge, on: date) -> tuple[str, ...]:
    limits, found = knowledge.urine.limits, []
    if specimen.collected_on is None:
        found.append("the day of the sample is not known, so it cannot be held against what was taken")
    elif specimen.collected_on > on:
        found.append(f"the sample is dated {specimen.collected_on}, after the review date {on}")
    creatinine, lowest = specimen.creatinine_mg_per_dl, limits["substituted_creatinine_mg_per_dl"].lowest
    if creatinine is not None and creatinine < lowest:
        found.append(f"creatinine is {creatinine:g} mg/dL, below {lowest:g}: hardly urine as it is passed")
    degrees, limit = specimen.temperature_celsius, limits["temperature_celsius"]
    if degrees is not None and not limit.lowest <= degrees <= limit.highest:
        found.append(
            f"it had {degrees:g} degrees Celsius, outside {limit.lowest:g} to {limit.highest:g} within four minutes; a "
            "late reading, a cold room or a fever is enough for that"
        )
    return tuple(found)
