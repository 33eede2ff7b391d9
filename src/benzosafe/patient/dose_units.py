"""From an amount in any unit to milligrams of the ingredient, or the reason why that cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from benzosafe.patient.directions_vocabulary import PHRASES, Unit
from benzosafe.patient.tables import Bounds

Limits = tuple[Decimal, Decimal]

HOURS_A_DAY = 24
UCUM = {"[drp]": "drop", "[iu]": "unit", "[tsp_us]": "tsp", "[tbs_us]": "tbsp", "cap": "capsule"}
BARE = ("", "1", "each", "ea", "count", "unity")
MG = {"mg": Decimal(1), "mcg": Decimal("0.001"), "g": Decimal(1000)}
SOLID = ("tablet", "capsule", "suppository", "film", "lozenge", "ampoule", "sachet", "puff", "spray")
# JUDGEMENT: a number without a unit counts tablets only up to here; '50' beside a 50 mg tablet is milligrams or a slip.
MOST_BARE_UNITS = 6
# Parts and multiples of a tablet by which '10 mg' of a 5 mg / 325 mg product can be told to be two tablets.
TABLET_COUNTS = tuple(Decimal(n) / 2 for n in (1, 2, 3, 4, 5, 6, 8))


@dataclass(frozen=True)
class Product:
    """What one unit of the product holds [mg] of the ingredient in question.

    `strength_mg` is mg per tablet (capsule, spray ...) or, for a liquid, mg per `per_ml` mL; `rate_mg_per_h` is what a
    patch releases. `other_strengths_mg` are those of the other ingredients of a combination product.
    """

    strength_mg: float | None = None
    form: str | None = None
    per_ml: float | None = None
    rate_mg_per_h: float | None = None
    other_strengths_mg: tuple[float | None, ...] = ()
    text: str = ""

    @property
    def strength(self) -> Decimal | None:
        """The strength as an exact number [mg]; None when it is absent or not above zero."""
        return exact(self.strength_mg) if self.strength_mg is not None and self.strength_mg > 0 else None


@dataclass(frozen=True)
class Milligrams:
    """An amount in milligrams: of one dose, or for a patch or an infusion of a whole day; or what is in the way."""

    single: Limits | None = None
    whole_day: Limits | None = None
    problem: str = ""


def exact(value: float) -> Decimal:
    """The number as it was written, without the error of binary fractions."""
    return Decimal(repr(float(value)))


def limits(bounds: Bounds) -> Limits:
    """Exact limits."""
    return exact(bounds.low), exact(bounds.high)


def unit_named(written: str) -> Unit | None:
    """The unit a UCUM code or word means; a bare number has a unit without name; None when it is unknown."""
    plain = written.strip().lower()
    plain = UCUM.get(plain, plain.strip("{}[]").replace("μ", "u").replace("µ", "u"))
    if plain in BARE:
        return Unit("", "count")
    hit = PHRASES.get((plain,))
    return hit[1] if hit and isinstance(hit[1], Unit) else None


def to_mg(amount: Limits, written: str, product: Product) -> Milligrams:
    """Milligrams of the ingredient in the amount; `problem` names the unit or strength that is missing."""
    if amount[1] <= 0 or amount[0] < 0:
        return Milligrams(problem=f"a dose of {_plain(amount)} {written}".strip() + " is not above zero")
    top, _, per = written.partition("/")
    if per.strip().lower() in ("h", "hr", "hour"):
        return _per_hour(amount, top)
    unit = unit_named(written)
    if unit is None:
        return Milligrams(problem=f"unit '{written}' is not known, so the dose in mg is not known")
    return _of_unit(_times(amount, unit.factor), unit, product)


def _of_unit(amount: Limits, unit: Unit, product: Product) -> Milligrams:
    if unit.counts == "mass":
        return _of_mass(_times(amount, MG[unit.name]), product)
    if unit.name == "patch" or (unit.name == "" and product.form == "patch"):
        return _of_patches(amount, product)
    if unit.name == "ml":
        return _of_volume(amount, product)
    if unit.name in SOLID or unit.name == "":
        return _of_units(amount, unit.name, product)
    return Milligrams(problem=f"how many mg one {unit.name} holds is not known")


def _plain(amount: Limits) -> str:
    low, high = (f"{float(value):g}" for value in amount)
    return low if low == high else f"{low} to {high}"


def _times(amount: Limits, factor: Decimal) -> Limits:
    return amount[0] * factor, amount[1] * factor


def _per_hour(amount: Limits, written: str) -> Milligrams:
    unit = unit_named(written)
    if unit is None or unit.counts != "mass":
        return Milligrams(problem=f"unit '{written}/h' is not known, so the dose in mg is not known")
    return Milligrams(whole_day=_times(amount, MG[unit.name] * HOURS_A_DAY))


def _of_patches(amount: Limits, product: Product) -> Milligrams:
    if product.rate_mg_per_h is None or product.rate_mg_per_h <= 0:
        return Milligrams(problem="the release rate of the patch (per hour) is not known, so its dose is not known")
    return Milligrams(whole_day=_times(amount, exact(product.rate_mg_per_h) * HOURS_A_DAY))


def _of_volume(amount: Limits, product: Product) -> Milligrams:
    if product.strength is None or not product.per_ml:
        return Milligrams(problem="the concentration (mg per mL) is not stated, so mL cannot be turned into mg")
    return Milligrams(single=_times(amount, product.strength / exact(product.per_ml)))


def _of_units(amount: Limits, name: str, product: Product) -> Milligrams:
    if product.per_ml and name == "":
        return Milligrams(problem=f"'{_plain(amount)}' of a liquid has no unit (mg or mL?)")
    if name == "" and amount[1] > MOST_BARE_UNITS:
        return Milligrams(problem=f"'{_plain(amount)}' has no unit (mg or tablets?)")
    if product.strength is None:
        return Milligrams(problem=f"the strength of one {name or 'unit'} is not stated, so the dose in mg is not known")
    return Milligrams(single=_times(amount, product.strength))


def _of_mass(amount: Limits, product: Product) -> Milligrams:
    """Milligrams as they stand; of a combination product only when they can mean one ingredient alone."""
    if not product.other_strengths_mg:
        return Milligrams(single=amount)
    strengths = [product.strength, *(exact(s) if s else None for s in product.other_strengths_mg)]
    counts = {count for s in strengths if s for count in TABLET_COUNTS if s * count == amount[1]}
    if len(counts) != 1 or product.strength is None:
        return Milligrams(problem=f"it is not clear to which ingredient of the combination {_plain(amount)} mg belongs")
    count = counts.pop()
    return Milligrams(single=(amount[0] / amount[1] * count * product.strength, count * product.strength))
