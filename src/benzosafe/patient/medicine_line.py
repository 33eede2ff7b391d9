"""One medicine written as a sentence, cut into name, strength, directions, dates and reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benzosafe.patient.directions import read_directions

if TYPE_CHECKING:
    from benzosafe.knowledge.names import NameIndex

_YEAR = r"((?:19|20)\d{2}(?:-\d{1,2}){0,2})\b"
_DATE = r"((?:19|20)\d{2}(?:-\d{1,2}){1,2})\b"  # beside words that a dose may follow too, a year alone is not a date
SINCE = re.compile(
    rf"[,;(]?\s*\b(?:(?:since|started(?: on)?|desde(?: el)?)\s+{_YEAR}|(?:from|starting|start)\s+{_DATE})\)?",
    re.IGNORECASE,
)
UNTIL = re.compile(
    rf"[,;(]?\s*\b(?:(?:until|till|stopped(?: on)?|ended(?: on)?|hasta(?: el)?)\s+{_YEAR}|"
    rf"(?:to|through|ending|stop)\s+{_DATE})\)?",
    re.IGNORECASE,
)
FILLED = re.compile(rf"[,;(]?\s*\b(?:last filled|filled|dispensed)(?: on)?\s+{_YEAR}\)?", re.IGNORECASE)
SUPPLY = re.compile(r"[,;(]?\s*\b(\d{1,3})\s*(?:-\s*)?days?'?\s+supply\)?", re.IGNORECASE)
REFILLS = re.compile(r"[,;(]?\s*\b(?:(\d{1,2}|no)\s+refills?)\)?", re.IGNORECASE)
REASON = re.compile(r"^(.*)\bfor\s+(?!\d|a\b|an\b|the next\b)([^\d]+)$", re.IGNORECASE | re.DOTALL)

_UNIT = r"(?:mg|mcg|ug|µg|g|micrograms?|milligrams?|grams?)"
_PER = r"(?:\s*(?:/|per)\s*\d*(?:\.\d+)?\s*(?:ml|hr|hour|h|actuation|spray)\b)?(?![\w/])"
STRENGTH = re.compile(rf"\d+(?:[.,]\d+)?\s*(?:{_UNIT}{_PER}|%)", re.IGNORECASE)
# Of a combination product: 5/325, 10-325 mg, 8 mg/2 mg, 10-100 mg/5 mL; a range of doses looks the same.
STRENGTHS = re.compile(
    rf"\d+(?:\.\d+)?\s*(?:mg\s*/|/)\s*\d+(?:\.\d+)?(?:\s*{_UNIT}{_PER})?(?![\w/.-])|"
    rf"\d+(?:\.\d+)?\s*-\s*\d+(?:\.\d+)?\s*{_UNIT}{_PER}",
    re.IGNORECASE,
)
PLAIN_STRENGTH = re.compile(r"\d+(?:[.,]\d+)?\s*(?:mg|mcg|ug|µg|g|micrograms?|milligrams?|grams?)", re.IGNORECASE)
RATE = re.compile(r"\d+(?:[.,]\d+)?\s*(?:mg|mcg|ug|µg)\s*(?:/|per)\s*(?:hr|hour|h)", re.IGNORECASE)
FORM = re.compile(
    r"(?:oral|extended[- ]release|immediate[- ]release|controlled[- ]release|orally|disintegrating|er|xr|sr|cr|ir|odt|"
    r"tablets?|tabs?|capsules?|caps?|patch(?:es)?|solution|concentrate|syrup|liquid|elixir|suspension|injection|"
    r"transdermal|sublingual|nasal spray|film|wafer|cream|ointment|gel|shampoo|lotion|foam|paste|(?:eye|ear) drops|"
    r"ophthalmic|otic|topical|inhaler|suppository|hydrochloride|hcl)\b\.?",
    re.IGNORECASE,
)
# 'clonazepam -1 mg': a dash on a number is a sign or part of a range ('1 mg-2 mg'), not one between name and dose
# ('clonazepam - 1 mg'); it stays with its number, so that a negative dose is never read as one.
SIGN = re.compile(r"[ ,:;-]*-(?=[.,]?\d)")
LONGEST_NAME_WORDS = 8
NAME_ENDS = re.compile(r"^(?:for|every|twice|once|daily|nightly|take|prn|bid|tid|qid|qhs|at)$", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """The parts of a sentence; `drug` keeps name, strength and form, `directions` the rest."""

    drug: str
    directions: str = ""
    since: str = ""
    until: str = ""
    last_filled: str = ""
    days_supply: float | None = None
    refills: int | None = None
    reason: str = ""


def read_line(text: str, names: NameIndex) -> Line:
    """The sentence in parts; directions that cannot be read stay as they are, to be reported."""
    line, rest = _take_dates(text.strip())
    drug, directions = split_drug(rest, names)
    line = replace(line, drug=drug, directions=directions)
    return _with_reason(replace(line, directions=whole_directions(drug, directions)))


def _take_dates(text: str) -> tuple[Line, str]:
    found: dict[str, str] = {}
    for name, pattern in (
        ("until", UNTIL),
        ("since", SINCE),
        ("filled", FILLED),
        ("supply", SUPPLY),
        ("refills", REFILLS),
    ):
        match = pattern.search(text)
        if match:
            found[name] = next(group for group in match.groups() if group)
            text = f"{text[: match.start()]} {text[match.end() :]}"
    line = Line(
        "", since=found.get("since", ""), until=found.get("until", ""), last_filled=found.get("filled", ""),
        days_supply=float(found["supply"]) if "supply" in found else None,
        refills=(0 if found["refills"].lower() == "no" else int(found["refills"])) if "refills" in found else None,
    )  # fmt: skip
    return line, " ".join(text.split()).strip(" ,;")


def split_drug(text: str, names: NameIndex) -> tuple[str, str]:
    """Name with strength and form, and what follows; without a known name the first word counts as the name."""
    words = text.split(" ")
    at = len(" ".join(words[: _name_end(words, names)]))
    several = len(names.resolve(text[:at]).ingredients) > 1
    while True:
        following = text[at:]
        gap = len(following) - len(following.lstrip(" ,:-"))
        if SIGN.match(following):
            return text[:at].strip(" ,:;"), following.strip(" ,:;")
        used = _part_of_name(text[:at], following[gap:], several, names)
        if not used:
            return text[:at].strip(), text[at:].strip(" ,:;-")
        at += gap + used


def _part_of_name(before: str, following: str, several: bool, names: NameIndex) -> int:
    """How many characters of what follows still belong to the name: one strength, form words, '(Klonopin)'."""
    has_strength = STRENGTH.search(before) or STRENGTHS.search(before)
    strength = None if has_strength else (several and STRENGTHS.match(following)) or STRENGTH.match(following)
    match = strength or FORM.match(following)
    if match:
        return match.end()
    inner = re.match(r"\(([^()]*)\)", following)
    return inner.end() if inner and names.resolve(inner[1]).by_text else 0


def _name_end(words: list[str], names: NameIndex) -> int:
    """The word after the last one of the name; later words may belong to it ('and', a second ingredient)."""
    best, found = 1, 0
    for end in range(1, min(len(words), LONGEST_NAME_WORDS) + 1):
        if found and NAME_ENDS.match(words[end - 1]):
            break
        hits = len(names.resolve(" ".join(words[:end])).by_text)
        longer = names.knows(" ".join(words[:end])) if found else ()
        if hits > found or longer:
            best, found = end, max(hits, found)
    return best


def whole_directions(drug: str, directions: str) -> str:
    """The directions with the dose; '1 mg' before 'twice daily' is the dose, of a combination one unit is meant."""
    plain = PLAIN_STRENGTH.search(drug)
    liquid = re.search(r"(?:/|\bper)\s*[\d.]*\s*ml\b", drug, re.IGNORECASE)
    rate = RATE.search(drug)
    if not directions or liquid:
        return directions
    if rate is not None:
        return _first_read(f"{rate[0]} {directions}" if not _has_dose(directions) else directions, directions)
    if STRENGTHS.search(drug):
        return directions if _has_dose(directions) else _first_read(f"1 tablet {directions}", directions)
    if plain is None:
        return directions
    return _first_read(f"{drug[plain.start() :]} {directions}", f"{plain[0]} {directions}", directions)


def _has_dose(directions: str) -> bool:
    read = read_directions(directions)
    return read.dose is not None or read.amount_per_day is not None


def _first_read(*attempts: str) -> str:
    """The first wording that is fully understood and names a dose, else the last one."""
    for attempt in attempts:
        if _has_dose(attempt) or _has_dose(_without_reason(attempt)[0]):
            return attempt
    return attempts[-1]


def _without_reason(directions: str) -> tuple[str, str]:
    match = REASON.match(directions)
    if match is None or read_directions(match[2].strip()).understood:
        return directions, ""
    return match[1].strip(" ,;"), match[2].strip(" ,;.")


def _with_reason(line: Line) -> Line:
    """The reason, read with the directions or, where its words stop them from being read, cut off."""
    if read_directions(line.directions).understood or not line.directions:
        return line
    directions, reason = _without_reason(line.directions)
    if reason and (not directions or read_directions(directions).understood):
        return replace(line, directions=directions, reason=reason)
    return line
