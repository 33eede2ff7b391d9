"""Everything `taper` works out for a patient, as one piece of plain data that every rendering is made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from benzosafe.errors import InputRefused, UsageError
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Record
from benzosafe.taper.asked import Asked, amount_ug, override_of, pace_of, start_of
from benzosafe.taper.assess import Assessment, assess, require_go_ahead
from benzosafe.taper.assess_words import assessment_data, assessment_words
from benzosafe.taper.catalogue import marketed, named
from benzosafe.taper.changeover import Changeover, changeover
from benzosafe.taper.changeover_proof import change_faults
from benzosafe.taper.crossover import Crossover, after_crossover, crossover
from benzosafe.taper.crossover_circumstances import Circumstances, circumstances_of
from benzosafe.taper.design import Request, design
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.minds import minds_of
from benzosafe.taper.plan import Override, Pace, TaperPlan
from benzosafe.taper.product import Product
from benzosafe.taper.recent import earliest_start
from benzosafe.taper.record import plan_data
from benzosafe.taper.stages import MadeStage, made_stages, stages_data
from benzosafe.taper.start import Start, starting_point

DEFAULT_COUNTRY = "US"
_LONG_DAYS, _FEW = 200, 24  # a long plan is simulated in fewer people, so that it is drawn within seconds


@dataclass(frozen=True)
class Job:
    """The plan of a patient with all that belongs to it."""

    plan: TaperPlan
    country: str
    fill_days: int | None
    data: dict[str, Any]
    change: Changeover | None = None


def taper_job(knowledge: Knowledge, record: Record, asked: Asked, on: date) -> Job:
    """Assess, find the starting dose, change over if asked, design, supply, simulate, compare.

    UsageError for options, InputRefused for a patient or a plan that must not or cannot be; see each part.
    """
    try:
        return _job(knowledge, record, asked, on)
    except OverflowError:
        raise UsageError(
            f"from {on} on, the plan would go beyond the last year of the calendar.", where="--on",
            next_step="Check the year.",
        ) from None  # fmt: skip


def _job(knowledge: Knowledge, record: Record, asked: Asked, on: date) -> Job:
    override = override_of(asked.override)
    start = starting_point(knowledge, record, asked.drug, on, asked.as_regular_mg)
    assessment = assess(knowledge, record, start.drug, on, asked.via)
    require_go_ahead(assessment, override)
    country = (asked.country or start.country or DEFAULT_COUNTRY).upper()
    begins_on, waits = _begins_on(knowledge, record, start.drug, asked, on)
    start = replace(start, notes=(*start.notes, *waits))
    who = circumstances_of(knowledge, record, on, begins_on)
    changed = _changed(knowledge, start, asked, country, (who, begins_on))
    if changed is not None:
        start, begins_on = changed.start, changed.begins_on
        who = circumstances_of(knowledge, record, on, begins_on)
    request = _request(knowledge, start, asked, assessment, (country, begins_on, override))
    try:
        plan = design(knowledge, request)
    except InputRefused as error:
        raise NotMade(error, assessment) from None
    data = plan_data(plan)
    levels = _levels(knowledge, plan, who) if asked.levels else None
    data |= {
        "patient": record.patient_id, "reviewed_on": on.isoformat(), "country": country,
        "agents": list(start.agents), "agent_reasons": list(start.agent_reasons),
        "assessment": _assessed(assessment),
        "crossover": changed.data if changed else None,
        **_supply(knowledge, plan, changed.change if changed else None, (country, asked.fill_days, on)),
        "levels": levels, "minds": minds_of(levels, data["steps"]),
        "comparison": _comparison(knowledge, start, asked),
    }  # fmt: skip
    return Job(plan, country, asked.fill_days, data, changed.change if changed else None)


def _assessed(assessment: Assessment) -> dict[str, Any]:
    words = [{"heading": heading, "lines": lines} for heading, lines in assessment_words(assessment)]
    return {**assessment_data(assessment), "words": words}


def assessment_job(knowledge: Knowledge, record: Record, asked: Asked, on: date) -> dict[str, Any]:
    """Whether, without how: the assessment alone."""
    start = starting_point(knowledge, record, asked.drug, on, asked.as_regular_mg)
    return _assessed(assess(knowledge, record, start.drug, on))


class NotMade(InputRefused):
    """No plan could be made; what was found out about the patient is kept, for it matters all the more."""

    def __init__(self, error: InputRefused, assessment: Assessment) -> None:
        super().__init__(error.what, where=error.where, next_step=error.next_step)
        self.assessment = _assessed(assessment)


def _begins_on(
    knowledge: Knowledge, record: Record, drug: str, asked: Asked, on: date
) -> tuple[date, tuple[str, ...]]:  # fmt: skip
    """The first day of a lower dose, and why it is later than today."""
    begins_on = start_of(asked.start, on)
    earliest, why = earliest_start(knowledge, record, drug, on)
    if earliest <= begins_on:
        return begins_on, ()
    if asked.start is not None:
        raise UsageError(
            f"{begins_on} is too early: {'; '.join(why)}.", where="--start", next_step=f"Start on {earliest} or later."
        )
    return earliest, why


def _request(
    knowledge: Knowledge, start: Start, asked: Asked, assessment: Assessment,
    when: tuple[str, date, Override | None],
) -> Request:  # fmt: skip
    country, begins_on, override = when
    suggested = assessment.pace
    if asked.pace is None and suggested is None:
        raise InputRefused("no pace can be suggested.", where=start.drug, next_step="State one with --pace.")
    pace = pace_of(asked.pace) if asked.pace else Pace(suggested.share, suggested.days) if suggested else None
    assert pace is not None
    why = () if asked.pace or suggested is None else (f"pace: {suggested.why}",)
    shapes = ("proportional", "linear", "hyperbolic")
    if asked.shape not in shapes:
        raise UsageError(f"'{asked.shape}' is not a shape.", where="--shape", next_step=f"One of {', '.join(shapes)}.")
    half = amount_ug(asked.half_occupancy_mg, "--half-occupancy")
    if asked.shape == "hyperbolic":
        used = "the dose taken now" if half is None else f"{asked.half_occupancy_mg:g} mg a day, as asked"
        why = (*why, f"hyperbolic: equal steps of a model occupancy D/(D + H), H = {used}; H is not measured in people")
    products = _products(knowledge, start.drug, asked, country)
    return Request(
        start.drug, start.doses, amount_ug(asked.to_mg, "--to", zero=True) or 0, pace,
        products, begins_on, asked.shape, half,  # type: ignore[arg-type]
        asked.most_pieces, override, (*start.notes, *why, *_elsewhere(products, country)), country.partition("-")[0],
    )  # fmt: skip


def _products(knowledge: Knowledge, drug: str, asked: Asked, country: str) -> tuple[Product, ...]:
    """The products named, else those marketed; with those that are added."""
    here = country.partition("-")[0]
    own = named(asked.products, knowledge, drug, here) if asked.products else marketed(knowledge, drug, here)
    more = named(asked.add, knowledge, drug, here) if asked.add else ()
    scored = {(item.form, item.strength_ug) for item in more if item.halves}
    return (*(item for item in own if (item.form, item.strength_ug) not in scored), *more)


def _elsewhere(products: tuple[Product, ...], country: str) -> list[str]:
    """Says which named products are not known to be sold where the plan is for."""
    here = country.partition("-")[0]
    away = [item for item in products if item.country not in ("", here)]
    return (
        [f"not known to be sold in {here}: {', '.join(f'{item.name} ({item.country})' for item in away)}"]
        if away
        else []
    )


@dataclass(frozen=True)
class _Changed:
    """What a change to another drug leads to: where the taper then starts, and the change as data."""

    start: Start
    begins_on: date
    change: Changeover
    data: dict[str, Any]


def _changed(
    knowledge: Knowledge, start: Start, asked: Asked, country: str, now: tuple[Circumstances, date]
) -> _Changed | None:
    if asked.via is None:
        return None
    from benzosafe.taper.crossover_levels import crossover_data, crossover_levels

    if asked.equivalence is not None and asked.override is None:
        raise UsageError(
            "the table is chosen for safety; another one may give far too much or too little.", where="--equivalence",
            next_step="Leave it out, or have a named clinician choose it: --override 'NAME: REASON'.",
        )  # fmt: skip
    who, begins_on = now
    change = crossover(knowledge, start, asked.via, who, begins_on, asked.equivalence)
    old = _products(knowledge, change.drug, replace(asked, products=asked.old_products, add=None), country)
    new = _products(knowledge, change.to, asked, country)
    stages = made_stages(change, (old, new), asked.most_pieces, ceiling_of(knowledge))
    after = _after(start, change, stages)
    levels = crossover_levels(knowledge, change, who, people=40) if asked.levels else None
    whole = changeover(change, stages)
    wrong = change_faults(whole, ceiling_of(knowledge), asked.most_pieces)
    if wrong:
        raise RuntimeError(f"the change does not stand up to its own check: {'; '.join(wrong)}")
    data = {**crossover_data(change, levels), "made": stages_data(stages), "notes": list(whole.notes)}
    return _Changed(after, whole.ends_on + timedelta(days=1), whole, data)


def _after(start: Start, change: Crossover, stages: tuple[MadeStage, ...]) -> Start:
    """The taper starts from what the products of the last stage deliver."""
    doses = tuple((dose.at_h, dose.amount_ug) for dose in stages[-1].new)
    return replace(after_crossover(start, change), doses=doses)


def _supply(
    knowledge: Knowledge, plan: TaperPlan, change: Changeover | None, where: tuple[str, int | None, date]
) -> dict[str, Any]:
    """The supply of the plan; with a change, that of the new drug from the change on, and that of the old one."""
    if change is None:
        from benzosafe.taper.supply_data import fills_data

        return {"supply": fills_data(knowledge, plan, *where), "change_supply": None}
    from benzosafe.taper.changeover_supply import change_supply_data

    old, new = change_supply_data(knowledge, change, plan, where)
    return {"supply": new, "change_supply": old}


def _levels(knowledge: Knowledge, plan: TaperPlan, who: Circumstances) -> dict[str, Any]:
    """The simulated levels; why there are none, when the drug cannot be simulated."""
    from benzosafe.taper.levels import levels, levels_data
    from benzosafe.taper.levels_runs import LevelOptions

    options = LevelOptions(people=_FEW, draws=_FEW) if plan.days > _LONG_DAYS else None
    try:
        return levels_data(levels(knowledge, plan, who.beside, who.traits, options))
    except InputRefused as error:
        return {"not_simulated": error.message}


def _comparison(knowledge: Knowledge, start: Start, asked: Asked) -> list[dict[str, Any]]:
    from benzosafe.taper.named import compare, comparison_data

    if asked.compare is None:
        return []
    names = None if asked.compare == "all" else [name.strip() for name in asked.compare.split(",") if name.strip()]
    return comparison_data(compare(knowledge, start.drug, sum(amount for _, amount in start.doses), names))
