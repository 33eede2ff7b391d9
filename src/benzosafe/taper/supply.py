"""The plan cut into fills: what to hand out, when, what is cut, what is carried over, and what is left at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil

from benzosafe.errors import InputRefused, UsageError
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.product import Portion, Product
from benzosafe.taper.supply_law import law_for

_SMALL_BOTTLES = ("oral concentrate", "oral drops")


@dataclass(frozen=True)
class Count:
    """One product in one fill.

    `handed_out`: whole tablets (or capsules), or whole mL. `taken`, `brought`, `kept`, `left`: half tablets, or
    hundredths of a mL: taken in these days, in hand from the fill before, kept for the next fill, and never to be used.
    `cuts`: tablets cut in two. `bottles` of `bottle_ml` hold what is handed out. A liquid's `left` includes the
    allowance for what stays in syringe and bottle.
    """

    product: Product
    handed_out: int
    taken: int
    brought: int = 0
    kept: int = 0
    left: int = 0
    cuts: int = 0
    bottles: int = 0
    bottle_ml: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether what came in is what was taken, kept or left, to the last half or hundredth."""
        parts = 100 if self.product.liquid else 2
        return self.handed_out * parts + self.brought == self.taken + self.kept + self.left

    @property
    def taken_ug(self) -> Fraction:
        """Micrograms taken in these days."""
        return Fraction(self.product.strength_ug * self.taken, 100 if self.product.liquid else 2)


@dataclass(frozen=True)
class Fill:
    """One dispensing: the days it covers, the first day it may be collected, and the count of every product."""

    number: int
    starts_on: date
    ends_on: date
    earliest_on: date
    counts: tuple[Count, ...]

    @property
    def days(self) -> int:
        """Days covered."""
        return (self.ends_on - self.starts_on).days + 1


def fills(knowledge: Knowledge, plan: TaperPlan, jurisdiction: str, fill_days: int | None = None) -> tuple[Fill, ...]:
    """The plan in dispensings of at most `fill_days` days (default: knowledge) and at most what the place allows.

    Days on which nothing is taken need no supply. UsageError when `fill_days` is not a positive whole number,
    InputRefused when the steps do not follow one another. What the patient still has at home is not counted.
    """
    spans = tuple(_spans(knowledge, plan, jurisdiction, fill_days))
    hands: dict[Product, _Hand] = {}
    made = []
    for number, (first, last) in enumerate(spans, start=1):
        portions = _portions(plan, first, last)
        products = dict.fromkeys(portion.product for portion in portions)
        following = _portions(plan, *spans[number]) if number < len(spans) else []
        kept_for = {portion.product for portion in following}
        counts = tuple(
            _count(knowledge, product, [one for one in portions if one.product == product], hands, product in kept_for)
            for product in sorted(products, key=lambda one: (one.liquid, -one.strength_ug, one.form))
        )
        previous = spans[number - 2] if number > 1 else (first, last)
        made.append(Fill(number, first, last, first - timedelta(days=_early(knowledge, previous)), counts))
    _check(plan, made)
    return tuple(made)


@dataclass
class _Hand:
    """The half tablet in the patient's hand, and how many were cut."""

    half: int = 0
    opened: int = 0
    cuts: int = 0
    lost: int = 0
    taken: int = 0

    def take(self, portion: Portion, *, keeps: bool) -> None:
        """Take a portion: the half in hand first, else a tablet is cut; the other half is kept or lost."""
        whole, half = divmod(portion.half_units, 2)
        self.opened += whole
        self.taken += portion.half_units
        if half and self.half:
            self.half = 0
        elif half:
            self.opened += 1
            self.cuts += 1
            self.half = int(keeps)
            self.lost += int(not keeps)


def _count(
    knowledge: Knowledge, product: Product, portions: list[Portion], hands: dict[Product, _Hand], kept: bool
) -> Count:
    if product.liquid:
        return _liquid(knowledge, product, sum(portion.hundredths_ml for portion in portions))
    brought = hands[product].half if product in hands else 0
    hand = _Hand(half=brought)
    # JUDGEMENT: half of an orally disintegrating tablet crumbles and takes up water: it is never kept.
    keeps = "disintegrating" not in product.form
    for portion in portions:
        hand.take(portion, keeps=keeps)
    # JUDGEMENT: a half is carried into the next fill only when that fill uses it; it does not lie about for weeks.
    left = 0 if kept else hand.half
    stays = hand.half - left
    hands[product] = _Hand(half=stays)
    return Count(product, hand.opened, hand.taken, brought, stays, left + hand.lost, hand.cuts)


