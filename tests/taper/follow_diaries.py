"""Diaries written by hand and the plan they follow, for every test of following a taper."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, settings

from benzosafe.taper.follow import follow
from benzosafe.taper.follow_record import FIRST
from benzosafe.taper.log import log_of
from benzosafe.taper.plan import Pace, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product

START = date(2026, 12, 1)
LIQUID = Product("oral solution", 100)
AMOUNTS = (1800, 1600, 1450, 1300, 1150, 1050, 950, 850, 750, 700, 600, 550, 500)
FAST = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def dose(at_h: float, amount_ug: int) -> Dose:
    return Dose(at_h, (Portion(LIQUID, hundredths_ml=amount_ug),))


def plan_of_amounts(amounts=AMOUNTS, drug="clonazepam", before=2000) -> TaperPlan:
    steps, last = [], before
    for number, amount in enumerate(amounts, 1):
        doses = (dose(8, amount // 2), dose(20, amount - amount // 2)) if amount else ()
        fall = Fraction(last - amount, last)
        starts = START + timedelta(days=14 * (number - 1))
        steps.append(TaperStep(number, starts, 14, amount, doses, fall, fall, stop=not amount))
        last = amount
    held = (dose(8, before // 2), dose(20, before // 2))
    return TaperPlan(
        drug, held, tuple(steps), Pace(Fraction(1, 10), 14), "proportional", amounts[-1], (LIQUID,), (), None, True
    )


PLAN = plan_of_amounts()


def on(day: int) -> date:
    return START + timedelta(days=day)


def followed(knowledge, text: str, day: int, plan=PLAN, was=FIRST):
    return follow(knowledge, plan, log_of(text, "log.yaml"), on(day), was)


def entry(day: int, text: str) -> str:
    return f"- {{date: {on(day)}, {text}}}\n"


def diary(*entries: str) -> str:
    return "entries:\n" + "".join(entries)


def as_planned(to: int) -> str:
    return f"- {{from: {START}, to: {on(to)}, taken: as planned}}\n"


def spans(*parts: tuple[int, int, str]) -> str:
    return diary(*(f"- {{from: {on(first)}, to: {on(last)}, taken: {taken}}}\n" for first, last, taken in parts))
