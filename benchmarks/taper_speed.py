"""How long a 12-month plan takes: `design` over random states, beside the time it takes to load the solver.

Run: python benchmarks/taper_speed.py [--states 200] [--seed 1]. Reported, not asserted.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from fractions import Fraction

import taper_ours
from taper_duel import DOSES_MG

from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.load import Knowledge, load_knowledge
from benzosafe.taper.design import MOST_PIECES, Request, design, last_dose_ug
from benzosafe.taper.plan import Pace
from benzosafe.taper.reach import totals

DAYS = 365
PACES = (
    Pace(Fraction(1, 20), 14), Pace(Fraction(1, 20), 28), Pace(Fraction(1, 10), 14), Pace(Fraction(1, 10), 21),
    Pace(Fraction(1, 10), 28), Pace(Fraction(3, 20), 28),
)  # fmt: skip
YARDSTICK = "from ortools.sat.python import cp_model"
WITHIN_S = 1.0


def request(knowledge: Knowledge, chance: random.Random) -> Request | None:
    """A random state whose taper takes about a year: it ends where the pace has brought the dose by then."""
    drug = chance.choice(sorted(DOSES_MG))
    amount, pace, products = (
        round(1000 * chance.choice(DOSES_MG[drug])), chance.choice(PACES), taper_ours.products_of(knowledge, drug)
    )  # fmt: skip
    before = taper_ours.before_of(products, amount)
    if before is None:
        return None
    left = amount * (1 - pace.share) ** (DAYS // pace.days)
    possible = totals(products, [dose for _, dose in before], MOST_PIECES)
    near = min((total for total in possible if 0 < total < amount), key=lambda total: abs(total - left), default=0)
    target = 0 if left <= last_dose_ug(knowledge, drug) else near
    return Request(drug, before, target, pace, products, date(2027, 1, 4), country=taper_ours.COUNTRY)


def requests(knowledge: Knowledge, count: int, seed: int) -> list[Request]:
    chance, found = random.Random(seed), list[Request]()
    while len(found) < count:
        made = request(knowledge, chance)
        if made is not None:
            found.append(made)
    return found


def yardstick(rounds: int = 5) -> float:
    """Seconds to start Python and load the solver; the best of several."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", YARDSTICK], check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return min(times)


def measure(knowledge: Knowledge, asked: list[Request]) -> dict[str, object]:
    """Times of the plans that were made, and how the others ended."""
    times, others, slowest = list[float](), Counter[str](), ("", 0.0)
    design(knowledge, asked[0])
    for item in asked:
        started = time.perf_counter()
        try:
            design(knowledge, item)
        except BenzosafeError as error:
            others[f"refused: {type(error).__name__}"] += 1
            continue
        except RuntimeError as error:
            others[f"failed: {error}"] += 1
        spent = time.perf_counter() - started  # a failure counts with the time it took
        times.append(spent)
        if spent > slowest[1]:
            words = (
                f"{item.drug} {item.before_ug / 1000:g} mg in {len(item.before)}, {item.pace.share}/{item.pace.days}"
            )
            slowest = (words, spent)
    times.sort()
    return {
        "timed": len(times), "p50_s": round(statistics.median(times), 3),
        "p95_s": round(times[min(int(0.95 * len(times)), len(times) - 1)], 3), "max_s": round(times[-1], 3),
        f"within_{WITHIN_S:g}_s": round(sum(spent < WITHIN_S for spent in times) / len(times), 3),
        "slowest": slowest[0], "no_plan": dict(others),
    }  # fmt: skip


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    knowledge, loading = load_knowledge(), yardstick()
    found = measure(knowledge, requests(knowledge, arguments.states, arguments.seed))
    result = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}", "states": arguments.states,
        "seed": arguments.seed, "yardstick": YARDSTICK, "yardstick_s": round(loading, 3), **found,
        "p50_over_yardstick": round(float(str(found["p50_s"])) / loading, 2),
        "p95_over_yardstick": round(float(str(found["p95_s"])) / loading, 2),
    }  # fmt: skip
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
