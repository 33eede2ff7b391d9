"""The diary of a taper, written by hand as YAML or JSON: read entry by entry, and refused where it cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.patient.handwritten_values import read_choice, read_day, read_number, read_tri
from benzosafe.patient.handwritten_yaml import Item, read_yaml
from benzosafe.taper.log_checks import checked_stays, merged
from benzosafe.taper.log_entries import Change, DayLog, Log, Reading, Stay, Taken
from benzosafe.taper.log_scales import read_scale
from benzosafe.taper.product import ug

KEYS = ("baseline", "entries", "hospital")
FLAGS = ("seizure", "confusion", "hallucinations", "suicidal_thoughts", "chest_pain", "fainting", "over_sedation")
SCALES = ("ciwa_b", "bwsq")
ENTRY_KEYS = (
    "date", "from", "to", "taken", *SCALES, "sleep_hours", "symptoms", *FLAGS, "alcohol_drinks", "started", "stopped",
    "supply", "wish", "note",
)  # fmt: skip
RANGE_KEYS = ("from", "to", "taken", "note")
WISHES = {
    "go on": "go on", "continue": "go on", "pause": "pause", "hold": "pause", "slower": "slower",
    "stop tapering": "stop tapering", "stay at this dose": "stop tapering",
}  # fmt: skip
SUPPLY = {"lost": "lost", "stolen": "lost", "run out": "lost", "ok": "ok"}
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*mg(?:\s*(?:/|a|per)\s*day| daily)?", re.IGNORECASE)
_MEDICINE = re.compile(r"(.+?)\s+" + _AMOUNT.pattern, re.IGNORECASE)
_LONGEST_RANGE_DAYS = 400
_MOST_DRINKS = 100
# JUDGEMENT: nobody takes more in a day [mg], of the drug that is tapered or of any other; more is a slip of the pen.
_MOST_TAKEN_MG, _MOST_MEDICINE_MG = 10_000.0, 1_000_000.0


def read_log(path: Path) -> Log:
    """The diary in a file; InputRefused names file and line of whatever is unreadable, impossible or contradictory."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise InputRefused(f"cannot be read: {what}.", where=str(path), next_step="Give the diary as YAML.") from None
    return log_of(text, str(path))


def log_of(text: str, name: str) -> Log:
    """The diary in a text; `name` is what refusals call it."""
    if not text.strip():
        raise InputRefused(
            "says nothing.", where=name, next_step="Start with 'entries:'; see docs/reference/taper_log.md."
        )
    root = read_yaml(text, name)
    if root.fields is None:
        root.place.refuse("a diary is a mapping.", "Start with 'entries:'; see docs/reference/taper_log.md.")
    given = root.mapping("the diary", KEYS)
    days = [day for item in _listed(given, "entries") for day in _days(item)]
    stays = [_stay(item) for item in _listed(given, "hospital")]
    if not days and not stays:
        root.place.refuse("neither 'entries' nor 'hospital' says anything.", "Write one entry a day under 'entries:'.")
    return Log(name, merged(days), checked_stays(stays), _baseline(given.get("baseline")))


def _listed(given: dict[str, Item], key: str) -> tuple[Item, ...]:
    return given[key].listed() if key in given else ()


def _baseline(item: Item | None) -> tuple[tuple[str, Reading], ...]:
    if item is None:
        return ()
    fields = item.mapping("baseline", SCALES)
    return tuple((key, read_scale(value, key)) for key, value in fields.items())


def _days(item: Item) -> list[DayLog]:
    fields = item.mapping("an entry", ENTRY_KEYS)
    if "from" in fields or "to" in fields:
        return _range(item, fields)
    if "date" not in fields:
        item.place.refuse("an entry without a date.", "Write 'date: 2026-11-24' first, or 'from:' and 'to:'.")
    if len(fields) == 1:
        item.place.refuse("an entry that says nothing but its date.", "Write what was taken, or remove the entry.")
    return [_day(item, fields)]


def _day(item: Item, fields: dict[str, Item]) -> DayLog:
    def of(key: str, read: Callable[[Item, str], Any]) -> Any:
        return read(fields[key], key) if key in fields else None

    return DayLog(
        exact_day(fields["date"], "date"), item.place, of("taken", read_taken), of("ciwa_b", read_scale),
        of("bwsq", read_scale), of("sleep_hours", _hours), of("alcohol_drinks", _drinks),
        tuple((flag, read_tri(fields[flag], flag)) for flag in FLAGS if flag in fields),
        tuple(part.word("symptoms") for part in _listed(fields, "symptoms")),
        tuple(_change(part, "started") for part in _listed(fields, "started")),
        tuple(_change(part, "stopped") for part in _listed(fields, "stopped")),
        of("supply", lambda part, key: read_choice(part, key, SUPPLY)) == "lost",
        of("wish", lambda part, key: read_choice(part, key, WISHES)),
    )  # fmt: skip


def _range(item: Item, fields: dict[str, Item]) -> list[DayLog]:
    """The same amount taken on each of several days; anything else is written day by day."""
    first, last = _span(item, fields)
    other = next((key for key in fields if key not in RANGE_KEYS), None)
    if other:
        fields[other].place.refuse(
            f"'{other}' stands beside 'from' and 'to'.", "Write it under the date it belongs to."
        )
    if "taken" not in fields:
        item.place.refuse(
            "'from' and 'to' without 'taken'.", "Say what was taken: as planned, missed, an amount, unknown."
        )
    taken = read_taken(fields["taken"], "taken")
    return [DayLog(first + timedelta(days=n), item.place, taken) for n in range((last - first).days + 1)]


