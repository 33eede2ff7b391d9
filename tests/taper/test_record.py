"""Plans read from a file: the whole is counted again, and whatever is wrong is refused by the name of its field."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.errors import InputRefused
from benzosafe.taper.follow_change import Change
from benzosafe.taper.follow_record import FIRST, read_plan
from benzosafe.taper.plan import Override, Pace, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product
from benzosafe.taper.record import plan_data, plan_of

TABLET, LIQUID = Product("tablet", 500, True, "UK"), Product("oral solution", 100, False, "UK")
START = date(2026, 12, 1)


def plan(amounts=(900, 800, 0), override=None, within=True, share=Fraction(1, 10)) -> TaperPlan:
    steps, before = [], 1000
    for number, amount in enumerate(amounts):
        doses = (Dose(20.0, (Portion(LIQUID, hundredths_ml=amount),)),) if amount else ()
        fall = Fraction(before - amount, before)
        starts = START + timedelta(days=14 * number)
        steps.append(TaperStep(number + 1, starts, 14, amount, doses, fall, fall, stop=not amount))
        before = amount
    held = (Dose(20.0, (Portion(TABLET, half_units=4),)),)
    return TaperPlan(
        "clonazepam", held, tuple(steps), Pace(share, 14), "proportional", amounts[-1], (TABLET, LIQUID), (),
        override, within,
    )  # fmt: skip


DATA = plan_data(plan())


def changed(path: str, value, data=DATA):
    """The plan with the value at a path as in 'steps.0.days' set, or taken away for ..."""
    found = copy.deepcopy(data)
    *way, last = path.split(".")
    place = found
    for part in way:
        place = place[int(part) if isinstance(place, list) else part]
    key = int(last) if isinstance(place, list) else last
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return found


@pytest.fixture
def read(tmp_path):
    def reads(data):
        file = tmp_path / "plan.json"
        file.write_text(data if isinstance(data, str) else json.dumps(data))
        return read_plan(file)

    return reads


def test_a_sound_plan_is_read_as_it_was_written(read):
    assert read(DATA) == (plan(), FIRST)
    above = plan((500, 0), Override("Dr A", "inpatient"), within=False, share=Fraction(1, 2))
    assert read(plan_data(above))[0] == above


WRONG = [
    ("drug", "warfarin", "drug"), ("drug", "clonazepm", "Did you mean 'clonazepam'"), ("drug", 3, "drug"),
    ("shape", "cubic", "shape"), ("shape", [], "shape"), ("pace.share", 0, "pace.share"),
    ("pace.share", float("nan"), "pace.share"), ("pace.share", "0.1", "pace.share"), ("pace.days", 0, "pace.days"),
    ("pace", {"share": 0.9, "days": 1}, "pace"), ("steps.0.days", 0, "steps[0].days"),
    ("steps.0.days", -14, "steps[0].days"), ("steps.0.days", 14.5, "steps[0].days"),
    ("steps.0.days", True, "steps[0].days"), ("steps.0.days", 10**30, "steps[0].days"),
    ("steps.2.starts_on", "9999-12-25", "steps[2].days"), ("steps.1.starts_on", "2026-13-01", "steps[1].starts_on"),
    ("steps.0.starts_on", "2026-11-30", "steps[0].ends_on"), ("steps.0.ends_on", "2027-01-01", "steps[0].ends_on"),
    ("steps.1.number", 7, "steps[1].number"), ("steps.0.doses.0.at_h", 25, "steps[0].doses[0].at_h"),
    ("steps.0.doses.0.at_h", -1, "steps[0].doses[0].at_h"), ("steps.0.doses.0.mg", 0.8, "steps[0].doses[0].mg"),
    ("steps.0.doses.0.take.0.ml", -9, "take[0].ml"), ("steps.0.doses.0.take.0.ml", 0, "take[0].ml"),
    ("steps.0.doses.0.take.0.ml", 9.005, "take[0].ml"), ("before.doses.0.take.0.units", 1.3, "take[0].units"),
    ("before.doses.0.take.0.units", 1e300, "take[0].units"), ("before.mg_per_day", 5, "before.mg_per_day"),
    ("products.0.strength_mg", -1, "products[0].strength_mg"), ("products.0.strength_mg", 0, "products[0]"),
    ("products.1.strength_mg", float("inf"), "products[1]"), ("products.1", ..., "not on the list"),
    ("steps.0.doses.0.take.0.of.strength_mg", 0.00015, "of.strength_mg"),
    ("steps.0.delivered_mg_per_day", 0.8, "steps[0].delivered_mg_per_day"),
    ("steps.0.exact_fall", ["1/0", "1/10"], "steps[0].exact_fall"),
    ("steps.0.exact_fall", ["1/10", "1e999999999"], "steps[0].exact_fall"),
    ("steps.0.exact_fall", ["1/9", "1/10"], "steps[0].exact_fall"),
    ("steps.0.exact_fall", ["1/10", "1/20"], "states a fall"), ("steps.0.stop", True, "steps[0].stop"),
    ("steps.2.stop", False, "steps[2].stop"), ("target_mg_per_day", 0.5, "not at 0.5 mg"),
    ("target_mg_per_day", 2, "target_mg_per_day"), ("override", {"by": " ", "reason": "r"}, "override"),
    ("override", {"by": "Dr A", "reason": ""}, "override"), ("override", "Dr A", "override"),
    ("override", {"by": "Dr A"}, "override.reason"), ("within_limit", False, "within_limit"),
    ("within_limit", "yes", "within_limit"), ("notes", "none", "notes"), ("steps", [], "steps"),
    ("steps", {}, "steps"), ("steps.0.doses", ..., "steps[0].doses"), ("before", None, "before"),
    ("crossover", {"from": "alprazolam", "to": "diazepam", "made": []}, "crossover.made"),
    ("crossover", 3, "crossover"),
    ("revision", True, "do not fit together"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "says"), WRONG)
def test_what_is_wrong_is_refused_by_name(read, path, value, says):
    with pytest.raises(InputRefused) as refused:
        read(changed(path, value))
    assert says in refused.value.message


def test_a_plan_above_the_limit_needs_an_override(read):
    for within in (True, False):
        with pytest.raises(InputRefused, match=r"falls by 50\.0% in 14 days"):
            read(plan_data(plan((500, 0), within=within)))
    with pytest.raises(InputRefused, match="rises"):
        read(plan_data(plan((900, 950, 0))))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000, '{"a": ' + "9" * 5000 + "}", '"plan"'])
def test_what_is_no_plan_is_refused(read, text):
    with pytest.raises(InputRefused):
        read(text)


@pytest.mark.parametrize("drug", ["alprazolam", "diazepam", "lorazepam"])
def test_a_plan_whose_products_are_of_another_drug_is_refused(read, drug):
    with pytest.raises(InputRefused, match=rf"not known to be sold in UK as {drug}"):
        read(changed("drug", drug))


def test_a_product_that_is_not_marketed_is_refused_unless_compounded(read):
    strange = Product("oral suspension", 300, country="UK")
    with pytest.raises(InputRefused, match=r"products\[2\]"):
        read(plan_data(replace(plan(), products=(TABLET, LIQUID, strange))))
    made = Product("compounded suspension", 300, source="named by the prescriber", confidence="stated")
    assert read(plan_data(replace(plan(), products=(TABLET, LIQUID, made))))[0].products[2] == made


def test_a_missing_file_is_said_in_words(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(InputRefused) as refused:
            read_plan(path)
        assert "cannot be read" in refused.value.message and "Errno" not in refused.value.message


def test_the_change_before_and_the_patient_come_with_the_plan(read):
    made = [{"starts_on": "2026-11-17", "ends_on": "2026-11-23"}, {"starts_on": "2026-11-24", "ends_on": "2026-11-30"}]
    _, chain = read(DATA | {"patient": "pat", "crossover": {"from": "lorazepam", "to": "clonazepam", "made": made}})
    days = ((date(2026, 11, 17), date(2026, 11, 23)), (date(2026, 11, 24), date(2026, 11, 30)))
    assert (chain.patient, chain.change) == ("pat", Change("lorazepam", "clonazepam", days))


def paths(node, at=""):
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield f"{at}{key}"
        if isinstance(value, dict | list):
            yield from paths(value, f"{at}{key}.")


JUNK = st.sampled_from(
    [None, True, -1, 0, 0.5, 10**40, 1e308, float("inf"), float("nan"), "", "x", "1/0", [], {}, [{}], [[]]]
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(st.sampled_from(sorted(paths(DATA))), JUNK)
def test_junk_anywhere_is_refused_or_read_and_never_an_internal_error(read, path, value):
    try:
        found, _ = read(changed(path, value))
    except InputRefused:
        return
    assert [step.delivered_ug for step in found.steps] == [900, 800, 0]
    assert plan_of(plan_data(found), "again") == found
