"""What about a person speaks for a careful change to another drug, or against it; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from benzosafe.errors import InputRefused
from benzosafe.exposure.patient_courses import courses_of
from benzosafe.exposure.patient_plan import COURSE_HISTORY_DAYS
from benzosafe.exposure.patient_spans import Window
from benzosafe.exposure.patient_traits import traits_on
from benzosafe.exposure.plan import Course
from benzosafe.exposure.victim import NO_TRAITS, Traits
from benzosafe.facts.frame import Frame
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Contraindication
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Record, Tri

_LUNG = ("copd", "sleep_apnoea", "respiratory_failure", "interstitial_lung_disease")
_LIVER = ("liver_disease", "cirrhosis", "liver_failure")
_AHEAD_DAYS = 400


@dataclass(frozen=True)
class Circumstances:
    """Yes, no or None (not known) for each; `present`: conditions a label may forbid a drug in.

    `traits` change the kinetics and `beside` acts on enzymes; both are used when levels are simulated.
    """

    older: Tri = None
    opioid: Tri = None
    lung: Tri = None
    liver: Tri = None
    cyp2c19_poor: Tri = None
    pregnant: Tri = None
    present: frozenset[str] = frozenset()
    traits: Traits = NO_TRAITS
    beside: tuple[Course, ...] = ()
    assumed: tuple[str, ...] = field(default=(), compare=False)

    @property
    def sedation_risks(self) -> tuple[tuple[str, Tri], ...]:
        """What makes too much of a drug dangerous: age, an opioid, lungs or breathing at night."""
        return (("age 65 or over", self.older), ("an opioid", self.opioid), ("a lung or breathing disease", self.lung))


@dataclass(frozen=True)
class Against:
    """A reason against the change: what is there, why it matters, where it stands."""

    what: str
    why: str
    source: str
    confidence: str


def circumstances_of(knowledge: Knowledge, record: Record, on: date, begins_on: date) -> Circumstances:
    """The circumstances of a patient on a day, with what is taken beside from the day the change begins."""
    frame = Frame([Scenario("as_is", record, record.orders)], knowledge, on)
    age, limit = frame.number("age_years"), knowledge.parameters["crossover_older_age_years"].lowest
    older = True if age.low[0] >= limit else False if age.high[0] < limit else None
    assumed: list[str] = []
    others = [order for order in record.orders if not _is_bzra(knowledge, order.ingredient)]
    window = Window(begins_on, max(on, begins_on), _AHEAD_DAYS, COURSE_HISTORY_DAYS)
    return Circumstances(
        older, frame.truth("opioid_active").value(0), _any(frame, _LUNG), _any(frame, _LIVER),
        frame.truth("cyp2c19_poor_metaboliser").value(0), frame.truth("pregnant").value(0),
        frozenset(name for name in _forbidding(knowledge) if frame.truth(name).yes[0]),
        traits_on(record, on), courses_of(knowledge, others, window, assumed), tuple(dict.fromkeys(assumed)),
    )  # fmt: skip


def refuse_forbidden(knowledge: Knowledge, drug: str, to: str, who: Circumstances) -> None:
    """InputRefused when a label forbids the new drug in a condition in which it does not forbid the present one."""
    old = {item.condition for item in _contraindications(knowledge, drug)}
    for item in _contraindications(knowledge, to):
        if item.condition in who.present - old:
            raise InputRefused(
                f"the {item.jurisdiction} label forbids {to} in {item.condition.replace('_', ' ')} "
                f"({item.evidence.source}).",
                where=to, next_step=f"Taper {drug} itself, or ask a specialist about another agent.",
            )  # fmt: skip


def reasons_against(knowledge: Knowledge, to: str, who: Circumstances) -> tuple[tuple[Against, ...], tuple[str, ...]]:
    """Reasons against changing to a drug, and what is not known and would be one."""
    oxidised = _role(knowledge, to, ("cyp3a4", "cyp2c19"))
    checks: tuple[tuple[Tri, bool, Against], ...] = (
        (who.older, True, Against(
            "age 65 or over", f"{to} and its metabolites build up for weeks; the half-life of diazepam at 80 is about "
            "four times that at 20", "klotz_1975", "derived",
        )),
        (who.liver, oxidised, Against(
            "liver disease", f"{to} needs oxidation in the liver; no change to it without a specialist; lorazepam, "
            "oxazepam or temazepam are preferred", "prescqipp", "recalled",
        )),
        (who.cyp2c19_poor, _role(knowledge, to, ("cyp2c19",)), Against(
            "CYP2C19 poor metaboliser", f"{to} is cleared more slowly (diazepam about half as fast) and its metabolite "
            "stays longer",
            "andersson_1990", "verified",
        )),
        (who.pregnant, True, Against(
            "pregnancy", "a long-acting agent and its metabolites build up in the child, who may be drowsy or withdraw "
            "after birth; any change is one for obstetrics and the prescriber together", "asam_2025", "derived",
        )),
    )  # fmt: skip
    told = tuple(reason for known, applies, reason in checks if applies and known is True)
    unknown = tuple(reason.what for known, applies, reason in checks if applies and known is None)
    return told, unknown


def _any(frame: Frame, names: Iterable[str]) -> Tri:
    values = [frame.truth(name).value(0) for name in names]
    return True if True in values else None if None in values else False


def _is_bzra(knowledge: Knowledge, ingredient: str | None) -> bool:
    known = knowledge.drugs.get(ingredient or "")
    return known is not None and known.benzodiazepine is not None


def _role(knowledge: Knowledge, drug: str, enzymes: tuple[str, ...]) -> bool:
    return any(path.enzyme in enzymes and path.role == "major" for path in knowledge.drugs[drug].metabolism)


def _contraindications(knowledge: Knowledge, drug: str) -> tuple[Contraindication, ...]:
    facts = knowledge.drugs[drug].benzodiazepine
    return facts.contraindications if facts else ()


def _forbidding(knowledge: Knowledge) -> list[str]:
    """Every condition in which some label forbids a benzodiazepine or Z-drug."""
    return sorted({item.condition for drug in knowledge.drugs for item in _contraindications(knowledge, drug)})
