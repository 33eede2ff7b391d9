"""How strongly another drug acts on each enzyme: from its potency, or from its class when that is all there is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from benzosafe.errors import InputRefused, nearest
from benzosafe.exposure.draws import Draws, typical
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.enzyme import Influence
from benzosafe.kinetics.level import absorption_rate
from benzosafe.knowledge.kinetics_model import Effect, Potency
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Perpetrator as ClassEntry
from benzosafe.knowledge.model import Quantity

_SILENCED = 1e-4
_MOST_INDEX = 1e4
_DAYS_TO_GONE = 5.0  # an offset in days is read as five half-lives


@dataclass(frozen=True)
class Action:
    """One effect of one perpetrator: on which enzyme and where, and how it counts at the reference dose."""

    enzyme: str
    organ: str
    influence: Influence
    basis: str


@dataclass(frozen=True)
class Acting:
    """A perpetrator ready for kinetics; `half_life_range_h`: the ends of what its half-life may be, when known."""

    name: str
    reference_mg_per_day: float | None
    doses_per_day: int
    half_life_h: float
    ka_per_h: float
    dose_exponent: float
    actions: tuple[Action, ...]
    assumed: tuple[str, ...] = ()
    half_life_range_h: tuple[float, ...] = ()

    def dose_share(self, mg: float, mg_per_day: float) -> float:
        """One dose over the reference daily dose, bent by the dose exponent when exposure is not proportional."""
        if self.reference_mg_per_day is None:
            return mg / mg_per_day
        relative = mg_per_day / self.reference_mg_per_day
        return float(mg / self.reference_mg_per_day * relative ** (self.dose_exponent - 1.0))


def potency_of(knowledge: Knowledge, name: str, by_class: bool = False) -> Potency | tuple[ClassEntry, ...]:
    """What is known of a perpetrator: its potency, else its class entries; `by_class` skips the potency."""
    if not by_class and name in knowledge.potencies:
        return knowledge.potencies[name]
    drug = knowledge.drugs.get(name)
    if drug is not None and drug.perpetrator:
        return drug.perpetrator
    if drug is not None or knowledge.names.knows(name):
        raise InputRefused(
            "what it does to the enzymes of other drugs is not known, so no ratio can be given.", where=name,
            next_step="Not known is not the same as no interaction; ask a pharmacist.",
        )  # fmt: skip
    near = nearest(name, [*knowledge.potencies, *knowledge.drugs])
    raise InputRefused(f"no such drug.{near}", where=name, next_step="Check the spelling.")


def dose_unit(knowledge: Knowledge, perpetrator: str) -> str:
    """The unit of a perpetrator's dose: mg a day, but mL for juice and cigarettes for smoke."""
    potency = knowledge.potencies.get(perpetrator)
    return str(knowledge.units[potency.reference_mg_per_day.unit]) if potency else "mg a day"


def acting(knowledge: Knowledge, name: str, draws: Draws, by_class: bool = False) -> Acting:
    """The perpetrator in N draws; strengths given as a midazolam ratio are solved on the same kinetics."""
    return _acting(knowledge, name, draws, by_class)


@lru_cache(maxsize=512)
def _acting(knowledge: Knowledge, name: str, draws: Draws, by_class: bool) -> Acting:
    known = potency_of(knowledge, name, by_class)
    if isinstance(known, Potency):
        return _from_potency(knowledge, known, draws)
    return _from_class(knowledge, name, known, draws)


def _from_potency(knowledge: Knowledge, potency: Potency, draws: Draws) -> Acting:
    half_life = typical(potency.half_life_h)
    bare = Acting(
        potency.perpetrator, typical(potency.reference_mg_per_day), potency.doses_per_day, half_life,
        absorption_rate(half_life, typical(potency.tmax_h)),
        typical(potency.dose_exponent) if potency.dose_exponent else 1.0, (),
        half_life_range_h=_range_of(potency.half_life_h),
    )  # fmt: skip
    actions: list[Action] = []
    for effect in potency.effects:
        actions += _actions(knowledge, bare, effect, draws)
    return replace(bare, actions=tuple(actions))


def _range_of(quantity: Quantity) -> tuple[float, ...]:
    low, high = quantity.lowest, quantity.highest
    return (low, high) if low < high else ()


def _actions(knowledge: Knowledge, bare: Acting, effect: Effect, draws: Draws) -> list[Action]:
    name = f"{bare.name}.{effect.enzyme}.{effect.action}"
    half = np.inf
    if effect.half_dose_mg_per_day is not None and bare.reference_mg_per_day:
        half = typical(effect.half_dose_mg_per_day) / bare.reference_mg_per_day
    if effect.midazolam_auc_ratio is not None:
        from benzosafe.exposure.anchor import strength_from_midazolam

        ratio = draws.positive(effect.midazolam_auc_ratio, name)
        strength = strength_from_midazolam(knowledge, bare, effect.action, half, ratio)
        both = {"liver": strength, "gut": strength * _gut_multiple(knowledge, effect.action, draws)}
    else:
        assert effect.activity is not None
        liver = _strength(effect.action, _drawn_activity(effect.activity, draws, name))
        both = {"liver": liver}
        if effect.enzyme == "cyp3a4":
            both["gut"] = (
                _strength(effect.action, _drawn_activity(effect.gut_activity, draws, f"{name}.gut"))
                if effect.gut_activity is not None
                else liver * _gut_multiple(knowledge, effect.action, draws)
            )
    return [
        Action(effect.enzyme, organ, _influence(bare, effect.action, strength, half), effect.basis)
        for organ, strength in both.items()
        if strength.any()
    ]


