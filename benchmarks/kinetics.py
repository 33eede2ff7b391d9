"""Speed and accuracy of the kinetics against general simulators doing the same job, and against writing the result.

Run: python benchmarks/kinetics.py [--people 1000] [--quick] [--format json]

The job is in `kinetics_job.py`, the others in `simulators.py`. Each measurement has a process of its own (so that its
peak memory is its own), one after the other; the best of several is shown. Peers run on one core, benzosafe on one and
on all. "Fresh" results go to memory not touched before, "warm" ones to memory used by the result before. Needs
libroadrunner, antimony, copasi-basico, scipy and diffrax; what is not installed is said and left out.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import kinetics_job as job
import numpy as np
from kinetics_tables import markdown
from simulators import PEERS

from benzosafe.kinetics.crowd import Crowd, simulate_crowd, simulate_phases
from benzosafe.kinetics.simulate import simulate

LARGER = 16  # the second crowd: its result does not fit into a processor's cache
_MMAP_THRESHOLD, _MMAP_MAX, _TRIM_THRESHOLD, _LARGE_BYTES = -3, -4, -1, 4_000_000  # for glibc's mallopt


def use_cores(cores: int) -> None:
    """Keep this process, and the threads it starts later, to some cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-cores:])


def use_memory(fresh: bool) -> None:
    """Every large array from new pages, or from pages this process had before; no effect without glibc."""
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL(None)
    if fresh:
        libc.mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
    else:
        libc.mallopt(_MMAP_MAX, 0)
        libc.mallopt(_TRIM_THRESHOLD, 2**31 - 1)


def memory_mb() -> float:
    """Most memory this process ever held [MB]."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


def best(action: Callable[[], Any], seconds: float, most: int = 50) -> float:
    """Shortest of at least three runs [s]."""
    times: list[float] = []
    while len(times) < 3 or (sum(times) < seconds and len(times) < most):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return min(times)


def ours(people: job.Crowd, variant: str) -> Callable[[], Crowd]:
    """The job by benzosafe's compiled kernel."""
    system, doses, outputs = people.system, job.dosing(), job.outputs_h()
    if variant == "continuous":
        interaction = people.interaction(variant)
        return lambda: simulate_crowd(system, interaction, doses, outputs)
    phases = people.phases(variant)
    return lambda: simulate_phases(system, phases, doses, outputs)


def measure_ours(
    variant: str, count: int, handful: list[int], cores: int, fresh: bool, seconds: float
) -> dict[str, Any]:
    use_cores(cores)
    use_memory(fresh)
    ours(job.crowd(128), variant)()  # brings in the compiled kernel
    people, before = job.crowd(count), memory_mb()
    run = ours(people, variant)
    crowd, peak = run(), memory_mb()
    some = crowd.by_output[:, handful].copy()
    del crowd
    return {"seconds": best(run, seconds), "people": count, "memory_mb": peak, "memory_before_mb": before, "some": some}


def measure_numpy(variant: str, count: int, handful: list[int], seconds: float) -> dict[str, Any]:
    """The job by benzosafe's path for a few people, which needs no compiler."""
    use_cores(1)
    if variant == "piecewise":
        return {"note": "`simulate` takes no phases"}
    everyone = job.crowd(count)
    chosen = list(dict.fromkeys([*handful, *range(min(count, 100))]))
    people, before = everyone.select(chosen), memory_mb()
    system, interaction = people.system, people.interaction(variant)

    def run() -> job.Floats:
        return simulate(system, interaction, job.dosing(), job.outputs_h())[:, 1] / people.central

    some, peak = run()[:, : len(handful)].copy(), memory_mb()
    spent = best(run, seconds)
    return {"seconds": spent, "people": len(chosen), "memory_mb": peak, "memory_before_mb": before, "some": some}


def measure_peer(number: int, variant: str, count: int, handful: list[int], seconds: float) -> dict[str, Any]:
    """As many people as fit into the time; compiling and a first run are not counted."""
    use_cores(1)
    name, kind, method, tolerance = PEERS[number]
    everyone, started = job.crowd(count), time.perf_counter()
    try:
        peer = kind(variant, tolerance, method)
    except ImportError as missing:
        return {"note": f"not installed: {missing.name}"}
    some = peer.run(everyone.select(handful))
    build = time.perf_counter() - started
    started = time.perf_counter()
    peer.run(everyone.select(handful))
    each = (time.perf_counter() - started) / len(handful)
    # A batch of diffrax is bound by its overhead when it is small.
    enough = min(count, max(256 if name == "diffrax" else 8, int(seconds / 3 / each)))
    people = everyone.select(list(range(enough)))
    if name == "diffrax":
        peer.run(people)
    spent = best(lambda: peer.run(people), seconds, most=5)
    return {"seconds": spent, "people": enough, "memory_mb": memory_mb(), "some": some, "version": peer.version,
            "build_s": round(build, 2)}  # fmt: skip


