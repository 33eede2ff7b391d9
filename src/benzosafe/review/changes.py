"""Changes that might help: each medicine taken away, lowered or exchanged, as further scenarios of the same batch.

A change is a direction, not an instruction: whatever causes withdrawal is only ever proposed as a gradual reduction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from benzosafe.facts.catalog import catalog_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.rule_model import Alternative
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Bounds, Observation, Order, Record

_HALF = 0.5
_SEIZURES = {"epilepsy", "seizure_history", "seizure_cluster", "status_epilepticus"}
_REDUCIBLE = ("bzra", "opioid", "gabapentinoid", "antipsychotic")
_DEPENDENCE = ("bzra", "opioid", "gabapentinoid", "barbiturate")


@dataclass(frozen=True)
class Change:
    """One change of one medicine, how it must be done, and what it costs."""

    action: str
    ingredient: str
    to: str | None
    words: str
    how: str
    why: str
    source: str
    keeps_exposure: bool = False

    @property
    def name(self) -> str:
        """The scenario's name."""
        return "change:" + " ".join(filter(None, (self.action, self.ingredient, self.to)))


_ALCOHOL_CONCEPTS = ("alcohol_status", "alcohol_drinks_per_week", "audit_c_score", "audit_score")
_NO_ALCOHOL = Change(
    "avoid", "ethanol", None, "no alcohol with these medicines", "taper",
    "after heavy daily drinking, stopping at once can be dangerous: ask first, and supervise it", "asam_2025",
)  # fmt: skip


def change_scenarios(
    base: Scenario,
    knowledge: Knowledge,
    kept: Mapping[str, Bounds] = MappingProxyType({}),
    only: Collection[str] | None = None,
) -> list[tuple[Change, Scenario]]:
    """Every single change worth trying on a regimen.

    `kept`: doses that keep the exposure others raise [mg/d]; `only`: the ingredients to change, None: all, and alcohol.
    """
    tried: list[tuple[Change, Scenario]] = []
    taken = dict.fromkeys(o.ingredient for o in base.orders if o.ingredient and o.active is not False)
    for ingredient in (name for name in taken if only is None or name in only):
        for change, orders in _changes(base, ingredient, knowledge, kept.get(ingredient)):
            tried.append((change, Scenario(change.name, base.record, orders)))
    if only is None and any(_is_drinking(item) for item in base.record.observations):
        sober = Scenario(_NO_ALCOHOL.name, _without_alcohol(base.record), base.orders)
        tried.append((_NO_ALCOHOL, sober))
    return tried


def _is_drinking(item: Observation) -> bool:
    return item.concept in _ALCOHOL_CONCEPTS and (item.category == "current" or (item.value or 0) > 0)


def _without_alcohol(record: Record) -> Record:
    kept = tuple(item for item in record.observations if item.concept not in _ALCOHOL_CONCEPTS)
    return replace(record, observations=kept, known_absent=record.known_absent | {"alcohol"})


def _changes(
    base: Scenario, ingredient: str, knowledge: Knowledge, kept: Bounds | None
) -> Iterator[tuple[Change, tuple[Order, ...]]]:
    drug = knowledge.drugs.get(ingredient)
    if drug is None:
        return
    classes = catalog_of(knowledge).classes_of(ingredient)
    how, why, source = _stopping(base, ingredient, knowledge)
    if how == "protected":
        return
    others = tuple(order for order in base.orders if order.ingredient != ingredient)
    mine = [order for order in base.orders if order.ingredient == ingredient and order.active is not False]
    # A draft that carries on a medicine already taken is not a start: withholding it would be an abrupt stop.
    new = all(order.source == "draft" and not order.continues for order in mine)
    if new:
        how, why, source = "free", "nothing has been taken yet", "house"
    action = "withhold" if new else "taper" if how == "taper" else "stop"
    yield Change(action, ingredient, None, _words(action, ingredient), how, why, source), others
    if any(group in classes for group in _REDUCIBLE):
        lowered = tuple(_lowered(o, kept) if o.ingredient == ingredient else o for o in base.orders)
        words = f"lower {ingredient} step by step {_how_far(kept)}"
        yield Change("reduce", ingredient, None, words, how, why, source, kept is not None), lowered
    for alternative in knowledge.alternatives.get(ingredient, ()):
        replacement = _replacement(base, ingredient, alternative, knowledge)
        yield _exchange(ingredient, alternative, knowledge), others + replacement


