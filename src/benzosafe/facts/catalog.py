"""The drug knowledge as arrays: one row an ingredient, one column a class or a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import get_args

import numpy as np

from benzosafe.facts.column import Bools, Floats, Ints, Vocabulary
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Drug, DrugClass, Enzyme
from benzosafe.knowledge.reader import file_stem as fact_stem

NON_SYSTEMIC_ROUTES = frozenset({"topical", "ophthalmic", "otic", "vaginal"})
ROLES = Vocabulary(("major", "minor", "none"))
_STRENGTHS = ("weak", "moderate", "strong")
_NEARLY_NONE = 1e-9  # a drug without a table could be in any band, so its smallest limit is next to nothing


@lru_cache(maxsize=4)
def catalog_of(knowledge: Knowledge) -> Catalog:
    """The catalogue of a knowledge base, made once."""
    return Catalog(knowledge)


@dataclass(frozen=True)
class Catalog:
    """Ingredients numbered once; index -1 (the last row) stands for 'not resolved'."""

    knowledge: Knowledge

    @cached_property
    def ingredients(self) -> tuple[str, ...]:
        """All ingredients that resolve, those with a file first."""
        return tuple(dict.fromkeys([*self.knowledge.drugs, *(item.name for item in self.knowledge.bystanders)]))

    @cached_property
    def relevant(self) -> frozenset[str]:
        """Ingredients that can change a fact: those with a file, and those whose names are mistaken for theirs."""
        mistaken = (name for pair in self.knowledge.look_alikes for name in pair.names)
        return frozenset(self.knowledge.drugs).union(*(self.knowledge.names.knows(name) for name in mistaken))

    @cached_property
    def index(self) -> dict[str, int]:
        """Ingredient name to number."""
        return {name: i for i, name in enumerate(self.ingredients)}

    @cached_property
    def stems(self) -> dict[str, int]:
        """Fact-name form of an ingredient ('st johns wort' as st_johns_wort) to number."""
        return {fact_stem(name): i for name, i in self.index.items()}

    @cached_property
    def members(self) -> dict[str, Bools]:
        """For each class, derived enzyme classes included, who is in it."""
        found: dict[str, Bools] = {name: self._none() for name in self.knowledge.classes}
        for name, drug in self.knowledge.drugs.items():
            for drug_class in (*self._classes(drug), *_enzyme_classes(drug)):
                found.setdefault(drug_class, self._none())[self.index[name]] = True
        for name in _all_enzyme_classes():
            found.setdefault(name, self._none())
        return found

    def _none(self) -> Bools:
        return np.zeros(len(self.ingredients) + 1, bool)

    def _classes(self, drug: Drug) -> tuple[str, ...]:
        return wider_classes(self.knowledge.classes, drug.classes)

    def classes_of(self, ingredient: str) -> tuple[str, ...]:
        """Every class of an ingredient, wider ones included."""
        drug = self.knowledge.drugs.get(ingredient)
        return (*self._classes(drug), *_enzyme_classes(drug)) if drug else ()

    def is_group(self, name: str) -> bool:
        """Whether the name is a class or an ingredient."""
        return name in self.members or name in self.stems

    @cached_property
    def groups(self) -> tuple[frozenset[str], ...]:
        """For each ingredient number, the classes it is in and its own name; of the last, 'not resolved', none."""
        return (*(frozenset({fact_stem(name), *self.classes_of(name)}) for name in self.ingredients), frozenset())

    @cached_property
    def self_reported(self) -> frozenset[str]:
        """Groups that no medicine list is expected to hold, by a class of their own or of their ingredient."""
        told = {name for name, item in self.knowledge.classes.items() if item.self_reported}
        return frozenset(told).union(
            fact_stem(name) for name in self.knowledge.drugs if not told.isdisjoint(self.classes_of(name))
        )

    @cached_property
    def look_alikes(self) -> tuple[tuple[int, int], ...]:
        """Pairs of ingredients whose names have been mistaken for each other, both ways round."""
        known = [[self.knowledge.names.knows(name) for name in pair.names] for pair in self.knowledge.look_alikes]
        pairs = [tuple(self.index[names[0]] for names in pair) for pair in known if all(len(n) == 1 for n in pair)]
        return tuple(both for a, b in pairs if a != b for both in ((a, b), (b, a)))

    def numbers(self, values: dict[str, float]) -> Floats:
        """An array over ingredients, NaN where the knowledge has no value."""
        array = np.full(len(self.ingredients) + 1, np.nan)
        for name, value in values.items():
            array[self.index[name]] = value
        return array

    @cached_property
    def mme_factor(self) -> Floats:
        """Oral morphine equivalents for 1 mg; for transdermal fentanyl, for 1 mg delivered a day."""
        per_patch = self.knowledge.parameters["fentanyl_patch_ug_per_h_per_mg_per_d"].lowest
        return self.numbers({
            name: drug.mme_factor.lowest * (per_patch if drug.mme_factor.unit == "{mme}/(ug/h)" else 1.0)
            for name, drug in self.knowledge.drugs.items()
            if drug.mme_factor
        })  # fmt: skip

    @cached_property
    def patch_only_mme(self) -> Bools:
        """Opioids whose factor holds for the patch alone."""
        flags = self._none()
        for name, drug in self.knowledge.drugs.items():
            flags[self.index[name]] = bool(drug.mme_factor and drug.mme_factor.unit == "{mme}/(ug/h)")
        return flags

    @cached_property
    def sedative_load(self) -> Floats:
        """Sedative load weight of each ingredient; 0 where it has none."""
        loads = {n: d.sedative_load.lowest for n, d in self.knowledge.drugs.items() if d.sedative_load}
        return np.nan_to_num(self.numbers(loads))

    @cached_property
    def diazepam_mg_per_mg(self) -> tuple[Floats, Floats]:
        """Lowest and highest published diazepam equivalent of 1 mg, over all tables."""
        low: dict[str, float] = {}
        high: dict[str, float] = {}
        for table in self.knowledge.equivalence.values():
            for name, (least, most) in table.mg.items():
                if name in self.index and least > 0:
                    low[name] = min(low.get(name, np.inf), table.diazepam_mg / most)
                    high[name] = max(high.get(name, 0.0), table.diazepam_mg / least)
        return self.numbers(low), self.numbers(high)

    @cached_property
    def half_life_h(self) -> tuple[Floats, Floats]:
        """Elimination half-life range [h]."""
        own = {n: d.benzodiazepine.half_life_h for n, d in self.knowledge.drugs.items() if d.benzodiazepine}
        return (
            self.numbers({n: q.lowest for n, q in own.items()}),
            self.numbers({n: q.highest for n, q in own.items()}),
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The ingredients as words."""
        return Vocabulary(self.ingredients)

    @cached_property
    def roles(self) -> dict[str, Ints]:
        """For each enzyme, the number of its role in `ROLES` for every ingredient; -1 where it is not known."""
        found: dict[str, Ints] = {}
        for enzyme in get_args(Enzyme):
            codes = np.full(len(self.ingredients) + 1, -1, np.int64)
            for name, drug in self.knowledge.drugs.items():
                own = [pathway.role for pathway in drug.metabolism if pathway.enzyme == enzyme]
                # A drug whose clearance is described without this enzyme is not cleared by it.
                role = own[0] if own else "none" if drug.metabolism or not drug.benzodiazepine else None
                codes[self.index[name]] = -1 if role is None else ROLES.words.index(role)
            found[enzyme] = codes
        return found

    @cached_property
    def acts_on_enzymes(self) -> Bools:
        """Ingredients of which the strength on some enzyme is known, from studies or from their class."""
        flags = self._none()
        for name, drug in self.knowledge.drugs.items():
            flags[self.index[name]] = bool(drug.perpetrator) or name in self.knowledge.potencies
        return flags

    @cached_property
    def dependence_limits(self) -> dict[str, tuple[Floats, Floats]]:
        """Upper limits [mg/d] of the low and the moderate dose band, as (smallest, largest) over the tables."""
        least, most = self.diazepam_mg_per_mg
        found = {}
        for band, field in (("low", "low_max_mg_per_day"), ("moderate", "moderate_max_mg_per_day")):
            own = self.numbers({
                name: getattr(drug.benzodiazepine.dependence_bands, field).lowest
                for name, drug in self.knowledge.drugs.items()
                if drug.benzodiazepine and drug.benzodiazepine.dependence_bands
            })  # fmt: skip
            diazepam = self.knowledge.parameters[f"band_{band}_max_diazepam_mg_per_day"].lowest
            ends = np.nan_to_num(diazepam / most, nan=_NEARLY_NONE), np.nan_to_num(diazepam / least, nan=np.inf)
            found[band] = (np.where(np.isnan(own), ends[0], own), np.where(np.isnan(own), ends[1], own))
        return found


def wider_classes(classes: dict[str, DrugClass], start: Iterable[str]) -> tuple[str, ...]:
    """A set of classes with everything they imply."""
    found: dict[str, None] = {}
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += classes[name].implies
    return tuple(found)


def _enzyme_classes(drug: Drug) -> tuple[str, ...]:
    noun = {"inhibition": "inhibitor", "induction": "inducer"}
    bases = [f"{effect.enzyme}_{noun[effect.action]}" for effect in drug.perpetrator]
    return (*bases, *(f"{base}_{effect.strength}" for base, effect in zip(bases, drug.perpetrator, strict=True)))


def _all_enzyme_classes() -> tuple[str, ...]:
    bases = [f"{enzyme}_{noun}" for enzyme in get_args(Enzyme) for noun in ("inhibitor", "inducer")]
    return (*bases, *(f"{base}_{strength}" for base in bases for strength in _STRENGTHS))
