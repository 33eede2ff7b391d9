"""The taper duel: the same starting states through the public peer lescanico/bzd-taper and through benzosafe.

Run: python benchmarks/taper_duel.py PATH_OF_PEER_CHECKOUT [--states 100] [--seed 1] [--out TABLE.md] [--json ROWS.json]

Fetches nothing. The peer is asked through its own command line, in a process of its own; what it prints for the
patient is read strictly, and what cannot be read is counted apart. Both are judged by the same code on what the tablets
deliver.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import taper_ours
import taper_peer
from taper_table import markdown

from benzosafe.knowledge.load import Knowledge, load_knowledge
from benzosafe.taper.limits import Ceiling, Stretch, ceiling_of, falls, rises

# The peer's drugs, with daily doses [mg] in which they are commonly taken, and its speeds (share of the dose, days).
DOSES_MG = {
    "clonazepam": (0.5, 1, 1.5, 2, 3, 4),
    "alprazolam": (0.5, 0.75, 1, 1.5, 2, 3, 4),
    "lorazepam": (1, 1.5, 2, 3, 4, 6),
    "temazepam": (10, 20, 30, 40),
    "oxazepam": (15, 30, 45, 60),
    "chlordiazepoxide": (10, 15, 20, 30, 40, 60),
    "diazepam": (4, 5, 6, 10, 15, 20, 30, 40),
}
SPEEDS = {
    "slow": (Fraction(1, 40), 28),
    "standard": (Fraction(1, 20), 21),
    "fast": (Fraction(1, 10), 14),
    "very fast": (Fraction(3, 20), 14),
    "ultra fast": (Fraction(1, 5), 7),
}
ALWAYS = (
    ("clonazepam", 1, "standard"), ("clonazepam", 2, "slow"), ("clonazepam", 4, "slow"), ("alprazolam", 3, "slow"),
)  # fmt: skip
SAME_DOSE_UG = 10  # the peer's own tolerance when it asks whether tablets make a dose


@dataclass(frozen=True)
class State:
    """Where both begin: drug, mg a day, one of the peer's speeds."""

    drug: str
    mg: float
    speed: str


@dataclass(frozen=True)
class Row:
    """One state as one side answered it: `kind` is plan, refusal or failure, `why` in words for the last two."""

    side: str
    state: State
    kind: str
    why: str = ""
    steps: int = 0
    not_the_dose: int = 0
    worst_share_off: float = 0.0
    rises: int = 0
    largest_fall: float = 0.0
    above_ceiling: int = 0
    honoured: bool = False
    half_time_ratio: float | None = None
    days: int = 0
    ends_at_mg: float = 0.0
    pieces_a_day: float = 0.0
    seconds: float = 0.0


def states(count: int, seed: int) -> list[State]:
    """So many different starting states, the four of the published comparison first."""
    every = [State(drug, mg, speed) for drug, doses in DOSES_MG.items() for mg in doses for speed in SPEEDS]
    always = [State(*item) for item in ALWAYS]
    others = [state for state in every if state not in always]
    if not len(always) <= count <= len(every):
        raise SystemExit(f"--states must be from {len(always)} to {len(every)}.")
    return always + random.Random(seed).sample(others, count - len(always))


def peer_rows(checkout: Path, asked: list[State], ceiling: Ceiling) -> list[Row]:
    """The peer's rows: once by the tablets it prints, once by its own counts before they are printed."""
    start = taper_peer.START.isoformat()
    questions = [
        ["--med", state.drug, "--dose", f"{state.mg:g}", "--speed", state.speed, "--start", start] for state in asked
    ]
    rows = []
    for state, answer in zip(asked, taper_peer.ask(checkout, questions), strict=True):
        for side in ("peer, as printed", "peer, its counts"):
            rows.append(_peer_row(side, state, answer, ceiling))
    return rows


def _peer_row(side: str, state: State, answer: taper_peer.PeerAnswer | str, ceiling: Ceiling) -> Row:
    if isinstance(answer, str):
        return Row(side, state, "failure", answer)
    if not answer.steps:
        return Row(side, state, "refusal", "it has no plan", seconds=answer.seconds)
    printed = [step.amount_ug for step in answer.steps]
    amounts = printed if side.endswith("printed") else list(answer.counted_ug)
    days = [step.last_day - step.first_day + 1 for step in answer.steps]
    kept = not answer.went_over_to and set(days) == {SPEEDS[state.speed][1]}
    pieces = sum(step.pieces * length for step, length in zip(answer.steps, days, strict=True)) / sum(days)
    # It begins at the whole dose, in diazepam by its own ratio: the first dose it states.
    return _row(
        Row(side, state, "plan", pieces_a_day=pieces, honoured=kept, seconds=answer.seconds), answer.stated_ug[0],
        list(zip(answer.stated_ug, amounts, days, strict=True)), ceiling,
    )  # fmt: skip


