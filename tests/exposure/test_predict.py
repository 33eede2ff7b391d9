"""Predictions: what must hold for any pair, and what a few pairs are known for."""

from __future__ import annotations

import numpy as np
import pytest

from benzosafe.errors import InputRefused
from benzosafe.exposure.advice import advise, days_words
from benzosafe.exposure.combine import Taken, combine, steady_activity, turnover_rates
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.interval import Interval
from benzosafe.exposure.perpetrator import acting
from benzosafe.exposure.predict import predict
from benzosafe.exposure.study import single_dose_ratios
from benzosafe.exposure.timing import daily
from benzosafe.exposure.victim import build_victim

SURE = Draws(0)


def ratio(knowledge, victim, *others, route="oral", days=21, at_day=20):
    built = build_victim(knowledge, victim, route, SURE)
    taken = [daily(acting(knowledge, name, SURE), mg, days + 14) for name, mg in others]
    return float(single_dose_ratios(built, taken, turnover_rates(knowledge, SURE), 24.0 * at_day + 1).auc[0])


def test_the_anchor_is_met_by_the_kinetics_it_was_solved_on(knowledge):
    given = knowledge.potencies["ketoconazole"].effects[0].midazolam_auc_ratio.value
    assert ratio(knowledge, "midazolam", ("ketoconazole", 400.0), at_day=7) == pytest.approx(given, rel=0.05)


def test_injected_midazolam_changes_less_than_swallowed(knowledge):
    assert (
        1.5
        < ratio(knowledge, "midazolam", ("ketoconazole", 400.0), route="intravenous")
        < ratio(knowledge, "midazolam", ("ketoconazole", 400.0))
    )


def test_grapefruit_reaches_the_gut_wall_only(knowledge):
    assert ratio(knowledge, "midazolam", ("grapefruit", 200.0), route="intravenous") == pytest.approx(1.0, abs=1e-6)
    assert ratio(knowledge, "midazolam", ("grapefruit", 200.0)) > 1.2


def test_glucuronidated_drugs_ignore_cyp3a4(knowledge):
    assert ratio(knowledge, "lorazepam", ("ketoconazole", 400.0)) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("victim", ["clonazepam", "alprazolam", "midazolam", "diazepam", "zolpidem"])
def test_more_of_an_inhibitor_never_lowers_exposure(knowledge, victim):
    found = [ratio(knowledge, victim, ("fluconazole", mg)) for mg in (50.0, 100.0, 200.0, 400.0)]
    assert found == sorted(found) and found[0] >= 1.0


def test_an_inhibitor_and_an_inducer_together_lie_between_each_alone(knowledge):
    up = ratio(knowledge, "alprazolam", ("itraconazole", 200.0))
    down = ratio(knowledge, "alprazolam", ("rifampicin", 600.0))
    both = ratio(knowledge, "alprazolam", ("itraconazole", 200.0), ("rifampicin", 600.0))
    assert down < both < up


def test_induction_takes_days_and_inhibition_does_not(knowledge):
    slow = predict(knowledge, "alprazolam", "rifampicin").timings[0].building
    quick = predict(knowledge, "midazolam", "ketoconazole").timings[0].building
    assert quick.high <= 4 < slow.value


def test_fluoxetine_lingers_for_weeks(knowledge):
    assert predict(knowledge, "diazepam", "fluoxetine").timings[0].returning.value > 28


def test_what_lasts_beyond_what_is_followed_is_open_ended_not_short(knowledge):
    assert days_words(Interval(40.0, 30.0, np.inf)) == "40 days (30 to longer than followed)"
    assert "longer" in days_words(Interval(np.inf, 300.0, np.inf))
    (slow,) = predict(knowledge, "diazepam", "amiodarone").timings
    assert slow.returning.low < 60 < 180 < slow.returning.high  # half-lives of amiodarone from weeks to months


def test_drug_and_metabolite_are_told_apart_and_together(knowledge):
    found = predict(knowledge, "clobazam", "cenobamate")
    assert found.auc_ratio.value < 1 < found.metabolites[0].ratio.value
    assert found.active_ratio.value > 1.5
    assert any("opposite ways" in line for line in advise(knowledge, found))


def test_a_forbidden_pair_gets_no_corrected_dose(knowledge):
    found = predict(knowledge, "alprazolam", "itraconazole")
    free, forbidden = (" ".join(advise(knowledge, found, forbidden=so)) for so in (False, True))
    assert "of the present dose" in free and "of the present dose" not in forbidden
    assert "no corrected dose" in forbidden


def test_clonazepam_says_that_its_share_was_carried_over(knowledge):
    found = predict(knowledge, "clonazepam", "ketoconazole")
    assert found.transferred
    assert found.auc_ratio.low >= 1.0 and found.auc_ratio.high > 1.5


def test_a_perpetrator_known_by_its_class_says_so(knowledge):
    assert any("class" in line for line in predict(knowledge, "alprazolam", "metamizole").basis)


def test_what_is_not_known_is_refused_not_called_safe(knowledge):
    with pytest.raises(InputRefused, match="not the same as no interaction"):
        predict(knowledge, "clonazepam", "paracetamol" if "paracetamol" in knowledge.drugs else "naloxone")
    with pytest.raises(InputRefused, match="cannot be simulated, because"):
        predict(knowledge, "medazepam", "ketoconazole")


@pytest.mark.parametrize(
    "pair", [("midazolam", "itraconazole"), ("alprazolam", "rifampicin"), ("clonazepam", "carbamazepine")]
)
def test_advice_gives_ranges_and_never_an_abrupt_stop(knowledge, pair):
    text = " ".join(advise(knowledge, predict(knowledge, *pair))).lower()
    assert "stop at once" not in text and "discontinue" not in text
    assert " to " in text or "between" in text or "may fall to" in text


def test_steady_activity_agrees_with_the_course_after_long(knowledge):
    victim = build_victim(knowledge, "alprazolam", "oral", SURE)
    who = acting(knowledge, "carbamazepine", SURE)
    interaction = combine(victim, [daily(who, 800.0, 120)], turnover_rates(knowledge, SURE))
    from benzosafe.kinetics.timeline import build_timeline

    timeline = build_timeline(np.array([0.0, 24.0 * 118, 24.0 * 119]), interaction.breaks_h, interaction.fast)
    course = interaction.activities(timeline, interaction.levels(timeline))[0]
    inside = timeline.starts >= 24.0 * 118
    mean = float((course.mean(axis=(1, 2)) * timeline.lengths)[inside].sum() / 24.0)
    assert mean == pytest.approx(float(steady_activity(victim, [(who, 800.0)])["cyp3a4", "liver"][0]), rel=0.01)


def test_taken_on_other_dates_acts_on_other_dates(knowledge):
    victim = build_victim(knowledge, "midazolam", "oral", SURE)
    late = daily(acting(knowledge, "fluconazole", SURE), 200.0, 10, start_h=24.0 * 10)
    assert isinstance(late, Taken)
    before = single_dose_ratios(victim, [late], turnover_rates(knowledge, SURE), 24.0 * 5).auc[0]
    during = single_dose_ratios(victim, [late], turnover_rates(knowledge, SURE), 24.0 * 18).auc[0]
    after = single_dose_ratios(victim, [late], turnover_rates(knowledge, SURE), 24.0 * 40).auc[0]
    assert before == pytest.approx(1.0, abs=1e-6) and during > 2.5 and 1.0 <= after < 1.1
