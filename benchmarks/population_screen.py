"""Reading, screening, memory and Spark, each against its yardstick; see `population.py`."""

from __future__ import annotations

import gzip
import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any

from population_input import deck_patients, write_population
from population_measures import ASKED, measured
from population_process import Failed, Ran, contents, cores, job, screened

CLUSTER = "local-cluster[2,1,1024]"
READERS = 2
_FEW = 10


def intake(options: Namespace) -> dict[str, Any]:
    """NDJSON to a narrow table with two processes, ours in both ways and DuckDB's with two threads."""
    each = [sum(len(resource) + 1 for resource in patient) for patient in deck_patients("both")]
    patients = int(options.intake_mb * 1e6 / (sum(each) / len(each)))
    source = _population("intake", patients, options)
    jobs = {
        "every row into buckets": ("partition", source, READERS),
        "the fields of CMS506 into buckets": ("narrow", source, READERS, options.codes),
        "DuckDB read_json": ("duckdb", source, READERS),
    }
    rows = [{"what": what} | job(*words, times=options.repeat) for what, words in jobs.items()]
    size = source.stat().st_size
    source.unlink()
    return {"bytes": size, "patients": patients, "rows": [_paced(row, size) for row in rows]}


def screen(options: Namespace) -> dict[str, Any]:
    """NDJSON to findings against DuckDB's reading of the same file: the decks, and everyday synthetic patients."""
    start = _started(options)
    decks = _population("screen", options.screen_patients, options)
    synthea = options.scratch / "synthea.ndjson"
    with synthea.open("wb") as file:
        for part in sorted((options.shared / "synthea").glob("*.ndjson.gz")):
            file.write(gzip.decompress(part.read_bytes()))
    people = gzip.decompress((options.shared / "synthea" / "Patient.ndjson.gz").read_bytes()).count(b"\n")
    return {
        "start_s": start,
        "rows": [
            _against_reading("the decks' patients", decks, options.screen_patients, options),
            _against_reading("Synthea sample", synthea, people, options),
        ],
    }


def _against_reading(what: str, source: Path, patients: int, options: Namespace) -> dict[str, Any]:
    runs = [_screened_away(source, options) for _ in range(options.repeat)]
    seconds, size = min(run.seconds for run in runs), source.stat().st_size
    reading = job("duckdb", source, cores(), times=options.repeat)
    taking_in = job("partition", source, cores(), times=options.repeat)
    source.unlink()
    return {
        "what": what, "patients": patients, "bytes": size, "workers": cores(), "seconds": seconds,
        "mb_per_s": size / 1e6 / seconds, "patients_per_s": patients / seconds,
        "peak_mb": max(run.peak_mb for run in runs), "partition_s": taking_in["seconds"],
        "duckdb_s": reading["seconds"], "duckdb_mb": reading["peak_mb"], "times_reading": seconds / reading["seconds"],
    }  # fmt: skip


def memory(options: Namespace) -> dict[str, Any]:
    """The most memory of the screen and of a measure by number of patients."""
    rows = []
    for patients in sorted(options.memory_patients):
        source = _population("memory", patients, options)
        run = _screened_away(source, options)
        source.unlink()
        rows.append({"what": "screen", "patients": patients, "peak_mb": run.peak_mb, "seconds": run.seconds})
    asked = ASKED[0]
    for patients in sorted(options.memory_patients):
        source = _population(asked.name, patients, options, asked.name)
        run = measured(asked, source, options, cores())
        source.unlink()
        rows.append({"what": asked.name, "patients": patients, "peak_mb": run.peak_mb, "seconds": run.seconds})
    return {"workers": cores(), "rows": rows}


def spark(options: Namespace) -> dict[str, Any]:
    """The same screen by a Spark cluster of two executors and by two processes: seconds, and bytes compared."""
    few = _population("few", _FEW, options)
    source = _population("spark", options.spark_patients, options)
    engines = {
        "local": ("--workers", READERS),
        "spark": ("--engine", "spark", "--master", CLUSTER),
    }
    found: dict[str, Any] = {"patients": options.spark_patients, "master": CLUSTER, "workers": READERS}
    try:
        for name, words in engines.items():
            start = _screened_away(few, options, *words).seconds
            run = screened(source, options.scratch / name, *words)
            found[name] = {"start_s": start, "seconds": run.seconds, "peak_mb": run.peak_mb}
    except Failed as failed:
        return found | {"note": f"failed: {failed}"}
    finally:
        source.unlink()
    local, clustered = (contents(options.scratch / name) for name in engines)
    for name in engines:
        shutil.rmtree(options.scratch / name)
    differ = sorted(name for name in local.keys() | clustered.keys() if local.get(name) != clustered.get(name))
    work = {name: found[name]["seconds"] - found[name]["start_s"] for name in engines}
    return found | {"files": len(local), "differ": differ, "ratio": work["spark"] / work["local"]}


def _population(name: str, patients: int, options: Namespace, deck: str = "both") -> Path:
    path: Path = options.scratch / f"{name}-{patients}.ndjson"
    write_population(path, patients, deck, keep_dates=deck != "both")
    return path


def _screened_away(source: Path, options: Namespace, *words: object) -> Ran:
    """A screen of which only the time and the memory are wanted."""
    out = options.scratch / "screened"
    try:
        return screened(source, out, *words)
    finally:
        shutil.rmtree(out, ignore_errors=True)


def _started(options: Namespace) -> float:
    """Seconds of the screen of a few; the first run of all may have to read the knowledge anew."""
    few = _population("few", _FEW, options)
    return min(_screened_away(few, options).seconds for _ in range(max(options.repeat, 2)))


def _paced(row: dict[str, Any], size: int) -> dict[str, Any]:
    return row | {"gb_per_s": size / 1e9 / row["seconds"]}
