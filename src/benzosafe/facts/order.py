"""Facts about one order: its dose against its label, its metabolism, whether text and code agree."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np

from benzosafe.facts.catalog import ROLES
from benzosafe.facts.column import Ints, Number, Truth, Word
from benzosafe.facts.exposure import _days_per_week
from benzosafe.facts.frame import Frame
from benzosafe.facts.label import label_limits
from benzosafe.facts.registry import FACTS, Fact, fact
from benzosafe.patient.tables import Order


def _words(frame: Frame, pick: Callable[[Order], str | None]) -> Word:
    return Word.of([pick(order) for order in frame.orders])


def _truth(frame: Frame, test: Callable[[Order], bool | None]) -> Truth:
    return Truth.of([test(order) for order in frame.orders])


@fact(per="order")
def ingredient(frame: Frame) -> Word:
    """The order's ingredient (INN)."""
    return Word.exactly(frame.ingredient, frame.catalog.vocabulary)


@fact(per="order")
def order_dose_mg_per_day(frame: Frame) -> Number:
    """The order's daily dose, from the least to the most it allows [mg/d]."""
    return frame.dose_per_day


@fact(per="order")
def order_dose_mg_single(frame: Frame) -> Number:
    """The order's single dose [mg]."""
    return frame.dose_single


@fact(per="order")
def order_dose_mg_per_kg_per_day(frame: Frame) -> Number:
    """The order's daily dose for each kilogram of body weight [mg/kg/d]."""
    dose = frame.dose_per_day
    weight = frame.number("weight_kg").take(frame.order_row)
    known = weight.low > 0
    heavy, light = np.where(known, weight.high, 1.0), np.where(known, weight.low, 1.0)
    return Number(np.where(known, dose.low / heavy, 0.0), np.where(known, dose.high / light, np.inf))


@fact(per="order")
def order_share_of_label_max(frame: Frame) -> Number:
    """Daily dose over the label's daily maximum for its indication, age and route [1]."""
    return _share(frame, "max_mg_per_day", order_dose_mg_per_day(frame))


@fact(per="order")
def order_single_share_of_label_max(frame: Frame) -> Number:
    """Single dose over the label's maximum single dose [1]."""
    return _share(frame, "max_mg_single", order_dose_mg_single(frame))


@fact(per="order")
def order_share_of_label_max_per_kg(frame: Frame) -> Number:
    """Daily dose by weight over the label's maximum by weight [1]."""
    return _share(frame, "max_mg_per_kg_per_day", order_dose_mg_per_kg_per_day(frame))


def _share(frame: Frame, field: str, dose: Number) -> Number:
    """The most the order allows, over the widest and over the narrowest limit that may hold."""
    narrowest, widest = label_limits(frame, field)
    known = ~np.isnan(widest) & np.isfinite(dose.high)
    low = np.where(known, dose.high / np.where(known, widest, 1.0), -np.inf)
    high = np.where(known, dose.high / np.where(known, narrowest, 1.0), np.inf)
    return Number(low, high)


@fact(per="order")
def order_label_max_known(frame: Frame) -> Truth:
    """A label maximum is known for the order's ingredient, indication, age and route."""
    daily, weight = label_limits(frame, "max_mg_per_day")[1], label_limits(frame, "max_mg_per_kg_per_day")[1]
    return Truth.known(~np.isnan(daily) | ~np.isnan(weight))


@fact(per="order")
def order_days_of_use(frame: Frame) -> Number:
    """Days of continuous use of this ingredient up to the review date [d]."""
    days = np.maximum(frame.days_taken, 0.0)
    unknown = np.isnan(days)
    return Number(np.where(unknown, 0.0, days), np.where(unknown, np.inf, days))


@fact(per="order")
def order_days_per_week(frame: Frame) -> Number:
    """Days a week on which the order is taken [d/wk]."""
    return Number.of([_days_per_week(order.days_per_week, order.prn) for order in frame.orders])


@fact(per="order")
def order_route(frame: Frame) -> Word:
    """Route of the order; a benzodiazepine or Z-drug for which none is written is taken as oral."""
    # JUDGEMENT: nearly every outpatient order; drugs that are mostly injected stay unknown.
    swallowed = frame.member("bzra") & ~frame.member("midazolam") & ~frame.member("remimazolam")
    return Word.of([
        order.route or ("oral" if oral else None) for order, oral in zip(frame.orders, swallowed, strict=True)
    ])  # fmt: skip


@fact(per="order")
def order_indication(frame: Frame) -> Word:
    """The stated reason of the order as a condition concept."""
    return _words(frame, lambda order: order.indication)


@fact(per="order")
def order_prn(frame: Frame) -> Truth:
    """The order is taken as needed."""
    return _truth(frame, lambda order: order.prn)


@fact(per="order")
def order_prn_maximum_stated(frame: Frame) -> Truth:
    """An as-needed order states how much may be taken in a day."""
    return _truth(frame, lambda o: o.dose_mg_per_day is not None and isfinite(o.dose_mg_per_day.high))


@fact(per="order")
def order_dose_known(frame: Frame) -> Truth:
    """The order's daily dose could be worked out."""
    return _truth(frame, lambda o: o.dose_mg_per_day is not None and isfinite(o.dose_mg_per_day.high))


@fact(per="order")
def order_half_life_h(frame: Frame) -> Number:
    """Elimination half-life range of the ingredient [h]."""
    low, high = (table[frame.ingredient] for table in frame.catalog.half_life_h)
    return Number(np.nan_to_num(low, nan=-np.inf), np.nan_to_num(high, nan=np.inf))


@fact(per="order")
def order_long_acting(frame: Frame) -> Truth:
    """The ingredient is a long-acting benzodiazepine."""
    return _by_drug(frame, lambda facts: facts.duration == "long")


