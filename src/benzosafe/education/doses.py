"""What is taken on which days: from the plan where there is one, else from the list, else nothing is claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from benzosafe.education.given_plan import Doses, Period
from benzosafe.education.language import Language
from benzosafe.errors import InputRefused
from benzosafe.patient.tables import Order
from benzosafe.taper.product import Portion, Product
from benzosafe.taper.start_times import intakes_of

_MELTING = ("disintegrating", "melt", "wafer")
_POURED = ("solution", "liquid", "drops", "suspension", "concentrate", "syrup")
_SOLID = ("tablet", "capsule", "disintegrating")
_HALVED = ("tablet", "oral tablet", "tablets")


@dataclass(frozen=True)
class DoseLine:
    """One line of what is taken: the words, its hour [h] where known, micrograms where certain.

    `original`: the same in English, beside a translation that no person has read.
    """

    text: str
    at_h: float | None = None
    amount_ug: int | None = None
    original: str = ""


@dataclass(frozen=True)
class DrugDoses:
    """What is taken of one drug: the lines and the whole of a day [ug]; without lines `why` says why not."""

    drug: str
    lines: tuple[DoseLine, ...]
    total_ug: int | None = None
    why: str = ""
    in_units: bool = True  # tablets, capsules or millilitres; false where only milligrams are known
    liquid: bool = False


@dataclass(frozen=True)
class DosePeriod:
    """What is taken from a day to a day; None: from now, or from then on."""

    starts_on: date | None
    ends_on: date | None
    drugs: tuple[DrugDoses, ...]
    from_plan: bool


def beside(period: DosePeriod, original: DosePeriod) -> DosePeriod:
    """A period with each of its lines in English as well."""
    drugs = tuple(
        replace(
            drug,
            lines=tuple(
                replace(line, original=other.text) for line, other in zip(drug.lines, english.lines, strict=True)
            ),
        )
        for drug, english in zip(period.drugs, original.drugs, strict=True)
    )
    return replace(period, drugs=drugs)


def period_of_plan(period: Period, language: Language) -> DosePeriod:
    """A step of the plan in words, with every hour and every portion of it."""
    drugs = tuple(DrugDoses(drug, *_lines(doses, drug, language)) for drug, doses in period.doses)
    return DosePeriod(period.starts_on, period.ends_on, drugs, from_plan=True)


def _lines(doses: Doses, drug: str, language: Language) -> tuple[tuple[DoseLine, ...], int]:
    taken = [dose for dose in doses if dose.amount_ug]
    lines = tuple(
        DoseLine(
            language.say(
                "dose_at",
                part=language.part_of_day(dose.at_h),
                time=language.clock(dose.at_h),
                amount=language.all_of([portion_words(portion, language) for portion in dose.portions]),
            ),
            dose.at_h,
            dose.amount_ug,
        )
        for dose in taken
    )
    return lines, sum(dose.amount_ug for dose in taken)


def portion_words(portion: Portion, language: Language) -> str:
    """'half of a 0.5 mg tablet', '2 tablets of 1 mg', '0.35 mL of the liquid with 0.1 mg in 1 mL'."""
    strength = language.milligrams(portion.product.strength_ug)
    if portion.product.liquid:
        return language.say("amount_ml", ml=language.number(Fraction(portion.hundredths_ml, 100)), strength=strength)
    whole, half = divmod(portion.half_units, 2)
    kind = _kind(portion.product.form)
    if whole and half:
        return language.say("amount_whole_half", count=whole, kind=kind, strength=strength)
    form = language.say(f"form_{kind}", count=whole or 1)
    if half:
        return language.say("amount_half", strength=strength, form=form)
    return language.say("amount_whole", count=whole, strength=strength, form=form)


def _kind(form: str) -> str:
    """How a solid form is called on a paper."""
    lowered = form.lower()
    return "melt" if any(word in lowered for word in _MELTING) else "capsule" if "capsule" in lowered else "tablet"


def period_of_list(orders: Sequence[Order], language: Language) -> DosePeriod:
    """What the list says is taken now, one line an order; a dose that is not certain is not claimed."""
    drugs: dict[str, list[DrugDoses]] = {}
    for order in orders:
        drugs.setdefault(order.ingredient or order.text, []).append(doses_of_order(order, language))
    return DosePeriod(None, None, tuple(_joined(drug, found) for drug, found in drugs.items()), from_plan=False)


def _joined(drug: str, found: list[DrugDoses]) -> DrugDoses:
    unknown = [item for item in found if not item.lines]
    if unknown:
        return DrugDoses(drug, (), None, unknown[0].why)
    lines = tuple(line for item in found for line in item.lines)
    totals = [item.total_ug for item in found]
    known = [total for total in totals if total is not None]
    total = sum(known) if len(known) == len(totals) else None
    in_units, liquid = all(item.in_units for item in found), any(item.liquid for item in found)
    return DrugDoses(drug, lines, total, in_units=in_units, liquid=liquid)


def doses_of_order(order: Order, language: Language) -> DrugDoses:
    """One order in words; without lines where the dose, its number a day or its unit is not certain."""
    drug = order.ingredient or order.text
    why = _not_certain(order)
    if why or order.dose_mg_single is None:
        return DrugDoses(drug, (), None, why)
    single_ug = round(order.dose_mg_single.high * 1_000)
    portion = _portion(order, single_ug)
    mg = language.say("amount_mg", mg=language.milligrams(single_ug))
    amount = portion_words(portion, language) if portion else mg
    known, liquid = portion is not None, any(word in (order.form or "").lower() for word in _POURED)
    if order.prn:
        return DrugDoses(drug, (_as_needed(order, amount, single_ug, language),), in_units=known, liquid=liquid)
    times = round(order.times_per_day.high) if order.times_per_day else 0
    total = single_ug * times
    hours = _said_hours(order, total)
    if hours:
        lines = tuple(
            DoseLine(
                language.say("dose_at", part=language.part_of_day(hour), time=language.clock(hour), amount=amount),
                hour,
                single_ug,
            )
            for hour in hours
        )
    else:
        lines = (DoseLine(language.say("dose_times", amount=amount, times=times), None, single_ug),)
    return DrugDoses(drug, lines, total, in_units=known, liquid=liquid)


def _not_certain(order: Order) -> str:
    """Why the dose of an order is not written on a paper; empty where it may be."""
    if order.conflicts or order.problems:
        return (*order.conflicts, *order.problems)[0]
    if order.active is not True:
        return f"whether it is taken now is not certain ({order.active_because})"
    if order.dose_mg_single is None or not order.dose_mg_single.certain:
        return "how much is taken at once is not certain"
    if order.prn is None:
        return "whether it is taken regularly or as needed is not certain"
    return "" if order.prn else _not_regular(order)


def _not_regular(order: Order) -> str:
    times = order.times_per_day
    if times is None or not times.certain or times.high != round(times.high) or times.high < 1:
        return "how often it is taken a day is not certain"
    return "it is not taken every day" if order.days_per_week not in (None, 7, 7.0) else ""


def _portion(order: Order, single_ug: int) -> Portion | None:
    """Tablets, where form and strength are stated and the dose is whole or half ones; else None.

    'clonazepam 1 mg twice daily' states a dose, and no tablet: nothing is said of tablets then.
    """
    form = order.form or ""
    if order.strength_mg and any(word in form.lower() for word in _SOLID):
        halves = Fraction(single_ug * 2, round(order.strength_mg * 1_000))
        # A capsule, a melting tablet or one of slow release is not cut.
        if halves.denominator == 1 and (halves % 2 == 0 or form.lower() in _HALVED):
            product = Product(form, round(order.strength_mg * 1_000))
            return Portion(product, half_units=int(halves))
    return None


def _as_needed(order: Order, amount: str, single_ug: int, language: Language) -> DoseLine:
    most = order.dose_mg_per_day
    if most is not None and most.high > 0:
        times = int(most.high * 1_000 // single_ug)
        return DoseLine(language.say("dose_needed_most", amount=amount, times=max(times, 1)), None, single_ug)
    return DoseLine(language.say("dose_needed", amount=amount), None, single_ug)


def _said_hours(order: Order, total_ug: int) -> list[float]:
    """The hours that the directions name themselves; none where they would only be assumed."""
    try:
        intakes = intakes_of(order, total_ug, [])
    except InputRefused:
        return []
    equal = len({intake.amount_ug for intake in intakes}) == 1
    return [intake.at_h for intake in intakes] if equal and all(intake.said for intake in intakes) else []