def measure_write(count: int, cores: int, fresh: bool, seconds: float) -> dict[str, Any]:
    """Time to fill an array of the size of the result, with as many threads as cores."""
    use_cores(cores)
    use_memory(fresh)
    shape = (count, len(job.outputs_h()))
    parts = [slice(count * part // cores, count * (part + 1) // cores) for part in range(cores)]
    old = np.zeros(shape)

    def fill(rows: slice, target: job.Floats) -> None:
        target[rows] = 1.0

    def run() -> None:
        target = np.empty(shape) if fresh else old
        with ThreadPoolExecutor(cores) as pool:
            list(pool.map(fill, parts, [target] * cores))

    def alone() -> None:
        fill(parts[0], np.empty(shape) if fresh else old)

    return {"seconds": best(alone if cores == 1 else run, seconds), "people": count}


def measure_first(cache: str) -> float:
    """Seconds until the first two small results, importing and compiling (or loading from this folder) included."""
    os.environ["XDG_CACHE_HOME"] = cache
    started = time.perf_counter()
    for variant in ("piecewise", "continuous"):
        ours(job.crowd(128), variant)()
    return round(time.perf_counter() - started, 2)


def references(count: int, chosen: list[int]) -> dict[str, Any]:
    """Tight solutions for the handful, and how far the two ways of getting them differ."""
    few = job.crowd(count).select(chosen)
    found: dict[str, Any] = {variant: job.exact(few, variant) for variant in job.VARIANTS}
    first = few.select([0])
    found["check"] = job.difference(job.by_oracle(first)[:, None], found["constant"][:, :1])
    return found


def apart(what: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a function run in a new process; a note when it fails."""
    print(f"  {what.__name__} {arguments[:2]}", file=sys.stderr, flush=True)
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            return pool.submit(what, *arguments).result()
    except BrokenProcessPool:
        return {"note": "its process died"}
    except (RuntimeError, ValueError, ArithmeticError) as failed:
        return {"note": f"failed: {str(failed).splitlines()[0][:80]}"}


def finished(row: dict[str, Any], exactly: job.Floats) -> dict[str, Any]:
    """A row with its rate and its worst difference, without the concentrations."""
    some = row.pop("some", None)
    if some is not None:
        row["worst_difference"] = job.difference(some, exactly)
    if "seconds" in row:
        row["people_per_s"] = row["people"] / row["seconds"]
    return row


def ours_rows(variant: str, count: int, chosen: list[int], seconds: float) -> list[dict[str, Any]]:
    """Benzosafe on both crowds, on one core and on all."""
    found = []
    for people in (count, LARGER * count):
        for cores in sorted({1, available()}):
            row = apart(measure_ours, variant, people, chosen, cores, True, seconds)
            row["warm_seconds"] = apart(measure_ours, variant, people, chosen, cores, False, seconds)["seconds"]
            found.append(row | {"variant": variant, "simulator": "benzosafe", "method": "compiled", "cores": cores})
    return found


def rows_of(count: int, chosen: list[int], exactly: dict[str, Any], seconds: float) -> list[dict[str, Any]]:
    """Every simulator on every variant; benzosafe before and after the others, as a passing load harms it most."""
    found = []
    for variant in job.VARIANTS:
        own = ours_rows(variant, count, chosen, seconds / 2)
        row = apart(measure_numpy, variant, count, chosen, seconds)
        others = [row | {"variant": variant, "simulator": "benzosafe", "method": "numpy", "cores": 1}]
        for place, (name, _, method, tolerance) in enumerate(PEERS):
            row = apart(measure_peer, place, variant, count, chosen, seconds)
            row |= {"variant": variant, "simulator": name, "method": method, "tolerance": tolerance, "cores": 1}
            others.append(row)
        for row, again in zip(own, ours_rows(variant, count, chosen, seconds / 2), strict=True):
            for what in ("seconds", "warm_seconds"):
                row[what] = min(row[what], again[what])
        found += [finished(row, exactly[variant]) for row in own + others]
    return found


def writes(count: int, seconds: float) -> list[dict[str, Any]]:
    """Filling the array, for both crowds, on one core and on all."""
    found = []
    for people in (count, LARGER * count):
        for cores in sorted({1, available()}):
            fresh, warm = (apart(measure_write, people, cores, fresh, seconds)["seconds"] for fresh in (True, False))
            found.append({"people": people, "cores": cores, "fresh_seconds": fresh, "warm_seconds": warm})
    return found


def available() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main() -> None:
    """Measure and print a Markdown table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="two people checked, a second per measurement")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    arguments = parser.parse_args()
    count, seconds = arguments.people, 1.0 if arguments.quick else 4.0
    chosen = job.crowd(count).handful(2 if arguments.quick else 5)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        compiling, loading = apart(measure_first, folder), apart(measure_first, folder)
    exactly = apart(references, count, chosen)
    result = {
        "machine": f"{platform.machine()}, {available()} cores, Python {platform.python_version()}",
        "load_before": round(load, 2), "people": count, "checked": len(chosen),
        "outputs": len(job.outputs_h()), "doses": len(job.doses_mg()),
        "first_result_s": {"compiling": compiling, "from_cache": loading},
        "references_differ": exactly["check"], "writes": writes(count, seconds),
        "rows": rows_of(count, chosen, exactly, seconds), "load_after": round(os.getloadavg()[0], 2),
    }  # fmt: skip
    print(json.dumps(result, indent=2) if arguments.format == "json" else markdown(result))


if __name__ == "__main__":
    main()
