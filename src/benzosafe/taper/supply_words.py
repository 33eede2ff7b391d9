"""What a pharmacy reads: quantities in digits and words, times, and directions with their dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from benzosafe.taper.plan import Override, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product, mg_words

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True)
class Period:
    """The days of one step that lie within a span of days, and the doses of each of them."""

    step: int
    starts_on: date
    ends_on: date
    doses: tuple[Dose, ...]


def periods(plan: TaperPlan, first: date, last: date) -> tuple[Period, ...]:
    """The plan's steps cut to a span of days, first and last day included."""
    return tuple(
        Period(step.number, max(step.starts_on, first), min(step.ends_on, last), step.doses)
        for step in plan.steps if step.starts_on <= last and step.ends_on >= first
    )  # fmt: skip


def directions(plan: TaperPlan, first: date, last: date, product: Product | None = None) -> tuple[str, ...]:
    """One line a period: dates, and at each hour what is taken (of one product, or of all), with mg a day.

    Of one product, periods that follow one another with the same doses of it are one line.
    """
    lines: list[tuple[date, date, str]] = []
    for period in periods(plan, first, last):
        words, starts_on = taken_words(period.doses, product), period.starts_on
        if product and lines and lines[-1][2] == words:
            starts_on = lines.pop()[0]
        lines.append((starts_on, period.ends_on, words))
    return tuple(f"{starts_on.isoformat()} to {ends_on.isoformat()}: {words}" for starts_on, ends_on, words in lines)


def taken_words(doses: Sequence[Dose], product: Product | None = None) -> str:
    """'at 08:00 1½ × 0.5 mg tablet; at 20:00 ½ × 0.5 mg tablet (1 mg a day)', or that none is taken."""
    amount = 0
    parts = []
    for dose in sorted(doses, key=lambda one: one.at_h):
        portions = [one for one in dose.portions if one.amount_ug and product in (None, one.product)]
        amount += sum(one.amount_ug for one in portions)
        if portions:
            parts.append(f"at {clock(dose.at_h)} {' and '.join(one.words for one in portions)}")
    if not parts:
        return "none of these" if product else "nothing is taken"
    return f"{'; '.join(parts)} ({mg_words(amount)} mg a day)"


def step_words(step: TaperStep) -> str:
    """What is taken from the first day of a step on; a last step without doses says that taking has ended."""
    if not step.delivered_ug:
        return "From now on nothing is taken; the plan has reached its end."
    return f"From now on, every day: {taken_words(step.doses)}."


def clock(at_h: float) -> str:
    """An hour of the day as HH:MM, to the minute: 8.5 is '08:30'."""
    hours, minutes = divmod(round(at_h * 60), 60)
    return f"{hours:02d}:{minutes:02d}"


def quantity_words(count: int, product: Product) -> str:
    """'28 (twenty-eight) tablets' or '90 (ninety) mL'; a whole number of tablets, capsules or mL."""
    return f"{count} ({number_words(count)}) {units(count, product)}"


def units(count: int, product: Product) -> str:
    """mL of a liquid, else the form, in the plural unless there is one."""
    return "mL" if product.liquid else product.form + ("" if count == 1 else "s")


def amount_words(parts: int, product: Product) -> str:
    """Halves of a tablet, or hundredths of a mL, as a person would say it: 3 halves are '1½ tablets'."""
    if product.liquid:
        return f"{parts / 100:g} mL"
    whole, half = divmod(parts, 2)
    number = f"{whole or ''}{'½' if half else ''}" or "0"
    return f"{number} {product.form}" + ("" if parts in (1, 2) else "s")


def number_words(number: int) -> str:
    """A whole number from 0 to 999,999 in English words, for quantities that must not be altered."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return _TENS[ten] + (f"-{_ONES[one]}" if one else "")
    for size, name in ((1_000, "thousand"), (100, "hundred")):
        if number >= size:
            many, rest = divmod(number, size)
            return f"{number_words(many)} {name}" + (f" {number_words(rest)}" if rest else "")
    raise AssertionError(number)


def override_words(override: Override | None) -> str:
    """The line that has to stand on every page of a plan that breaks a limit; empty when none is broken."""
    return f"OVERRIDE by {override.by}: {override.reason}" if override else ""


def dosed(portion: Portion) -> float:
    """Tablets or mL in a portion."""
    return portion.hundredths_ml / 100 if portion.product.liquid else portion.half_units / 2
