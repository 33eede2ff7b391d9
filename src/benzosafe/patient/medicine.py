"""One medicine as any reader met it, turned into one order per ingredient.

Readers (FHIR, hand-written YAML, draft lines) only fill `Medicine`; names, doses and dates are worked out here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from benzosafe.patient.dose import Dosage, Product, WorkedDose, work_out_dose
from benzosafe.patient.dose_part import tenfold
from benzosafe.patient.dose_timing import HOURS_TAKEN_FOR_DAYS
from benzosafe.patient.dose_units import exact
from benzosafe.patient.tables import Bounds, DataGap, Order, SourceKind
from benzosafe.patient.timeline import Decided, OrderTimes, decide_active

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge
    from benzosafe.knowledge.names import Code, NameIndex, Resolution

LIQUID_FORMS = ("oral solution", "injection")
PER_VOLUME = re.compile(r"(?:/|\bper)\s*(\d+(?:[.,]\d+)?)?\s*ml\b", re.IGNORECASE)
STRENGTH = re.compile(r"\d\s*(?:mg|mcg|ug|µg|g)\b", re.IGNORECASE)
ALARMS = (
    "not above zero", "factor of ten", "equals the whole day's dose", "above its own maximum", HOURS_TAKEN_FOR_DAYS
)  # fmt: skip


@dataclass(frozen=True)
class Medicine:
    """One medicine entry: what was written, its codes (system URI, code), dosage, dates and links.

    `strength_mg` is given only where the record states it itself (Medication.ingredient.strength); otherwise the
    strength comes from the product code or the text.
    """

    order_id: str
    text: str
    times: OrderTimes
    codes: tuple[Code, ...] = ()
    dosages: tuple[Dosage, ...] = ()
    directions: str = ""
    strength_mg: float | None = None
    route: str | None = None
    form: str | None = None
    indication_text: str = ""
    indication_codes: tuple[Code, ...] = ()
    same_as: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def source(self) -> SourceKind:
        """Which kind of record it came from."""
        return self.times.kind


def orders_of(medicine: Medicine, knowledge: Knowledge, on: date) -> tuple[list[Order], list[DataGap]]:
    """One order per ingredient; an unresolved name gives one order without ingredient and a listed gap."""
    found = knowledge.names.resolve(medicine.text, medicine.codes)
    other_strength, strength_conflicts = _other_strength(medicine, found, knowledge.names)
    orders: list[Order] = []
    for place in range(max(len(found.ingredients), 1)):
        product = product_of(medicine, found, place)
        worked = work_out_dose(medicine.dosages, product, directions=medicine.directions)
        if other_strength is not None:
            other = replace(product, strength_mg=other_strength)
            worked = _covering(worked, work_out_dose(medicine.dosages, other, directions=medicine.directions))
        decided = decide_active(_with_course(medicine.times, worked), on)
        order = _order(medicine, found, place, (product, worked, decided), knowledge)
        if strength_conflicts:
            order = replace(order, conflicts=(*order.conflicts, *strength_conflicts))
        orders.append(order)
    return orders, [*_unresolved(medicine, found), *_gaps(orders)]


def product_of(medicine: Medicine, found: Resolution, place: int) -> Product:
    """What one unit of the product holds of the ingredient at that place [mg]."""
    strength = _at(found.strengths_mg, place)
    if medicine.strength_mg is not None and len(found.ingredients) <= 1:
        strength = medicine.strength_mg
    others = tuple(s for i, s in enumerate(found.strengths_mg) if i != place)
    form = found.form or (medicine.form.lower() if medicine.form else None)
    per_ml = _per_ml(medicine.text, found)
    return Product(strength, form, per_ml, _at(found.rates_mg_per_h, place), others, medicine.text)


def _at(values: tuple[float | None, ...], place: int) -> float | None:
    return values[place] if place < len(values) else None


def _per_ml(text: str, found: Resolution) -> float | None:
    """The volume [mL] the strength is in: '5 mg/5 mL' on the label; a product code always means one mL."""
    written = PER_VOLUME.search(text)
    if written:
        return float(written[1].replace(",", ".")) if written[1] else 1.0
    return 1.0 if found.form in LIQUID_FORMS and found.by_code else None


def _with_course(times: OrderTimes, worked: WorkedDose) -> OrderTimes:
    """'for 10 days' in the directions ends the order, unless the record states its length itself."""
    return replace(times, duration_days=worked.duration_days) if times.duration_days is None else times


def _order(
    medicine: Medicine, found: Resolution, place: int, parts: tuple[Product, WorkedDose, Decided], knowledge: Knowledge
) -> Order:
    product, worked, decided = parts
    ingredient = found.ingredients[place] if found.ingredients else None
    several = len(found.ingredients) > 1
    by_text, by_code = _named(ingredient, found)
    times = medicine.times
    why = medicine.indication_text or worked.purpose
    return Order(
        order_id=f"{medicine.order_id}#{ingredient}" if several else medicine.order_id,
        text=medicine.text, ingredient=ingredient, source=medicine.source,
        codes=tuple(f"{system}|{code}" for system, code in medicine.codes),
        code_ingredient=by_code, text_ingredient=by_text, strength_mg=product.strength_mg,
        route=medicine.route or worked.route or found.route, form=product.form, status=times.status,
        dose_mg_single=worked.dose_mg_single, times_per_day=worked.times_per_day,
        dose_mg_per_day=worked.dose_mg_per_day, days_per_week=worked.days_per_week, prn=worked.prn,
        sig=worked.sig, sig_reading=worked.sig_reading,
        active=decided.active, active_because=decided.because, start_on=decided.start_on, end_on=decided.end_on,
        supply_ends_on=decided.supply_ends_on, days_supply=times.days_supply, refills=times.refills,
        supplies=times.supplies, same_as=medicine.same_as,
        indication=next(iter(knowledge.concepts.conditions(why, medicine.indication_codes)), None), indication_text=why,
        conflicts=(*_name_conflicts(found), *worked.conflicts), problems=(*medicine.problems, *worked.problems),
    )  # fmt: skip


def _named(ingredient: str | None, found: Resolution) -> tuple[str | None, str | None]:
    """What the text and what the code call this ingredient; silent where one of them names only a part."""
    apart = set(found.by_text).isdisjoint(found.by_code)

    def named(names: tuple[str, ...]) -> str | None:
        if ingredient in names:
            return ingredient
        return " + ".join(names) or None if apart else None

    return named(found.by_text), named(found.by_code)


def _name_conflicts(found: Resolution) -> list[str]:
    conflicts = [f"the text names two medicines: {found.conflict}"] if found.conflict else []
    if found.by_text and found.by_code and set(found.by_text).isdisjoint(found.by_code):
        text, code = " + ".join(found.by_text), " + ".join(found.by_code)
        conflicts.append(f"the text says {text}, the code means {code}; the code is used")
    return conflicts


def _covering(one: WorkedDose, other: WorkedDose) -> WorkedDose:
    """Both doses as one range."""
    single, a_day = (
        Bounds(min(a.low, b.low), max(a.high, b.high)) if a and b else a or b
        for a, b in ((one.dose_mg_single, other.dose_mg_single), (one.dose_mg_per_day, other.dose_mg_per_day))
    )
    return replace(one, dose_mg_single=single, dose_mg_per_day=a_day)


def _other_strength(medicine: Medicine, found: Resolution, names: NameIndex) -> tuple[float | None, list[str]]:
    """The strength in the name [mg], where the code or the record states another."""
    several = len(STRENGTH.findall(medicine.text)) != 1  # salts of one ingredient add up, and a dose may stand beside
    if len(found.ingredients) != 1 or several or found.form in LIQUID_FORMS or PER_VOLUME.search(medicine.text):
        return None, []
    by_text = _at(names.resolve(medicine.text).strengths_mg, 0) if found.by_text == found.ingredients else None
    other, whose = _at(found.strengths_mg, 0), "code"
    if medicine.strength_mg is not None:
        other, whose = medicine.strength_mg, "record"
    if not by_text or not other or other <= 0 or by_text == other:
        return None, []
    apart = tenfold(exact(by_text), exact(other))
    return by_text, [f"the text says {by_text:g} mg, the {whose} {other:g} mg{apart}; both are kept"]


def _unresolved(medicine: Medicine, found: Resolution) -> list[DataGap]:
    if found.ingredients or not (medicine.text or medicine.codes):
        return []
    near = f"; near names, not taken for it: {', '.join(found.suggestions)}" if found.suggestions else ""
    name = medicine.text or " ".join("|".join(code) for code in medicine.codes)
    return [DataGap(medicine.order_id, f"'{name}' is not a medicine known here{near}", "unresolved_drug", name)]


def _gaps(orders: list[Order]) -> list[DataGap]:
    """Doses that cannot be right or could not be read, of whatever may still be taken."""
    gaps: list[DataGap] = []
    for order in orders:
        for problem in order.problems if order.active is not False else ():
            if any(alarm in problem for alarm in ALARMS):
                gaps.append(DataGap(order.order_id, problem, "implausible", order.text))
            elif problem.startswith("directions not understood"):
                gaps.append(DataGap(order.order_id, problem, "unreadable", order.sig))
    return gaps
