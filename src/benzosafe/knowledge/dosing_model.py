"""What a dosing file may say: how a drug is begun, raised and limited for one indication and one group of people.

Every number is a Quantity with unit, source and population. What a source leaves to judgement is left out, never filled
in. Ceilings that hold for everyone of an indication stand in the drug's `dose_limits`; a ceiling that depends on who
the person is stands here, in an adjustment.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from benzosafe.knowledge.model import Checked, Evidence, Inn, Name, Quantity, Status, Strict
from benzosafe.knowledge.rule_model import Threshold

UNIT_OF = {
    "mg_per_dose": "mg", "mg_per_day": "mg/d", "mg_per_kg_per_dose": "mg/kg", "mg_per_kg_per_day": "mg/kg/d",
}  # fmt: skip


class Amount(Strict):
    """How much, as the source says it: a dose, a day, or either by body weight; a Quantity may be a range."""

    mg_per_dose: Quantity | None = None
    mg_per_day: Quantity | None = None
    mg_per_kg_per_dose: Quantity | None = None
    mg_per_kg_per_day: Quantity | None = None

    @model_validator(mode="after")
    def _says_something_in_its_unit(self) -> Amount:
        given = {name: quantity for name in UNIT_OF if (quantity := getattr(self, name)) is not None}
        if not given:
            raise ValueError(f"needs one of {', '.join(UNIT_OF)}")
        for name, quantity in given.items():
            if quantity.unit != UNIT_OF[name]:
                raise ValueError(f"'{name}' is in {UNIT_OF[name]}, not {quantity.unit}")
            if quantity.lowest <= 0:
                raise ValueError(f"'{name}' must be above 0")
        return self

    @property
    def quantities(self) -> dict[str, Quantity]:
        """What is said, by field."""
        return {name: quantity for name in UNIT_OF if (quantity := getattr(self, name)) is not None}


class Step(Strict):
    """How the dose is raised: by how much, and not sooner than after so many days."""

    by: Amount
    every_days: Quantity


class Adjustment(Strict):
    """What is different where a condition over facts holds: another start, rise or ceiling, or not at all.

    when: in the language of rules, over the same facts; its numbers are `thresholds`.
    """

    id: Name
    when: str
    thresholds: dict[Name, Threshold] = Field(default_factory=dict)
    start: Amount | None = None
    step: Step | None = None
    target: Amount | None = None
    at_most: Amount | None = None
    avoid: bool = False
    why: str
    evidence: Evidence

    @model_validator(mode="after")
    def _changes_something(self) -> Adjustment:
        if not (self.avoid or self.start or self.step or self.target or self.at_most):
            raise ValueError("needs 'start', 'step', 'target', 'at_most' or 'avoid'")
        return self


class Regimen(Strict):
    """How a drug is dosed for an indication in a group of people, as one source says it.

    labelled: whether a label of the jurisdiction names the indication; ages in years from `min_age_years` (included) up
    to `max_age_years` (not included), weights in kg likewise; doses_per_day: [fewest, most].
    """

    id: Name
    indication: Name
    labelled: bool
    jurisdiction: str
    route: str = "oral"
    forms: tuple[str, ...] = ()
    """Only for these forms; empty for every plain form of the route."""

    use: Literal["regular", "at bedtime", "as needed", "once", "emergency"]
    min_age_years: float = 0
    max_age_years: float = 200
    min_weight_kg: float = 0
    max_weight_kg: float = 500
    sex: Literal["female", "male"] | None = None
    doses_per_day: tuple[Annotated[int, Field(ge=1, le=24)], Annotated[int, Field(ge=1, le=24)]]
    start: Amount
    start_at_most: Amount | None = None
    step: Step | None = None
    target: Amount | None = None
    mean_in_trials: Amount | None = None
    """What people took on average in the trials: shown, and never aimed at."""

    at_most: Amount | None = None
    """A ceiling of this regimen, where it is lower than the drug's `dose_limits`."""

    longest_days: Quantity | None = None
    adjustments: tuple[Adjustment, ...] = ()
    note: str = ""
    evidence: Evidence

    @model_validator(mode="after")
    def _ranges_are_ranges(self) -> Regimen:
        pairs = (
            ("doses_per_day", *self.doses_per_day), ("age", self.min_age_years, self.max_age_years),
            ("weight", self.min_weight_kg, self.max_weight_kg),
        )  # fmt: skip
        for name, low, high in pairs:
            if low > high:
                raise ValueError(f"the lowest {name} {low} is above the highest {high}")
        names = [adjustment.id for adjustment in self.adjustments]
        if len(names) != len(set(names)):
            raise ValueError("two adjustments have one id")
        return self


class Dosing(Strict):
    """Everything known of how one drug is dosed."""

    drug: Inn
    status: Status = "draft"
    checked: Checked
    regimens: tuple[Regimen, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Dosing:
        names = [regimen.id for regimen in self.regimens]
        if len(names) != len(set(names)):
            raise ValueError("two regimens have one id")
        return self


class DoseCaution(Strict):
    """What calls for a lower start and a slower rise without any source giving a number for it.

    when: in the language of rules, over the facts of a patient.
    """

    when: str
    thresholds: dict[Name, Threshold] = Field(default_factory=dict)
    what: str
    evidence: Evidence


class OtherTreatment(Strict):
    """What may be tried for a condition instead, with or without a drug."""

    what: str
    drug: bool
    evidence: Evidence
