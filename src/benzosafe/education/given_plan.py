"""The plan a leaflet is made from: a taper that was written as JSON, read again and counted again, of this person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Record
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.follow_record import read_plan
from benzosafe.taper.mind_words import Mind, minds_of
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import Dose

Doses = tuple[Dose, ...]


@dataclass(frozen=True)
class Period:
    """The same doses every day by drug, from a day to a day (None: from then on); `stop`: no longer taken."""

    starts_on: date | None
    ends_on: date | None
    doses: tuple[tuple[str, Doses], ...]
    stop: bool = False

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class GivenPlan:
    """A taper, the change to another drug that may stand before it, and the steps its prescriber decides on first."""

    plan: TaperPlan
    change: Changeover | None
    minds: tuple[Mind, ...]

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs whose doses it sets."""
        return (self.change.old, self.plan.drug) if self.change else (self.plan.drug,)

    @property
    def begins_on(self) -> date:
        """The first day on which something changes."""
        return self.change.shown[0].starts_on if self.change else self.plan.steps[0].starts_on

    @property
    def periods(self) -> tuple[Period, ...]:
        """All of it in order of day; the last step goes on, unless it is the end."""
        stages = self.change.shown if self.change else ()
        first = [
            Period(stage.starts_on, stage.ends_on, ((self.change.old, stage.old), (self.change.new, stage.new)))
            for stage in stages
            if self.change
        ]
        drug, steps = self.plan.drug, self.plan.steps
        then = [Period(step.starts_on, step.ends_on, ((drug, step.doses),), step.stop) for step in steps[:-1]]
        last = Period(steps[-1].starts_on, None, ((drug, steps[-1].doses),), steps[-1].stop)
        return (*first, *then, last)

    def on(self, day: date) -> Period | None:
        """What is taken on a day; None before the plan begins."""
        return next((period for period in self.periods if period.holds(day)), None)

    def amounts_until(self, drug: str, day: date) -> set[int]:
        """Every daily amount [ug] of a drug that the plan knows from before it until a day."""
        before = {self.plan.before_ug} if drug == self.plan.drug and not self.change else set()
        if self.change and drug == self.change.old:
            before = {self.change.before_pair[0]}
        begun = [period for period in self.periods if period.starts_on is not None and period.starts_on <= day]
        return before | {
            sum(dose.amount_ug for dose in doses) for period in begun for name, doses in period.doses if name == drug
        }


def given_plan(path: Path, record: Record, knowledge: Knowledge) -> GivenPlan:
    """A plan from its file, of this person; InputRefused for another person's, or one that does not add up."""
    where = str(path)
    plan, chain = read_plan(path, knowledge)
    if chain.patient and chain.patient != record.patient_id:
        raise InputRefused(
            f"is the plan of '{chain.patient}', but the patient is '{record.patient_id}'.", where=where,
            next_step="Give the plan that was made for this patient.",
        )  # fmt: skip
    data = json.loads(path.read_text(encoding="utf-8"))
    minds = minds_of(data.get("minds") or (), where, plan) if "steps" in data else ()
    return GivenPlan(plan, chain.change.course if chain.change else None, minds)
