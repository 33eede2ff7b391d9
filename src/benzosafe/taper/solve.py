"""The exact choice of steps: of all plans that tablets can make within the limit, the one nearest to what is wanted.

First the day's totals: nearest to the curve, and among equals the fewest pieces, then cuts, then strengths, solved to
proven optimality with OR-Tools CP-SAT. Then the hours of each day, such that no hour's dose rises. The same input
always gives the same plan.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from benzosafe.taper.splits import Split, Spreading, chain

# A hundredth of a dose is below what a tablet is sure to hold; nearer than that counts as there.
NEAR = 100
_SECONDS = 30.0


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
    distance = _distances(task, nearest)
    model = _Model(task, _rooms(task, distance))
    model.fix_distance(distance)
    model.minimise_cost(nearest)
    totals = model.run()
    assert totals is not None
    return chain(task.spreading, totals)


def distance_of(total: int, wanted: int) -> int:
    """How far a total is from what is wanted, beyond what counts as there [ug]."""
    return max(abs(total - wanted) - wanted // NEAR, 0)


def _nearest(task: Task) -> list[int] | None:
    """The totals nearest to what is wanted.

    Looked for close to the curve first. A plan whose distances add up to no more than the room given to every single
    step is the best of all, because a better one would have no step farther off than that.
    """
    whole = task.before
    room = max(min((total for total in task.totals if total), default=whole), whole // 20)
    while True:
        model = _Model(task, [room] * len(task.wanted))
        model.minimise_distance()
        found = model.run()
        if found is not None and (_distances(task, found) <= room or room >= whole):
            return found
        if found is None and room >= whole:
            return None
        room = min(4 * room if found is None else _distances(task, found), whole)


def _rooms(task: Task, distance: int) -> list[int]:
    """How far each step may be off in a plan of this distance: what it must be at least, and all that is left over."""
    least = [min(distance_of(total, wanted) for total in _around(task.totals, wanted)) for wanted in task.wanted]
    return [own + distance - sum(least) for own in least]


def _around(totals: Sequence[int], wanted: int) -> Sequence[int]:
    """The nearest total on either side."""
    place = bisect_left(totals, wanted)
    return totals[max(place - 1, 0) : place + 1]


def _distances(task: Task, totals: Sequence[int]) -> int:
    return sum(distance_of(total, wanted) for total, wanted in zip(totals, task.wanted, strict=True))


class _Model:
    """The plan as variables: for every step a daily total out of those that can be made and fairly spread.

    rooms: how far the total of each step may be from what is wanted, beyond what counts as there [ug].
    """

    def __init__(self, task: Task, rooms: Sequence[int]) -> None:
        from ortools.sat.python import cp_model

        self.task, self.model = task, cp_model.CpModel()
        self.totals: list[Any] = []
        self.allowed = [self._allowed(number, room) for number, room in enumerate(rooms)]
        self.possible = all(self.allowed)
        self.distances: list[Any] = []
        for number, values in enumerate(self.allowed if self.possible else ()):
            total = self.model.new_int_var_from_domain(cp_model.Domain.from_values(values), f"t{number}")
            self.model.add(total <= (self.totals[-1] if self.totals else task.before))
            if task.keep is not None:
                highest = self.totals[number - task.back] if number >= task.back else task.before
                self.model.add(total * task.keep.denominator >= highest * task.keep.numerator)
            self.totals.append(total)
            self.distances.append(self._distance(number))

    def _allowed(self, number: int, room: int) -> list[int]:
        task, wanted = self.task, self.task.wanted[number]
        reach = room + wanted // NEAR
        low, high = max(wanted - reach, 1), wanted + reach
        if number == len(task.wanted) - 1:
            low, high = max(low, task.end_from), min(high, task.end_to)
        near = task.totals[bisect_left(task.totals, low) : bisect_right(task.totals, high)]
        return [total for total in near if task.spreading.splits(total)]

    def _distance(self, number: int) -> Any:
        wanted, total = self.task.wanted[number], self.totals[number]
        distance = self.model.new_int_var(0, 2 * self.task.before, f"e{number}")
        self.model.add(distance >= total - wanted - wanted // NEAR)
        self.model.add(distance >= wanted - total - wanted // NEAR)
        return distance

    def minimise_distance(self) -> None:
        """Nearest to the wanted curve."""
        self.model.minimize(sum(self.distances))

    def fix_distance(self, distance: int) -> None:
        """No farther than the nearest plan."""
        self.model.add(sum(self.distances) <= distance)

    def minimise_cost(self, known: Sequence[int]) -> None:
        """Fewest pieces, cuts and strengths over the whole plan."""
        costs = []
        for number, (total, values) in enumerate(zip(self.totals, self.allowed, strict=True)):
            rows = [(value, self.task.spreading.cheapest(value)) for value in values]
            cost = self.model.new_int_var(0, max(weight for _, weight in rows), f"c{number}")
            self.model.add_allowed_assignments([total, cost], rows)
            self.model.add_hint(total, known[number])
            costs.append(cost)
        self.model.minimize(sum(costs))

    def run(self) -> list[int] | None:
        """The optimum, or None when there is no plan."""
        from ortools.sat.python import cp_model

        if not self.possible:
            return None
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # more would make the choice among equals depend on chance
        solver.parameters.random_seed = 1
        solver.parameters.cp_model_probing_level = 0  # costs more than it saves here
        solver.parameters.max_deterministic_time = _SECONDS
        status = solver.solve(self.model)
        if status == cp_model.OPTIMAL:
            return [int(solver.value(total)) for total in self.totals]
        if status == cp_model.INFEASIBLE:
            return None
        raise RuntimeError(f"the solver ended without an answer ({solver.status_name(status)})")
