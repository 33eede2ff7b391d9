"""What is asked for, and what of the patient's record a dose depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import isfinite

from benzosafe.dosing.rising import Bounds
from benzosafe.errors import UsageError, nearest
from benzosafe.facts.exposure_change import change_of, names_acting_on
from benzosafe.facts.frame import Frame
from benzosafe.facts.label import fits
from benzosafe.knowledge.dosing_model import Regimen
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Quantity
from benzosafe.knowledge.regimen_amounts import Range
from benzosafe.knowledge.regimen_choice import Ends, Who
from benzosafe.patient.handwritten import read_medicine_line
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Order, Record
from benzosafe.review.evaluate import RANK
from benzosafe.review.finding import Finding, plain
from benzosafe.review.review import review

_OFTEN = {1: "once daily", 2: "twice daily", 3: "three times a day", 4: "four times a day"}


@dataclass(frozen=True)
class Asked:
    """A drug for a reason, in a country: `indications` is the reason and what it implies, wider and wider."""

    drug: str
    indications: tuple[str, ...]
    country: str = "US"
    route: str = "oral"
    form: str | None = None

    def wants(self, forms: tuple[str, ...]) -> bool:
        """Whether a regimen for these forms is asked for: the plain ones unless a form is named."""
        return not forms if self.form is None else self.form in forms


def asked_for(
    knowledge: Knowledge, drug: str, reason: str, country: str, route: str = "oral", form: str | None = None
) -> Asked:
    """The drug and the reason as the knowledge names them; UsageError with the nearest names where it does not."""
    known = knowledge.names.resolve(drug).ingredients
    dosed = sorted(name for name, item in knowledge.drugs.items() if item.benzodiazepine)
    if len(known) != 1 or known[0] not in dosed:
        what = f"'{drug}' is no single benzodiazepine or Z-drug.{nearest(drug.lower(), dosed)}"
        raise UsageError(what, where="--drug", next_step="Give one by name, such as clonazepam.")
    word = reason.strip().lower().replace(" ", "_")
    names = (word, *knowledge.conditions[word].implies) if word in knowledge.conditions else ()
    names = names or knowledge.concepts.conditions(reason) or _said_so(knowledge, reason)
    if not names:
        what = f"'{reason}' is no condition known here.{nearest(word, knowledge.conditions)}"
        raise UsageError(what, where="--for", next_step="Give the condition that it is to be taken for.")
    return Asked(known[0], tuple(names), country, route, form)


def _said_so(knowledge: Knowledge, reason: str) -> tuple[str, ...]:
    """The condition whose own words these are."""
    said = reason.strip().lower()
    return next(((name, *item.implies) for name, item in knowledge.conditions.items() if item.as_reason == said), ())


@dataclass(frozen=True)
class Raised:
    """What other medicines make of the exposure: the ratio with its limits, and who acts."""

    ratio: Range | None = None
    by: tuple[str, ...] = ()
    complete: bool = False
    """Whether every medicine that may be taken is counted."""

    @property
    def factor(self) -> Fraction:
        """What the doses are multiplied with: below 1 where exposure is raised, never above."""
        return min(1 / self.ratio[1], Fraction(1)) if self.ratio and self.by else Fraction(1)


@dataclass(frozen=True)
class Said:
    """What the review says of a drug, and what could turn out to be a contraindication of it."""

    findings: list[Finding] = field(default_factory=list)
    could_be: list[Finding] = field(default_factory=list)


class Patient:
    """A record on a day, and what a dose depends on in it."""

    def __init__(self, record: Record, knowledge: Knowledge, on: date) -> None:
        self.record, self.knowledge, self.on = record, knowledge, on
        self.frame = Frame([Scenario("as_is", record, record.orders)], knowledge, on)

    @cached_property
    def who(self) -> Who:
        """Age, weight and sex, as far as they are known."""
        return Who(self._ends("age_years"), self._ends("weight_kg"), self.record.sex)

    def _ends(self, name: str) -> Ends | None:
        value = plain(self.frame.column(name), 0)
        ends = tuple(value) if isinstance(value, list) else (value, value)
        low, high = ends
        return (low, high) if low is not None and high is not None else None

    @property
    def weight_kg(self) -> Fraction | None:
        """Body weight; of a range the lower end, for the dose goes up with it."""
        ends = self.who.weight_kg
        return Fraction(str(ends[0])) if ends else None

    def label(self, condition: str) -> str:
        """A condition in words."""
        found = self.knowledge.conditions.get(condition)
        return found.label if found else condition.replace("_", " ")

    def reason(self, condition: str) -> str:
        """A condition in words, as what a medicine is taken for."""
        found = self.knowledge.conditions.get(condition)
        return found.as_reason if found else condition.replace("_", " ")

    def half_life_h(self, drug: str) -> Quantity | None:
        """The half-life of a drug [h]."""
        facts = self.knowledge.drugs[drug].benzodiazepine
        return facts.half_life_h if facts else None

    def draft(self, asked: Asked, single_ug: Fraction, times: int) -> list[Order]:
        """The dose as an order that is not signed yet."""
        often = _OFTEN.get(times, f"{times} times a day")
        text = f"{asked.drug} {float(single_ug) / 1000:g} mg {often}"
        read = read_medicine_line(text, self.knowledge, order_id="proposed", source="draft", on=self.on)
        return [replace(order, indication=asked.indications[0], route=asked.route) for order in read]

    def reviewed_with(self, asked: Asked, orders: Sequence[Order]) -> Said:
        """What the review says of this drug once these orders are signed."""
        verdict = review(self.record, self.knowledge, self.on, orders).verdict
        mine = [finding for finding in verdict.findings if asked.drug in finding.ingredients]
        # A finding that holds at a lower level may still turn out to be a contraindication.
        open_ones = [*verdict.undecided, *(finding for finding in mine if finding.severity != "contraindicated")]
        worst = RANK["contraindicated"]
        maybe = [item for item in open_ones if item.rank_possible == worst and asked.drug in item.ingredients]
        return Said(mine, maybe)

    def raised(self, drug: str) -> Raised:
        """What the other medicines make of its exposure; without a ratio where that cannot be told.

        JUDGEMENT: what lowers exposure does not make up for what raises it, for it may be stopped any day.
        """
        orders = self.record.orders
        known = tuple(order for order in orders if order.ingredient is not None or order.active is False)
        without = tuple(order for order in known if not self._only_induces(order.ingredient))
        found = [item for taken in dict.fromkeys((known, without)) if (item := self._change(drug, taken)).ratio]
        complete = self._change(drug, orders).ratio is not None and bool(found)
        most = max(found, key=lambda item: item.ratio[1] if item.ratio and item.by else Fraction(0), default=Raised())
        return replace(most, complete=complete)

    def _only_induces(self, ingredient: str | None) -> bool:
        drug = self.knowledge.drugs.get(ingredient or "")
        actions = {item.action for item in drug.perpetrator} if drug else set()
        return actions == {"induction"}

    def _change(self, drug: str, taken: tuple[Order, ...]) -> Raised:
        text = f"{drug} 1 mg once daily"
        draft = read_medicine_line(text, self.knowledge, order_id="proposed", source="draft", on=self.on)
        frame = Frame([Scenario("as_proposed", self.record, (*taken, *draft))], self.knowledge, self.on)
        order = next(number for number, item in enumerate(frame.orders) if item.order_id == "proposed")
        change = change_of(frame)
        low, high, typical = (float(x[order]) for x in (change.ratio.low, change.ratio.high, change.typical.low))
        if not (isfinite(low) and isfinite(high)):
            return Raised()
        enough = self.knowledge.parameters["inhibitor_weak_auc_ratio_from"].lowest
        acting = tuple(names_acting_on(frame, order)) if typical >= enough or high < 1 else ()
        return Raised((Fraction(str(round(low, 4))), Fraction(str(round(high, 4)))), acting)

    def of_adults(self, asked: Asked, regimen: Regimen) -> list[Regimen]:
        """How adults are dosed for the same reason, for a child: whatever it weighs, it has no more."""
        if regimen.max_age_years > _ADULT_YEARS:
            return []
        return [
            other for other in self.knowledge.dosing[asked.drug].regimens
            if other.min_age_years >= _ADULT_YEARS and (other.indication, other.jurisdiction, other.route, other.forms)
            == (regimen.indication, regimen.jurisdiction, regimen.route, regimen.forms)
        ]  # fmt: skip

    def label_limit(self, asked: Asked) -> Bounds:
        """The narrowest ceilings that labels give everyone of this reason, age and route [ug]; a child adults' too."""
        years = self.who.age_years or _ANY_AGE
        ages = [years, (_ADULT_YEARS, _ADULT_YEARS)] if years[1] < _ADULT_YEARS else [years]
        limits = [self._limits_at(asked, each) for each in ages]
        return Bounds(
            min((dose for doses, _ in limits for dose in doses), default=None),
            min((day for _, a_day in limits for day in a_day), default=None),
        )

    def _limits_at(self, asked: Asked, years: Ends) -> tuple[list[Fraction], list[Fraction]]:
        """The ceilings of a dose and of a day [ug] at an age."""
        facts = self.knowledge.drugs[asked.drug].benzodiazepine
        ours = [item for item in facts.dose_limits if item.route == asked.route and fits(item, years)] if facts else []
        # The limits of the reason itself, else of a wider one, else those of any.
        names = next((name for name in (*asked.indications, "any") if any(x.indication == name for x in ours)), "")
        limits = [item for item in ours if item.indication == names]
        per_day = [_ug(item.max_mg_per_day) for item in limits if item.max_mg_per_day]
        if self.weight_kg is not None:
            per_day += [_ug(x.max_mg_per_kg_per_day) * self.weight_kg for x in limits if x.max_mg_per_kg_per_day]
        per_dose = [_ug(item.max_mg_single) for item in limits if item.max_mg_single]
        return per_dose, per_day


_ANY_AGE = (0.0, 200.0)
_ADULT_YEARS = 18


def _ug(quantity: Quantity) -> Fraction:
    return Fraction(str(quantity.lowest)) * 1000
