"""Jobs of `population.py`, each in a process of its own; each prints its seconds as JSON.

    population_jobs.py partition FILE WORKERS         every row into its bucket, as the screen takes it
    population_jobs.py narrow FILE WORKERS CODES.csv  the measures' way: only the fields CMS506 asks for
    population_jobs.py duckdb FILE THREADS            `read_json` with explicit columns, to an Arrow table

The clock starts after the imports; starting further processes and connecting are counted.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_COLUMNS = {
    "resourceType": "VARCHAR", "id": "VARCHAR", "subject": "STRUCT(reference VARCHAR)",
    "patient": "STRUCT(reference VARCHAR)", "status": "VARCHAR", "authoredOn": "VARCHAR",
    "medicationCodeableConcept": "STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[], text VARCHAR)",
}  # fmt: skip
_PIECE_BYTES = 16 << 20


def partition(file: str, workers: str) -> Callable[[], int]:
    from benzosafe.population.buckets.partition import temporary_buckets
    from benzosafe.population.intake.find import find_source

    def run() -> int:
        with temporary_buckets(find_source(Path(file)), int(workers)) as buckets:
            return buckets.rows

    return run


def narrow(file: str, workers: str, codes: str) -> Callable[[], int]:
    from benzosafe.population.buckets.partition import bucket_count
    from benzosafe.population.intake.find import find_source
    from benzosafe.population.measures.counting import Task, begin, spread
    from benzosafe.population.measures.measure import Asked, find_edition, find_measure
    from benzosafe.population.measures.value_sets import read_value_sets
    from benzosafe.population.pool import pool_of

    asked = Asked(find_measure("cms506"), find_edition("2024"), 2026, read_value_sets(Path(codes)))

    def run() -> int:
        source = find_source(Path(file))
        with tempfile.TemporaryDirectory() as work:
            task = Task(asked, source, Path(work), bucket_count(source, _PIECE_BYTES))
            pieces = ((number, [(number, split)]) for number, split in enumerate(source.parts(_PIECE_BYTES)))
            with pool_of(int(workers), (begin, (task,))) as pool:
                return sum(sum(done.lines.values()) for _, done in pool.in_turn(spread, pieces))

    return run


def duckdb(file: str, threads: str) -> Callable[[], int]:
    import duckdb as engine
    import pyarrow  # noqa: F401  what it gives

    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS.items())
    query = (
        "SELECT resourceType, id, coalesce(subject.reference, patient.reference) AS patient, status, authoredOn, "
        "medicationCodeableConcept.coding[1].code AS code "
        f"FROM read_json('{file}', format='newline_delimited', columns={{{columns}}})"
    )

    def run() -> int:
        connection = engine.connect()
        connection.execute(f"SET threads={int(threads)}")
        return int(connection.sql(query).to_arrow_table().num_rows)

    return run


JOBS: dict[str, Callable[..., Callable[[], Any]]] = {"partition": partition, "narrow": narrow, "duckdb": duckdb}


def main() -> None:
    """Prepare the job, run it against the clock, print."""
    run = JOBS[sys.argv[1]](*sys.argv[2:])
    started = time.perf_counter()
    rows = run()
    print(json.dumps({"seconds": time.perf_counter() - started, "rows": rows}))


if __name__ == "__main__":
    main()
