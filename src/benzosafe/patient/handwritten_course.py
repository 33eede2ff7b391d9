"""The `history` of the hand-written form: fills, stays, events, scales, urine tests, reviews and promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from math import isfinite
from typing import Any

from benzosafe.errors import nearest
from benzosafe.patient.course import Answered, Course, Event, Fill, Promise, Review, Stay
from benzosafe.patient.handwritten_findings import Findings
from benzosafe.patient.handwritten_values import past_day, read_day
from benzosafe.patient.handwritten_yaml import Item
from benzosafe.patient.medicine import Medicine, orders_of
from benzosafe.patient.medicine_line import read_line
from benzosafe.patient.tables import DataGap, Order
from benzosafe.patient.timeline import OrderTimes

FILL_KEYS = (
    "on", "drug", "take", "units", "days", "prescriber", "practice", "pharmacy", "chain", "source", "note", "id",
)  # fmt: skip
STAY_KEYS = ("from", "to", "kind")
EVENT_KEYS = ("on", "until", "what", "note")
SCALE_KEYS = ("on", "name", "answers", "total")
REVIEW_KEYS = ("on", "note")
PROMISE_KEYS = ("due", "what", "owner", "made", "done", "id")
OTHER = "other"
"""The kind of an event whose words are not known: it is shown, and nothing is made of it."""

_STAYS = ("hospital", "rehabilitation", "nursing home", "prison", "other")
_MISSING = ("?", "", "-", "missing", "not answered")


def read_course(item: Item, found: Findings) -> Course:
    """What is written under `history`; a list that is there, even as 'none', is taken as complete."""
    readers: dict[str, Callable[[Item, int, Findings], Any]] = {
        "fills": _fills, "stays": _stay, "events": _event, "scales": _answered, "reviews": _review,
        "promises": _promise,
    }  # fmt: skip
    given = item.mapping("history", (*readers, "urine"))
    lists = {
        name: [made for number, entry in enumerate(given[name].listed(), start=1)
               for made in _several(read(entry, number, found))]
        for name, read in readers.items() if name in given
    }  # fmt: skip
    return Course(
        fills=tuple(lists.get("fills", ())), stays=tuple(lists.get("stays", ())),
        events=tuple(lists.get("events", ())), answered=tuple(lists.get("scales", ())),
        specimens=_specimens(given.get("urine"), found),
        reviews=tuple(lists.get("reviews", ())), promises=tuple(lists.get("promises", ())), given=frozenset(given),
    )  # fmt: skip


def _several(made: Any) -> list[Any]:
    return made if isinstance(made, list) else [made]


def _specimens(item: Item | None, found: Findings) -> tuple[Any, ...]:
    from benzosafe.patient.specimen_reading import read_specimen

    return tuple(read_specimen(entry, found.on) for entry in item.listed()) if item else ()


def _needed(item: Item, name: str, keys: tuple[str, ...], required: tuple[str, ...]) -> dict[str, Item]:
    """The fields of an entry, which has to be a mapping with these at least."""
    fields = item.mapping(f"history.{name}", keys)
    for key in required:
        if key not in fields:
            item.place.refuse(f"an entry in history.{name} without '{key}'.", f"Known keys: {', '.join(keys)}.")
    return fields


def _word(fields: dict[str, Item], key: str) -> str:
    return fields[key].word(key) if key in fields else ""


def _past(fields: dict[str, Item], key: str, found: Findings) -> date:
    return past_day(fields[key], key, found.on).first


def _number(fields: dict[str, Item], key: str) -> float | None:
    """A number as written: zero and less are kept, because what they mean is worked out from everything else."""
    written = _word(fields, key)
    if not written or written.lower() in ("unknown", "?"):
        return None
    try:
        value = float(written.replace(",", "."))
    except ValueError:
        fields[key].place.refuse(f"'{written}' in '{key}' is not a number.", "Write only the number.")
    if not isfinite(value):
        fields[key].place.refuse(f"'{written}' in '{key}' is not a number.", "Write only the number.")
    return value


def _fills(item: Item, number: int, found: Findings) -> list[Fill]:
    fields = _needed(item, "fills", FILL_KEYS, ("on", "drug"))
    name = _word(fields, "id") or f"history.fills[{number}]"
    orders = _orders(fields, name, found)
    if not orders:
        return []
    return [
        Fill(
            fill_id=name, ingredient=order.ingredient or "", on=_past(fields, "on", found),
            medicine=_word(fields, "drug"), strength_mg=order.strength_mg, units=_number(fields, "units"),
            days=_number(fields, "days"), dose_mg_per_day=order.dose_mg_per_day,
            prescriber=_word(fields, "prescriber"), practice=_word(fields, "practice"),
            pharmacy=_word(fields, "pharmacy"), chain=_word(fields, "chain"), source=_word(fields, "source"),
            note=_word(fields, "note"),
        )
        for order in orders
    ]  # fmt: skip


def _orders(fields: dict[str, Item], name: str, found: Findings) -> list[Order]:
    """The ingredients of what was handed out, with strength and directions; what is no medicine is told."""
    line = read_line(fields["drug"].word("drug"), found.knowledge.names)
    times = OrderTimes("dispense", "completed")
    medicine = Medicine(name, line.drug, times, directions=_word(fields, "take") or line.directions)
    made, gaps = orders_of(medicine, found.knowledge, found.on)
    known = [order for order in made if order.ingredient]
    if not known:
        found.gaps += [gap for gap in gaps if gap.kind == "unresolved_drug"] or [
            DataGap(name, f"'{line.drug}' is no medicine that is known here", "unresolved_drug", line.drug)
        ]
    return known


def _stay(item: Item, _: int, found: Findings) -> Stay:
    fields = _needed(item, "stays", STAY_KEYS, ("from",))
    start = _past(fields, "from", found)
    end = read_day(fields["to"].word("to"), fields["to"].place, "to").last if "to" in fields else None
    if end and end < start:
        fields["to"].place.refuse(f"'to' {end} is before 'from' {start}.", "Check both dates.")
    kind = _word(fields, "kind").lower() or "hospital"
    if kind not in _STAYS:
        fields["kind"].place.refuse(
            f"'{kind}' is no kind of stay.{nearest(kind, _STAYS)}", f"Kinds: {', '.join(_STAYS)}."
        )
    return Stay(start, end, kind)


def _event(item: Item, number: int, found: Findings) -> Event:
    fields = _needed(item, "events", EVENT_KEYS, ("on", "what"))
    on = _past(fields, "on", found)
    until = read_day(fields["until"].word("until"), fields["until"].place, "until").last if "until" in fields else None
    if until and until < on:
        fields["until"].place.refuse(f"'until' {until} is before 'on' {on}.", "Check both dates.")
    words = fields["what"].word("what")
    kind = _kind(words, found)
    if kind is None:
        found.gaps.append(
            DataGap(
                f"history.events[{number}]", f"'{words}' is no kind of event that is known; only shown", "notice", words
            )
        )
    note = _word(fields, "note")
    return Event(on, kind or OTHER, f"{words}: {note}" if note else words, until)


def _kind(words: str, found: Findings) -> str | None:
    """The kind of an event by its name or its words."""
    plain = " ".join(words.lower().replace("_", " ").replace("-", " ").split())
    for name, happening in found.knowledge.happenings.items():
        if plain in (name.replace("_", " "), happening.label.lower(), *happening.words):
            return name
    return None


def _answered(item: Item, number: int, found: Findings) -> list[Answered]:
    fields = _needed(item, "scales", SCALE_KEYS, ("on", "name"))
    name = _word(fields, "name").lower().replace("-", "").replace(" ", "_")
    scales = found.knowledge.scales
    scale = next((key for key in scales if key.replace("_", "") == name.replace("_", "")), None)
    if scale is None:
        fields["name"].place.refuse(
            f"'{_word(fields, 'name')}' is no scale that is known.{nearest(name, scales)}", "See: benzosafe scale."
        )
    if ("answers" in fields) == ("total" in fields):
        item.place.refuse("a scale has either 'answers' or a 'total'.", "Keep one of them.")
    answers = tuple(_answers(fields["answers"])) if "answers" in fields else ()
    return [Answered(scale, _past(fields, "on", found), answers, _number(fields, "total"))]


def _answers(item: Item) -> Iterator[int | None]:
    words = [one.word("answers") for one in item.items] if item.items is not None else item.word("answers").split(",")
    for word in words:
        plain = word.strip().lower()
        if plain in _MISSING:
            yield None
        elif plain.isascii() and plain.isdigit() and len(plain) < 4:
            yield int(plain)
        else:
            item.place.refuse(f"'{word}' is no answer to a scale.", "Write whole numbers, and ? for a missing one.")


def _review(item: Item, _: int, found: Findings) -> Review:
    if item.fields is None:
        return Review(past_day(item, "reviews", found.on).first)
    fields = _needed(item, "reviews", REVIEW_KEYS, ("on",))
    return Review(_past(fields, "on", found), _word(fields, "note"))


def _promise(item: Item, number: int, found: Findings) -> Promise:
    fields = _needed(item, "promises", PROMISE_KEYS, ("due", "what"))
    made = _past(fields, "made", found) if "made" in fields else None
    done = _past(fields, "done", found) if "done" in fields else None
    if made and done and done < made:
        fields["done"].place.refuse(f"'done' {done} is before 'made' {made}.", "Check both dates.")
    return Promise(
        _word(fields, "id") or f"history.promises[{number}]", fields["what"].word("what"),
        read_day(fields["due"].word("due"), fields["due"].place, "due").first, _word(fields, "owner"),
        made, done,
    )  # fmt: skip
