"""The medicines of the hand-written form: sentences or mappings, taken now or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from benzosafe.knowledge.names import ATC, RXNORM, UNII
from benzosafe.patient.directions import LONGEST_TEXT, read_directions
from benzosafe.patient.handwritten_values import past_day, read_choice, read_day, read_number
from benzosafe.patient.handwritten_yaml import Item, Place
from benzosafe.patient.medicine import Medicine, orders_of
from benzosafe.patient.medicine_line import Line, read_line, whole_directions
from benzosafe.patient.tables import DataGap, Order, SourceKind, Supply
from benzosafe.patient.timeline import OrderTimes

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge
    from benzosafe.knowledge.names import Code

KEYS = (
    "drug", "take", "since", "until", "for", "status", "code", "days_supply", "refills", "last_filled", "strength_mg",
    "route", "form", "id", "icd10", "snomed",
)  # fmt: skip
SYSTEMS = {
    "rxnorm": RXNORM,
    "atc": ATC,
    "unii": UNII,
    "snomed": "http://snomed.info/sct",
    "icd10": "http://hl7.org/fhir/sid/icd-10-cm",
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "ndc": "http://hl7.org/fhir/sid/ndc",
}
STATUS = {
    "active": "active", "taking": "active", "stopped": "stopped", "completed": "completed", "finished": "completed",
    "on-hold": "on-hold", "on hold": "on-hold", "paused": "on-hold", "planned": "intended", "unknown": "unknown",
}  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What every medicine of one file shares."""

    knowledge: Knowledge
    on: date
    source: SourceKind = "handwritten"
    status: str = "active"
    prefix: str = "medicines"


def read_medicines(item: Item, context: Context) -> tuple[list[Order], list[DataGap]]:
    """Orders and gaps of a list of medicines."""
    orders: list[Order] = []
    gaps: list[DataGap] = []
    for number, entry in enumerate(item.listed(), start=1):
        order_id = f"{context.prefix}[{number}]"
        medicine = (
            _mapping(entry, order_id, context) if entry.fields is not None else _sentence(entry, order_id, context)
        )
        made, missing = orders_of(medicine, context.knowledge, context.on)
        orders += made
        gaps += missing
    return orders, gaps


def _sentence(item: Item, order_id: str, context: Context) -> Medicine:
    text = item.word(context.prefix)
    if not text:
        item.place.refuse(f"an empty entry in '{context.prefix}'.", "Write the medicine, or remove the line.")
    return medicine_of(read_line(text, context.knowledge.names), item.place, order_id, context)


def medicine_of(line: Line, place: Place, order_id: str, context: Context) -> Medicine:
    """A sentence's parts as a medicine, with its dates checked."""
    since = past_day(Item(place, line.since), "since", context.on).first if line.since else None
    until = read_day(line.until, place, "until").last if line.until else None
    filled = past_day(Item(place, line.last_filled), "filled", context.on).first if line.last_filled else None
    _in_order(since, until, place)
    times = _times(context, (since, until), filled, (line.days_supply, line.refills))
    for named in (line.drug, line.reason):
        _refuse_as_needed_lost(named, line.directions, place)
    return Medicine(order_id, line.drug, times, directions=line.directions, indication_text=line.reason)


def _times(
    context: Context,
    span: tuple[date | None, date | None],
    filled: date | None,
    supply: tuple[float | None, int | None],
) -> OrderTimes:
    since, until = span
    days, refills = supply
    supplies = (Supply(context.source, "last filled", filled, days),) if filled else ()
    status = "stopped" if context.status == "active" and until and until < context.on else context.status
    return OrderTimes(
        context.source, status, authored_on=since, start_on=since, end_on=until, days_supply=days, refills=refills,
        supplies=supplies,
    )  # fmt: skip


def _in_order(since: date | None, until: date | None, place: Place) -> None:
    if since and until and until < since:
        place.refuse(f"'until' {until} is before 'since' {since}.", "Check both dates.")


