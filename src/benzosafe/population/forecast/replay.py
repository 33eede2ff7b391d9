"""One patient's orders, each put back to the moment it was signed and decided as the service would have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.forecast.decision import (
    MEDICINE_NOT_KNOWN,
    NO_DATE,
    RECORD_REFUSED,
    Card,
    Decide,
    Decided,
    Signing,
)
from benzosafe.population.forecast.gate import OrderGate
from benzosafe.population.forecast.history import History, Kept, Sent
from benzosafe.population.forecast.signed import Setting, not_signed, setting_of

# JUDGEMENT: a card about the same rule within a month tells the patient's clinicians nothing new.
REPEATED_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Replayed:
    """An order and what the service would have done; `why_not` where its silence is no judgement."""

    order_id: str
    setting: Setting
    ingredients: tuple[str | None, ...]
    sedative: bool
    card: Card | None = None
    why_not: str = ""
    repeated: bool = False
    """Whether the same patient had a card about the same rule within the last thirty days."""

    notes: tuple[str, ...] = ()
    """What a replay in full rests on that the dates on record do not tell."""


@dataclass(frozen=True)
class Passed:
    """A request that was not replayed, and why."""

    why: str


UNDATED = "something on the record has no date, and was taken as on record all along"
END_UNDATED = "a medicine or problem has ended without a date, so whether it had then is not known"


class Replay:
    """Replays orders of a window of days."""

    def __init__(self, knowledge: Knowledge, decide: Decide, first: date, last: date, *, in_full: bool = False) -> None:
        """`in_full`: decide also what the gate would pass over, to prove the gate."""
        self._knowledge, self._decide, self._first, self._last = knowledge, decide, first, last
        self._gate, self._in_full = OrderGate(knowledge), in_full

    def of(self, history: History) -> Iterator[Replayed | Passed]:
        """Every request of a patient in the order in which they were signed; those of other days are left out."""
        shown: dict[str, date] = {}
        for order in history.orders:
            if order.since and not self._first <= order.since.day <= self._last:
                continue
            why = not_signed(order.body) or ("" if order.since else NO_DATE)
            yield Passed(why) if why else self._replayed(order, history, shown)

    def _replayed(self, order: Kept, history: History, shown: dict[str, date]) -> Replayed:
        assert order.since is not None
        known = history.on_record(order)
        setting = setting_of(order, history)
        sent: Sent | None = None
        if self._in_full or self._gate.may_speak(order, known, history):
            sent = history.sent(order, known)
            decided = self._decided(Signing(history.patient, order.since.day, sent.prefetch, history.draft(order)))
        else:
            decided = self._passed_over(order, history)
        repeated = decided.card is not None and self._is_repeated(decided.card, order.since.day, shown)
        told = ((sent.undated, UNDATED), (sent.end_undated, END_UNDATED)) if sent else ()
        return Replayed(
            order.row.id, setting, decided.ingredients, self._gate.is_sedative(decided.ingredients), decided.card,
            "" if decided.card else decided.why_not, repeated, tuple(note for holds, note in told if holds),
        )  # fmt: skip

    def _decided(self, signing: Signing) -> Decided:
        try:
            return self._decide(signing, self._knowledge)
        except (InputRefused, RecursionError):
            return Decided(why_not=RECORD_REFUSED)

    def _passed_over(self, order: Kept, history: History) -> Decided:
        named = self._gate.named(order, history)
        return Decided(None, named.ingredients, "" if named.understood else MEDICINE_NOT_KNOWN)

    @staticmethod
    def _is_repeated(card: Card, day: date, shown: dict[str, date]) -> bool:
        before, shown[card.rule] = shown.get(card.rule), day
        return before is not None and day - before <= REPEATED_WITHIN
