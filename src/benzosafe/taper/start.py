"""Where a taper starts: what is taken a day, at which hours, and which of several agents comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from math import isfinite

from benzosafe.errors import InputRefused, UsageError
from benzosafe.exposure.patient_doses import is_zero
from benzosafe.exposure.patient_spans import never_taken
from benzosafe.facts.catalog import catalog_of
from benzosafe.facts.indication import PURPOSES
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.names import RXNORM
from benzosafe.patient.tables import Order, Record
from benzosafe.taper.start_mixed import refuse_mixed
from benzosafe.taper.start_needed import from_record, is_occasional, stated
from benzosafe.taper.start_refusals import (
    refuse_child,
    refuse_illicit_supply,
    refuse_novel,
    refuse_slow_release,
    refuse_twice,
)
from benzosafe.taper.start_times import Intake, intakes_of, name_of, summed, whole_ug

_ORAL = ("oral", "sublingual")
# From the shortest to the longest acting; a drug without an entry is put between.
_DURATIONS = ("ultra-short", "short", "intermediate", "long")
_NEAR = 0.75  # likeness of spelling from which a name is offered; 'lorazepam' for 'lorazepan', not for 'warfarin'


@dataclass(frozen=True)
class Start:
    """The regular doses of one drug before a taper: (hour of the day, micrograms) in order of hour.

    `agents`: every benzodiazepine and Z-drug taken, in the order in which to taper them, one at a time, with
    `agent_reasons` in the same order. `country`: whose products, where the record tells; `notes`: what was assumed.
    """

    drug: str
    doses: tuple[tuple[float, int], ...]
    notes: tuple[str, ...]
    agents: tuple[str, ...]
    agent_reasons: tuple[str, ...]
    route: str = "oral"
    country: str | None = None

    @property
    def amount_ug(self) -> int:
        """Micrograms a day."""
        return sum(amount for _, amount in self.doses)


def starting_point(
    knowledge: Knowledge, record: Record, drug: str | None, on: date, as_regular_mg: float | None = None
) -> Start:
    """The start of a taper of `drug` (None: the only one taken) from the orders active on a day.

    `as_regular_mg`: what the as-needed orders alone come to a day [mg/d], added to the regular ones.
    InputRefused for a child, an illicit or novel agent, an extended-release product, or a dose not known or mixed;
    UsageError for a drug not taken, for several without a choice, and for an amount no as-needed order allows.
    """
    notes = refuse_child(knowledge, record, on)
    refuse_illicit_supply(knowledge, record)
    taken = _taken(knowledge, record, notes)
    refuse_novel(knowledge, taken)
    agents, reasons = tapering_order(knowledge, list(dict.fromkeys(name_of(order) for order in taken)))
    name = _chosen(knowledge, drug, agents, reasons)
    own = [order for order in taken if order.ingredient == name]
    refuse_slow_release(knowledge, own)
    refuse_twice(own)
    refuse_mixed(own)
    route = _route(own, notes)
    doses = summed(_intakes(knowledge, own, on, as_regular_mg, notes))
    if not doses:
        raise InputRefused("nothing of it is taken on a usual day.", where=name, next_step="There is nothing to taper.")
    if len(agents) > 1:
        notes.append(
            f"{', '.join(agent for agent in agents if agent != name)} stays unchanged until {name} has ended: "
            "one agent at a time (asam_2025, Rec 7)"
        )
    _say_history(knowledge, own, on, notes)
    return Start(name, doses, tuple(dict.fromkeys(notes)), agents, reasons, route, _country(own, notes))


def tapering_order(knowledge: Knowledge, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Benzodiazepines and Z-drugs in the order in which to taper them, with the reason for each place.

    One at a time, the others unchanged: asam_2025, Rec 7 and text to its table of equivalents. The order is ours.
    """
    # JUDGEMENT: no guideline states an order. The shortest acting goes first, Z-drugs thus before most
    # benzodiazepines: what acts longer and stays unchanged covers its withdrawal, and the agent that is left for the
    # end is the one whose level falls by itself most evenly. Two as long: the one gone sooner by half-life.
    ordered = tuple(sorted(names, key=lambda name: _length(knowledge, name)))
    return ordered, tuple(_reason(knowledge, name, place, len(ordered)) for place, name in enumerate(ordered))