def _mapping(item: Item, order_id: str, context: Context) -> Medicine:
    fields = item.mapping(context.prefix, KEYS)
    codes = read_codes(fields.get("code"), "code", "")
    if "drug" not in fields and not codes:
        item.place.refuse(f"an entry in '{context.prefix}' without 'drug' or 'code'.", "Say which medicine it is.")
    drug = fields["drug"].word("drug") if "drug" in fields else ""
    line = read_line(drug, context.knowledge.names)
    take = fields["take"].word("take") if "take" in fields else line.directions
    reason = fields["for"].word("for") if "for" in fields else line.reason
    fields = {**_dates_of(line, item.place), **fields}
    if "take" in fields:
        _refuse_other_times(line.directions, take, item.place)
    for named in (drug if "take" in fields else line.drug, reason):
        _refuse_as_needed_lost(named, take, item.place)
    return Medicine(
        fields["id"].word("id") if "id" in fields else order_id,
        line.drug,
        _mapped_times(item, fields, context),
        codes=codes,
        directions=whole_directions(line.drug, take) if "take" in fields else take,
        strength_mg=read_number(fields["strength_mg"], "strength_mg") if "strength_mg" in fields else None,
        route=fields["route"].word("route").lower() if "route" in fields else None,
        form=fields["form"].word("form").lower() if "form" in fields else None,
        indication_text=reason,
        indication_codes=(
            *read_codes(fields.get("icd10"), "icd10", "icd10"),
            *read_codes(fields.get("snomed"), "snomed", "snomed"),
        ),
    )


def _dates_of(line: Line, place: Place) -> dict[str, Item]:
    """The dates and the supply written beside the name, under the keys they could have had."""
    written = {
        "since": line.since, "until": line.until, "last_filled": line.last_filled,
        "days_supply": "" if line.days_supply is None else f"{line.days_supply:g}",
        "refills": "" if line.refills is None else f"{line.refills}",
    }  # fmt: skip
    return {key: Item(place, text) for key, text in written.items() if text}


def _refuse_other_times(beside_name: str, take: str, place: Place) -> None:
    """Refuses two statements of how often, of which one would be dropped."""
    beside, taken = read_directions(beside_name), read_directions(take)
    times = beside.times_per_day, taken.times_per_day
    if None not in times and times[0] != times[1] and beside.prn == taken.prn:
        place.refuse(
            f"'drug' says '{beside_name}' and 'take' says '{take}': how often it is taken is not the same.",
            "Write it in 'take' alone.",
        )


def _refuse_as_needed_lost(named: str, directions: str, place: Place) -> None:
    """Refuses 'as needed' beside a medicine's name or in its reason where its directions, without it, are regular."""
    if _says_as_needed(named) and not _says_as_needed(directions):
        what = f"'{directions}' does not" if directions else "no directions follow"
        place.refuse(
            f"'{named}' says as needed and {what}: a medicine taken as needed has no regular dose.",
            "If it is taken as needed, write that behind the dose ('... mg twice daily as needed'); if it is taken "
            "regularly, leave it out; if both, write two medicines.",
        )


def _says_as_needed(text: str) -> bool:
    """Whether words of 'as needed' stand anywhere in a text, also in one that is not understood as directions."""
    from benzosafe.patient.directions_phrases import pieces_of  # the vocabulary is large

    pieces, _ = pieces_of(text[:LONGEST_TEXT])
    return any(piece.what in ("prn", "purpose_prn") for piece in pieces)


def _mapped_times(item: Item, fields: dict[str, Item], context: Context) -> OrderTimes:
    since = past_day(fields["since"], "since", context.on).first if "since" in fields else None
    until = read_day(fields["until"].word("until"), fields["until"].place, "until").last if "until" in fields else None
    filled = past_day(fields["last_filled"], "last_filled", context.on).first if "last_filled" in fields else None
    _in_order(since, until, item.place)
    days = read_number(fields["days_supply"], "days_supply") if "days_supply" in fields else None
    refills = int(read_number(fields["refills"], "refills", above_zero=False)) if "refills" in fields else None
    status = read_choice(fields["status"], "status", STATUS) if "status" in fields else context.status
    context = Context(context.knowledge, context.on, context.source, status, context.prefix)
    return _times(context, (since, until), filled, (days, refills))


def read_codes(item: Item | None, key: str, system: str) -> tuple[Code, ...]:
    """Codes written 'rxnorm:1049611', or plain where the key names the terminology."""
    if item is None:
        return ()
    found: list[Code] = []
    for entry in item.listed():
        written = entry.word(key)
        prefix, colon, value = written.partition(":")
        if not colon:
            prefix, value = system, written
        if prefix.strip().lower() not in SYSTEMS or not value.strip():
            entry.place.refuse(
                f"'{written}' in '{key}' is not a code.", f"Write it as rxnorm:1049611 (known: {', '.join(SYSTEMS)})."
            )
        found.append((SYSTEMS[prefix.strip().lower()], value.strip()))
    return tuple(found)