def _stopping(base: Scenario, ingredient: str, knowledge: Knowledge) -> tuple[str, str, str]:
    """How a drug may be stopped; one with no entry but a dependence class is tapered, what holds seizures is kept."""
    stopping = knowledge.drugs[ingredient].stopping
    if "antiseizure" in catalog_of(knowledge).classes_of(ingredient) and _treats_seizures(base, ingredient):
        return "protected", "it may be what prevents seizures", "label_us_general"
    if stopping:
        return stopping.how, stopping.why, stopping.source
    classes = catalog_of(knowledge).classes_of(ingredient)
    if any(group in classes for group in _DEPENDENCE):
        return "taper", "regular use may have led to physical dependence", "asam_2025"
    return "free", "no withdrawal syndrome is recorded in our knowledge", "house"


def _treats_seizures(base: Scenario, ingredient: str) -> bool:
    """Epilepsy is recorded, or the order is written for seizures."""
    recorded = any(_SEIZURES & {*item.concepts} and item.present for item in base.record.conditions)
    return recorded or any(o.indication in _SEIZURES for o in base.orders if o.ingredient == ingredient)


def _words(action: str, ingredient: str) -> str:
    if action == "withhold":
        return f"do not start {ingredient}"
    if action == "taper":
        return f"taper {ingredient} gradually, as far as the person can"
    return f"stop {ingredient}"


def _how_far(kept: Bounds | None) -> str:
    if kept is None:
        return "towards half"
    return f"to between {kept.low:.3g} and {kept.high:.3g} mg a day, which makes up for the raised exposure"


def _lowered(order: Order, kept: Bounds | None) -> Order:
    """Half of an order's dose, or the doses that keep the exposure; single doses in proportion."""
    dose, single = order.dose_mg_per_day, order.dose_mg_single
    if kept is not None and dose is not None and dose.high > 0:
        shares = kept.low / dose.high, kept.high / dose.high
        return replace(order, dose_mg_per_day=kept, dose_mg_single=_scaled(single, *shares))
    return replace(order, dose_mg_per_day=_scaled(dose, _HALF, _HALF), dose_mg_single=_scaled(single, _HALF, _HALF))


def _scaled(amount: Bounds | None, low: float, high: float) -> Bounds | None:
    return amount and Bounds(amount.low * low, amount.high * high)


def _exchange(ingredient: str, alternative: Alternative, knowledge: Knowledge) -> Change:
    is_bzra = "bzra" in catalog_of(knowledge).classes_of(ingredient)
    words = f"exchange {ingredient} for {alternative.to}" + (", crossing over gradually" if is_bzra else "")
    cost = "dose equivalence is uncertain, and the change-over itself can bring withdrawal or too much sedation"
    return Change(
        "exchange", ingredient, alternative.to, f"{words} ({alternative.why})", "taper" if is_bzra else "free",
        cost if is_bzra else "none is known", alternative.source,
    )  # fmt: skip


def _replacement(base: Scenario, ingredient: str, alternative: Alternative, knowledge: Knowledge) -> tuple[Order, ...]:
    mine = [order for order in base.orders if order.ingredient == ingredient and order.active is not False]
    already = any(order.ingredient == alternative.to and order.active is not False for order in base.orders)
    if already or not mine:
        return ()
    dose = _equivalent_dose(mine, alternative, knowledge) if alternative.dose == "equivalence" else None
    return (replace(
        mine[0], ingredient=alternative.to, text=alternative.to, text_ingredient=None, code_ingredient=None, codes=(),
        conflicts=(), dose_mg_per_day=dose, dose_mg_single=None,
    ),)  # fmt: skip


def _equivalent_dose(orders: list[Order], alternative: Alternative, knowledge: Knowledge) -> Bounds | None:
    """Daily dose of the alternative, lowest to highest over the tables that list both drugs [mg/d]."""
    catalog = catalog_of(knowledge)
    low_table, high_table = catalog.diazepam_mg_per_mg
    old, new = catalog.index[orders[0].ingredient or ""], catalog.index[alternative.to]
    doses = [order.dose_mg_per_day for order in orders]
    if any(dose is None for dose in doses) or not (low_table[old] > 0 and low_table[new] > 0):
        return None
    total_low, total_high = sum(d.low for d in doses if d), sum(d.high for d in doses if d)
    return Bounds(total_low * low_table[old] / high_table[new], total_high * high_table[old] / low_table[new])
