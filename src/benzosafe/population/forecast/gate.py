"""Which orders the service could say anything of: told from what the record names, before anything is replayed.

A card is about a finding that rests on the draft, or says that a draft or a record with a sedative could not be
checked. A finding rests on orders of medicines that can change a fact, and no rule speaks of a record without any of
the rules' triggers (`screen.triggers`). So an order is passed over where its medicine can change no fact, or where
neither it nor anything before it is a trigger. What cannot be told is never passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from benzosafe.facts.catalog import catalog_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.forecast.history import ORDER, History, Kept
from benzosafe.population.forecast.moments import at_path
from benzosafe.population.intake.reading import POINTING
from benzosafe.population.rows import PatientRows
from benzosafe.population.screen.gate import Gate, Named
from benzosafe.population.screen.naming import MEDICINE

_ANY_DAY = date(2000, 1, 1)  # what a medicine or problem is called does not depend on the day
_SEDATIVE = ("bzra", "opioid")
_IN_ERROR, _PATIENT = "entered-in-error", "Patient/"


class OrderGate:
    """Looks at an order and the record before it; every distinct naming is read once."""

    def __init__(self, knowledge: Knowledge) -> None:
        catalog = catalog_of(knowledge)
        self._gate = Gate(knowledge, _ANY_DAY)
        self._relevant = catalog.relevant
        self._sedative = frozenset(
            name for name in knowledge.drugs if not set(_SEDATIVE).isdisjoint(catalog.classes_of(name))
        )

    def named(self, kept: Kept, history: History) -> Named:
        """What a resource of a patient names."""
        return self._gate.named(kept.row, history.rows)

    def is_sedative(self, ingredients: Iterable[str | None]) -> bool:
        """Whether one of these is a benzodiazepine, a Z-drug or an opioid."""
        return not self._sedative.isdisjoint(ingredients)

    def may_name(self, person: PatientRows, ingredients: frozenset[str]) -> bool:
        """Whether a medicine of a patient is one of these; so is one that only the whole record can tell."""
        found = (self._gate.named(row, person) for row in person.rows if row.kind in POINTING)
        return any(
            not ingredients.isdisjoint(named.ingredients) or (named.trigger and not named.ingredients)
            for named in found
        )  # fmt: skip

    def may_speak(self, order: Kept, known: Collection[Kept], history: History) -> bool:
        """Whether the service could show a card for an order, with what was on record before it."""
        named = self.named(order, history)
        is_plain = bool(named.ingredients) and any(order.body.get(name) for name in MEDICINE)
        if self._gate.always or not is_plain or order.body.get("doNotPerform") is True:
            return True
        if named.understood and not named.trigger and self._relevant.isdisjoint(named.ingredients):
            return False
        at_stake = any(self._at_stake(self.named(kept, history)) for kept in (order, *known))
        return at_stake or not (named.understood or self._is_told(known, history))

    def _is_told(self, known: Iterable[Kept], history: History) -> bool:
        """Whether the list of orders is one: where nothing on it counts, an unknown draft is said to be unchecked."""
        orders = [kept for kept in known if kept.row.kind == ORDER]
        return not orders or any(_counts(kept) and self.named(kept, history).ingredients for kept in orders)

    def _at_stake(self, named: Named) -> bool:
        return named.trigger or self.is_sedative(named.ingredients)


def _counts(order: Kept) -> bool:
    """Whether an order surely stands on its patient's list."""
    reference = at_path(order.body, "subject.reference")
    return order.body.get("status") != _IN_ERROR and isinstance(reference, str) and _PATIENT in reference