def _drawn_activity(quantity: Quantity, draws: Draws, name: str) -> Floats:
    """Activity left: a share between 0 and 1, or a fold above it."""
    if quantity.highest <= 1.0:
        return draws.share(quantity, name)
    return draws.positive(quantity, name)


def _strength(action: str, activity: Floats) -> Floats:
    """Index of inhibition, rate of loss over turnover, or extra synthesis, that leaves this activity."""
    if action == "induction":
        return np.maximum(activity - 1.0, 0.0)
    return np.asarray(np.maximum(1.0 / np.maximum(activity, _SILENCED) - 1.0, 0.0))


def _gut_multiple(knowledge: Knowledge, action: str, draws: Draws) -> Floats:
    """How much more a swallowed perpetrator does in the gut wall; induction is taken as equal."""
    if action == "induction":
        return draws.constant(1.0)
    return draws.positive(knowledge.parameters["gut_exposure_multiple"], "gut_exposure_multiple")


def _influence(bare: Acting, action: str, strength: Floats, half_level: float) -> Influence:
    none = np.zeros_like(strength)
    strength = np.minimum(strength, _MOST_INDEX)
    if action == "inhibition":
        return Influence(strength, none, none)
    if action == "inactivation":
        return Influence(none, strength, none)
    shape = mean_shape(bare, half_level)
    return Influence(none, none, strength / shape, half_level, shape)


def mean_shape(bare: Acting, half_level: float) -> float:
    """Average of the saturable induction over a day at the reference dose: what `fold` is the average of."""
    if np.isinf(half_level):
        return 1.0
    k, ka, n = np.log(2.0) / bare.half_life_h, bare.ka_per_h, bare.doses_per_day
    interval = 24.0 / n
    times = (np.arange(240) + 0.5) / 240 * interval
    scale = 24.0 / n * k * ka / (ka - k)
    level = scale * (
        np.exp(-k * times) / (1 - np.exp(-k * interval)) - np.exp(-ka * times) / (1 - np.exp(-ka * interval))
    )
    return float(np.mean(level * (1.0 + half_level) / (level + half_level)))


def _from_class(knowledge: Knowledge, name: str, entries: tuple[ClassEntry, ...], draws: Draws) -> Acting:
    """Strength in the middle of its class; how long it stays from its offset, else assumed and said so."""
    offsets = [typical(entry.offset_days) for entry in entries if entry.offset_days is not None]
    assumed = [f"the strength of {name} is that of its class; no study of it was used"]
    half_life = max(offsets) * 24.0 / _DAYS_TO_GONE if offsets else typical(knowledge.parameters["assumed_half_life_h"])
    if not offsets:
        assumed.append(f"the half-life of {name} is not known here; {half_life:g} h is assumed")
    bare = Acting(name, None, 2, half_life, absorption_rate(half_life, min(2.0, half_life)), 1.0, (), tuple(assumed))
    actions: list[Action] = []
    for entry in entries:
        effect = _class_effect(knowledge, entry)
        if effect is not None:
            actions += _actions(knowledge, bare, effect, draws)
    return replace(bare, actions=tuple(actions))


def _class_effect(knowledge: Knowledge, entry: ClassEntry) -> Effect | None:
    """The effect in the geometric middle of the FDA class, the class bounds as its range."""
    low, high = class_bounds(knowledge, entry.action, entry.strength)
    middle = float(np.sqrt(low * high))
    about = {
        "unit": "1", "source": entry.evidence.source or "fda_ddi_guidance", "population": "middle of the class",
        "confidence": "derived",
    }  # fmt: skip
    action = "induction" if entry.action == "induction" else "inhibition"
    if "destr" in entry.mechanism or entry.mechanism.lower().startswith(("tdi", "mechanism", "inactivat")):
        action = "inactivation" if action == "inhibition" else action
    if entry.enzyme == "cyp3a4":
        ratio = Quantity(value=middle, low=low, high=high, **about)  # type: ignore[arg-type]
        return Effect(enzyme="cyp3a4", action=action, midazolam_auc_ratio=ratio, basis="class")  # type: ignore[arg-type]
    left = Quantity(value=1 / middle, low=1 / high, high=1 / low, **about)  # type: ignore[arg-type]
    return Effect(enzyme=entry.enzyme, action=action, activity=left, basis="class")  # type: ignore[arg-type]


def class_bounds(knowledge: Knowledge, action: str, strength: str) -> tuple[float, float]:
    """Lowest and highest AUC ratio of a sensitive victim in a strength class."""
    p = {name: typical(value) for name, value in knowledge.parameters.items() if "auc_ratio" in name}
    if action == "inhibition":
        edges = [p[f"inhibitor_{s}_auc_ratio_from"] for s in ("weak", "moderate", "strong")] + [
            p["inhibitor_strong_auc_ratio_to"]
        ]
        place = ("weak", "moderate", "strong").index(strength)
        return edges[place], edges[place + 1]
    edges = [
        p["inducer_weak_auc_ratio_to"],
        p["inducer_moderate_auc_ratio_to"],
        p["inducer_strong_auc_ratio_to"],
        p["inducer_strong_auc_ratio_from"],
    ]
    place = ("weak", "moderate", "strong").index(strength)
    return edges[place + 1], edges[place]