def our_rows(knowledge: Knowledge, asked: list[State], ceiling: Ceiling) -> list[Row]:
    """Our rows; the first design of all is made twice, so that loading the solver is not timed."""
    taper_ours.ask(knowledge, asked[0].drug, round(1000 * asked[0].mg), SPEEDS[asked[0].speed], taper_peer.START)
    return [_our_row(knowledge, state, ceiling) for state in asked]


def _our_row(knowledge: Knowledge, state: State, ceiling: Ceiling) -> Row:
    pace = SPEEDS[state.speed]
    answer = taper_ours.ask(knowledge, state.drug, round(1000 * state.mg), pace, taper_peer.START)
    if answer.plan is None:
        kind = "failure" if answer.failed else "refusal"
        return Row("benzosafe", state, kind, answer.failed or answer.refusal, seconds=answer.seconds)
    plan = answer.plan
    taken = [step for step in plan["steps"] if not step["stop"]]
    days = sum(step["days"] for step in taken)
    pieces = sum(taper_ours.pieces(step) * step["days"] for step in taken) / days
    kept = (Fraction(str(plan["pace"]["share"])), plan["pace"]["days"]) == pace
    row = _row(
        Row("benzosafe", state, "plan", pieces_a_day=pieces, honoured=kept, seconds=answer.seconds),
        round(1000 * plan["before"]["mg_per_day"]),
        [(round(1000 * step["delivered_mg_per_day"]), taper_ours.counted_ug(step), step["days"]) for step in taken],
        ceiling,
    )  # fmt: skip
    ends = plan["steps"][-1]["delivered_mg_per_day"]
    return Row(**{**vars(row), "ends_at_mg": ends})


def _row(row: Row, before_ug: int, steps: list[tuple[int, int, int]], ceiling: Ceiling) -> Row:
    """A plan judged: `steps` are (stated, delivered [ug a day], days), without a stop from the smallest dose."""
    stretches = [Stretch(delivered, days) for _, delivered, days in steps]
    off = [abs(delivered - stated) for stated, delivered, _ in steps]
    shares = falls(before_ug, stretches, ceiling)
    return Row(**{
        **vars(row), "steps": len(steps), "not_the_dose": sum(item > SAME_DOSE_UG for item in off),
        "worst_share_off": max(item / stated for item, (stated, _, _) in zip(off, steps, strict=True)),
        "rises": len(rises(before_ug, stretches)), "largest_fall": float(max(shares)),
        "above_ceiling": sum(share > ceiling.share for share in shares),
        "half_time_ratio": _half_time(before_ug, stretches, *SPEEDS[row.state.speed]),
        "days": sum(days for _, _, days in steps), "ends_at_mg": steps[-1][1] / 1000,
    })  # fmt: skip


def _half_time(before_ug: int, stretches: list[Stretch], share: Fraction, days: int) -> float | None:
    """Days from the first cut until half the dose is delivered, over what the speed asked for gives; None: never."""
    day, first = 0, None
    for stretch in stretches:
        first = day if first is None and stretch.amount_ug < before_ug else first
        if 2 * stretch.amount_ug <= before_ug and first is not None:
            asked = math.ceil(math.log(0.5) / math.log(1 - share) - 1e-9) - 1
            return (day - first) / (asked * days)
        day += stretch.days
    return None


def main() -> None:
    """Run both, print the table and keep the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", type=Path, help="path of a checkout of lescanico/bzd-taper")
    parser.add_argument("--states", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the table here too")
    parser.add_argument("--json", type=Path, help="write every row here")
    arguments = parser.parse_args()
    knowledge = load_knowledge()
    ceiling, asked = ceiling_of(knowledge), states(arguments.states, arguments.seed)
    rows = [*peer_rows(arguments.peer, asked, ceiling), *our_rows(knowledge, asked, ceiling)]
    products = {
        drug: ", ".join(
            f"{item.name}{' (½)' if item.halves else ''}" for item in taper_ours.products_of(knowledge, drug)
        )
        for drug in DOSES_MG
    }
    table = markdown(rows, ceiling, arguments.seed, products)
    print(table)
    if arguments.out:
        arguments.out.write_text(table + "\n", encoding="utf-8")
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
