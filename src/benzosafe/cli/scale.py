"""`benzosafe scale`: what a scale asks, what a filling-in means, and what changed since another."""

from __future__ import annotations

import json
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benzosafe.cli.output import write_out
from benzosafe.errors import BenzosafeError, InputRefused, UsageError, nearest

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge
    from benzosafe.knowledge.scale_model import Scale
    from benzosafe.monitoring.scales import Scored

_MOST_BYTES = 10_000
_NOT_GIVEN = ("", "?", "-", "missing", "unknown", "not answered")
_URGENT = 3


class Format(StrEnum):
    """How it is written."""

    text = "text"
    json = "json"
    html = "html"


def scale(  # noqa: PLR0913, PLR0917  the options of the command
    name: Annotated[str | None, typer.Argument(help="A scale, such as gad7; every scale if not given.")] = None,
    answers: Annotated[
        str | None,
        typer.Option(
            "--answers", help="In the order of the form: '1,2,0,?', ? for one not given; - for standard input."
        ),
    ] = None,
    total: Annotated[str | None, typer.Option("--total", help="The total, where the answers are not known.")] = None,
    sex: Annotated[str | None, typer.Option("--sex", help="female or male; else what holds for both is shown.")] = None,
    before: Annotated[
        str | None, typer.Option("--before", help="An earlier filling-in to compare with: its answers, or its total.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Show a scale and its licence, or score what was answered; exit 3 where an answer must not wait.

    Examples:

      benzosafe scale

      benzosafe scale phq9 --answers 1,2,0,3,1,0,2,1,0 --before 18

      benzosafe scale audit_c --answers "2 1 ?" --sex female --format json
    """
    from benzosafe.cli.inputs import prepared_knowledge
    from benzosafe.monitoring.scale_report import scale_data, scales_data
    from benzosafe.monitoring.scales import compare

    knowledge = prepared_knowledge()
    if name is None:
        _no_answers(answers, total, before)
        write_out(_listed(scales_data(knowledge), format), out)
        return
    asked = _named(knowledge, name)
    known_sex = _sex(sex)
    scored = _scored(asked, answers, total, known_sex)
    if before is not None and scored is None:
        raise UsageError("needs something to compare with.", where="--before", next_step="Add --answers or --total.")
    earlier = _filled(asked, before, "--before", known_sex) if before is not None else None
    change = compare(asked, earlier, scored) if earlier is not None and scored is not None else None
    write_out(_rendered(scale_data(asked, knowledge, scored, change), format), out)
    if scored is not None and scored.flags:
        raise typer.Exit(_URGENT)


def _no_answers(*options: str | None) -> None:
    if any(option is not None for option in options):
        raise UsageError("answers of which scale?", where="NAME", next_step="Example: benzosafe scale gad7 --total 12")


def _named(knowledge: Knowledge, name: str) -> Scale:
    """A scale by its name, label or title, however it is spaced."""
    keys = {_key(word): scale for scale in knowledge.scales.values() for word in (scale.title, scale.label, scale.name)}
    found = keys.get(_key(name))
    if found is None:
        close = nearest(_key(name), keys)
        hint = f" Did you mean '{keys[close.split(chr(39))[1]].name}'?" if close else ""
        raise UsageError(
            f"'{name}' is no scale that is known here.{hint}", where="NAME",
            next_step=f"One of: {', '.join(knowledge.scales)}.",
        )  # fmt: skip
    return found


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _sex(text: str | None) -> str | None:
    if text is None or text.lower() in ("unknown", "other"):
        return None
    known = {"f": "female", "m": "male", "female": "female", "male": "male", "woman": "female", "man": "male"}
    if text.lower() not in known:
        raise UsageError(f"'{text}' is not a sex that cut-offs know.", where="--sex", next_step="Use female or male.")
    return known[text.lower()]


def _scored(scale: Scale, answers: str | None, total: str | None, sex: str | None) -> Scored | None:
    if answers is not None and total is not None:
        raise UsageError("is given beside --answers.", where="--total", next_step="Give one of them.")
    if total is not None:
        return _with_place(scale, [_number(total, "--total")], "--total", sex, is_total=True)
    if answers is None:
        return None
    if answers.strip() == "-":
        read = sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8-sig", errors="replace").strip()
        return _filled(scale, read, "standard input", sex, is_total=False)
    return _filled(scale, answers, "--answers", sex, is_total=False)


def _filled(scale: Scale, text: str, where: str, sex: str | None, is_total: bool | None = None) -> Scored:
    """Answers, or where both may be meant a single number as the total."""
    words = [word.strip() for word in re.split("[,;]", text)] if re.search("[,;]", text) else text.split()
    if not words:
        raise _refusal(where)("is empty.", where=where, next_step="Example: 1,2,0,? in the order of the form.")
    values = [None if word.lower() in _NOT_GIVEN else _number(word, where) for word in words]
    alone = len(values) == 1 and values[0] is not None and scale.items > 1
    return _with_place(scale, values, where, sex, is_total=alone if is_total is None else is_total)


def _with_place(scale: Scale, values: list[float | None], where: str, sex: str | None, *, is_total: bool) -> Scored:
    """Scores, and says of what cannot be scored where it was written."""
    from benzosafe.monitoring.scales import of_total, score

    try:
        return of_total(scale, values[0] or 0, sex) if is_total else score(scale, values, sex)
    except InputRefused as refused:
        raise _refusal(where)(refused.what, where=where, next_step=refused.next_step) from None


def _number(word: str, where: str) -> float:
    if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", word, re.ASCII) is None:
        raise _refusal(where)(
            f"'{word[:40]}' is no answer to a scale.", where=where,
            next_step="Write whole numbers with commas or spaces between them, and ? for one not given.",
        )  # fmt: skip
    return float(word)


def _refusal(where: str) -> type[BenzosafeError]:
    return InputRefused if where == "standard input" else UsageError


def _listed(data: dict[str, Any], format: Format) -> str:
    if format is Format.json:
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if format is Format.html:
        from benzosafe.render.scale_page import scales_page

        return scales_page(data)
    from benzosafe.render.scale_text import text_scales

    return text_scales(data)


def _rendered(data: dict[str, Any], format: Format) -> str:
    if format is Format.json:
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if format is Format.html:
        from benzosafe.render.scale_page import scale_page

        return scale_page(data)
    from benzosafe.render.scale_text import text_scale

    return text_scale(data)
