"""The pharmacist's sheet: what to hand out and when, cuts, leftovers and disposal; for a terminal and as a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benzosafe.render.taper_change import about
from benzosafe.render.wrapped import listed, wrapped
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.changeover_words import stage_lines
from benzosafe.taper.mind_words import HEADING, minds_of
from benzosafe.taper.prescription import STATUS

_DRAFT = "Draft. No value here has had a clinical or legal review. Never cut the supply to force a stop."


def text_pharmacy(data: dict[str, Any], minds: Iterable[Any] = ()) -> str:
    """The sheet as plain text of at most a hundred columns; `data` is what `fills_data` gives.

    `minds`: steps the prescriber has to decide on first, as `taper.mind_words.minds_of` reads them, and its errors.
    """
    lines = [f"Pharmacist's sheet: taper of {data['drug']}", *wrapped(_DRAFT), *_override(data)]
    warned = listed(HEADING, [mind.words for mind in minds_of(minds, "pharmacist's sheet")])
    lines += warned
    if not data["fills"]:
        return "\n".join([*lines, "", "Nothing has to be handed out."]) + "\n"
    lines += [""] if warned else []
    lines += wrapped(
        f"{data['starts_on']} to {data['ends_on']}, from {data['before_mg_per_day']:g} mg a day "
        f"to {data['target_mg_per_day']:g} mg a day, {len(data['fills'])} fills."
    )
    for fill in data["fills"]:
        lines += _fill(data, fill)
    lines += ["", "Over the whole plan", *(line for total in data["totals"] for line in wrapped(_total(total), "  "))]
    lines += wrapped(f"Leftovers: {data['disposal']}", "  ")
    lines += ["", f"Law applied, {data['law']['name']}, schedule {data['law']['schedule'] or 'not known'}"]
    lines += [line for limit in data["law"]["limits"] for line in wrapped(f"{limit['label']}: {limit['words']}", "  ")]
    lines += listed("Notes", [*data["notes"], *data["law"]["notes"]])
    return "\n".join(lines) + "\n"


def text_prescriptions(data: dict[str, Any]) -> str:
    """One draft prescription per fill as plain text, each headed by its status and by the override if there is one."""
    lines: list[str] = []
    for draft in data["prescriptions"]:
        lines += [f"Prescription {draft['number']} of {draft['of']}: {draft['drug']}", *wrapped(STATUS, "  ")]
        lines += _override(data)
        for item in draft["items"]:
            lines += wrapped(f"{draft['drug']} {item['product']}: {item['quantity_words']}", "  ")
            lines += [line for text in item["directions"] for line in wrapped(text, "    ")]
        lines += [f"  covers {draft['covers_from']} to {draft['covers_to']}; not before {draft['not_before']}"]
        lines += [f"  no refills; to be issued from {draft['issue_from']} to {draft['issue_by']}"]
        lines += ["  prescriber, signature, date: ______________________", ""]
    return "\n".join(lines)


def html_pharmacy(
    data: dict[str, Any], minds: Iterable[Any] = (), change: tuple[Changeover, dict[str, Any]] | None = None
) -> str:
    """The sheet with its draft prescriptions as one self-contained page; the override is repeated on every page.

    `minds` as for `text_pharmacy`. `change`: the change to another drug that comes first, with the supply of the drug
    that is left; `data` is then that of the new one from the change on.
    """
    environment = Environment(
        loader=PackageLoader("benzosafe.render", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    over, old = change or (None, None)
    sheets = [old, data] if old else [data]
    return environment.get_template("taper_pharmacy.html").render(
        data=data,
        sheets=sheets,
        title=f"change from {over.old} to {over.new}, then taper" if over else f"taper of {data['drug']}",
        change=over,
        about=about(over) if over else None,
        stage_lines=stage_lines(over) if over else (),
        together=_together(sheets),
        draft=_DRAFT,
        status=STATUS,
        handed_out=handed_out,
        heading=HEADING,
        minds=minds_of(minds, "pharmacist's sheet"),
    )


def _together(sheets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fills of all medicines by the day on which they may be collected; on one day the old drug first."""
    rows = [{"drug": sheet["drug"], "fill": fill} for sheet in sheets for fill in sheet["fills"]]
    return sorted(rows, key=lambda row: str(row["fill"]["earliest_on"]))


def handed_out(count: dict[str, Any]) -> str:
    """The quantity of one product, with the bottles that hold it."""
    if not count["bottles"]:
        return str(count["words"])
    plural = "" if count["bottles"] == 1 else "s"
    return f"{count['words']}, {count['bottles']} bottle{plural} of {count['bottle_ml']} mL"


def _override(data: dict[str, Any]) -> list[str]:
    return wrapped(data["override_words"]) if data["override_words"] else []


def _fill(data: dict[str, Any], fill: dict[str, Any]) -> list[str]:
    lines = ["", f"Fill {fill['number']}: {fill['starts_on']} to {fill['ends_on']}, {fill['days']} days"]
    lines += [f"  not before {fill['earliest_on']}", *_override(data)]
    for count in fill["counts"]:
        lines += wrapped(f"{count['product']}: {handed_out(count)}; {_use(count)}", "  ")
    return lines + [line for text in fill["directions"] for line in wrapped(text, "    ")]


def _use(count: dict[str, Any]) -> str:
    """What becomes of it: taken, cut, carried over, left."""
    parts = [f"taken {count['taken_words']}"]
    if count["cuts"]:
        parts.append(f"{count['cuts']} to cut")
    if count["brought"]:
        parts.append("half a tablet in hand from the last fill")
    if count["kept"]:
        parts.append("half a tablet is kept for the next fill")
    if count["left"]:
        parts.append(f"left over {count['left_words']}")
    return ", ".join(parts)


def _total(total: dict[str, Any]) -> str:
    return (
        f"{total['product']}: {total['words']} handed out, {total['taken_words']} taken, {total['cuts']} to cut, "
        f"{total['left_words']} left over"
    )
