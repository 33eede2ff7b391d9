"""The measures by name: what each needs, and how it is asked for a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from benzosafe.errors import UsageError, nearest
from benzosafe.fhir.canonical import address
from benzosafe.population.measures import cms156, cms506, cob, dispensings, polycns
from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.edition import EDITIONS, Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Moment, Span, year_span
from benzosafe.population.measures.narrow import Narrowing
from benzosafe.population.measures.resources import Read
from benzosafe.population.measures.stratifiers import Stratifier
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
    reads: tuple[type[Read], ...]
    """The resources it asks for."""

    leave_out: tuple[str, ...] = ()
    """Fields of these that it does not ask for."""

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
        cms506.Cms506, cms506.READS, cms506.LEAVES_OUT,
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
        cms156.Cms156, cms156.READS,
    ),
    "cob": Measure(
        "cob", "Concurrent Use of Opioids and Benzodiazepines",
        {"1": "Opioids and benzodiazepines together on 30 days or more"},
        cob.REQUIRED, cob.OWN_CLASS, {2026: address("Measure", "cob") + "|2026"}, cob.Cob,
        dispensings.READS, not_checked=_ENROLMENT, age_at_end=False,
    ),
    "polycns": Measure(
        "polycns", "Polypharmacy: Use of Multiple CNS-Active Medications in Older Adults",
        {"1": "Three or more CNS-active medicines together on 30 days or more"},
        polycns.REQUIRED, polycns.OWN_CLASS, {2026: address("Measure", "polycns") + "|2026"}, polycns.Polycns,
        dispensings.READS, not_checked=_ENROLMENT, age_at_end=False,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A measure asked for a year, by an edition, on the user's value sets; it can be handed to another process."""

    measure: Measure
    edition: Edition
    year: int
    sets: ValueSets
    own: Mapping[str, str] = field(default_factory=dict)
    """Value sets that the user has not given, and the lists of our own that stand in their place, by name."""

    by: tuple[Stratifier, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an edition that there is not, and a measure that cannot do without a value set that is not there."""
        measure, published = self.measure, self.measure.published
        if self.edition.year not in published:
            known = " or ".join(str(year) for year in published)
            raise UsageError(
                f"{measure.name} has no edition {self.edition.year}.", where="--edition", next_step=f"Use {known}."
            )
        missing = self.sets.missing(measure.needs)
        if missing and not measure.own_classes:
            _refuse(measure, missing, self.sets)

    @property
    def period(self) -> Span:
        """The measurement period."""
        return year_span(self.year)

    @property
    def age_on(self) -> Moment | None:
        """The day whose age is asked for."""
        return self.period.end if self.measure.age_at_end else self.period.start

    @property
    def own_lists(self) -> tuple[str, ...]:
        """Value sets in whose place our own lists stand."""
        own = {*self.own, *self.sets.own}
        return tuple(name for name in self.sets.missing(self.measure.needs) if name in own)

    @property
    def missing(self) -> tuple[str, ...]:
        """Value sets for which nothing stands."""
        own = self.own_lists
        return tuple(name for name in self.sets.missing(self.measure.needs) if name not in own)

    def basis(self) -> list[str]:
        """Which lists the counts rest on, and what is not checked."""
        said = [f"value sets: {self.sets.source or 'none given'}"]
        if self.own_lists:
            said.append(f"our own medicine lists, which differ, stand in for: {'; '.join(self.own_lists)}")
        if self.missing:
            said.append(f"not there, and what they decide is not computed: {'; '.join(self.missing)}")
        if self.measure.not_checked:
            said.append(self.measure.not_checked)
        return said

    def narrowing(self) -> Narrowing:
        """What it asks for of resources; of a person's extensions only where it is stratified."""
        unread = () if self.by else ("extension", "gender")
        return Narrowing(self.measure.reads, (*self.measure.leave_out, *unread))

    def made(self) -> Computes:
        """The measure made ready."""
        return self.measure.make(period=self.period, edition=self.edition, sets=self._all_sets())

    def _all_sets(self) -> ValueSets:
        if not self.own:
            return self.sets
        from benzosafe.knowledge.load import load_knowledge
        from benzosafe.population.measures.own_lists import own_list

        knowledge = load_knowledge()
        own = {name: own_list(knowledge, listed) for name, listed in self.own.items()}
        return replace(self.sets, own={**self.sets.own, **own})


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


def _refuse(measure: Measure, missing: Iterable[str], sets: ValueSets) -> None:
    names = list(missing)
    shown = ", ".join(f"'{name}'" for name in names[:3])
    lacks = f"of its {len(measure.needs)} value sets {len(names)} are not there" if sets.source else "none was given"
    raise UsageError(
        f"{measure.name} cannot be computed without its licensed value sets: {lacks} (such as {shown}).",
        where=sets.source or "--value-sets",
        next_step="Export them from VSAC (vsac.nlm.nih.gov) and give them with --value-sets.",
    )