def _stay(item: Item) -> Stay:
    fields = item.mapping("a hospital stay", ("from", "to", "given", "note"))
    first, last = _span(item, fields)
    given = Taken("unknown") if "given" not in fields else read_taken(fields["given"], "given")
    return Stay(first, last, replace(given, by="hospital"), item.place)


def _span(item: Item, fields: dict[str, Item]) -> tuple[date, date]:
    if "from" not in fields or "to" not in fields or "date" in fields:
        item.place.refuse(
            "needs both 'from' and 'to', and no 'date'.", "Write 'from: 2026-11-20' and 'to: 2026-11-24'."
        )
    first, last = exact_day(fields["from"], "from"), exact_day(fields["to"], "to")
    if last < first:
        fields["to"].place.refuse(f"'to' ({last}) is before 'from' ({first}).", "Exchange them, or check the year.")
    if (last - first).days > _LONGEST_RANGE_DAYS:
        fields["to"].place.refuse(f"{first} to {last} is longer than {_LONGEST_RANGE_DAYS} days.", "Check the year.")
    return first, last


def exact_day(item: Item, key: str) -> date:
    """A date to the day; a month or year alone is refused."""
    day = read_day(item.word(key), item.place, key)
    if day.precision != "day":
        item.place.refuse(f"'{item.word(key)}' in '{key}' is not a whole date.", "Write it as 2026-11-24.")
    return day.first


def read_taken(item: Item, key: str) -> Taken:
    """'as planned', 'missed', 'unknown', or an amount with its unit ('0.75 mg' in the whole day).

    During a change to another drug also both by name: {lorazepam: 0.5 mg, diazepam: 5 mg}.
    """
    if item.fields is not None:
        return _each(item, key)
    word = item.word(key).lower()
    if word in ("as planned", "unknown", "missed"):
        return Taken(word)  # type: ignore[arg-type]
    if word in ("none", "nothing", "no"):
        return Taken("missed")
    match = _AMOUNT.fullmatch(word)
    if match is None:
        item.place.refuse(
            f"'{word}' in '{key}' is not known.",
            "Write: as planned, missed, unknown, or the day's amount as in '0.75 mg'.",
        )
    mg = float(match[1].replace(",", "."))
    if mg > _MOST_TAKEN_MG:
        item.place.refuse(
            f"more than {_MOST_TAKEN_MG:g} mg in '{key}' is not a day's dose.",
            "Check the number; if so much was really taken, call the emergency number now.",
        )
    if mg and not ug(mg):
        item.place.refuse(
            f"'{word}' in '{key}' is less than a microgram.", "Check the number; write 'missed' for none."
        )
    return Taken("amount", ug(mg)) if mg else Taken("missed")


def _each(item: Item, key: str) -> Taken:
    """Several medicines, each with the amount of the whole day; 'missed' is none of it, and nothing else is known."""
    fields = item.fields or {}
    amounts = []
    for name, part in fields.items():
        taken = read_taken(part, f"{key}: {name}") if part.fields is None else None
        if taken is None or taken.kind not in ("amount", "missed"):
            part.place.refuse(
                f"'{name}' in '{key}' needs an amount.",
                "Write both: {lorazepam: 0.5 mg, diazepam: 5 mg}; 0 mg is none.",
            )
        amounts.append((name.strip().lower(), taken.amount_ug))
    if not amounts:
        item.place.refuse(f"'{key}' names no medicine.", "Write both: {lorazepam: 0.5 mg, diazepam: 5 mg}.")
    return Taken("each", each=tuple(amounts))


def _change(item: Item, key: str) -> Change:
    """'fluconazole', 'fluconazole 200 mg', or {name: fluconazole, mg_per_day: 200}."""
    if item.fields is not None:
        fields = item.mapping(key, ("name", "mg_per_day"))
        if "name" not in fields:
            item.place.refuse(
                f"a medicine under '{key}' without its name.", "Write {name: fluconazole, mg_per_day: 200}."
            )
        part = fields.get("mg_per_day")
        dose = _daily_mg(part, key, read_number(part, "mg_per_day")) if part else None
        return Change(fields["name"].word("name"), dose, item.place)
    match = _MEDICINE.fullmatch(item.word(key))
    if match is None:
        return Change(item.word(key), None, item.place)
    return Change(match[1], _daily_mg(item, key, float(match[2].replace(",", "."))) or None, item.place)


def _daily_mg(item: Item, key: str, mg: float) -> float:
    if mg > _MOST_MEDICINE_MG:
        item.place.refuse(f"more than {_MOST_MEDICINE_MG:g} mg a day under '{key}'.", "Check the number and the unit.")
    return mg


def _hours(item: Item, key: str) -> float:
    return _within(item, key, 24)


def _drinks(item: Item, key: str) -> float:
    return _within(item, key, _MOST_DRINKS)


def _within(item: Item, key: str, most: float) -> float:
    value = read_number(item, key, above_zero=False)
    if value > most:
        item.place.refuse(f"'{key}' is {value:g}, more than {most:g}.", "Check the number.")
    return value