@fact(per="order")
def order_short_acting(frame: Frame) -> Truth:
    """The ingredient is a short or ultra-short acting benzodiazepine or Z-drug."""
    return _by_drug(frame, lambda facts: facts.duration in ("short", "ultra-short"))


@fact(per="order")
def order_has_active_metabolite(frame: Frame) -> Truth:
    """The ingredient leaves an active metabolite."""
    return _by_drug(frame, lambda facts: bool(facts.active_metabolites))


def _by_drug(frame: Frame, test: Callable[..., bool]) -> Truth:
    flags = np.zeros(len(frame.catalog.ingredients) + 1, bool)
    for name in {order.ingredient or "" for order in frame.orders}:
        drug = frame.knowledge.drugs.get(name)
        if drug and drug.benzodiazepine:
            flags[frame.catalog.index[name]] = test(drug.benzodiazepine)
    yes = flags[frame.ingredient]
    return Truth(yes, ~yes & (frame.ingredient >= 0))


@fact(per="order")
def order_text_and_code_disagree(frame: Frame) -> Truth:
    """The order's text names one ingredient and its code, or a brand beside it, another."""

    def disagree(order: Order) -> bool:
        both = order.text_ingredient and order.code_ingredient
        return bool(both and order.text_ingredient != order.code_ingredient) or any(
            "names two medicines" in conflict for conflict in order.conflicts
        )

    return _truth(frame, disagree)


@fact(per="order")
def order_text_ingredient(frame: Frame) -> Word:
    """The ingredient the order's text names."""
    return _words(frame, lambda order: order.text_ingredient)


@fact(per="order")
def order_code_ingredient(frame: Frame) -> Word:
    """The ingredient the order's code means."""
    return _words(frame, lambda order: order.code_ingredient)


@fact(per="order")
def order_look_alike_active(frame: Frame) -> Truth:
    """Another order taken at the same time has a name that has been mistaken for this one's."""
    return Truth.known(_look_alike(frame) >= 0)


@fact(per="order")
def order_look_alike_partner(frame: Frame) -> Word:
    """The ingredient whose name has been mistaken for this one's, taken at the same time."""
    return Word.exactly(_look_alike(frame), frame.catalog.vocabulary)


def _look_alike(frame: Frame) -> Ints:
    """Ingredient number of each order's look-alike partner in its row; -1 where there is none."""
    partner = np.full(len(frame.orders), -1, np.int64)
    active = frame.certainly_active
    listed = {*frame.ingredient.tolist()}
    for mine, other in frame.catalog.look_alikes:
        if mine in listed and other in listed:
            beside = frame.any_row((frame.ingredient == other) & active)[frame.order_row]
            partner[(frame.ingredient == mine) & active & beside] = other
    return partner


@fact(per="order")
def order_same_ingredient_active(frame: Frame) -> Truth:
    """Another order taken at the same time holds the same ingredient, perhaps under another name or strength."""
    key = frame.order_row * (len(frame.catalog.ingredients) + 1) + frame.ingredient
    counted = frame.certainly_active & (frame.ingredient >= 0)
    names, counts = np.unique(key[counted], return_counts=True)
    twice = np.isin(key, names[counts > 1]) & counted
    return Truth(twice, ~twice & (frame.ingredient >= 0))


@fact(per="order")
def order_tenfold_suspected(frame: Frame) -> Truth:
    """The daily dose is far above the label maximum, and a tenth of it would be usual: a slipped decimal point."""
    limit = frame.knowledge.parameters["tenfold_suspect_share"].lowest
    share = order_share_of_label_max(frame)
    dose = order_dose_mg_per_day(frame)
    usual = share.low / 10.0 <= 1.0
    return Truth.known((share.low >= limit) & usual & np.isfinite(dose.high))


@fact(per="order")
def order_daily_given_as_single_suspected(frame: Frame) -> Truth:
    """A whole day's dose seems written for each single dose: the day exceeds the label, one dose would not."""
    share = order_share_of_label_max(frame)
    times = frame.times_per_day
    several = times.low >= 2.0
    nearly_a_day = frame.knowledge.parameters["daily_as_single_share"].lowest
    with np.errstate(invalid="ignore"):
        one = share.low / np.maximum(times.low, 1.0)
    return Truth.known(several & (share.low > 1.0) & (one >= nearly_a_day) & (one <= 1.0))


@fact(per="order")
def order_contraindicated_by_label(frame: Frame) -> Truth:
    """A condition that a label of this ingredient names as a contraindication is present."""
    yes, maybe = np.zeros(len(frame.orders), bool), np.zeros(len(frame.orders), bool)
    for name in {order.ingredient or "" for order in frame.orders}:
        drug = frame.knowledge.drugs.get(name)
        if drug is None or drug.benzodiazepine is None:
            continue
        mine = frame.ingredient == frame.catalog.index[name]
        for concept in {item.condition for item in drug.benzodiazepine.contraindications}:
            state = frame.truth(concept).take(frame.order_row)
            yes |= mine & state.yes
            maybe |= mine & ~state.no
    return Truth(yes, ~yes & ~maybe)


def _register_role(enzyme: str) -> None:
    name = f"{enzyme}_role"
    meaning = f"What {enzyme.upper()} does for the clearance of the order's ingredient: major, minor or none."

    def role(frame: Frame) -> Word:
        return Word.exactly(frame.catalog.roles[enzyme][frame.ingredient], ROLES)

    FACTS[name] = Fact(name, role, "order", (), meaning)


for _enzyme in ("cyp3a4", "cyp2c19", "cyp1a2", "cyp2d6", "ugt2b15"):
    _register_role(_enzyme)
