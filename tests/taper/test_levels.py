"""Levels through a taper: the law that exposure never outruns the dose, and what other medicines do to it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.exposure.plan import Course
from benzosafe.taper.levels import levels, levels_data
from benzosafe.taper.levels_causes import events_of
from benzosafe.taper.levels_flags import rolling_falls, rolling_rises
from benzosafe.taper.levels_runs import BEFORE_DAYS, LevelOptions
from benzosafe.taper.limits import Stretch, ceiling_of, falls
from benzosafe.taper.plan import Override, Pace, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product

START = date(2026, 12, 1)
FEW = LevelOptions(people=8, draws=8)
UNIT = Product("tablet", 1)


def doses(amount_ug, hours):
    share = amount_ug // len(hours)
    parts = [share + (amount_ug - share * len(hours)) * (place == 0) for place in range(len(hours))]
    return tuple(Dose(hour, (Portion(UNIT, 2 * part),)) for hour, part in zip(hours, parts, strict=True) if part)


def plan(knowledge, drug, before, amounts, days=14, hours=(8.0, 20.0), override=None):
    """Steps of equal length; a dose of 0 is the stop, of one day."""
    shares = falls(before, [Stretch(amount, days) for amount in amounts], ceiling_of(knowledge))
    steps, earlier = [], before
    for place, (amount, rolling) in enumerate(zip(amounts, shares, strict=True)):
        steps.append(
            TaperStep(
                place + 1, START + timedelta(days=days * place), days if amount else 1, amount, doses(amount, hours),
                Fraction(earlier - amount, earlier), rolling, stop=amount == 0,
            )
        )  # fmt: skip
        earlier = amount
    return TaperPlan(
        drug, doses(before, hours), tuple(steps), Pace(Fraction(1, 10), days), "proportional", amounts[-1], (UNIT,), (),
        override, override is None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def inhibited(knowledge):
    """Alprazolam with a strong CYP3A4 inhibitor that stops on day 50 (last taken on 2027-01-19)."""
    course = Course("ketoconazole", -60.0, 50.0, None)
    taper = plan(knowledge, "alprazolam", 3000, [2850, 2700, 2550, 2400, 2250, 2100], hours=(8.0, 14.0, 20.0))
    return levels(knowledge, taper, (course,), options=FEW)


@pytest.mark.parametrize(
    ("drug", "amounts", "days", "hours"),
    [
        ("clonazepam", [1500, 1125, 850, 650], 14, (8.0, 20.0)),
        ("clonazepam", [1900, 1800, 1700, 1600, 1500, 1500, 1425], 5, (21.0,)),
        ("diazepam", [1500, 1125, 850], 14, (8.0, 14.0, 20.0)),
        ("alprazolam", [1500, 1500, 1125], 14, (0.0, 6.0, 12.0, 18.0)),
        ("zolpidem", [1500, 1200, 1000], 15, (22.5,)),
        ("chlordiazepoxide", [1600, 1500, 1200], 14, (12.0,)),
    ],
)
def test_alone_exposure_never_falls_faster_than_the_dose(knowledge, drug, amounts, days, hours):
    taper = plan(knowledge, drug, 2000, amounts, days, hours)
    found = levels(knowledge, taper, options=FEW)
    most = max(float(step.rolling_fall) for step in taper.steps)
    assert max(step.fall.high for step in found.steps) <= most + 1e-3
    assert found.flags == ()
    for series in found.series:
        assert np.all(np.diff(series.average) <= 1e-4 * series.average[0])


def test_random_tapers_keep_the_law_in_every_draw(knowledge):
    source = np.random.default_rng(5)
    for drug in ("clonazepam", "lorazepam", "alprazolam", "diazepam"):
        amounts = [int(amount) for amount in np.sort(source.integers(200, 2000, 5))[::-1]]
        hours = tuple(float(hour) for hour in np.sort(source.choice(24, 2, replace=False)))
        taper = plan(knowledge, drug, 2000, amounts, int(source.integers(3, 25)), hours)
        found = levels(knowledge, taper, options=FEW)
        assert (
            max(step.fall.high for step in found.steps) <= max(float(step.rolling_fall) for step in taper.steps) + 2e-3
        )


def test_steady_level_is_proportional_to_the_dose_and_takes_five_half_lives(knowledge):
    found = levels(knowledge, plan(knowledge, "clonazepam", 2000, [1600], 60), options=FEW)
    series, step = found.series[0], found.steps[0]
    assert series.average[-1] / series.before == pytest.approx(0.8, rel=1e-3)
    assert 5 <= step.steady_after_days.value <= 10
    assert step.steady_on == START + timedelta(days=int(step.steady_after_days.value) - 1)
    level = series.average[int(step.steady_after_days.value) - 1]
    assert abs(level / (0.8 * series.before) - 1) <= 0.1 * 0.25 + 1e-3
    at_end = step.series[0]
    assert at_end.trough.known.value < at_end.average.known.value < at_end.peak.known.value
    assert at_end.average.people_low < at_end.average.known.value < at_end.average.people_high


def test_average_level_is_dose_times_availability_over_clearance(knowledge):
    found = levels(knowledge, plan(knowledge, "clonazepam", 2000, [2000], 30), options=FEW)
    disposition = knowledge.dispositions["clonazepam"]
    expected = 2.0 * disposition.routes["oral"].bioavailability.value / disposition.clearance_l_per_h.value / 24 * 1000
    assert found.series[0].before == pytest.approx(expected, rel=0.01)


def test_an_inhibitor_that_stops_is_flagged_with_date_and_a_hold(inhibited):
    flag = next(flag for flag in inhibited.flags if flag.kind == "falls")
    assert flag.sure and flag.change.value > 0.5 and 4 in flag.steps
    assert [(cause.name, cause.action, cause.on) for cause in flag.causes] == [
        ("ketoconazole", "stops", date(2027, 1, 19))
    ]
    assert flag.settled_on is not None and date(2027, 1, 20) <= flag.settled_on <= date(2027, 2, 10)
    words = levels_data(inhibited)["flags"][0]
    assert "ketoconazole, last taken on 2027-01-19" in words["what"]
    assert "while the tablets fall by 6 %" in words["what"]
    assert "Hold " in words["do"] and "not enough" in words["do"] and "prescriber" in words["do"]
    assert "stop alprazolam" not in words["do"]


def test_the_hold_that_is_advised_slows_the_fall(knowledge):
    course = Course("carbamazepine", 50.0, None, 800.0)
    amounts = [1700, 1450, 1250, 1050, 900, 800]
    before = levels(knowledge, plan(knowledge, "clonazepam", 2000, amounts), (course,), options=FEW)
    flag = next(flag for flag in before.flags if flag.kind == "falls")
    held = [*amounts[: flag.steps_inside[0] - 1]] + [amounts[flag.steps_inside[0] - 2]] * 3
    after = levels(knowledge, plan(knowledge, "clonazepam", 2000, held), (course,), options=FEW)
    largest = max(step.fall.value for step in after.steps if step.fall_on >= START + timedelta(days=50))
    assert largest < flag.change.value - 0.03
    assert largest == pytest.approx(flag.held.value, abs=0.05)


def test_an_inhibitor_that_starts_is_flagged_as_a_rise(knowledge):
    taper = plan(knowledge, "alprazolam", 3000, [2700, 2400, 2160])
    found = levels(knowledge, taper, (Course("ketoconazole", 20.0, 35.0, None),), options=FEW)
    rise, fall = next(f for f in found.flags if f.kind == "rises"), next(f for f in found.flags if f.kind == "falls")
    assert rise.causes[0].action == "starts" and rise.steps[0] == 2 and rise.change.value > 0.25
    assert fall.causes[0].action == "stops" and fall.on > rise.on
    words = [flag["do"] for flag in levels_data(found)["flags"]]
    assert any("When ketoconazole ends, the level falls again" in text for text in words)


def test_a_rise_is_never_blamed_on_the_end_of_an_inhibitor(knowledge):
    taper = plan(knowledge, "alprazolam", 3000, [2900, 2800, 2700, 2600, 2500, 2400], days=6)
    found = levels(knowledge, taper, (Course("ketoconazole", 10.0, 20.0, None),), options=FEW)
    blamed = {(flag.kind, cause.action) for flag in found.flags for cause in flag.causes}
    assert blamed == {("rises", "starts"), ("falls", "stops")}


def test_a_linear_taper_beyond_the_ceiling_gives_one_flag_for_all_its_last_steps(knowledge):
    found = levels(knowledge, plan(knowledge, "clonazepam", 2000, list(range(1800, 0, -200)), days=7), options=FEW)
    assert len(found.flags) == 1 and found.flags[0].causes[0].action == "doses"
    assert found.flags[0].steps[-1] == 9 and found.flags[0].change.value > 0.4


def test_a_medicine_that_does_nothing_is_not_blamed(knowledge):
    taper = plan(knowledge, "alprazolam", 3000, [2700, 2400, 2160])
    beside = (Course("ketoconazole", -30.0, 20.0, None), Course("omeprazole", 15.0, None, 20.0))
    found = levels(knowledge, taper, beside, options=FEW)
    assert {cause.name for flag in found.flags for cause in flag.causes} == {"ketoconazole"}


def test_an_inhibitor_taken_all_along_changes_the_level_but_not_the_fall(knowledge):
    taper = plan(knowledge, "alprazolam", 3000, [2700, 2400])
    alone = levels(knowledge, taper, options=FEW)
    beside = levels(knowledge, taper, (Course("ketoconazole", -60.0, None, None),), options=FEW)
    assert beside.series[0].before > 2 * alone.series[0].before
    assert not [flag for flag in beside.flags if flag.sure]
    assert beside.steps[0].steady_on is not None


def test_after_the_stop_no_fall_is_counted_and_the_level_goes(knowledge):
    found = levels(knowledge, plan(knowledge, "lorazepam", 500, [450, 0]), options=FEW)
    assert found.flags == () and found.steps[-1].fall is None
    assert found.days > 15 and found.series[0].average[-1] < 0.01 * found.series[0].before
    assert 1 <= found.gone_after_days <= 7


def test_doses_that_fall_too_fast_are_flagged_with_the_override(knowledge):
    override = Override("Dr A", "inpatient")
    found = levels(knowledge, plan(knowledge, "lorazepam", 2000, [1000], override=override), options=FEW)
    flag = levels_data(found)["flags"][0]
    assert flag["sure"] and flag["causes"][0]["what"] == "doses" and "OVERRIDE: inpatient" in flag["what"]


def test_metabolites_are_followed_and_summed(knowledge):
    found = levels(knowledge, plan(knowledge, "diazepam", 10000, [9000, 8100]), options=FEW)
    assert [series.of for series in found.series] == ["diazepam", "nordazepam", "all active drug together"]
    total = found.series[0].average + found.series[1].average
    assert np.allclose(total, found.series[2].average)


def test_a_wide_swing_gives_a_hint_unless_it_is_a_sleeping_tablet(knowledge):
    day = levels(knowledge, plan(knowledge, "alprazolam", 2000, [1800], hours=(8.0,)), options=FEW)
    assert "more, evenly spaced doses" in day.hints[0]
    night = levels(knowledge, plan(knowledge, "zolpidem", 10000, [9000], hours=(22.0,)), options=FEW)
    assert "no reason to divide" in night.hints[0]
    assert levels(knowledge, plan(knowledge, "clonazepam", 2000, [1800]), options=FEW).hints == ()


def test_occupancy_only_when_asked_and_called_a_model(knowledge):
    taper = plan(knowledge, "clonazepam", 2000, [1800])
    assert levels_data(levels(knowledge, taper, options=FEW))["occupancy"] is None
    found = levels(knowledge, taper, options=LevelOptions(people=4, draws=4, half_occupancy_ng_per_ml=20.0))
    level = found.steps[0].series[0].average.known.value
    assert found.steps[0].occupancy.value == pytest.approx(level / (level + 20.0))
    assert "a model, not a measurement" in json.dumps(levels_data(found))
    assert any("level + 20 ng/mL" in note for note in found.notes)


def test_a_plan_beyond_a_thousand_days_says_so(knowledge):
    taper = plan(knowledge, "clonazepam", 2000, [2000 - 20 * place for place in range(1, 40)], days=28)
    found = levels(knowledge, taper, options=FEW)
    assert found.days == 1000 and len(found.steps) < len(taper.steps)
    assert any("first 1000 of 1092 days" in note for note in found.notes)


def test_same_seed_same_data_and_it_is_json(inhibited, knowledge):
    data = levels_data(inhibited)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert all(len(series["average"]) == data["days"] for series in data["series"])
    again = levels(knowledge, inhibited.plan, inhibited.beside, options=FEW)
    assert levels_data(again) == data


def test_nothing_to_simulate_is_refused(knowledge):
    taper = plan(knowledge, "clonazepam", 2000, [1800])
    with pytest.raises(InputRefused, match="no dose to taper from"):
        levels(knowledge, TaperPlan(**{**taper.__dict__, "before": ()}))
    with pytest.raises(UsageError, match="at least one person"):
        levels(knowledge, taper, options=LevelOptions(people=0))
    with pytest.raises(UsageError, match="half occupancy"):
        levels(knowledge, taper, options=LevelOptions(half_occupancy_ng_per_ml=-1.0))
    with pytest.raises(InputRefused, match="vein"):
        levels(knowledge, taper, options=LevelOptions(route="intravenous"))


def test_rolling_change_by_hand():
    level = np.concatenate([np.full(BEFORE_DAYS, 10.0), [10.0, 8.0, 6.0, 9.0]])[:, None]
    assert rolling_falls(level, 14)[:, 0] == pytest.approx([0.0, 0.2, 0.4, 0.1])
    assert rolling_falls(level, 1)[:, 0] == pytest.approx([0.0, 0.2, 0.25, 0.0])
    assert rolling_rises(level, 1, 2, 4)[:, 0] == pytest.approx([0.0, 0.5])


def test_courses_become_events():
    joined = [Course("x", 0.0, 10.0, 100.0), Course("x", 10.0, 20.0, 200.0), Course("x", 30.0, None, 100.0)]
    assert [(event.action, event.day) for event in events_of(joined)] == [
        ("starts", 0.0), ("dose raised", 10.0), ("stops", 20.0), ("starts", 30.0),
    ]  # fmt: skip
