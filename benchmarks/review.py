"""Speed and memory of the review: one patient, many patients, and the whole command against `import polars`.

Run: python benchmarks/review.py [--largest 100000] [--processes 2]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from benzosafe.facts.frame import Frame
from benzosafe.knowledge.load import load_knowledge
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Bounds, Condition, Coverage, Order, Record
from benzosafe.review.evaluate import evaluate
from benzosafe.review.report import report
from benzosafe.review.review import review

ON = date(2026, 11, 24)
BUCKET = 10_000
ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "patients" / "ann.yaml"


def patients(count: int, seed: int) -> list[Record]:
    """Made-up patients: a benzodiazepine for most, three to eight other medicines, some conditions."""
    chance, knowledge = random.Random(seed), load_knowledge()
    benzodiazepines = [n for n, d in knowledge.drugs.items() if d.benzodiazepine]
    others = [n for n, d in knowledge.drugs.items() if not d.benzodiazepine]
    common = [item.name for item in knowledge.bystanders]
    concepts = sorted(knowledge.conditions)

    def order(number: int, name: str) -> Order:
        since = ON - timedelta(days=chance.randrange(1200))
        dose = Bounds(*sorted((chance.random() * 20, chance.random() * 40)))
        return Order(
            f"order {number}", name, name, "request", active=chance.random() < 0.85, route="oral",
            prn=chance.random() < 0.2, dose_mg_per_day=dose, start_on=since, continuous_since=since,
        )  # fmt: skip

    def one(number: int) -> Record:
        names = chance.sample(others, chance.randint(1, 3)) + chance.sample(common, chance.randint(2, 5))
        names += [chance.choice(benzodiazepines)] if chance.random() < 0.8 else []
        found = [Condition(f"c{i}", c, (c,), active=True) for i, c in enumerate(chance.sample(concepts, 4))]
        return Record(f"p{number}", age_years=float(chance.randint(2, 95)), sex=chance.choice(["female", "male"]),
                      orders=tuple(order(i, name) for i, name in enumerate(names)), conditions=tuple(found),
                      coverage=Coverage(orders=True, conditions=True))  # fmt: skip

    return [one(number) for number in range(count)]


def screen(records: list[Record]) -> int:
    """Evaluate every rule for a bucket; the number of certain findings."""
    frame = Frame([Scenario("as_is", record, record.orders) for record in records], load_knowledge(), ON)
    return sum(int((outcome.certain > 0).sum()) for outcome in evaluate(frame))


def _bucket(arguments: tuple[int, int]) -> tuple[float, int]:
    records = patients(*arguments)
    started = time.perf_counter()
    found = screen(records)
    return time.perf_counter() - started, found


def single(rounds: int) -> dict[str, float]:
    """Latency of the engine for one patient, all scenarios and changes included [ms]."""
    knowledge, made = load_knowledge(), patients(rounds, 7)
    review(made[0], knowledge, ON)
    times = []
    for record in made:
        started = time.perf_counter()
        report(review(record, knowledge, ON))
        times.append(1000 * (time.perf_counter() - started))
    times.sort()
    return {"p50_ms": round(statistics.median(times), 2), "p99_ms": round(times[int(0.99 * len(times))], 2)}


def many(count: int, processes: int) -> dict[str, float]:
    """Patients a second from records in memory to findings; making the patients is not counted.

    With several processes the engine seconds are summed and divided by them: an idealised wall time.
    """
    sizes = [(min(BUCKET, count - start), start) for start in range(0, count, BUCKET)]
    if processes == 1 or len(sizes) == 1:
        spent = [_bucket(size) for size in sizes]
        wall = sum(seconds for seconds, _ in spent)
    else:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            spent = pool.map(_bucket, sizes, chunksize=1)
        wall = sum(seconds for seconds, _ in spent) / processes
    return {"patients": count, "patients_per_s": round(count / wall), "findings": sum(found for _, found in spent)}


def command(rounds: int) -> dict[str, float]:
    """Wall time of the whole command against `import polars`, in the same run; the best of several."""

    def best(arguments: list[str]) -> float:
        times = []
        for _ in range(rounds):
            started = time.perf_counter()
            subprocess.run(arguments, check=True, capture_output=True)
            times.append(time.perf_counter() - started)
        return min(times)

    ours = best([sys.executable, "-m", "benzosafe.cli.main", "review", str(EXAMPLE), "--on", ON.isoformat()])
    yardstick = best([sys.executable, "-c", "import polars"])
    return {"review_s": round(ours, 3), "import_polars_s": round(yardstick, 3), "ratio": round(ours / yardstick, 2)}


def memory_mb() -> float:
    """Most memory held by this process or its children [MB]."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(most / 1024, 1)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    result: dict[str, object] = {"machine": machine, "command": command(5)}
    result["one_patient"] = {**single(300), "memory_mb": memory_mb()}
    for count in (1, 1_000, arguments.largest):
        processes = arguments.processes if count > BUCKET else 1
        result[f"batch_{count}"] = {**many(count, processes), "processes": processes, "memory_mb": memory_mb()}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
