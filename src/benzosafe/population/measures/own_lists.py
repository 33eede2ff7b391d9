"""Lists from our own knowledge, where the user has not given the measures' own: medicines by ingredient, diagnoses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benzosafe.fhir.elements import CodeableConcept
from benzosafe.population.measures.value_sets import Holds, OwnList
from benzosafe.population.measures.written_medicine import Written, written_in

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge

_INJECTED = frozenset({"injection", "intravenous", "intramuscular", "subcutaneous"})
# Of other routes no days' supply can be told, so the list of CNS-active medicines leaves them out.
_CNS_ROUTES = frozenset({"oral", "transdermal", "rectal", "sublingual", "buccal"})
_BUPRENORPHINE_FOR_PAIN = frozenset({"transdermal", "buccal"})


@dataclass(frozen=True)
class Product:
    """What a medicine is taken to be: its ingredients, and its route where it is told."""

    ingredients: tuple[str, ...]
    route: str | None


def _pain_opioid(ingredient: str, product: Product) -> bool:
    """An opioid that is taken at home against pain or cough, not one against opioid use disorder."""
    if ingredient == "buprenorphine":
        return product.route in _BUPRENORPHINE_FOR_PAIN and "naloxone" not in product.ingredients
    return ingredient != "sufentanil"


def _taken_at_home(ingredient: str, product: Product) -> bool:
    return product.route not in _INJECTED and _pain_opioid(ingredient, product)


def _of_a_cns_route(ingredient: str, product: Product) -> bool:
    return (product.route is None or product.route in _CNS_ROUTES) and _pain_opioid(ingredient, product)


@dataclass(frozen=True)
class OwnMedicines:
    """The medicines of some classes that a rule about the product lets in."""

    knowledge: Knowledge
    classes: frozenset[str]
    takes: Callable[[str, Product], bool]

    def __call__(self, concept: CodeableConcept | None) -> bool:
        """Whether any ingredient of the medicine is in the list."""
        return bool(self.listed(written_in(concept)))

    def listed(self, written: Written) -> tuple[str, ...] | None:
        """The ingredients that are in the list, each by itself; None where the medicine is not known at all."""
        product = self._product(written)
        if not product.ingredients:
            return None
        return tuple(name for name in product.ingredients if self._is_listed(name, product))

    def _product(self, written: Written) -> Product:
        resolved = [self.knowledge.names.resolve(text, written.codes) for text in written.texts]
        ingredients = dict.fromkeys(name for item in resolved for name in item.ingredients)
        is_patch = any(rate is not None for item in resolved for rate in item.rates_mg_per_h)
        route = "transdermal" if is_patch else written.route
        return Product(tuple(ingredients), next((item.route for item in resolved if item.route), route))

    def _is_listed(self, ingredient: str, product: Product) -> bool:
        from benzosafe.facts.catalog import catalog_of  # only where no value set was given: it brings in the knowledge

        classes = catalog_of(self.knowledge).classes_of(ingredient)
        return not self.classes.isdisjoint(classes) and self.takes(ingredient, product)


@dataclass(frozen=True)
class OwnConditions:
    """The codes and words that our knowledge takes for a condition."""

    knowledge: Knowledge
    condition: str

    def __call__(self, concept: CodeableConcept | None) -> bool:
        """Whether the field names the condition, by code or, where no code is known, by its words."""
        if concept is None:
            return False
        texts, codes, _ = written_in(concept)
        return any(self.condition in self.knowledge.concepts.conditions(text, codes) for text in texts)


_MEDICINES: dict[str, tuple[frozenset[str], Callable[[str, Product], bool]]] = {
    "opioids_dispensed": (frozenset({"opioid"}), _taken_at_home),
    "benzodiazepines_dispensed": (frozenset({"benzodiazepine"}), _taken_at_home),
    "cns_active_dispensed": (
        frozenset({"tca", "ssri", "snri", "antiseizure", "antipsychotic", "benzodiazepine", "z_drug", "opioid"}),
        _of_a_cns_route,
    ),
}


def own_list(knowledge: Knowledge, name: str) -> Holds:
    """Our own list by name: medicines handed over, a condition, or a class of medicines."""
    if name in _MEDICINES:
        return OwnMedicines(knowledge, *_MEDICINES[name])
    return OwnConditions(knowledge, name) if name in knowledge.conditions else OwnList(knowledge, name)
