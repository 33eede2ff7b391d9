"""`benzosafe accuracy`: predictions beside published studies, hits and misses alike."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benzosafe.errors import InputRefused, UsageError


class AccuracyFormat(StrEnum):
    """How the scores are written."""

    text = "text"
    json = "json"


def accuracy(
    rows: Annotated[
        Path | None,
        typer.Option(
            "--rows",
            help="Score this YAML file of studies (interaction and single-drug rows); their fields and units are in"
            " docs/reference/accuracy_rows.md.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write to a file; without --rows the report, docs/accuracy.md if not given."),
    ] = None,
    format: Annotated[
        AccuracyFormat, typer.Option("--format", "-f", help="How to write the scores.")
    ] = AccuracyFormat.text,
) -> None:
    """Score predictions against published studies; without --rows, regenerate the published report.

    Every row comes out once: scored, or skipped with the reason. Exit code 0 when a row was scored, 4 when the file is
    refused or every row of it was skipped. What a row may say: docs/reference/accuracy_rows.md.

    Examples:

      benzosafe accuracy --rows studies.yaml --format json

      benzosafe accuracy
    """
    from benzosafe.accuracy.rows import FORMATS, read_deck
    from benzosafe.accuracy.score import row_dict, score_deck, summary_of
    from benzosafe.cli.inputs import prepared_knowledge

    if rows is None and format is AccuracyFormat.text:
        _report(out or Path("docs/accuracy.md"))
        return
    knowledge = prepared_knowledge()
    decks = [read_deck(rows)] if rows is not None else _published()
    scored = []
    for deck in decks:
        with _progress(f"scoring {deck.name}") as tell:
            scored += score_deck(deck, knowledge, progress=tell)
    summary = summary_of(scored, knowledge)
    if format is AccuracyFormat.json:
        text = json.dumps({"rows": [row_dict(row) for row in scored], "summary": summary}, indent=1, ensure_ascii=False)
    else:
        text = _text([row_dict(row) for row in scored], summary)
    if out is None:
        typer.echo(text)
    else:
        from benzosafe.files import write_whole

        write_whole(out, text)
    if all(row.skipped for row in scored):
        raise InputRefused(
            f"none of the {len(scored)} rows could be scored.", where=str(rows or ""),
            next_step=f"Each says why under 'skipped'; {FORMATS} says what a row needs.",
        )  # fmt: skip


def _published() -> list[Any]:
    from benzosafe.accuracy.rows import PUBLISHED, read_deck

    return [read_deck(path) for path in sorted(PUBLISHED.glob("*.yaml")) if path.stem != "misses"]


def _report(out: Path) -> None:
    """The published report and its pictures, written beside each other."""
    from benzosafe.accuracy.report import write_report
    from benzosafe.cli.inputs import prepared_knowledge

    if not out.parent.is_dir():
        raise UsageError(
            f"the folder '{out.parent}' does not exist.", where="--out",
            next_step="Run it where docs/ is, or name a file.",
        )  # fmt: skip
    with _progress("scoring every published study") as tell:
        write_report(out, prepared_knowledge(), tell)
    typer.echo(f"wrote {out}", err=True)


@contextmanager
def _progress(what: str) -> Iterator[Any]:
    """A bar on standard error, only when someone is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _text(rows: list[dict[str, Any]], summary: dict[str, Any]) -> str:
    head = f"{'id':24} {'predicted':>9} {'low':>9} {'high':>9} {'observed':>9}  2-fold Guest"
    lines = [head]
    for row in rows:
        if row["skipped"]:
            lines.append(f"{row['id']:24} skipped: {_why(row)}")
        else:
            marks = f"{_yes(row['within_2_fold']):>6} {_yes(row['within_guest']):>5}"
            numbers = " ".join(f"{row[key]:>9.3g}" for key in ("predicted", "low", "high", "observed"))
            lines.append(f"{row['id']:24} {numbers}  {marks}")
    lines += ["", f"{summary['n']} rows count, {len(summary['skipped'])} skipped"]
    if summary["n"]:
        lines.append(
            f"GMFE {summary['gmfe']}, bias {summary['bias']}, within 1.5-fold {_share(summary['within_1_5_fold'])},"
            f" within 2-fold {_share(summary['within_2_fold'])}, within Guest limits {_share(summary['within_guest'])},"
            f" interval holds {_share(summary['interval_coverage'])}"
        )
    lines += [
        f"  interval, {name:40} n {own['n']:3}  holds {_share(own['interval_coverage']):>5}"
        for name, own in summary.get("interval_coverage_by", {}).items()
    ]
    for name in ("by_kind", "by_direction", "by_victim", "by_mechanism"):
        lines += ["", name.replace("_", " ")]
        lines += [
            f"  {key:28} n {own['n']:3}  GMFE {own['gmfe']:.2f}  2-fold {_share(own['within_2_fold']):>5}"
            f"  Guest {_share(own['within_guest']):>5}"
            for key, own in summary[name].items()
            if own["n"]
        ]
    return "\n".join(lines)


def _why(row: dict[str, Any]) -> str:
    """Why a row is skipped, where it is, and what could be done."""
    place = f" (line {row['line']})" if row["line"] else ""
    return f"{row['skipped']}{place}{' ' + row['hint'] if row['hint'] else ''}"


def _yes(value: bool | None) -> str:
    return "yes" if value else "no"


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"
