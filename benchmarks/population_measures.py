"""CMS506 and CMS156 on the decks' patients, against fqm-execution on the published ELM; see `population.py`."""

from __future__ import annotations

import csv
from argparse import Namespace
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from population_input import patients_of, write_population
from population_process import BENZOSAFE, HERE, Failed, Ran, cores, ran

_FEW = 10
_SHOWN = 5
Unit = tuple[str, str, str, str]
"""Patient, encounter, group, population: a count of 1."""


@dataclass(frozen=True)
class Asked:
    """A measure: its name here and where it was published, and the year of its deck."""

    name: str
    published: str
    year: int


ASKED = (
    Asked("cms506", "CMS506FHIRSafeUseofOpioids", 2026),
    Asked("cms156", "UseofHighRiskMedicationsintheElderlyFHIR", 2025),
)


def measured(asked: Asked, source: Path, options: Namespace, workers: int) -> Ran:
    """`benzosafe measure` of an input, to CSV."""
    return ran(
        *BENZOSAFE, "measure", asked.name, source, "--period", asked.year, "--edition", "2024", "--value-sets",
        options.codes, "--format", "csv", "--out", options.scratch / "measured", "--workers", workers,
    )  # fmt: skip


def measure(options: Namespace) -> dict[str, Any]:
    """Both measures at all sizes, with one process and with all cores; then the peer."""
    rows: list[dict[str, Any]] = []
    peers = []
    for asked in ASKED:
        few = _population(asked, _FEW, options)
        start = min(measured(asked, few, options, 1).seconds for _ in range(options.repeat))
        for patients in options.measure_patients:
            source = _population(asked, patients, options)
            for workers in sorted({1, cores()}):
                rows.append(_row(asked, source, patients, workers, options) | {"start_s": start})
            source.unlink()
        peers.append({"measure": asked.name} | _peer(asked, options))
    return {"rows": rows, "peers": peers}


def _row(asked: Asked, source: Path, patients: int, workers: int, options: Namespace) -> dict[str, Any]:
    runs = [measured(asked, source, options, workers) for _ in range(options.repeat)]
    seconds = min(run.seconds for run in runs)
    return {
        "measure": asked.name, "patients": patients, "workers": workers, "bytes": source.stat().st_size,
        "seconds": seconds, "patients_per_s": patients / seconds, "peak_mb": max(run.peak_mb for run in runs),
    }  # fmt: skip


def _population(asked: Asked, patients: int, options: Namespace) -> Path:
    path: Path = options.scratch / f"{asked.name}-{patients}.ndjson"
    write_population(path, patients, asked.name, keep_dates=True)
    return path


def _peer(asked: Asked, options: Namespace) -> dict[str, Any]:
    """The peer's better figure, and whether it counts what we count on the same patients."""
    if options.peer is None:
        return {"note": "not measured: no --peer"}
    bundles, counts = options.scratch / f"{asked.name}-bundles.ndjson", options.scratch / "counts.csv"
    with bundles.open("wb") as file:
        for resources in patients_of(asked.name, options.peer_patients, keep_dates=True):
            entries = b",".join(b'{"resource":' + resource + b"}" for resource in resources)
            file.write(b'{"resourceType":"Bundle","type":"collection","entry":[' + entries + b"]}\n")
    try:
        run = ran(
            "node", HERE / "population_peer.mjs", options.peer, asked.published, asked.year, options.codes, bundles,
            counts, options.peer_seconds, *options.peer_batches,
        )  # fmt: skip
    except (Failed, FileNotFoundError) as failed:
        return {"note": f"failed: {failed}"}
    measured(asked, _population(asked, options.peer_patients, options), options, 1)
    ours = _ours(options.scratch / "measured" / f"{asked.name}-{asked.year}.csv")
    return run.told | {"peak_mb": run.peak_mb} | _compared(ours, _theirs(counts))


def _ours(path: Path) -> Counter[Unit]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = Counter[Unit]()
    for row in rows:
        if row["count"] != "0":  # "not computed" would differ from whatever the peer says
            found[row["patient"], row["encounter"], row["group"], row["population"]] += int(row["count"] == "1") or 9
    return found


def _theirs(path: Path) -> Counter[Unit]:
    with path.open(newline="") as file:
        return Counter((row[0], row[1], row[2], row[3]) for row in csv.reader(file))


def _compared(ours: Counter[Unit], theirs: Counter[Unit]) -> dict[str, Any]:
    """By patient, encounter, group and population, and the counts of each group and population."""
    differ = sorted(unit for unit in ours.keys() | theirs.keys() if ours[unit] != theirs[unit])
    return {
        "equal": not differ, "compared": len(ours.keys() | theirs.keys()), "differ": len(differ),
        "differences": [", ".join((*unit, f"ours {ours[unit]}, theirs {theirs[unit]}")) for unit in differ[:_SHOWN]],
        "ours": _by_population(ours), "theirs": _by_population(theirs),
    }  # fmt: skip


def _by_population(found: Counter[Unit]) -> dict[str, int]:
    total = Counter[str]()
    for (_, _, group, population), count in found.items():
        total[f"{group} {population}"] += count
    return dict(sorted(total.items()))
