"""A plan as plain data and back: what is printed as JSON, kept on file, and read again when it is revised."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, get_args

from benzosafe.errors import InputRefused
from benzosafe.taper.plan import Override, Pace, Shape, TaperPlan, TaperStep
from benzosafe.taper.product import UG_PER_MG, Dose, Portion, Product
from benzosafe.taper.record_fields import Fields

SCHEMA = "benzosafe.taper/1"
_MOST_DAYS = 36_600  # JUDGEMENT: a hundred years; longer is a slip


def plan_data(plan: TaperPlan) -> dict[str, Any]:
    """A plan as JSON: doses in mg, shares as fractions of 1, dates as YYYY-MM-DD, and the proof of every step."""
    return {
        "schema": SCHEMA,
        "status": "draft",
        "drug": plan.drug,
        "pace": {"share": float(plan.pace.share), "days": plan.pace.days},
        "shape": plan.shape,
        "target_mg_per_day": _mg(plan.target_ug),
        "before": {"mg_per_day": _mg(plan.before_ug), "doses": [dose_data(dose) for dose in plan.before]},
        "days": plan.days,
        "products": [_product(product) for product in plan.products],
        "steps": [_step(step) for step in plan.steps],
        "within_limit": plan.within_limit,
        "override": {"by": plan.override.by, "reason": plan.override.reason} if plan.override else None,
        "notes": list(plan.notes),
    }


def plan_of(data: Any, where: str) -> TaperPlan:
    """A plan from its JSON; InputRefused names the field that is missing, wrong or out of range.

    What only knowledge can tell (drug, limit, proof) is checked in `follow_record.read_plan`.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise InputRefused(
            f"is not a taper plan ({SCHEMA}).", where=where,
            next_step="Write one with: benzosafe taper PATIENT --format json --out plan.json",
        )  # fmt: skip
    return _plan(Fields(data, "", where))


def _plan(data: Fields) -> TaperPlan:
    if data.text("shape") not in get_args(Shape):
        data.refuse("shape", f"is none of {', '.join(get_args(Shape))}")
    pace = data.group("pace")
    own = data.group("override") if data.given("override") is not None else None
    return TaperPlan(
        data.text("drug"), tuple(dose_of(item) for item in data.group("before").listed("doses")),
        tuple(_step_of(item) for item in data.listed("steps")),
        Pace(pace.fraction("share"), pace.whole("days", 1, _MOST_DAYS)), data.data["shape"],
        data.ug("target_mg_per_day"), tuple(_product_of(item) for item in data.listed("products")),
        data.texts("notes"), Override(own.text("by"), own.text("reason")) if own else None, data.flag("within_limit"),
    )  # fmt: skip


def _step(step: TaperStep) -> dict[str, Any]:
    return {
        "number": step.number, "starts_on": step.starts_on.isoformat(), "ends_on": step.ends_on.isoformat(),
        "days": step.days, "wanted_mg_per_day": _mg(step.wanted_ug), "delivered_mg_per_day": _mg(step.delivered_ug),
        "doses": [dose_data(dose) for dose in step.doses], "change_from_step_before": _rounded(-step.fall),
        "rolling_change": _rounded(-step.rolling_fall), "stop": step.stop,
        "exact_fall": [str(step.fall), str(step.rolling_fall)],
    }  # fmt: skip


def _step_of(item: Fields) -> TaperStep:
    fall, rolling = item.fractions("exact_fall", 2)
    step = TaperStep(
        item.whole("number", 1, _MOST_DAYS), item.day("starts_on"), item.whole("days", 1, _MOST_DAYS),
        item.ug("wanted_mg_per_day"), tuple(dose_of(dose) for dose in item.listed("doses")), fall, rolling,
        item.flag("stop"),
    )  # fmt: skip
    if step.starts_on.toordinal() + step.days > date.max.toordinal():
        item.refuse("days", "goes beyond the last year of the calendar")
    return step


def dose_data(dose: Dose) -> dict[str, Any]:
    """A dose as JSON: its hour, mg, and every portion with its product, in numbers and in words."""
    return {
        "at_h": dose.at_h, "mg": _mg(dose.amount_ug),
        "take": [
            {
                "product": portion.product.name,
                "units": portion.half_units / 2 if not portion.product.liquid else None,
                "ml": portion.hundredths_ml / 100 if portion.product.liquid else None, "words": portion.words,
                "of": _product(portion.product),
            }
            for portion in dose.portions
        ],
    }  # fmt: skip


def dose_of(item: Fields) -> Dose:
    """A dose from its JSON; what it states in mg is compared with its portions by whoever reads the plan."""
    return Dose(item.number("at_h", 0.0, 24.0), tuple(_portion_of(part) for part in item.listed("take")))


def _portion_of(part: Fields) -> Portion:
    product = _product_of(part.group("of"))
    if product.liquid:
        portion = Portion(product, hundredths_ml=part.parts("ml", 100))
        exact = product.strength_ug * portion.hundredths_ml % 100 == 0
    else:
        portion = Portion(product, half_units=part.parts("units", 2))
        exact = product.strength_ug * portion.half_units % 2 == 0
    if not exact:
        part.refuse("ml" if product.liquid else "units", "holds a fraction of a microgram")
    return portion


def _product(product: Product) -> dict[str, Any]:
    return {
        "form": product.form, "strength_mg": _mg(product.strength_ug), "per": "mL" if product.liquid else "unit",
        "halves": product.halves, "country": product.country, "source": product.source,
        "confidence": product.confidence,
    }  # fmt: skip


def _product_of(item: Fields) -> Product:
    return Product(
        item.text("form"), item.ug("strength_mg", zero=False), item.flag("halves"), item.text("country"),
        item.text("source"), item.text("confidence"),
    )  # fmt: skip


def _mg(amount_ug: int) -> float:
    return amount_ug / UG_PER_MG


def _rounded(share: Fraction) -> float:
    return round(float(share), 4)