def _liquid(knowledge: Knowledge, product: Product, taken: int) -> Count:
    """Whole mL with the allowance for waste; nothing is carried over, for opened bottles keep for unknown times."""
    waste = Fraction(str(knowledge.parameters["supply_liquid_waste_share"].highest))
    handed_out = ceil(taken * (1 + waste) / 100)
    size = "supply_small_bottle_ml" if product.form in _SMALL_BOTTLES else "supply_bottle_ml"
    bottle_ml = int(knowledge.parameters[size].highest)
    return Count(
        product, handed_out, taken, left=handed_out * 100 - taken, bottles=-(-handed_out // bottle_ml),
        bottle_ml=bottle_ml,
    )  # fmt: skip


def _spans(
    knowledge: Knowledge, plan: TaperPlan, jurisdiction: str, fill_days: int | None
) -> Iterator[tuple[date, date]]:
    """First and last day of every fill: equal lengths from the first day of the plan, so the weekday stays the same."""
    wanted = int(knowledge.parameters["supply_fill_days"].highest) if fill_days is None else fill_days
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
        raise UsageError(f"a fill of {fill_days} days is not possible.", next_step="Give whole days, 1 or more.")
    _follow_on(plan.steps)
    if not plan.steps:
        return
    start, end = plan.steps[0].starts_on, plan.steps[-1].ends_on
    length = timedelta(days=min(wanted, law_for(knowledge, plan.drug, jurisdiction, start).days_a_fill.amount))
    while start <= end:
        taking = [day for step in plan.steps if step.delivered_ug for day in _overlap(step, start, end)]
        if not taking:
            return
        start, last = taking[0], min(taking[-1], taking[0] + length - timedelta(days=1))
        yield start, last
        start += length


def _overlap(step: TaperStep, first: date, last: date) -> tuple[date, ...]:
    """First and last day of a step within a span of days; nothing when they do not meet."""
    begins, ends = max(step.starts_on, first), min(step.ends_on, last)
    return (begins, ends) if begins <= ends else ()


def _follow_on(steps: Sequence[TaperStep]) -> None:
    for earlier, later in pairwise(steps):
        if later.starts_on != earlier.ends_on + timedelta(days=1):
            raise InputRefused(
                f"step {earlier.number} ends on {earlier.ends_on}, but step {later.number} is from {later.starts_on}.",
                where="plan", next_step="Steps must follow without a gap; use the file as it was written.",
            )  # fmt: skip


def _portions(plan: TaperPlan, first: date, last: date) -> list[Portion]:
    """Every portion in the order it is taken."""
    found: list[Portion] = []
    for step in plan.steps:
        meet = _overlap(step, first, last)
        if meet:
            day = [portion for dose in sorted(step.doses, key=lambda dose: dose.at_h) for portion in dose.portions]
            found += day * ((meet[1] - meet[0]).days + 1)
    return [portion for portion in found if portion.amount_ug]


def _early(knowledge: Knowledge, previous: tuple[date, date]) -> int:
    """Days before the last fill runs out: never more than a share of it, so that short fills stay short."""
    days = (previous[1] - previous[0]).days + 1
    share = Fraction(str(knowledge.parameters["supply_early_share"].lowest))
    return min(int(knowledge.parameters["supply_early_days"].lowest), int(days * share))


def _check(plan: TaperPlan, made: Sequence[Fill]) -> None:
    """Counts that do not add up to what the steps take are never shown."""
    counted = sum((count.taken_ug for fill in made for count in fill.counts), Fraction(0))
    taken = sum(step.delivered_ug * step.days for step in plan.steps)
    assert counted == taken, f"the fills hold {counted} microgram, the steps take {taken}"
    assert all(count.adds_up for fill in made for count in fill.counts), "a count does not add up"
