"""The exact choice of steps: of all plans that tablets can make within the limit, the one nearest to what is wanted.

First the day's totals: nearest to the curve, and among equals the fewest pieces, then cuts, then strengths, to proven
optimality: as a shortest path, or with OR-Tools CP-SAT where the limit looks back over many steps. Then the hours of
each day, such that no hour's dose rises. The same input always gives the same plan.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.taper.shortest import Path, one_back, two_back
from benzosafe.taper.splits import Split, Spreading, chain

# A hundredth of a dose is below what a tablet is sure to hold; nearer than that counts as there.
NEAR = 100
_SECONDS = 60.0
_MEMORY_MB = 2_000  # the solver's own bound is 10 GB, which no service has to spare
_MOST_PAIRS = 60_000_000  # held at once: half a gigabyte


@dataclass(frozen=True)
class Task:
    """What is to be solved; amounts in micrograms.

    wanted: total of each step; totals: daily doses that can be made; `keep`: the least share of a dose that must be
    left after `back` steps (None: no limit); the last total is at least `end_from` and at most `end_to`.
    """

    spreading: Spreading
    wanted: tuple[int, ...]
    totals: tuple[int, ...]
    keep: Fraction | None
    back: int
    end_from: int
    end_to: int

    @property
    def before(self) -> int:
        """What is taken a day now."""
        return sum(self.spreading.before)


def solve(task: Task) -> tuple[list[Split], bool] | None:
    """The dose at each hour in each step, and whether no hour's dose ever rises; None when no plan exists."""
    nearest = _nearest(task)
    if nearest is None:
        return None
    totals, choices = nearest
    left = _distances(task, totals) - sum(choices.least)
    totals = _best(task, Choices(task, [own + left for own in choices.least]), with_cost=True) or totals
    return chain(task.spreading, totals)


def distance_of(total: int, wanted: int) -> int:
    """How far a total is from what is wanted, beyond what counts as there [ug]."""
    return max(abs(total - wanted) - wanted // NEAR, 0)


class Choices:
    """The totals that each step may take: makeable, fairly spread, and no farther from what is wanted than its room."""

    def __init__(self, task: Task, rooms: Sequence[int]) -> None:
        self.allowed = [_allowed(task, number, room) for number, room in enumerate(rooms)]
        self.least = [
            min((distance_of(total, wanted) for total in allowed), default=0)
            for allowed, wanted in zip(self.allowed, task.wanted, strict=True)
        ]


def _allowed(task: Task, number: int, room: int) -> list[int]:
    wanted = task.wanted[number]
    reach = room + wanted // NEAR
    low, high = max(wanted - reach, 1), min(wanted + reach, task.before)
    if number == len(task.wanted) - 1:
        low, high = max(low, task.end_from), min(high, task.end_to)
    near = task.totals[bisect_left(task.totals, low) : bisect_right(task.totals, high)]
    return [total for total in near if task.spreading.can_be_made(total)]


def _nearest(task: Task) -> tuple[list[int], Choices] | None:
    """The totals nearest to what is wanted.

    Looked for close to the curve first. A plan whose distances add up to no more than the room given to every single
    step is the best of all, because a better one would have no step farther off than that.
    """
    whole = task.before
    room = max(min((total for total in task.totals if total), default=whole), whole // 50)
    while True:
        choices = Choices(task, [room] * len(task.wanted))
        found = _best(task, choices, with_cost=False)
        if found is not None and (_distances(task, found) <= room or room >= whole):
            return found, choices
        if found is None and room >= whole:
            return None
        room = min(4 * room if found is None else _distances(task, found), whole)


def _distances(task: Task, totals: Sequence[int]) -> int:
    return sum(distance_of(total, wanted) for total, wanted in zip(totals, task.wanted, strict=True))


def _best(task: Task, choices: Choices, *, with_cost: bool) -> list[int] | None:
    """The best totals out of the choices: nearest, and with_cost among those the cheapest.

    Where the limit looks one or two steps back, the plan is a shortest path and is found as one; where it looks
    farther, CP-SAT finds it. Both are exact, and the tests hold them against each other.
    """
    if not all(choices.allowed):
        return None
    path = Path(task.before, choices.allowed, values_of(task, choices, with_cost=with_cost), task.keep)
    if task.keep is None or task.back == 1:
        return one_back(path)
    pairs = sum(len(one) * len(other) for one, other in pairwise(choices.allowed))
    if task.back == 2 and pairs <= _MOST_PAIRS:
        return two_back(path)
    return by_constraints(task, choices, with_cost=with_cost)


def values_of(task: Task, choices: Choices, *, with_cost: bool) -> list[list[int]]:
    """What each choice counts: its distance, and as a far smaller part its cost, so that their sum orders plans."""
    if not with_cost:
        distances = zip(choices.allowed, task.wanted, strict=True)
        return [[distance_of(total, wanted) for total in allowed] for allowed, wanted in distances]
    costs = [[task.spreading.cheapest(total) for total in allowed] for allowed in choices.allowed]
    scale = 1 + sum(max(step) for step in costs)
    return [
        [distance_of(total, wanted) * scale + cost for total, cost in zip(allowed, step, strict=True)]
        for allowed, wanted, step in zip(choices.allowed, task.wanted, costs, strict=True)
    ]


def by_constraints(task: Task, choices: Choices, *, with_cost: bool) -> list[int] | None:
    """The same with OR-Tools CP-SAT, for a limit that looks back over several steps."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    totals: list[Any] = []
    counts: list[Any] = []
    values = values_of(task, choices, with_cost=with_cost)
    for number, (allowed, own) in enumerate(zip(choices.allowed, values, strict=True)):
        total = model.new_int_var_from_domain(cp_model.Domain.from_values(allowed), f"t{number}")
        model.add(total <= (totals[-1] if totals else task.before))
        if task.keep is not None:
            highest = totals[number - task.back] if number >= task.back else task.before
            model.add(total * task.keep.denominator >= highest * task.keep.numerator)
        count = model.new_int_var(min(own), max(own), f"v{number}")
        model.add_allowed_assignments([total, count], list(zip(allowed, own, strict=True)))
        totals.append(total)
        counts.append(count)
    model.minimize(sum(counts))
    return _run(model, totals)


def _run(model: Any, totals: list[Any]) -> list[int] | None:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1  # more would make the choice among equals depend on chance
    solver.parameters.random_seed = 1
    solver.parameters.cp_model_probing_level = 0  # costs more than it saves here
    solver.parameters.max_deterministic_time = _SECONDS
    solver.parameters.max_memory_in_mb = _MEMORY_MB
    status = solver.solve(model)
    if status == cp_model.OPTIMAL:
        return [int(solver.value(total)) for total in totals]
    if status == cp_model.INFEASIBLE:
        return None
    raise InputRefused(
        "the nearest plan could not be proven within a minute and 2 GB, so none is given.", where="--pace",
        next_step="Ask for steps of a fortnight or longer, or for a dose to end at nearer to the present one.",
    )  # fmt: skip
