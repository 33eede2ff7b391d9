"""Whom to call, where leftovers go and what the law says on driving, for one country on one day.

It fails closed: what is due to be checked again, what was only remembered, and what holds elsewhere is not shown, and
the answer says so. Of a country that is not on record nothing is shown; there is no default number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from benzosafe.errors import nearest
from benzosafe.knowledge.contacts_model import (
    TOPICS,
    Contact,
    CountryHelp,
    Dated,
    DrivingRule,
    Kind,
    MedicineReturn,
    SideEffectReports,
    Topic,
)
from benzosafe.knowledge.load import Knowledge

TOPIC_WORDS: MappingProxyType[Topic, str] = MappingProxyType({
    "emergency": "emergency number",
    "poison": "poison information",
    "crisis": "crisis line",
    "health_advice": "health advice line",
    "substance_use": "help with alcohol or drugs",
    "returns": "giving leftover medicine back",
    "reports": "reporting side effects",
    "driving": "the law on driving",
})  # fmt: skip


@dataclass(frozen=True)
class LeftOut:
    """Something that is not shown: what it is about (None: the place), its name, and why."""

    topic: Topic | None
    what: str
    why: str


@dataclass(frozen=True)
class Contacts:
    """What may be shown for a place on a day, and what may not.

    `place`: as asked; `country`, `code`: its name and code (ISO 3166), empty where it is not on record; `shared`: only
    what its union of countries shares is on record.
    """

    place: str
    country: str = ""
    code: str = ""
    shared: bool = False
    contacts: tuple[Contact, ...] = ()
    returns: tuple[MedicineReturn, ...] = ()
    reports: tuple[SideEffectReports, ...] = ()
    driving: tuple[DrivingRule, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    area_names: tuple[tuple[str, str], ...] = ()

    def of(self, kind: Kind) -> tuple[Contact, ...]:
        """The numbers of one kind, in the order of the file."""
        return tuple(contact for contact in self.contacts if contact.kind == kind)

    def where(self, entry: Dated) -> str:
        """Where an entry holds, such as 'England, Wales' or 'not in Quebec'; empty: in the whole country."""
        names = dict(self.area_names)
        if entry.areas:
            return ", ".join(names[area] for area in entry.areas)
        return "not in " + ", ".join(names[area] for area in entry.except_areas) if entry.except_areas else ""


def contacts_of(country: str, knowledge: Knowledge, on: date) -> Contacts:
    """What may be shown on a day of a country ('GB', 'Ireland') or a part of it ('CA-QC'); it never raises."""
    code, _, part = country.strip().upper().partition("-")
    found = _found(country.strip(), code, knowledge.contacts)
    if found is None:
        return Contacts(country, left_out=(_unknown(country, knowledge.contacts),))
    name, entry = found
    key = next(key for key, value in knowledge.contacts.items() if value is entry)
    area = f"{key}-{part}" if part else ""
    shown, left_out = _sorted_out(entry, area, on)
    return Contacts(
        place=country,
        country=name,
        code=next((code for code, member in entry.members.items() if member == name), key),
        shared=bool(entry.members),
        contacts=tuple(item for item in shown if isinstance(item, Contact)),
        returns=tuple(item for item in shown if isinstance(item, MedicineReturn)),
        reports=tuple(item for item in shown if isinstance(item, SideEffectReports)),
        driving=tuple(item for item in shown if isinstance(item, DrivingRule)),
        left_out=tuple(left_out),
        area_names=tuple(entry.areas.items()),
    )


def _found(asked: str, code: str, countries: dict[str, CountryHelp]) -> tuple[str, CountryHelp] | None:
    """A country by its code or name, first of its own, then as a member of a union; a union itself is no country."""
    for key, entry in countries.items():
        if not entry.members and _is(asked, code, (key, entry.name, *entry.also)):
            return entry.name, entry
    for entry in countries.values():
        for key, name in entry.members.items():
            if _is(asked, code, (key, name)):
                return name, entry
    return None


def _is(asked: str, code: str, names: Iterable[str]) -> bool:
    known = {name.casefold() for name in names}
    return asked.casefold() in known or code.casefold() in known


def _unknown(asked: str, countries: dict[str, CountryHelp]) -> LeftOut:
    own = {key: entry.name for key, entry in countries.items() if not entry.members}
    names = [*own.values(), *(name for entry in countries.values() for name in entry.members.values())]
    why = f"this country is not on record, so no number is shown.{nearest(asked.strip().title(), names)}"
    return LeftOut(None, asked, f"{why} On record: {', '.join(own)}; the emergency number also for other EU countries.")


def _sorted_out(entry: CountryHelp, area: str, on: date) -> tuple[list[Dated], list[LeftOut]]:
    """What is shown, and what is not with its reason; a topic of which nothing is left is named as well."""
    shown: list[Dated] = []
    left_out: list[LeftOut] = []
    if area and area not in entry.areas:
        left_out.append(LeftOut(None, area, f"no such part is on record; what follows holds in all of {entry.name}."))
    covered = set()
    for topic, item in entry.entries:
        if why := _why_not(item, entry, area, on):
            left_out.append(LeftOut(topic, item.title, why))
        else:
            shown.append(item)
            covered.add(topic)
    for topic in TOPICS:
        if topic in entry.not_known:
            left_out.append(LeftOut(topic, TOPIC_WORDS[topic], entry.not_known[topic]))
        elif topic not in covered:
            left_out.append(LeftOut(topic, TOPIC_WORDS[topic], "nothing that may be shown is on record."))
    return shown, left_out


def _why_not(item: Dated, entry: CountryHelp, area: str, on: date) -> str:
    """Why an entry is not shown; empty where it is."""
    if on > item.checked.next:
        return f"was to be checked again by {item.checked.next}."
    if not item.is_read:
        return "has not been read at its source, only remembered."
    names = entry.areas
    if area and item.areas and area not in item.areas:
        return f"is for {', '.join(names[other] for other in item.areas)}."
    if area and item.except_areas and (area in item.except_areas or area not in names):
        return f"is not for {', '.join(names[other] for other in item.except_areas)}."
    return ""
