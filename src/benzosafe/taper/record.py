"""A plan as plain data and back: what is printed as JSON, kept on file, and read again when it is revised."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.taper.plan import Override, Pace, TaperPlan, TaperStep
from benzosafe.taper.product import UG_PER_MG, Dose, Portion, Product

SCHEMA = "benzosafe.taper/1"


def plan_data(plan: TaperPlan) -> dict[str, Any]:
    """A plan as JSON: doses in mg, shares as fractions of 1, dates as YYYY-MM-DD, and the proof of every step."""
    return {
        "schema": SCHEMA,
        "status": "draft",
        "drug": plan.drug,
        "pace": {"share": float(plan.pace.share), "days": plan.pace.days},
        "shape": plan.shape,
        "target_mg_per_day": _mg(plan.target_ug),
        "before": {"mg_per_day": _mg(plan.before_ug), "doses": [_dose(dose) for dose in plan.before]},
        "days": plan.days,
        "products": [_product(product) for product in plan.products],
        "steps": [_step(step) for step in plan.steps],
        "within_limit": plan.within_limit,
        "override": {"by": plan.override.by, "reason": plan.override.reason} if plan.override else None,
        "notes": list(plan.notes),
    }


def plan_of(data: Any, where: str) -> TaperPlan:
    """A plan from its JSON; InputRefused names the field that is missing or wrong."""
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise InputRefused(
            f"is not a taper plan ({SCHEMA}).", where=where,
            next_step="Write one with: benzosafe taper PATIENT --format json --out plan.json",
        )  # fmt: skip
    try:
        return _plan(data)
    except (KeyError, TypeError, ValueError, AssertionError, IndexError) as error:
        raise InputRefused(
            f"a field is missing or wrong: {error}.", where=where, next_step="Use the file as it was written."
        ) from None


def _plan(data: dict[str, Any]) -> TaperPlan:
    override = data["override"]
    return TaperPlan(
        data["drug"], tuple(_dose_of(item) for item in data["before"]["doses"]),
        tuple(_step_of(item) for item in data["steps"]), Pace(_share(data["pace"]["share"]), data["pace"]["days"]),
        data["shape"], _ug(data["target_mg_per_day"]), tuple(_product_of(item) for item in data["products"]),
        tuple(data["notes"]), Override(override["by"], override["reason"]) if override else None, data["within_limit"],
    )  # fmt: skip


def _step(step: TaperStep) -> dict[str, Any]:
    return {
        "number": step.number, "starts_on": step.starts_on.isoformat(), "ends_on": step.ends_on.isoformat(),
        "days": step.days, "wanted_mg_per_day": _mg(step.wanted_ug), "delivered_mg_per_day": _mg(step.delivered_ug),
        "doses": [_dose(dose) for dose in step.doses], "change_from_step_before": _rounded(-step.fall),
        "rolling_change": _rounded(-step.rolling_fall), "stop": step.stop,
        "exact_fall": [str(step.fall), str(step.rolling_fall)],
    }  # fmt: skip


def _step_of(item: dict[str, Any]) -> TaperStep:
    fall, rolling = (Fraction(text) for text in item["exact_fall"])
    return TaperStep(
        item["number"], date.fromisoformat(item["starts_on"]), int(item["days"]), _ug(item["wanted_mg_per_day"]),
        tuple(_dose_of(dose) for dose in item["doses"]), fall, rolling, bool(item["stop"]),
    )  # fmt: skip


def _dose(dose: Dose) -> dict[str, Any]:
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


def _dose_of(item: dict[str, Any]) -> Dose:
    return Dose(float(item["at_h"]), tuple(_portion_of(part) for part in item["take"]))


def _portion_of(part: dict[str, Any]) -> Portion:
    product = _product_of(part["of"])
    if product.liquid:
        return Portion(product, hundredths_ml=round(part["ml"] * 100))
    return Portion(product, half_units=round(part["units"] * 2))


def _product(product: Product) -> dict[str, Any]:
    return {
        "form": product.form, "strength_mg": _mg(product.strength_ug), "per": "mL" if product.liquid else "unit",
        "halves": product.halves, "country": product.country, "source": product.source,
        "confidence": product.confidence,
    }  # fmt: skip


def _product_of(item: dict[str, Any]) -> Product:
    return Product(
        item["form"], _ug(item["strength_mg"]), item["halves"], item["country"], item["source"], item["confidence"]
    )


def _mg(amount_ug: int) -> float:
    return amount_ug / UG_PER_MG


def _ug(mg: float) -> int:
    return round(mg * UG_PER_MG)


def _share(number: float) -> Fraction:
    return Fraction(str(number))


def _rounded(share: Fraction) -> float:
    return round(float(share), 4)
