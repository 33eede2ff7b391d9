"""The measures by name: what each needs, and its answers over all patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from benzosafe.errors import UsageError, nearest
from benzosafe.population.measures import cms156, cms506
from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.edition import EDITIONS, Edition
from benzosafe.population.measures.measure_input import Chart, Cohort, Rejected
from benzosafe.population.measures.moments import Span, year_span
from benzosafe.population.measures.spans import birth_of
from benzosafe.population.measures.value_sets import ValueSets


class Computes(Protocol):
    """A measure made ready for one period, edition and set of value sets."""

    def answers(self, chart: Chart) -> list[Answer]:
        """Its answers on one patient."""
        ...


class _Makes(Protocol):
    def __call__(self, period: Span, edition: Edition, sets: ValueSets) -> Computes: ...


@dataclass(frozen=True)
class Measure:
    """A measure: its name and title, its groups, the value sets it needs, and its published addresses by edition."""

    name: str
    title: str
    groups: Mapping[str, str]
    needs: tuple[str, ...]
    own_classes: Mapping[str, str]
    """Value sets in whose place a class of our own may stand."""

    published: Mapping[int, str]
    make: _Makes


_ADDRESS = "https://madie.cms.gov/Measure/"
MEASURES = {
    "cms506": Measure(
        "cms506", "Safe Use of Opioids - Concurrent Prescribing",
        {"1": "Two opioids, or an opioid and a benzodiazepine"},
        cms506.REQUIRED, cms506.OWN_CLASS,
        {2024: _ADDRESS + "CMS506FHIRSafeUseofOpioids|0.2.004", 2026: _ADDRESS + "CMS506FHIRSafeUseofOpioids|1.0.000"},
        cms506.Cms506,
    ),
    "cms156": Measure(
        "cms156", "Use of High-Risk Medications in Older Adults",
        {
            "1": "Medicines to avoid, ordered again",
            "2": "Antipsychotics or benzodiazepines without a reason on record",
            "3": "Either",
        },
        cms156.REQUIRED, {},
        {
            2024: _ADDRESS + "UseofHighRiskMedicationsintheElderlyFHIR|0.2.001",
            2026: _ADDRESS + "CMS156FHIRHighRiskMedsElderly|1.0.000",
        },
        cms156.Cms156,
    ),
}  # fmt: skip
_NOT_YET = ("cob", "polycns")


@dataclass(frozen=True)
class Measured:
    """All answers of a measure on a population, and what they rest on."""

    measure: Measure
    edition: Edition
    year: int
    source: str
    """The file of value sets; empty where none was given."""

    own_lists: tuple[str, ...]
    """Value sets in whose place our own lists stood."""

    missing: tuple[str, ...]
    """Value sets for which nothing stood."""

    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    """By patient, in order; none for a patient without a unit to count."""

    without_birth_date: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def find_measure(name: str) -> Measure:
    """The measure of this name; UsageError with the nearest name where there is none."""
    found = MEASURES.get(name.lower())
    if found is None:
        what = (
            "is not computed yet." if name.lower() in _NOT_YET else f"is no measure.{nearest(name.lower(), MEASURES)}"
        )
        raise UsageError(f"'{name}' {what}", next_step=f"Use {' or '.join(MEASURES)}.")
    return found


def find_edition(text: str) -> Edition:
    """The edition of this year; UsageError where its logic is not known."""
    known = {str(year): edition for year, edition in EDITIONS.items()}
    if text not in known:
        raise UsageError(f"'{text}' is no edition.", where="--edition", next_step=f"Use {' or '.join(known)}.")
    return known[text]


def compute(measure: Measure, edition: Edition, year: int, sets: ValueSets, cohort: Cohort) -> Measured:
    """Every patient's answers; a measure that cannot do without a value set that is not there is refused."""
    missing = sets.missing(measure.needs)
    if missing and not measure.own_classes:
        _refuse(measure, missing, sets)
    made = measure.make(period=year_span(year), edition=edition, sets=sets)
    charts = [cohort.charts[patient] for patient in sorted(cohort.charts)]
    return Measured(
        measure, edition, year, sets.source,
        tuple(name for name in missing if name in sets.own), tuple(name for name in missing if name not in sets.own),
        {chart.patient: tuple(sorted(made.answers(chart), key=_place)) for chart in charts},
        tuple(chart.patient for chart in charts if birth_of(chart) is None), tuple(cohort.rejected),
    )  # fmt: skip


def _place(answer: Answer) -> tuple[str, str]:
    return answer.encounter, answer.group


def _refuse(measure: Measure, missing: Iterable[str], sets: ValueSets) -> None:
    names = list(missing)
    shown = ", ".join(f"'{name}'" for name in names[:3])
    lacks = f"of its {len(measure.needs)} value sets {len(names)} are not there" if sets.source else "none was given"
    raise UsageError(
        f"{measure.name} cannot be computed without its licensed value sets: {lacks} (such as {shown}).",
        where=sets.source or "--value-sets",
        next_step="Export them from VSAC (vsac.nlm.nih.gov) and give them with --value-sets.",
    )
