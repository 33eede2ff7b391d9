"""The results of `population.py` as a page of Markdown: every figure with its unit and yardstick, every miss said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

TIMES_PEER, MOST_MB, GB_PER_S, TIMES_READING, FLAT = 1000, 1000, 0.8, 3.0, 1.25
_FLAT_FROM = 10_000

Row = dict[str, Any]

_HEAD = """# Measurements of the population engine

Written by `python benchmarks/population.py`; repeat a section with the command below it. Ours and its yardstick ran one
after the other in the same run, each in a fresh process: seconds are of the whole command unless said otherwise (start
included), the quickest where there were several runs; memory is the resident memory of all its processes together, the
most of any run. "Load" is how many processes wanted a core before and after, the benchmark's own among them.
Patients are those of the public test decks of CMS506 and CMS156 again and again with ids of their own: nearly all were
made to be hard, so a real population goes quicker per patient."""


def markdown(kept: dict[str, Row]) -> str:
    """The page of the sections that were run."""
    parts = [_HEAD]
    for name, section in kept.items():
        title, body = _SECTIONS[name]
        load = f"load {section['load_before']} before, {section['load_after']} after"
        times = "one run" if section["repeat"] == 1 else f"best of {section['repeat']} runs"
        ran = f"`{section['command']}`; {section['machine']}; {load}; {times}."
        parts += [f"## {title}", ran, *body(section)]
    return "\n\n".join(parts) + "\n"


def _table(titles: list[str], lines: Iterable[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [titles, ["---"] * len(titles), *lines])


def _aim(text: str, reached: bool) -> str:
    return text if reached else f"{text}: **missed**"


def _processes(count: int) -> str:
    return f"{count} process" if count == 1 else f"{count} processes"


def _measures(section: Row) -> list[str]:
    rates = {peer["measure"]: _peer_rate(peer) for peer in section["peers"]}
    lines = [_measure_line(row, rates[row["measure"]]) for row in section["rows"]]
    titles = ["measure, patients, processes", "s", "patients/s", "patients/s without the start", "MB"]
    ours = _table(
        [*titles, f"times the peer, whole / without the start (aim {TIMES_PEER:,})", f"aim: at most {MOST_MB:,} MB"],
        lines,
    )
    peers = [["CMS" + peer["measure"][3:], *_peer_line(peer)] for peer in section["peers"]]
    titles = ["fqm-execution", "patients/s by batch size", "MB", "the same counts", "by population, ours"]
    notes = (
        "The peer runs one process on one core with slim results, without HTML and clause coverage; its start, its "
        "reading and a first batch are not counted, ours are. Counts are compared by patient, encounter, group and "
        "population. Without the start: less the seconds of ten patients with one process."
    )
    return [ours, _table(titles, peers), notes, *_differences(section["peers"])]


def _peer_rate(peer: Row) -> float | None:
    return max(run["patients_per_s"] for run in peer["runs"]) if "runs" in peer else None


def _measure_line(row: Row, peer: float | None) -> list[str]:
    work = row["seconds"] - row["start_s"]
    per_s = row["patients"] / work if work > 0 else None
    return [
        f"CMS{row['measure'][3:]}, {row['patients']:,}, {_processes(row['workers'])}", f"{row['seconds']:.2f}",
        f"{row['patients_per_s']:,.0f}", f"{per_s:,.0f}" if per_s else "too quick to tell",
        f"{row['peak_mb']:.0f}", _times(row["patients_per_s"], per_s, peer) if peer else "not measured",
        "kept" if row["peak_mb"] <= MOST_MB else "**missed**",
    ]  # fmt: skip


def _times(whole_per_s: float, work_per_s: float | None, peer_per_s: float) -> str:
    """How many times as many patients per second as the peer, and whether that is what was aimed at."""
    whole, work = whole_per_s / peer_per_s, (work_per_s or 0) / peer_per_s
    shown = f"{whole:,.0f} / {work:,.0f}" if work else f"{whole:,.0f}"
    if whole < TIMES_PEER <= work:
        return f"{shown}: reached without the start only"
    return _aim(shown, whole >= TIMES_PEER)


def _peer_line(peer: Row) -> list[str]:
    if "note" in peer:
        return [peer["note"], "", "", ""]
    runs = "; ".join(f"{run['batch']}: {run['patients_per_s']:.1f}" for run in peer["runs"])
    same = f"yes, all {peer['compared']:,}" if peer["equal"] else f"**no, {peer['differ']:,} of {peer['compared']:,}**"
    counts = ", ".join(f"{name} {count:,}" for name, count in peer["ours"].items())
    return [f"{runs} ({peer['version']}, node {peer['node']}, {peer['of_patients']:,} patients)",
            f"{peer['peak_mb']:.0f}", same, counts]  # fmt: skip


def _differences(peers: list[Row]) -> list[str]:
    found = [f"- {peer['measure']}: {difference}" for peer in peers for difference in peer.get("differences", ())]
    return ["Where counts differ (the first of each):\n\n" + "\n".join(found)] if found else []


def _intake(section: Row) -> list[str]:
    lines = []
    for row in section["rows"]:
        ours = not row["what"].startswith("DuckDB")
        figure = f"{row['gb_per_s']:.2f}"
        shown = _aim(f"{GB_PER_S}", row["gb_per_s"] >= GB_PER_S) if ours else ""
        lines.append([row["what"], f"{row['seconds']:.2f}", figure, f"{row['peak_mb']:.0f}", shown])
    size = f"{section['bytes'] / 1e9:.2f} GB of NDJSON, {section['patients']:,} patients, two processes or threads;"
    return [f"{size} the start is not counted, starting further processes is.",
            _table(["what", "s", "GB/s", "MB", "aim [GB/s]"], lines)]  # fmt: skip


def _screen(section: Row) -> list[str]:
    lines = [
        [
            f"{row['what']}, {row['patients']:,} patients, {row['bytes'] / 1e6:,.0f} MB", f"{row['seconds']:.1f}",
            f"{row['patients_per_s']:,.0f}", f"{row['mb_per_s']:.1f}", f"{row['peak_mb']:.0f}",
            f"{row['partition_s']:.1f}", f"{row['duckdb_s']:.2f} s, {row['duckdb_mb']:.0f} MB",
            _aim(f"{row['times_reading']:.0f}", row["times_reading"] <= TIMES_READING),
        ]
        for row in section["rows"]
    ]  # fmt: skip
    titles = ["NDJSON to findings", "s", "patients/s", "MB/s", "MB", "of that rows into buckets [s]"]
    against = ["DuckDB reading the same", f"times that (aim at most {TIMES_READING:.0f})"]
    said = (
        f"Of the seconds, {section['start_s']:.1f} are the start (a screen of ten patients). Buckets are timed apart."
    )
    return [_table([*titles, *against], lines), said]


def _memory(section: Row) -> list[str]:
    lines, said = [], []
    for what in dict.fromkeys(row["what"] for row in section["rows"]):
        rows = [row for row in section["rows"] if row["what"] == what]
        lines += [[f"{what}, {row['patients']:,}", f"{row['peak_mb']:.0f}", f"{row['seconds']:.1f}"] for row in rows]
        said.append(f"{what}: {_growth(rows)}.")
    said.append(
        "A small input is less than a bucket for each process, so memory first grows until all have one in hand."
    )
    return [_table([f"patients, {_processes(section['workers'])}", "MB at most", "s"], lines), " ".join(said)]


def _growth(rows: list[Row]) -> str:
    """How memory grows from each size to the next, from ten thousand patients on, and whether that is flat."""
    large = [row for row in rows if row["patients"] >= _FLAT_FROM]
    if len(large) < 2:
        return f"not told: fewer than two sizes from {_FLAT_FROM:,} patients"
    return ", ".join(_step(before, after) for before, after in pairwise(large))


def _step(before: Row, after: Row) -> str:
    times = after["peak_mb"] / before["peak_mb"]
    asked = f"{times:.2f} times from {before['patients']:,} to {after['patients']:,} patients"
    return _aim(f"{asked} (flat: at most {FLAT})", times <= FLAT)


def _spark(section: Row) -> list[str]:
    if "note" in section:
        return [section["note"]]
    lines = []
    for name in ("local", "spark"):
        row = section[name]
        work = row["seconds"] - row["start_s"]
        called = f"`{section['master']}`" if name == "spark" else _processes(section["workers"])
        rate = f"{section['patients'] / work:,.0f}" if work > 0 else "too quick to tell"
        lines.append([called, f"{row['seconds']:.1f}", f"{row['start_s']:.1f}", f"{work:.1f}", rate,
                      f"{row['peak_mb']:.0f}"])  # fmt: skip
    differ = section["differ"]
    same = f"all {section['files']} files of the results are the same, byte for byte"
    said = same if not differ else f"**{len(differ)} files of the results differ**: {', '.join(differ[:5])}"
    titles = [
        f"{section['patients']:,} patients",
        "s",
        "of that the start",
        "without it",
        "patients/s without it",
        "MB",
    ]
    return [_table(titles, lines), f"Spark takes {section['ratio']:.2f} times as long per patient; {said}."]


_SECTIONS: dict[str, tuple[str, Callable[[Row], list[str]]]] = {
    "measures": ("Measures against a CQL engine", _measures),
    "intake": ("Reading", _intake),
    "screen": ("The whole screen against reading alone", _screen),
    "memory": ("Memory by number of patients", _memory),
    "spark": ("Spark against one machine", _spark),
}
