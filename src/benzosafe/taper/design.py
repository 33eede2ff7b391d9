"""From the doses taken now to a plan: the curve, the products, the exact choice, and the proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from benzosafe.errors import InputRefused, UsageError
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.curve import kept_to_ceiling, steps_in_ceiling, wanted
from benzosafe.taper.limits import Ceiling, Stretch, breaks, ceiling_of, falls
from benzosafe.taper.makeable import makeable
from benzosafe.taper.plan import Override, Pace, Shape, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product, mg_words
from benzosafe.taper.proof import faults
from benzosafe.taper.reach import reaches, totals, way_down
from benzosafe.taper.solve import Task, solve
from benzosafe.taper.splits import Split, Spreading
from benzosafe.taper.suggest import cannot_be_made

MOST_PIECES = 4
_MOST_HOURS = 6  # JUDGEMENT: more often is no routine, and the ways to spread a day multiply
_LONG_DAYS = 548  # a year and a half
_HOURS_RISE = (
    "the dose of a day never rises, but that of an hour sometimes does, for these products cannot make it otherwise:"
    " look at each step"
)


@dataclass(frozen=True)
class Request:
    """What is asked for: doses now as (hour, micrograms), the dose to end at (0: none), how fast, from when, of what.

    `half_occupancy_ug`: the dose of half occupancy of a hyperbolic taper, a model parameter (None: the dose now).
    """

    drug: str
    before: tuple[tuple[float, int], ...]
    target_ug: int
    pace: Pace
    products: tuple[Product, ...]
    starts_on: date
    shape: Shape = "proportional"
    half_occupancy_ug: int | None = None
    most_pieces: int = MOST_PIECES
    override: Override | None = None
    notes: tuple[str, ...] = ()
    country: str = ""

    @property
    def before_ug(self) -> int:
        """What is taken a day now."""
        return sum(amount for _, amount in self.before)


def design(knowledge: Knowledge, request: Request) -> TaperPlan:
    """The plan; UsageError when a number makes no sense, InputRefused when no exact plan exists within the limit."""
    ceiling = ceiling_of(knowledge)
    _check(request, ceiling)
    low, high = _ends(knowledge, request)
    keep = _keep(request, ceiling)
    amounts = [amount for _, amount in request.before]
    possible = totals(request.products, amounts, request.most_pieces)
    if not reaches(possible, request.before_ug, keep, low, high):
        raise cannot_be_made(knowledge, request, keep, (low, high))
    task = _task(request, ceiling, (low, high), possible)
    found = solve(task)
    if found is None:
        raise cannot_be_made(knowledge, request, keep, (low, high))
    plan = _plan(request, ceiling, task, *found)
    wrong = faults(plan, ceiling, request.most_pieces)
    if wrong:
        raise RuntimeError(f"the plan does not stand up to its own check: {'; '.join(wrong)}")
    return plan


def last_dose_ug(knowledge: Knowledge, drug: str) -> int:
    """The dose from which a drug may be left off [ug a day]: that of diazepam through the lowest equivalence published.

    No share can limit the last step to nothing, so its dose is limited instead.
    """
    mg = knowledge.parameters["taper_last_dose_diazepam_mg"].value or 0.0
    ratios = [table.mg[drug][0] / table.diazepam_mg for table in knowledge.equivalence.values() if drug in table.mg]
    if drug == "diazepam":
        ratios = [1.0]
    if not ratios:
        raise InputRefused(
            "has no published equivalence, so the dose from which it may be left off is not known.", where=drug,
            next_step="End at a lower stable dose with --to.",
        )  # fmt: skip
    return int(mg * min(ratios) * 1000)


def _keep(request: Request, ceiling: Ceiling) -> Fraction | None:
    """The least share of a dose to be left; none when a clinician set the limit aside for a pace that is above it."""
    lifted = request.override is not None and breaks(request.pace.share, request.pace.days, ceiling)
    return None if lifted else 1 - ceiling.share


def _ends(knowledge: Knowledge, request: Request) -> tuple[int, int]:
    """Lowest and highest total of the last step that is taken."""
    if request.target_ug:
        return request.target_ug, request.target_ug
    return 1, min(last_dose_ug(knowledge, request.drug), request.before_ug)


def _check(request: Request, ceiling: Ceiling) -> None:
    """Refuse numbers that make no sense, and a pace that breaks the limit by itself."""
    if not request.before or min(amount for _, amount in request.before) <= 0:
        raise InputRefused("the dose taken now must be above 0.", where=request.drug, next_step="State the dose.")
    if len(request.before) > _MOST_HOURS:
        raise InputRefused(
            f"it is taken {len(request.before)} times a day.", where=request.drug,
            next_step=f"Spread the dose over at most {_MOST_HOURS} times with the patient first, then taper that.",
        )  # fmt: skip
    if not 0 <= request.target_ug < request.before_ug:
        raise UsageError(
            f"{mg_words(request.target_ug)} mg is not below the {mg_words(request.before_ug)} mg a day taken now.",
            where="--to", next_step="Choose a dose from 0 up to below the present one.",
        )  # fmt: skip
    share, days = request.pace.share, request.pace.days
    if not 0 < share < 1 or days < 1:
        raise UsageError(
            f"{float(share):.0%} every {days} days is not a pace.", where="--pace",
            next_step="Write PERCENT/DAYS with more than 0 and less than 100 %, as in 10/14.",
        )  # fmt: skip
    lost = 1 - (1 - share) ** steps_in_ceiling(request.pace, ceiling)
    if breaks(share, days, ceiling) and request.override is None:
        raise UsageError(
            f"{100 * float(share):.3g} % of the dose every {days} days takes {float(lost):.0%} in {ceiling.days} days,"
            f" more than {float(ceiling.share):.0%}.", where="--pace",
            next_step="Go slower, or have a named clinician set the limit aside: --override 'NAME: REASON'.",
        )  # fmt: skip


def _task(request: Request, ceiling: Ceiling, ends: tuple[int, int], possible: list[int]) -> Task:
    """The problem for the solver, with as many steps as the curve, or as the tablets need."""
    low, high = ends
    pace, back = request.pace, steps_in_ceiling(request.pace, ceiling)
    curve = wanted(request.before_ug, high, pace, request.shape, request.half_occupancy_ug)
    keep = _keep(request, ceiling)
    if keep is not None:
        curve = kept_to_ceiling(request.before_ug, curve, high, pace, ceiling)
        needed = [number for number, dose in enumerate(way_down(possible, request.before_ug, keep), 1) if dose <= high]
        curve += [high] * max(back * (needed[0] if needed else 0) - len(curve), 0)
    amounts = tuple(amount for _, amount in request.before)
    doses = makeable(request.products, max(amounts), request.most_pieces)
    return Task(Spreading(amounts, doses), tuple(curve), tuple(possible), keep, back, low, high)


def _plan(request: Request, ceiling: Ceiling, task: Task, found: list[Split], never_rises: bool) -> TaperPlan:
    hours = [hour for hour, _ in request.before]
    rows = [(doses, wish) for doses, wish in zip(found, task.wanted, strict=True)]
    while len(rows) > 1 and sum(rows[-2][0]) == sum(rows[-1][0]):
        rows.pop()  # the end was reached earlier
    parts: list[tuple[tuple[Dose, ...], int, int]] = []
    for doses, group in groupby(rows, key=lambda row: row[0]):
        held = list(group)
        made = tuple(Dose(hour, task.spreading.makeable[dose]) for hour, dose in zip(hours, doses, strict=True) if dose)
        parts.append((made, held[-1][1], request.pace.days * len(held)))
    if request.target_ug == 0:
        parts.append(((), 0, 1))
    before = tuple(Dose(hour, _as_taken(request, amount)) for hour, amount in request.before)
    steps = _steps(request, ceiling, [part for part in parts if sum(d.amount_ug for d in part[0]) < request.before_ug])
    within = all(step.rolling_fall <= ceiling.share or step.stop for step in steps)
    return TaperPlan(
        request.drug, before, steps, request.pace, request.shape, request.target_ug, request.products,
        (*request.notes, *([] if never_rises else [_HOURS_RISE]), *_hours_that_end(request, steps), *_long(steps)),
        request.override, within,
    )  # fmt: skip


def _as_taken(request: Request, amount_ug: int) -> tuple[Portion, ...]:
    """The dose taken now, made of the same products where they can make it; else as one unnamed tablet."""
    made = makeable(request.products, amount_ug, request.most_pieces).get(amount_ug)
    return made or (Portion(Product("dose as taken now", amount_ug), half_units=2),)


def _steps(
    request: Request, ceiling: Ceiling, parts: list[tuple[tuple[Dose, ...], int, int]]
) -> tuple[TaperStep, ...]:  # fmt: skip
    amounts = [sum(dose.amount_ug for dose in doses) for doses, _, _ in parts]
    rolling = falls(
        request.before_ug,
        [Stretch(amount, days) for amount, (_, _, days) in zip(amounts, parts, strict=True)], ceiling,
    )  # fmt: skip
    steps, starts_on, before = [], request.starts_on, request.before_ug
    for number, ((doses, wish, days), amount, fall) in enumerate(zip(parts, amounts, rolling, strict=True), 1):
        steps.append(
            TaperStep(number, starts_on, days, wish, doses, Fraction(before - amount, before), fall, stop=not doses)
        )
        starts_on, before = starts_on + timedelta(days=days), amount
    return tuple(steps)


def _long(steps: tuple[TaperStep, ...]) -> list[str]:
    """Says when a plan runs for years: nobody should be surprised by it."""
    days = sum(step.days for step in steps)
    if days <= _LONG_DAYS:
        return []
    return [
        f"this plan takes {days / 365.25:.1f} years: review it every few months; a lower stable dose is a good end too"
    ]


def _hours_that_end(request: Request, steps: tuple[TaperStep, ...]) -> list[str]:
    """Says when one of the hours falls away, and why."""
    found = []
    for hour, _ in request.before:
        last = max((step.number for step in steps if any(dose.at_h == hour for dose in step.doses)), default=0)
        taken = max((step.number for step in steps if step.doses), default=0)
        if last < taken and len(request.before) > 1:
            clock = f"{int(hour):02d}:{round(hour % 1 * 60):02d}"
            found.append(
                f"from step {last + 1} on nothing is taken at {clock}: the day's dose is too small to be spread further"
            )
    return found
