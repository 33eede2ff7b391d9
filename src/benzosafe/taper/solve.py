"""The exact choice of steps: of all plans that tablets can make within the limit, the one nearest to what is wanted.

Nearest first; among equals the fewest pieces to take, then the fewest cuts, then the fewest strengths. Solved to proven
optimality with OR-Tools CP-SAT; the same input always gives the same plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from benzosafe.taper.makeable import cost_of
from benzosafe.taper.product import Portion
from benzosafe.taper.reach import sums

# A hundredth of a dose is below what a tablet is sure to hold; nearer than that counts as there.
NEAR = 100
_SECONDS = 30.0
_WEIGHTS = (10_000, 100, 1)  # pieces, cuts, strengths: a later one never outweighs an earlier one within a dose


@dataclass(frozen=True)
class Task:
    """What is to be solved; amounts in micrograms.

    before: dose at each hour now; wanted: total of each step; makeable: how each single dose can be made; `keep`: the
    least share of a dose that must be left after `back` steps (None: no limit); the last total is at least `end_from`
    and at most `end_to`; `slack`: how far one hour's dose may be from its share of the day.
    """

    before: tuple[int, ...]
    wanted: tuple[int, ...]
    makeable: dict[int, tuple[Portion, ...]]
    keep: Fraction | None
    back: int
    end_from: int
    end_to: int
    slack: int


def solve(task: Task) -> list[tuple[int, ...]] | None:
    """Dose at each hour in each step [ug]; None when no plan exists."""
    nearest = _nearest(task)
    if nearest is None:
        return None
    distance = _distances(task, nearest)
    cheapest = _Model(task, _rooms(task, distance))
    cheapest.fix_distance(distance)
    cheapest.minimise_cost(nearest)
    return cheapest.run()


def _nearest(task: Task) -> list[tuple[int, ...]] | None:
    """The plan nearest to what is wanted.

    Looked for close to the curve first. A plan whose distances add up to no more than the room given to every single
    step is the best of all, because a better one would have no step farther off than that.
    """
    whole = sum(task.before)
    room = max(task.slack, whole // 20)
    while True:
        model = _Model(task, [room] * len(task.wanted))
        model.minimise_distance()
        found = model.run()
        if found is None and room >= whole:
            return None
        if found is not None and _distances(task, found) <= room:
            return found
        room = min(4 * room, whole) if found is None else min(_distances(task, found), whole)
        if found is not None and room == whole:
            return found


def _rooms(task: Task, distance: int) -> list[int]:
    """How far each step may be off in a plan of this distance: what it must be at least, and all that is left over."""
    totals = 1  # a bit for every total that the doses of a day can add up to
    for before in task.before:
        totals = sums(totals, [amount for amount in task.makeable if amount <= before])
    least = [_least_distance(totals, wanted, sum(task.before)) for wanted in task.wanted]
    return [own + distance - sum(least) for own in least]


def _least_distance(totals: int, wanted: int, most: int) -> int:
    for off in range(most + 1):
        if totals >> (wanted + off) & 1 or (wanted >= off and totals >> (wanted - off) & 1):
            return max(off - wanted // NEAR, 0)
    return 0


def _distances(task: Task, plan: Sequence[Sequence[int]]) -> int:
    return sum(_distance(sum(doses), wanted) for doses, wanted in zip(plan, task.wanted, strict=True))


def _distance(total: int, wanted: int) -> int:
    return max(abs(total - wanted) - wanted // NEAR, 0)


class _Model:
    """The plan as variables: for every step and hour a dose out of those that can be made.

    rooms: how far the total of each step may be from what is wanted, beyond what counts as there [ug].
    """

    def __init__(self, task: Task, rooms: Sequence[int]) -> None:
        from ortools.sat.python import cp_model

        self.task, self.rooms, self.model = task, rooms, cp_model.CpModel()
        self.amounts = sorted(task.makeable)
        self.doses: list[list[Any]] = []
        self.allowed: list[list[list[int]]] = []
        self.totals: list[Any] = []
        for number in range(len(task.wanted)):
            self._add_step(number)
        self.model.add(self.totals[-1] >= task.end_from)
        self.model.add(self.totals[-1] <= task.end_to)
        self.distances = [self._distance_of(number) for number in range(len(task.wanted))]

    def _add_step(self, number: int) -> None:
        """One dose an hour; none rises, the day keeps to the ceiling and to how it was spread over the hours."""
        from ortools.sat.python import cp_model

        task, model = self.task, self.model
        whole, wanted = sum(task.before), task.wanted[number]
        reach = self.rooms[number] + wanted // NEAR
        least, most = max(wanted - reach, 0), min(wanted + reach, whole)
        doses, allowed = [], []
        for hour, before in enumerate(task.before):
            low, high = (total * before // whole for total in (least, most))
            spread = task.slack + most // 10 + 1 if len(task.before) > 1 else 1
            values = [a for a in self.amounts if low - spread <= a <= min(high + spread, before)] or [0]
            dose = model.new_int_var_from_domain(cp_model.Domain.from_values(values), f"d{number}_{hour}")
            model.add(dose <= (self.doses[-1][hour] if self.doses else before))
            doses.append(dose)
            allowed.append(values)
        total = model.new_int_var(least, most, f"t{number}")
        model.add(total == sum(doses))
        if task.keep is not None:
            highest = self.totals[number - task.back] if number >= task.back else whole
            model.add(total * task.keep.denominator >= highest * task.keep.numerator)
        self._spread(doses, total)
        self.doses.append(doses)
        self.allowed.append(allowed)
        self.totals.append(total)

    def _spread(self, doses: list[Any], total: Any) -> None:
        whole = sum(self.task.before)
        if len(doses) < 2:
            return
        for dose, before in zip(doses, self.task.before, strict=True):
            room = 10 * whole * self.task.slack + whole * total  # and a tenth of the day's dose
            self.model.add(10 * (dose * whole - total * before) <= room)
            self.model.add(10 * (total * before - dose * whole) <= room)

    def _distance_of(self, number: int) -> Any:
        wanted, total = self.task.wanted[number], self.totals[number]
        distance = self.model.new_int_var(0, 2 * sum(self.task.before), f"e{number}")
        self.model.add(distance >= total - wanted - wanted // NEAR)
        self.model.add(distance >= wanted - total - wanted // NEAR)
        return distance

    def minimise_distance(self) -> None:
        """Nearest to the wanted curve."""
        self.model.minimize(sum(self.distances))

    def fix_distance(self, distance: int) -> None:
        """No farther than the nearest plan."""
        self.model.add(sum(self.distances) <= distance)

    def minimise_cost(self, known: Sequence[Sequence[int]]) -> None:
        """Fewest pieces, cuts and strengths over the whole plan; then the day spread as it was."""
        costs = []
        for number, doses in enumerate(self.doses):
            for hour, dose in enumerate(doses):
                rows = [(amount, _weight(self.task.makeable[amount])) for amount in self.allowed[number][hour]]
                cost = self.model.new_int_var(0, max(weight for _, weight in rows), f"c{number}_{hour}")
                self.model.add_allowed_assignments([dose, cost], rows)
                self.model.add_hint(dose, known[number][hour])
                costs.append(cost)
        self.model.minimize(sum(costs))

    def run(self) -> list[tuple[int, ...]] | None:
        """The optimum, or None when there is no plan."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # more would make the choice among equals depend on chance
        solver.parameters.random_seed = 1
        solver.parameters.cp_model_probing_level = 0  # costs more than it saves here
        solver.parameters.max_deterministic_time = _SECONDS
        status = solver.solve(self.model)
        if status == cp_model.OPTIMAL:
            return [tuple(int(solver.value(dose)) for dose in doses) for doses in self.doses]
        if status == cp_model.INFEASIBLE:
            return None
        raise RuntimeError(f"the solver ended without an answer ({solver.status_name(status)})")


def _weight(portions: Sequence[Portion]) -> int:
    return sum(weight * part for weight, part in zip(_WEIGHTS, cost_of(portions), strict=True))