def _length(knowledge: Knowledge, name: str) -> tuple[int, float, str]:
    facts = knowledge.drugs[name].benzodiazepine
    if facts is None:
        return _DURATIONS.index("intermediate"), 0.0, name
    return _DURATIONS.index(facts.duration), facts.half_life_h.highest, name


def _reason(knowledge: Knowledge, name: str, place: int, count: int) -> str:
    facts = knowledge.drugs[name].benzodiazepine
    acting = f"{facts.duration}-acting" if facts else "of unknown length of action"
    if count == 1:
        return f"{name} ({acting}) is the only one taken"
    if place == count - 1:
        return f"{name} last: {acting}, its level falls most evenly"
    return f"{name} {'first' if place == 0 else 'next'}: {acting}, and what acts longer covers its withdrawal"


# --- which orders --------------------------------------------------------------------------------------------------


def _taken(knowledge: Knowledge, record: Record, notes: list[str]) -> list[Order]:
    """The active orders of benzodiazepines and Z-drugs, rescue medicines and single administrations left out."""
    found = []
    for order in record.orders:
        if order.active is False or never_taken(order):
            continue
        if order.ingredient is None:
            notes.append(f"'{order.text}' was not recognised: whether it is a benzodiazepine or Z-drug is not known")
        elif "bzra" not in catalog_of(knowledge).classes_of(order.ingredient):
            continue
        elif order.source == "administration":
            notes.append(f"{name_of(order)} was only given by others on single days: it is left out")
        elif _is_rescue(order):
            notes.append(f"{name_of(order)} ({order.route or 'as needed'}) is kept for emergencies and is not tapered")
        else:
            found.append(order)
            if order.active is None:
                notes.append(
                    f"whether {name_of(order)} is taken now is not certain ({order.active_because}): ask first"
                )
    if not found:
        raise InputRefused(
            "no benzodiazepine or Z-drug that is taken now is in the record.", where=record.patient_id,
            next_step="Add it with its dose, such as 'clonazepam 1 mg twice daily'.",
        )  # fmt: skip
    return found


def _is_rescue(order: Order) -> bool:
    """As needed against seizures, or by a route nobody takes every day."""
    # JUDGEMENT: such a dose is no part of regular use, and its owner must not be left without it.
    other_route = order.route is not None and order.route not in _ORAL
    return order.prn is True and (other_route or order.indication in PURPOSES["seizures"])


def _chosen(knowledge: Knowledge, drug: str | None, agents: Sequence[str], reasons: Sequence[str]) -> str:
    if drug is None and len(agents) > 1:
        raise UsageError(
            f"this patient takes {' and '.join(agents)}; only one is tapered at a time. In this order: "
            f"{'; '.join(reasons)}.",
            where="--drug", next_step=f"Start with --drug '{agents[0]}', or name another.",
        )  # fmt: skip
    if drug is None:
        return agents[0]
    found = knowledge.names.resolve(drug).ingredients
    if len(found) == 1 and found[0] in agents:
        return found[0]
    # The name of another medicine is no misspelling of this one.
    near = [] if found else get_close_matches(drug.casefold(), agents, n=1, cutoff=_NEAR)
    meant = f" Did you mean '{near[0]}'?" if near else ""
    raise UsageError(
        f"'{drug}' is not a benzodiazepine or Z-drug this patient takes now.{meant}", where="--drug",
        next_step=f"Taken: {', '.join(agents)}.",
    )  # fmt: skip


