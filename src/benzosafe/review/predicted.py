"""The predicted change of exposure behind a finding: ratio with its interval, the dose it is like, what it rests on."""

from __future__ import annotations

from math import isfinite, sqrt
from typing import TYPE_CHECKING, Any

from benzosafe.facts.exposure_change import change_of, names_acting_on
from benzosafe.facts.frame import Frame
from benzosafe.patient.tables import Bounds, Order

if TYPE_CHECKING:
    from benzosafe.exposure.interval import Interval

READS = frozenset({"order_exposure_ratio", "order_exposure_ratio_typical"})


def predicted(frame: Frame, order: int, *, dose_advice: bool = True) -> dict[str, Any] | None:
    """The prediction for one order as plain data; None when nothing acts on it or it cannot be predicted.

    dose_advice: name the doses that would keep the exposure there was.
    """
    from benzosafe.exposure.foundation import foundation

    change = change_of(frame)
    cases = change.cases.get(order)
    ratio = _ratio(frame, order)
    if cases is None or ratio is None:
        return None
    basis = foundation(frame.knowledge, cases[0])
    mg = most_mg_per_day(frame.orders[order])
    kept = kept_mg_per_day(frame, order) if dose_advice else None
    found: dict[str, Any] = {
        "ingredient": frame.orders[order].ingredient,
        "beside": names_acting_on(frame, order),
        "auc_ratio": ratio.as_dict(),
        "mg_per_day": mg,
        "like_mg_per_day": None if mg is None else _times(ratio, mg).as_dict(),
        "keeps_exposure_mg_per_day": [kept.low, kept.high] if kept is not None and kept.low <= kept.high else None,
        "analytes": [{"analyte": name, "auc_ratio": own.as_dict()} for name, own in basis.analytes],
        "rests_on": list(basis.rests_on),
        "transferred": basis.transferred,
        "assumed": list(basis.assumed) + (["taken by mouth or otherwise: not known"] if len(cases) > 1 else []),
    }
    return {**found, "words": _words(found, ratio, mg, kept)}


def _ratio(frame: Frame, order: int) -> Interval | None:
    from benzosafe.exposure.interval import Interval

    change = change_of(frame)
    ends = [float(x[order]) for x in (change.typical.low, change.typical.high, change.ratio.low, change.ratio.high)]
    return Interval(sqrt(ends[0] * ends[1]), ends[2], ends[3]) if all(isfinite(end) for end in ends) else None


def _times(ratio: Interval, factor: float) -> Interval:
    from benzosafe.exposure.interval import Interval

    return Interval(ratio.value * factor, ratio.low * factor, ratio.high * factor)


def most_mg_per_day(order: Order) -> float | None:
    """The most an order allows in a day [mg], when it is known."""
    dose = order.dose_mg_per_day
    return dose.high if dose is not None and isfinite(dose.high) and dose.high > 0 else None


def kept_mg_per_day(frame: Frame, order: int) -> Bounds | None:
    """Doses that would keep the exposure there was before others raised it [mg/d]: a range, inside the label maximum.

    None when nothing surely raises it enough, or the dose is not known. The lower end is above the upper one when even
    the smallest marketed amount is too much.
    """
    from benzosafe.facts.label import label_limits

    ratio, mg = _ratio(frame, order), most_mg_per_day(frame.orders[order])
    enough = frame.knowledge.parameters["inhibitor_weak_auc_ratio_from"].lowest
    if ratio is None or mg is None or ratio.low <= 1.0 or ratio.value < enough:
        return None
    widest = float(label_limits(frame, "max_mg_per_day")[1][order])
    most = min(mg / ratio.low, widest) if isfinite(widest) else mg / ratio.low
    smallest = smallest_dose_mg(frame, frame.orders[order].ingredient or "")
    least, most = (float(f"{dose:.2g}") for dose in (min(mg / ratio.high, most), most))
    return Bounds(max(least, smallest), most)


def doses_keeping_exposure(frame: Frame, row: int) -> dict[str, Bounds]:
    """For each drug in a row that others raise, the doses that keep its exposure [mg/d].

    Only where one order of it is active and a marketed amount is small enough.
    """
    found: dict[str, Bounds] = {}
    here = frame.orders_of_row(row)
    for order in [order for order in change_of(frame).cases if order in here]:
        name, kept = frame.orders[order].ingredient or "", kept_mg_per_day(frame, order)
        alone = sum(frame.orders[i].ingredient == name and frame.orders[i].active is not False for i in here) == 1
        if kept is not None and kept.low <= kept.high and alone:
            found[name] = kept
    return found


def smallest_dose_mg(frame: Frame, ingredient: str) -> float:
    """The smallest amount a marketed form allows [mg], half a tablet where it is scored; 0 for a liquid or unknown."""
    drug = frame.knowledge.drugs.get(ingredient)
    forms = drug.benzodiazepine.products if drug and drug.benzodiazepine else ()
    if any("per mL" in form.form for form in forms):
        return 0.0
    return min((min(form.strengths_mg) / (2 if form.scored == "yes" else 1) for form in forms), default=0.0)


def _words(found: dict[str, Any], ratio: Interval, mg: float | None, kept: Bounds | None) -> str:
    from benzosafe.exposure.interval import Interval

    name, others = found["ingredient"], " and ".join(found["beside"])
    like = f": {_mg(mg)} mg a day act like {_times(ratio, mg)}" if mg is not None else ""
    words = [f"Predicted at full effect of {others}: {ratio} times the usual exposure to {name}{like}."]
    if len(found["analytes"]) > 1:  # else the drug itself is all there is
        each = (f"{item['analyte']} {Interval(**item['auc_ratio'])}" for item in found["analytes"])
        words.append(f"That is the drug and its active metabolites together, by amount: {', '.join(each)}.")
    if kept is not None and kept.low > kept.high:
        words.append("No marketed amount is small enough to make up for it.")
    elif kept is not None:
        words.append(f"Between {_mg(kept.low)} and {_mg(kept.high)} mg a day would make up for it.")
    if found["transferred"]:
        words.append("This is carried over from related drugs or test tubes, not measured.")
    if found["assumed"]:
        words.append(f"Assumed: {'; '.join(found['assumed'])}.")
    return " ".join(words)


def _mg(number: float) -> str:
    return f"{number:.3g}"
