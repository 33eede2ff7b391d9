"""The measures by name: what each needs, and its answers over all patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from benzosafe.errors import UsageError, nearest
from benzosafe.fhir.canonical import address
from benzosafe.population.measures import cms156, cms506, cob, polycns
from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.edition import EDITIONS, Edition
from benzosafe.population.measures.measure_input import Chart, Cohort, Rejected
from benzosafe.population.measures.moments import Moment, Span, year_span
from benzosafe.population.measures.spans import birth_of
from benzosafe.population.measures.stratifiers import Stratifier, strata_of
from benzosafe.population.measures.tally import Tally
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
    """Value sets in whose place a list of our own may stand."""

    published: Mapping[int, str]
    make: _Makes
    not_checked: str = ""
    """A rule of the measure that is not applied, said in every report."""

    age_at_end: bool = True
    """Whether its age is that of the period's last day, and not of the first; age strata follow it."""


_ENROLMENT = "continuous enrolment is not checked: insurance coverage is not read"
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
    "cob": Measure(
        "cob", "Concurrent Use of Opioids and Benzodiazepines",
        {"1": "Opioids and benzodiazepines together on 30 days or more"},
        cob.REQUIRED, cob.OWN_CLASS, {2026: address("Measure", "cob") + "|2026"}, cob.Cob, _ENROLMENT,
        age_at_end=False,
    ),
    "polycns": Measure(
        "polycns", "Polypharmacy: Use of Multiple CNS-Active Medications in Older Adults",
        {"1": "Three or more CNS-active medicines together on 30 days or more"},
        polycns.REQUIRED, polycns.OWN_CLASS, {2026: address("Measure", "polycns") + "|2026"}, polycns.Polycns,
        _ENROLMENT, age_at_end=False,
    ),
}  # fmt: skip


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

    tally: Tally = field(default_factory=Tally)
    """The answers added up, over all and by stratum."""

    without_birth_date: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def find_measure(name: str) -> Measure:
    """The measure of this name; UsageError with the nearest name where there is none."""
    found = MEASURES.get(name.lower())
    if found is None:
        raise UsageError(
            f"'{name}' is no measure.{nearest(name.lower(), MEASURES)}", next_step=f"Use {' or '.join(MEASURES)}."
        )
    return found


def find_edition(text: str) -> Edition:
    """The edition of this year; UsageError where its logic is not known."""
    known = {str(year): edition for year, edition in EDITIONS.items()}
    if text not in known:
        raise UsageError(f"'{text}' is no edition.", where="--edition", next_step=f"Use {' or '.join(known)}.")
    return known[text]


def compute(
    measure: Measure, edition: Edition, year: int, sets: ValueSets, cohort: Cohort, by: Sequence[Stratifier] = ()
) -> Measured:
    """Every patient's answers; a measure that cannot do without a value set that is not there is refused."""
    if edition.year not in measure.published:
        known = " or ".join(str(year) for year in measure.published)
        raise UsageError(f"{measure.name} has no edition {edition.year}.", where="--edition", next_step=f"Use {known}.")
    missing = sets.missing(measure.needs)
    if missing and not measure.own_classes:
        _refuse(measure, missing, sets)
    period = year_span(year)
    made = measure.make(period=period, edition=edition, sets=sets)
    charts = [cohort.charts[patient] for patient in sorted(cohort.charts)]
    answers = {chart.patient: tuple(sorted(made.answers(chart), key=_place)) for chart in charts}
    age_on = period.end if measure.age_at_end else period.start
    return Measured(
        measure, edition, year, sets.source,
        tuple(name for name in missing if name in sets.own), tuple(name for name in missing if name not in sets.own),
        answers, _added_up(charts, answers, by, age_on),
        tuple(chart.patient for chart in charts if birth_of(chart) is None), tuple(cohort.rejected),
    )  # fmt: skip


def _added_up(
    charts: Iterable[Chart], answers: Mapping[str, tuple[Answer, ...]], by: Sequence[Stratifier], on: Moment | None
) -> Tally:
    tally = Tally()
    for chart in charts:
        tally.add(answers[chart.patient], strata_of(chart, on, by) if on else {})
    return tally


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