def _route(own: Sequence[Order], notes: list[str]) -> str:
    routes = {order.route for order in own} - {None}
    other = [route for route in routes if route not in _ORAL]
    if other or len(routes) > 1:
        raise InputRefused(
            f"is taken by the route '{', '.join(sorted(str(r) for r in routes))}'; a taper is computed for one oral "
            "route.",
            where=name_of(own[0]), next_step="Agree on an oral dose first.",
        )  # fmt: skip
    if not routes:
        notes.append(f"the route of {name_of(own[0])} is not known: oral is assumed")
    return str(next(iter(routes), "oral"))


# --- how much ------------------------------------------------------------------------------------------------------


def _intakes(
    knowledge: Knowledge, own: Sequence[Order], on: date, as_regular_mg: float | None, notes: list[str]
) -> list[Intake]:
    occasional = [order for order in own if is_occasional(order)]
    regular = [order for order in own if not is_occasional(order)]
    if as_regular_mg is not None and not occasional:
        raise UsageError(
            f"{name_of(own[0])} is not taken as needed.", where="--as-regular",
            next_step="Leave it out; the regular dose of the record counts.",
        )  # fmt: skip
    found = [intake for order in regular for intake in _regular(order, notes)]
    if as_regular_mg is not None:
        found += stated(occasional, as_regular_mg, sum(intake.amount_ug for intake in found), notes)
    else:
        found += [intake for order in occasional for intake in from_record(knowledge, order, on, notes)]
    if len(own) > 1:
        notes.append(f"{len(own)} orders of {name_of(own[0])} are added up by time of day")
    return found


def _regular(order: Order, notes: list[str]) -> tuple[Intake, ...]:
    dose = order.dose_mg_per_day
    if is_zero(order):
        raise InputRefused(
            "the dose is 0.", where=name_of(order), next_step="Correct it, or end the entry with 'until' and a date."
        )
    if dose is None or not isfinite(dose.high):
        why = "; ".join(order.problems) or f"'{order.sig or order.text}' does not say it"
        raise InputRefused(
            f"the dose of a day is not known ({why}).", where=name_of(order),
            next_step="Find out what is really taken and write it as '1 mg twice daily'; do not guess it.",
        )  # fmt: skip
    if not dose.certain:
        said = "; ".join(order.conflicts) or f"'{order.sig}'"
        open_use = " Whether it is regular or as needed is not clear." if order.prn is None else ""
        raise InputRefused(
            f"is the dose {dose.low:g} or {dose.high:g} mg a day? The record says {said}.{open_use}",
            where=name_of(order), next_step="Write the one that is taken on a usual day.",
        )  # fmt: skip
    return intakes_of(order, whole_ug(order, dose.high), notes)


def _say_history(knowledge: Knowledge, own: Sequence[Order], on: date, notes: list[str]) -> None:
    """A dose that fell lately: the limit on falls looks back as far. A rise asks for no waiting."""
    recent = knowledge.parameters["recent_reduction_days"].highest
    for order in own:
        before, changed, dose = order.previous_dose_mg_per_day, order.dose_changed_on, order.dose_mg_per_day
        if before and changed and dose and before > dose.low and 0 <= (on - changed).days < recent:
            notes.append(
                f"{name_of(order)} was {before:g} mg a day until {changed} and is {dose.high:g} now: the first step "
                f"waits until {recent:g} days after that"
            )


def _country(own: Sequence[Order], notes: list[str]) -> str | None:
    """US where the order is coded in RxNorm, the terminology of prescriptions there; else not known."""
    if any(code.startswith(f"{RXNORM}|") for order in own for code in order.codes):
        notes.append("US products are assumed, because the order is coded in RxNorm")
        return "US"
    return None


def continued(start: Start, drug: str, doses: tuple[tuple[float, int], ...], notes: tuple[str, ...]) -> Start:
    """The start of the taper that follows a change to another drug, its place in the order kept."""
    agents = tuple(drug if agent == start.drug else agent for agent in start.agents)
    return replace(start, drug=drug, doses=doses, notes=(*start.notes, *notes), agents=agents)
