"""Plans of clonazepam as the calendar is given them, for every test of it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from benzosafe.taper.plan import Override, Pace, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product
from benzosafe.taper.record import plan_data

HALF_MG = Product("tablet", 500, True, "US")
WAFER = Product("orally disintegrating tablet", 125, False, "US")
CAPSULE = Product("capsule", 37_500, False, "US")
LIQUID = Product("oral solution", 100, False, "UK")
BEGINS = date(2027, 3, 1)


def take(product, number):
    return Portion(product, hundredths_ml=number) if product.liquid else Portion(product, half_units=number)


def plan(*steps, stop=True, override=None, within_limit=True, **changed):
    """A plan from 1 mg of clonazepam a day; each step is (days, doses)."""
    made, day, before = [], BEGINS, 1_000
    for number, (days, doses) in enumerate(steps, 1):
        amount = sum(dose.amount_ug for dose in doses)
        fall = Fraction(max(before - amount, 0), before) if before else Fraction(0)
        made.append(TaperStep(number, day, days, amount, doses, fall, fall, stop and number == len(steps)))
        day, before = day + timedelta(days=days), amount
    whole = {
        "drug": "clonazepam", "before": (Dose(8, (take(HALF_MG, 4),)),), "steps": tuple(made),
        "pace": Pace(Fraction(1, 10), 14), "shape": "proportional", "target_ug": 0, "products": (HALF_MG, WAFER),
        "notes": ("8 am kept & nothing <moved>",), "override": override, "within_limit": within_limit,
    }  # fmt: skip
    return plan_data(TaperPlan(**(whole | changed)))


def simple(**changed):
    return plan(
        (14, (Dose(8, (take(HALF_MG, 1), take(WAFER, 2))), Dose(20, (take(HALF_MG, 2),)))),
        (1, (Dose(8, ()), Dose(20, (take(HALF_MG, 3),)))), (28, ()), **changed,
    )  # fmt: skip


def overridden(**changed):
    override = Override("Dr Ann Example", "Admission is planned <soon>")
    return simple(override=override, within_limit=False, **changed)


def minded(data, *numbers):
    """The data with a warning for each of these steps."""
    first = {step["number"]: step["starts_on"] for step in data["steps"]}
    return data | {"minds": [
        {"step": number, "starts_on": first[number], "drug": "itraconazole", "what": "Itraconazole ends",
         "do": "begin 2 weeks later", "plain": f"Step {number}: call <first>. Do not start it until they say so."}
        for number in numbers
    ]}  # fmt: skip
