"""Who needs the whole review: told by what the records name, each distinct name read once by the real reader."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date

from msgspec import Raw

from benzosafe.fhir.bundle import Contents, Found, reference_tail
from benzosafe.fhir.conditions import read_conditions
from benzosafe.fhir.medication import read_orders
from benzosafe.fhir.reading import Reading, codes_of, read_entries, text_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order
from benzosafe.population.intake.reading import POINTING, medicine_pointed_to
from benzosafe.population.rows import PatientRows, Row
from benzosafe.population.screen.naming import MEDICINE, SERVICE, Parts, naming_of, questions_of, resource_of
from benzosafe.population.screen.triggers import triggers_of

_MOST_KEPT = 200_000
_PROBLEMS = frozenset({"Condition", "Encounter", "Procedure", "ServiceRequest"})
_COUNTS = {
    "Encounter": b'"status":"finished"', "Procedure": b'"status":"completed"', "ServiceRequest": b'"status":"active"',
}  # fmt: skip
_TARGET_URL = "urn:medication"
_TARGET = b'{"reference":"urn:medication"}'


@dataclass(frozen=True)
class Named:
    """What one naming means: whether it needs a review, whether all of it could be told, and what could not."""

    trigger: bool
    understood: bool
    texts: tuple[tuple[str, str, str], ...] = ()
    """System, code and text of each thing that was not understood."""

    ingredients: tuple[str | None, ...] = ()
    """What a medicine consists of; None for a part that could not be told."""


_LOOK_CLOSER = Named(True, False)
_NOTHING = Named(False, True)


@dataclass
class Looked:
    """What a look at a patient's rows found; counts are of records, before they are brought together."""

    trigger: bool = False
    medicines: int = 0
    medicines_understood: int = 0
    conditions: int = 0
    conditions_understood: int = 0
    not_understood: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def status(self) -> str | None:
        """What can be said without a review; None where one is needed."""
        if self.trigger:
            return None
        if not self.medicines:
            return "no_medicines"
        return "nothing_at_stake" if self.medicines == self.medicines_understood else "not_known"


class Gate:
    """Looks at patients, and remembers what every distinct naming means."""

    def __init__(self, knowledge: Knowledge, on: date) -> None:
        self._knowledge, self._on = knowledge, on
        self._triggers = triggers_of(knowledge)
        self._kept: dict[Hashable, Named] = {}

    def look(self, person: PatientRows) -> Looked:
        """Whether a patient needs the review: nobody without any trigger has a certain finding."""
        looked = Looked(trigger=self.always)
        for row in person.rows:
            named = self.named(row, person)
            if row.kind in POINTING:
                looked.medicines += 1
                looked.medicines_understood += named.understood
                looked.not_understood += [("medicine", *words) for words in named.texts]
            elif row.kind == "Condition":
                looked.conditions += 1
                looked.conditions_understood += named.understood
                looked.not_understood += [("condition", *words) for words in named.texts]
            looked.trigger |= named.trigger
        return looked

    def named(self, row: Row, person: PatientRows) -> Named:
        """What one row of a patient names."""
        if row.kind in POINTING:
            return self._medicine(row, person)
        if row.kind in _PROBLEMS:
            return self._problem(row)
        return self._observation(row) if row.kind == "Observation" else _NOTHING

    @property
    def always(self) -> bool:
        """Whether nobody can be told apart by what is named, because some rule has no trigger."""
        return bool(self._triggers.unsettled)

    def _kept_or(self, key: Hashable, read: Callable[[], Named]) -> Named:
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = read()
        return found

    def _reading(self, *found: Found) -> Reading:
        return read_entries(Contents(list(found)), self._knowledge, self._on)

    def _medicine(self, row: Row, person: PatientRows) -> Named:
        parts = naming_of(row, MEDICINE)
        address = medicine_pointed_to(row.resource)
        if parts is None or not address:
            return _LOOK_CLOSER if parts is None else self._kept_or(parts, lambda: self._read_medicine(parts))
        targets = [other for other in person.rows if other.kind == "Medication" and _is_at(other, address)]
        if len(targets) != 1 or b"temReference" in targets[0].resource:
            # The words of the pointer may name it, two versions may differ, or it points further.
            return _LOOK_CLOSER
        concept = tuple(part for part in parts if part[0] == "medicationCodeableConcept")
        return self._kept_or((concept, targets[0].resource), lambda: self._read_medicine(concept, targets[0]))

    def _read_medicine(self, parts: Parts, target: Row | None = None) -> Named:
        pointer = () if target is None else (("medicationReference", _TARGET),)
        found = [resource_of("MedicationRequest", (*parts, *pointer), b'"status":"active","intent":"order"')]
        if target is not None:
            found.append(Found("", "Medication", target.id, _TARGET_URL, Raw(target.resource)))
        orders = read_orders(self._reading(*found))
        unread = [order for order in orders if order.ingredient is None]
        trigger = any(order.ingredient in self._triggers.ingredients or _disagrees(order) for order in orders)
        texts = tuple((*_first(order.codes), order.text) for order in unread)
        return Named(trigger, not unread, texts, tuple(order.ingredient for order in orders))

    def _problem(self, row: Row) -> Named:
        parts = naming_of(row, SERVICE)
        if not parts:
            return _LOOK_CLOSER if parts is None else _NOTHING
        return self._kept_or((row.kind, parts), lambda: self._read_problem(row.kind, parts))

    def _read_problem(self, kind: str, parts: Parts) -> Named:
        conditions = read_conditions(self._reading(resource_of(kind, parts, _COUNTS.get(kind, b""))))
        named = {name for item in conditions for name in item.concepts}
        texts = tuple((*_first(item.codes), item.text) for item in conditions if not item.concepts)
        return Named(bool(named & self._triggers.conditions), bool(named), texts)

    def _observation(self, row: Row) -> Named:
        questions = questions_of(row)
        if questions is None:
            return _LOOK_CLOSER
        return next((named for raw in questions if (named := self._question(raw)).trigger), _NOTHING)

    def _question(self, raw: bytes) -> Named:
        return self._kept_or(("?", raw), lambda: self._read_question(raw))

    def _read_question(self, raw: bytes) -> Named:
        entries = self._reading(resource_of("Observation", [("code", raw)])).entries
        code = entries[0].body.code if entries else None
        asked = self._knowledge.concepts.observation(text_of(code), codes_of(code)) if code else None
        return Named(asked in self._triggers.observations, True)


def _is_at(medication: Row, address: str) -> bool:
    return medication.id == reference_tail(address) or (medication.full_url != "" and medication.full_url == address)


def _disagrees(order: Order) -> bool:
    both = order.text_ingredient is not None and order.code_ingredient is not None
    return bool(order.conflicts) or (both and order.text_ingredient != order.code_ingredient)


def _first(codes: tuple[str, ...]) -> tuple[str, str]:
    system, _, code = codes[0].rpartition("|") if codes else ("", "", "")
    return system, code
