"""A change from lorazepam to diazepam made of UK products, with the taper after it, for every test of a change."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from benzosafe.taper.changeover import Changeover, changeover
from benzosafe.taper.crossover import crossover
from benzosafe.taper.crossover_circumstances import Circumstances
from benzosafe.taper.follow_change import followed_change
from benzosafe.taper.follow_record import Chain
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.makeable import makeable
from benzosafe.taper.plan import Pace, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Product
from benzosafe.taper.stages import made_stages
from benzosafe.taper.start import Start

ON = date(2026, 11, 24)
HALF_MG, ONE_MG = Product("tablet", 500, False, "UK", "smpc_uk"), Product("tablet", 1000, True, "UK", "smpc_uk")
TWO_MG, FIVE_MG = Product("tablet", 2000, True, "UK", "smpc_uk"), Product("tablet", 5000, True, "UK", "smpc_uk")
DOSES = ((8.0, 500), (21.0, 1000))


def day(number: int) -> date:
    """So many days after the first day of the change."""
    return ON + timedelta(days=number)


def change(knowledge, new=(TWO_MG, FIVE_MG), doses=DOSES) -> Changeover:
    """Three stages of 14 days: the night dose in two halves, then the morning dose; 5 mg for 1 mg."""
    planned = crossover(
        knowledge, Start("lorazepam", doses, (), ("lorazepam",), ("only",)), "diazepam", Circumstances(), ON
    )
    return changeover(planned, made_stages(planned, ((HALF_MG, ONE_MG), new), 4, ceiling_of(knowledge)))


def plan_after(whole: Changeover) -> TaperPlan:
    """A taper from the last stage: one step of 2 mg tablets, where it ends."""
    last = whole.stages[-1]
    before = sum(dose.amount_ug for dose in last.new)
    doses = tuple(Dose(at, makeable((TWO_MG,), 4000, 4)[amount]) for at, amount in ((8.0, 2000), (21.0, 4000)))
    fall = Fraction(before - 6000, before)
    step = TaperStep(1, last.ends_on + timedelta(days=1), 14, 6000, doses, fall, fall)
    return TaperPlan(
        "diazepam", last.new, (step,), Pace(Fraction(1, 10), 14), "proportional", 6000, (TWO_MG, FIVE_MG), (), None,
        True,
    )  # fmt: skip


def chain_with(whole: Changeover) -> Chain:
    """The chain of a first plan that holds the change."""
    return Chain(change=followed_change(whole), patient="pat")
