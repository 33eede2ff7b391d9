"""The printable form of a prescription: everything it says, how to check it, and a big word where it is not valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benzosafe import __version__
from benzosafe.audit.canonical import digest
from benzosafe.knowledge.load import Knowledge
from benzosafe.prescriptions.content import Content, FillPlan, Item, plain_number
from benzosafe.prescriptions.law import Law, law_of, refuses_signing
from benzosafe.prescriptions.papers import (
    BY_HAND,
    DO_NOT_STOP,
    NOT_CERTIFIED,
    alike,
    days_apart,
    in_words_wanted,
    mark_of,
    quantity_of,
    shown,
    strength_of,
    why_marked,
)
from benzosafe.prescriptions.shelf import Held, written

Row = tuple[str, str]
NOT_WRITTEN = "NOT WRITTEN"
_LETTER = ("US", "CA")
_GROUP = 8
"""Letters of a fingerprint in a group, so that two can be compared by eye."""


def form_page(one: Held, fills: Sequence[Mapping[str, Any]], knowledge: Knowledge) -> str:
    """The form as one self-contained page of HTML; UsageError where nothing is written yet. `fills`: those handed out.

    The law is that of the day on which it is written. Without a big word it may be used; the signature is not verified
    here.
    """
    content = written(one)
    law = law_of(knowledge, content.jurisdiction, content.ingredient, content.written_on)
    environment = Environment(
        loader=PackageLoader("benzosafe.prescriptions", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["shown"] = shown
    mark = mark_of(one, law)
    return environment.get_template("form.html").render(
        content=content, id=one.id, mark=mark, why=why_marked(one, law), certified=NOT_CERTIFIED,
        by_hand="" if mark or law.handed_electronically else BY_HAND,
        paper="letter" if law.place.split("-", maxsplit=1)[0] in _LETTER else "A4",
        patient=list(_patient(content, law)), prescriber=list(_prescriber(content, law)),
        pharmacy=one.row.get("pharmacy") or "", plans=[_plan(fill, law) for fill in _listed(content)],
        taper=not alike(content), words_wanted=_words_column(content, law), refills=_refills(content),
        last_day=law.last_day(content.written_on), law=law,
        warnings=list(_warnings(law)),
        refused=[item.what for item in refuses_signing(content, law)],
        handed=list(_handed(fills)), check=list(_check(one, content, law, knowledge)), version=__version__,
    )  # fmt: skip


def _patient(content: Content, law: Law) -> Iterator[Row]:
    who = content.patient
    yield from _said("Name", who.name, law, "patient_name")
    yield from _said("Born", who.born.isoformat() if who.born else "", law, "patient_born")
    yield from _said("Address", who.address, law, "patient_address")


def _prescriber(content: Content, law: Law) -> Iterator[Row]:
    """The prescriber, with the registration under the name that the law gives it."""
    who = content.prescriber
    yield from _said("Name", who.name, law, "prescriber_name")
    yield from _said("Profession", who.profession, law)
    yield from _said("Address", who.address, law, "prescriber_address")
    yield from _said("Phone", who.phone, law, "phone")
    yield from _said(law.rule.registration.name if law.rule else "Registration", who.registration, law, "registration")


def _said(label: str, value: str, law: Law, name: str = "") -> Iterator[Row]:
    """A line, which the law may want: then it also stands there when nothing is written."""
    text = shown(value)
    if text or (law.rule is not None and name in law.rule.content.names):
        yield f"{label[0].upper()}{label[1:]}", text or NOT_WRITTEN


def _listed(content: Content) -> Sequence[FillPlan]:
    """All fills, or the first of those that are the same."""
    return content.fills[:1] if alike(content) else content.fills


def _plan(fill: FillPlan, law: Law) -> dict[str, Any]:
    words = shown(fill.quantity_in_words) or (NOT_WRITTEN if in_words_wanted(law) else "")
    pairs = zip(fill.items, fill.directions, strict=True)
    return {
        "number": fill.number, "on": fill.earliest_on, "days": fill.days, "words": words,
        "rows": [_row(item, directions) for item, directions in pairs],
    }  # fmt: skip


def _row(item: Item, directions: str) -> dict[str, str]:
    return {
        "medicine": item.ingredient, "strength": strength_of(item), "form": item.form, "quantity": quantity_of(item),
        "directions": shown(directions) or NOT_WRITTEN,
    }  # fmt: skip


def _words_column(content: Content, law: Law) -> bool:
    return in_words_wanted(law) or any(shown(fill.quantity_in_words) for fill in content.fills)


def _refills(content: Content) -> str:
    """What the line of refills says."""
    if not alike(content):
        return "None: each fill above is handed out once, not before its day."
    if not content.refills:
        return "0 (none)"
    gap, days = days_apart(content)[0], [fill.earliest_on.isoformat() for fill in content.fills[1:]]
    return f"{content.refills}, {gap} days apart, not before: {', '.join(days)}"


def _warnings(law: Law) -> Iterator[str]:
    yield from (f"Label, in the words of the law: '{words}'" for words in (law.rule.label_words if law.rule else ()))
    yield DO_NOT_STOP


def _handed(fills: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in fills:
        for product, units in row["units"].items():
            yield {
                "on": row["dispensed_on"], "number": row["number"], "product": product,
                "units": plain_number(Decimal(units)), "pharmacy": row["pharmacy"],
            }  # fmt: skip


def _check(one: Held, content: Content, law: Law, knowledge: Knowledge) -> Iterator[Row]:
    """What a pharmacist compares with the system."""
    at, sha = one.row.get("signed_at"), digest(content)
    yield "Prescription", one.id
    yield "State", one.state.replace("_", " ")
    if isinstance(at, datetime):
        yield (
            "Signed",
            f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, with key {one.row.get('key_id') or 'not given here'}",
        )
    else:
        yield "Signed", "no"
    yield "Fingerprint (SHA-256)", " ".join(sha[at : at + _GROUP] for at in range(0, len(sha), _GROUP))
    pack = knowledge.prescribing.get(law.place)
    status = (
        f"{pack.status}, checked {pack.checked.on}, no lawyer or pharmacist has reviewed it" if pack else "not known"
    )
    yield "Law", f"{law.supply.name}, {law.supply.schedule or 'schedule not known'} ({status})"
    yield "Valid for", law.supply.valid_for.words
