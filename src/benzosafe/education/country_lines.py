"""What holds in the country only: whom to call, the law on driving, giving leftovers back, telling of side effects."""

from __future__ import annotations

from collections.abc import Sequence

from benzosafe.education.contacts import Contacts
from benzosafe.education.language import Language
from benzosafe.education.lines import Group, GroupEntry, LeftOut, Line
from benzosafe.knowledge.contacts_model import KINDS, Contact, Dated
from benzosafe.knowledge.education_model import StatementKind


def contact_groups(contacts: Contacts, language: Language) -> tuple[tuple[Group, ...], list[Line], list[LeftOut]]:
    """The numbers by kind; a line says of which kinds none is shown; what was left out is told to the clinician."""
    groups = [
        Group(kind, language.say(f"contact_{kind}"), tuple(_entry(item, contacts, language) for item in found))
        for kind in KINDS
        if (found := contacts.of(kind))
    ]
    missing = [LeftOut(item.what, "contacts", item.why) for item in contacts.left_out]
    if not groups:
        return (), [_line("contacts_none", "ask", language.say("contacts_none"))], missing
    none = [language.say(f"contact_{kind}").lower() for kind in KINDS if not contacts.of(kind)]
    if not none:
        return tuple(groups), [], missing
    unknown = language.say("contacts_missing", topics=language.all_of(none))
    return tuple(groups), [_line("contacts_missing", "ask", unknown)], missing


def _entry(item: Contact, contacts: Contacts, language: Language) -> GroupEntry:
    reach = []
    if item.call:
        reach.append(language.say("call_it", number=item.call))
    if item.text:
        name = "text_word" if item.text_word else "text_it"
        reach.append(language.say(name, **_text_values(item)))
    if item.menu:
        reach.append(language.phrase(item.menu))
    hours = language.say("always_open") if item.always else language.phrase(item.hours) if item.hours else ""
    about = [words for words in (hours, _where(item, contacts, language), language.phrase(item.who)) if words]
    if item.note:
        about.append(language.phrase(item.note))
    numbers = [(item.call, item.call_digits), (item.text, item.text_digits)]
    return GroupEntry(
        language.name(item.name), tuple(reach), tuple(about), tuple(pair for pair in numbers if pair[0]), item.evidence,
        item.name in (item.call, item.text),
    )  # fmt: skip


def _text_values(item: Contact) -> dict[str, str]:
    return {"number": item.text, "word": item.text_word} if item.text_word else {"number": item.text}


def _where(item: Dated, contacts: Contacts, language: Language) -> str:
    """Where an entry holds, when that is not the whole country."""
    names = dict(contacts.area_names)
    if item.areas:
        return language.say("where_only", where=language.all_of([language.phrase(names[area]) for area in item.areas]))
    if item.except_areas:
        return language.say(
            "not_where", where=language.either([language.phrase(names[area]) for area in item.except_areas])
        )
    return ""


def law_lines(contacts: Contacts, language: Language, drugs: Sequence[str]) -> list[Line]:
    """The law on driving with a prescribed medicine, with the limits of these drugs where it sets any."""
    lines: list[Line] = []
    for number, rule in enumerate(contacts.driving, start=1):
        where = _where(rule, contacts, language)
        words = [*rule.words, *filter(None, (rule.defence, rule.carry))]
        lines += [
            _line(f"law_{contacts.code}_{number}_{place}", "know", language.phrase(text), rule, where)
            for place, text in enumerate(words, start=1)
        ]
        for drug in drugs:
            if drug in rule.limits:
                limit = language.number(round(rule.limits[drug].lowest))
                text = language.say("by_limit", drug=drug, limit=limit)
                lines.append(_line(f"law_{contacts.code}_{number}_limit_{drug}", "know", text, rule, where))
    return lines


def return_lines(contacts: Contacts, language: Language) -> list[Line]:
    """How leftovers are given back, and what is flushed or not."""
    lines = []
    for number, entry in enumerate(contacts.returns, start=1):
        where = _where(entry, contacts, language)
        for place, text in enumerate((*entry.words, entry.flush), start=1):
            name = f"returns_{contacts.code}_{number}_{place}"
            lines.append(_line(name, "do", language.phrase(text), entry, where))
    return lines


def report_lines(contacts: Contacts, language: Language) -> list[Line]:
    """Where anybody can tell of a side effect."""
    return [
        _line(
            f"reports_{contacts.code}_{number}", "know",
            language.say("report_call", scheme=entry.scheme, number=entry.call) if entry.call
            else language.say("report_page", scheme=entry.scheme, page=entry.page),
            entry, _where(entry, contacts, language),
        )
        for number, entry in enumerate(contacts.reports, start=1)
    ]  # fmt: skip


def _line(name: str, kind: StatementKind, text: str, entry: Dated | None = None, where: str = "") -> Line:
    return Line(name, kind, text, entry.evidence if entry else (), where=where)
