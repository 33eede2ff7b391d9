"""Laws any solution must keep: mass balance, superposition, limits, known closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from benzosafe.kinetics.enzyme import Influence
from benzosafe.kinetics.interaction import Interaction, Perpetrator, Site
from benzosafe.kinetics.level import absorption_rate, relative_level
from benzosafe.kinetics.simulate import Dosing, simulate
from benzosafe.kinetics.system import CENTRE, GUT, Metabolite, System
from benzosafe.kinetics.timeline import Fast, build_timeline
from tests.kinetics.builders import alone, arr, body, daily, organs, regimens

HOURS = np.arange(0.0, 97.0, 1.0)


def concentration(of, interaction, dosing, outputs=HOURS):
    return simulate(System(of), interaction, dosing, outputs)[:, CENTRE, 0] / of.central[0]


def test_one_compartment_oral_is_the_bateman_function():
    of = body(ka=1.2, clearance=5.0, central=50.0, exchange=0.0, peripheral=0.0)
    ke = 5.0 / 50.0
    expected = 10.0 * 0.8 / 50.0 * 1.2 / (1.2 - ke) * (np.exp(-ke * HOURS) - np.exp(-1.2 * HOURS))
    assert concentration(of, alone(of, absorbed=0.8), daily(1, 10.0)) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_uptake_as_fast_as_elimination_has_its_limit_form():
    of = body(ka=0.1, clearance=5.0, central=50.0, exchange=0.0, peripheral=0.0)
    expected = 10.0 / 50.0 * 0.1 * HOURS * np.exp(-0.1 * HOURS)
    assert concentration(of, alone(of), daily(1, 10.0)) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_two_compartment_injection_is_the_sum_of_two_exponentials():
    of = body(clearance=10.0, central=40.0, exchange=8.0, peripheral=60.0)
    k10, k12, k21 = 10 / 40, 8 / 40, 8 / 60
    total, product = k10 + k12 + k21, k10 * k21
    alpha, beta = (total + np.sqrt(total**2 - 4 * product)) / 2, (total - np.sqrt(total**2 - 4 * product)) / 2
    a, b = (alpha - k21) / (alpha - beta), (k21 - beta) / (alpha - beta)
    expected = 3.0 / 40.0 * (a * np.exp(-alpha * HOURS) + b * np.exp(-beta * HOURS))
    assert concentration(of, alone(of), daily(1, 3.0, into_blood=True)) == pytest.approx(expected, rel=1e-9)


def test_two_compartments_without_exchange_are_one():
    one = body(exchange=0.0, peripheral=0.0)
    nearly = body(exchange=1e-12, peripheral=60.0)
    assert concentration(nearly, alone(nearly), daily(3)) == pytest.approx(
        concentration(one, alone(one), daily(3)), rel=1e-8, abs=1e-15
    )


def test_no_uptake_means_nothing_in_blood():
    of = body(ka=0.0)
    assert not concentration(of, alone(of), daily(3)).any()


def test_infusion_reaches_rate_over_clearance():
    of = body(clearance=10.0)
    level = concentration(of, alone(of), Dosing(arr(0.0), arr(500.0), over_h=500.0), np.array([0.0, 499.0]))
    assert level[-1] == pytest.approx(1.0 / 10.0, rel=1e-6)


def test_area_under_the_curve_is_availability_times_dose_over_clearance():
    of = body(clearance=10.0)
    system = System(of, (CENTRE,))
    amounts = simulate(system, alone(of, extraction=0.3, gut=0.5, absorbed=0.9), daily(1, 4.0), np.array([0.0, 2000.0]))
    area = amounts[-1, system.area_of(CENTRE), 0] / of.central[0]
    assert area == pytest.approx(0.9 * 0.5 * 0.7 * 4.0 / 10.0, rel=1e-9)


def test_what_is_given_is_somewhere_or_was_cleared():
    metabolite = Metabolite(arr(1.0), arr(3.0), arr(50.0))
    of = body(metabolites=(metabolite,))
    system = System(of, (3,))
    amounts = simulate(system, alone(of), daily(4, 2.0), HOURS)[:, :, 0]
    inside = amounts[:, : of.compartments].sum(1)
    gone = amounts[:, system.area_of(3)] * 3.0 / 50.0  # every mg of drug becomes a mg of metabolite, which is cleared
    given_mg = 2.0 * np.minimum(HOURS // 24 + 1, 4)
    assert inside + gone == pytest.approx(given_mg, rel=1e-9)


@given(regimens())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_doses_add_up(regimen):
    of, interaction, dosing = regimen
    outputs = np.arange(0.0, 120.0, 7.0)
    whole = simulate(System(of), interaction, dosing, outputs)
    parts = [
        simulate(System(of), interaction, Dosing(arr(t), arr(mg), dosing.into_blood, dosing.over_h), outputs)
        for t, mg in zip(dosing.times_h, dosing.amounts_mg, strict=True)
    ]
    scale = np.abs(whole).max()
    assert np.abs(whole - sum(parts)).max() <= 2e-6 * scale


def test_a_dose_after_the_last_output_changes_nothing():
    of = body()
    late = Dosing(arr(0.0, 500.0), arr(1.0, 99.0))
    assert concentration(of, alone(of), late) == pytest.approx(concentration(of, alone(of), daily(1)))


def test_many_people_equal_one_by_one():
    several = body()
    several = type(several)(
        *(np.repeat(getattr(several, f), 3) for f in ("ka", "clearance", "central", "exchange", "peripheral"))
    )
    several.clearance[:] = [5.0, 10.0, 20.0]
    interaction = Interaction((), (), np.zeros((2, 0, 3)), type(organs())(*(np.repeat(x, 3) for x in (0.0, 1.0, 1.0))))
    together = simulate(System(several), interaction, daily(3), HOURS)
    for person, clearance in enumerate((5.0, 10.0, 20.0)):
        single = body(clearance=clearance)
        assert together[:, :, person] == pytest.approx(
            simulate(System(single), alone(single), daily(3), HOURS)[:, :, 0]
        )


class TestInteraction:
    """A perpetrator given for long, against what algebra says."""

    def steady(self, influence, share=0.8, extraction=0.0, gut=1.0, oral=True):
        of = body(clearance=10.0)
        doses = np.arange(0.0, 24.0 * 80, 1.0)  # hourly: the level is constant to all purposes
        who = Perpetrator(doses, np.full(len(doses), 1 / 24.0), 6.0, 2.0)
        sites = (Site(arr(0.02), (0,), (influence,)), Site(arr(0.02), (0,), (influence,)))
        weights = np.zeros((2, 2, 1))
        weights[0, 0, 0] = share
        interaction = Interaction((who,), sites, weights, organs(extraction, gut), 1 if oral else -1)
        system = System(of, (CENTRE,))
        at = 24.0 * 70
        treated = simulate(system, interaction, daily(1, start=at, into_blood=not oral), np.array([0.0, at + 200]))
        control = simulate(system, alone(of, extraction, gut), daily(1, into_blood=not oral), np.array([0.0, 200.0]))
        return treated[-1, system.area_of(CENTRE), 0] / control[-1, system.area_of(CENTRE), 0]

    def test_reversible_inhibition(self):
        assert self.steady(Influence(arr(3.0), arr(0.0), arr(0.0))) == pytest.approx(1 / (0.2 + 0.8 / 4), rel=1e-2)

    def test_destruction(self):
        assert self.steady(Influence(arr(0.0), arr(4.0), arr(0.0))) == pytest.approx(1 / (0.2 + 0.8 / 5), rel=1e-2)

    def test_induction(self):
        assert self.steady(Influence(arr(0.0), arr(0.0), arr(3.0))) == pytest.approx(1 / (0.2 + 0.8 * 4), rel=1e-2)

    def test_both_directions_at_once_are_not_multiplied_ratios(self):
        ratio = self.steady(Influence(arr(1.0), arr(1.0), arr(3.0)))
        assert ratio == pytest.approx(1 / (0.2 + 0.8 * 4 / (2 * 2)), rel=1e-2)

    def test_gut_wall_counts_by_mouth_only(self):
        inhibitor = Influence(arr(9.0), arr(0.0), arr(0.0))
        liver = 1 / (0.2 + 0.8 / 10)
        by_mouth = self.steady(inhibitor, gut=0.5)
        assert by_mouth == pytest.approx(liver * (1 / (1 + 1 / 10)) / 0.5, rel=1e-2)
        assert self.steady(inhibitor, gut=0.5, oral=False) == pytest.approx(liver, rel=1e-2)

    def test_blood_flow_limits_what_induction_does_to_an_injected_drug(self):
        inducer = Influence(arr(0.0), arr(0.0), arr(9.0))
        activity = 0.2 + 0.8 * 10
        expected = (1 + 0.4 * (activity - 1)) / activity
        assert self.steady(inducer, extraction=0.4, oral=False) == pytest.approx(expected, rel=1e-2)


def test_level_averages_one_at_the_reference_dose():
    doses = np.arange(0.0, 24.0 * 60, 12.0)
    timeline = build_timeline(np.arange(24.0 * 40, 24.0 * 41 + 0.1, 0.25), doses, (Fast(1.0, doses),))
    level = relative_level(timeline, doses, np.full(len(doses), 0.5), 10.0, 1.0)
    inside = timeline.starts >= 24.0 * 40
    area = (level.mean(axis=1) * timeline.lengths)[inside].sum()
    assert area / 24.0 == pytest.approx(1.0, rel=1e-2)


@pytest.mark.parametrize(("half_life", "tmax"), [(30.0, 2.0), (2.0, 1.0), (5.0, 3.0)])
def test_absorption_rate_puts_the_peak_at_tmax(half_life, tmax):
    ka, k = absorption_rate(half_life, tmax), np.log(2) / half_life
    assert np.log(ka / k) / (ka - k) == pytest.approx(tmax, rel=1e-6)


def test_absorption_too_slow_for_the_half_life_is_as_slow_as_elimination():
    assert absorption_rate(2.0, 12.0) == pytest.approx(np.log(2) / 2.0, rel=1e-3)


def test_gut_is_emptied_without_loss_of_digits_over_a_year():
    of = body()
    year = daily(365 * 2, every=12.0)
    amounts = simulate(System(of), alone(of), year, np.array([0.0, 8760.0]))
    assert 0 <= amounts[-1, GUT, 0] < 1.0
