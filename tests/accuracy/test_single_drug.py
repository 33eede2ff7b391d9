"""Single-drug rows against values worked out by hand, on drugs made up for it."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest

from benzosafe.accuracy.single_drug import score_single
from tests.accuracy.made_up_drugs import (
    CL,
    FORMED,
    KA,
    LAG,
    MADE_CL,
    MADE_V,
    TMAX,
    F,
    K,
    V,
    level,
    predicted,
    row,
    scored,
    steady,
)


def test_single_dose_follows_bateman(made_up):
    assert predicted(made_up, "Cmax") == pytest.approx(level(TMAX), rel=1e-4)
    assert predicted(made_up, "tmax", "h") == pytest.approx(TMAX, rel=0.002)
    assert predicted(made_up, "C_5h") == pytest.approx(level(5.0), rel=1e-6)
    assert predicted(made_up, "C_90min") == pytest.approx(level(1.5), rel=1e-6)
    assert predicted(made_up, "second_hump", at_h=9.5) == pytest.approx(level(9.5), rel=1e-6)


def test_areas_and_half_lives(made_up):
    whole = 1000 * F * 10 / CL
    assert predicted(made_up, "AUC_inf", "ng*h/mL") == pytest.approx(whole)
    assert predicted(made_up, "AUC", "ng*h/mL") == pytest.approx(whole)

    def until(hours):
        rest = KA / (KA - K) * (exp(-K * (hours - LAG)) / K - exp(-KA * (hours - LAG)) / KA)
        return whole - 1000 * F * 10 / V * rest

    assert predicted(made_up, "AUC_0_24", "ng*h/mL") == pytest.approx(until(24.0), rel=1e-6)
    assert predicted(made_up, "AUC_0_tlast", "ng*h/mL", tlast_h=36.0) == pytest.approx(until(36.0), rel=1e-6)
    assert predicted(made_up, "t_half", "h") == pytest.approx(log(2) / K)
    slope = log(2) * 3.0 / log(level(3.0) / level(6.0))
    entries = [
        {"metric": "AUC_0_tlast", "value": 1.0, "unit": "ng*h/mL", "tlast_h": 6.0},
        {"metric": "t_half", "value": 1.0, "unit": "h", "stat": "terminal slope of last points"},
    ]
    found = score_single([{**row("x", 1, "h"), "observed": entries}], made_up, draws=3)
    assert found[1].predicted == pytest.approx(slope, rel=1e-6)


def test_exposure_is_proportional_to_dose(made_up):
    for metric, unit in (("Cmax", "ng/mL"), ("AUC_0_12", "ng*h/mL"), ("AUC_inf", "ng*h/mL")):
        one = predicted(made_up, metric, unit, regimen={"dose_mg": 10})
        assert predicted(made_up, metric, unit, regimen={"dose_mg": 35}) == pytest.approx(3.5 * one)
        by_weight = predicted(made_up, metric, unit, regimen={"dose_mg": None, "dose_ug_kg": [100]})
        assert by_weight == pytest.approx(0.7 * one)
    assert predicted(made_up, "tmax", "h", regimen={"dose_mg": None}) == pytest.approx(TMAX, rel=0.002)


def test_parameters(made_up):
    assert predicted(made_up, "F", "fraction") == pytest.approx(F)
    assert predicted(made_up, "CL", "mL/min") == pytest.approx(CL)
    assert predicted(made_up, "CL_F", "L/h") == pytest.approx(CL / F)
    assert predicted(made_up, "V", "L/kg") == predicted(made_up, "Vss", "L") == pytest.approx(V)
    assert predicted(made_up, "V_F", "L") == pytest.approx(V / F)
    assert predicted(made_up, "absorption_t_half", "min") == pytest.approx(log(2) / KA)
    assert predicted(made_up, "lag", "h") == pytest.approx(LAG)
    # Liver blood clearance over liver blood flow is what the first pass takes.
    flow = made_up.parameters["liver_blood_flow_l_per_h"].value
    assert predicted(made_up, "first_pass", "%") == pytest.approx(CL / 0.7 / flow)


def test_two_compartments(made_up):
    k10, k12, k21 = 4 / 30, 20 / 30, 20 / 50
    total = k10 + k12 + k21
    slow = (total - sqrt(total**2 - 4 * k10 * k21)) / 2
    assert predicted(made_up, "t_half", "h", drug="lorazepam") == pytest.approx(log(2) / slow)
    assert predicted(made_up, "Vbeta", "L", drug="lorazepam") == pytest.approx(4 / slow)
    assert predicted(made_up, "Vss", "L", drug="lorazepam") == pytest.approx(80.0)


def test_repeated_doses_add_up(made_up):
    every_8 = {"frequency": "TID steady state"}
    assert predicted(made_up, "C_predose_ss", regimen=every_8) == pytest.approx(steady(8.0, 8.0), rel=0.01)
    assert predicted(made_up, "Css_mean", regimen=every_8) == pytest.approx(1000 * F * 10 / CL / 8, rel=0.01)
    highest = max(steady(minute / 60, 8.0) for minute in range(480))
    assert predicted(made_up, "Cmax_ss", regimen=every_8) == pytest.approx(highest, rel=0.01)
    daily = {"dose_mg": None, "dose_mg_day": 30, "frequency": "daily", "steady_state": True}
    assert predicted(made_up, "Css_mean", regimen=daily) == pytest.approx(1000 * F * 30 / CL / 24, rel=0.01)
    at = {"frequency": "at 0,5,10,15 h each day x2 d"}
    taken = [day + hour for day in (0, 24) for hour in (0, 5, 10, 15)]
    for metric, hours in (("C_24h_predose", 24), ("C_48h", 48), ("C_60h", 60)):
        assert predicted(made_up, metric, regimen=at) == pytest.approx(sum(level(hours - t) for t in taken), rel=1e-6)


def test_accumulation(made_up):
    days = {"frequency": "QHS", "days": 15}
    first = sum(level(minute / 60) for minute in range(1440))
    last = sum(level(minute / 60 + 24 * back) for minute in range(1440) for back in range(15))
    assert predicted(made_up, "accumulation_ratio", "ratio", regimen=days) == pytest.approx(last / first, rel=0.005)
    found = predicted(made_up, "ratio_to_single_10mg", "ratio", regimen={"frequency": "QD steady state"})
    assert found == pytest.approx(max(steady(m / 60, 24.0) for m in range(1440)) / level(TMAX), rel=0.01)


def test_metabolites(made_up):
    area = FORMED * 1000 * F * 10 / MADE_CL
    for metric in ("AUC_nordazepam", "nordazepam_AUC", "AUC_desmethyldiazepam"):
        assert predicted(made_up, metric, "ng*h/mL") == pytest.approx(area)
    assert predicted(made_up, "t_half", "h", analyte="N-desmethyldiazepam") == pytest.approx(log(2) * MADE_V / MADE_CL)
    chronic = {"dose_mg": None, "frequency": "BID steady state"}
    for metric in ("ratio_nordazepam_to_oxazepam", "nordazepam_to_oxazepam_ratio"):
        assert predicted(made_up, metric, "ratio", regimen=chronic) == pytest.approx(FORMED * CL / MADE_CL)
    early = predicted(made_up, "ratio_nordazepam_to_oxazepam_day2", "ratio", regimen=chronic)
    assert 0 < early < 0.8 * FORMED * CL / MADE_CL
    prodrug = predicted(made_up, "AUC_inf", "ng*h/mL", drug="clorazepate", analyte="oxazepam")
    assert prodrug == pytest.approx(0.66 * 1000 * F * 10 / CL)


def test_routes(made_up):
    bolus = predicted(made_up, "C_2h", regimen={"route": "i.v."})
    assert bolus == pytest.approx(1000 * 10 / V * (1 - exp(-K * 0.05)) / (K * 0.05) * exp(-K * 2.0), rel=1e-6)
    assert predicted(made_up, "AUC_inf", "ng*h/mL", regimen={"route": "i.v."}) == pytest.approx(10_000 / CL)
    assert predicted(made_up, "tmax", "h", regimen={"route": "rectal"}) == pytest.approx(2.0)
    assert "constant rate" in scored(made_up, "absorption_t_half", 1, "h", regimen={"route": "rectal"}).skipped
    assert "not simulated" in scored(made_up, "Cmax", regimen={"route": "oral ER"}).skipped
    assert "not simulated" in scored(made_up, "Cmax", regimen={"formulation": "Xanax XR"}).skipped
    assert "nasal" in scored(made_up, "Cmax", regimen={"route": "intranasal"}).skipped


def test_whole_blood(made_up):
    plasma = predicted(made_up, "Cmax")
    assert predicted(made_up, "Cmax_blood") == pytest.approx(0.7 * plasma)
    assert predicted(made_up, "Cmax", matrix="whole blood") == pytest.approx(0.7 * plasma)
    assert "blood" in scored(made_up, "Cmax_blood", drug="lorazepam").skipped


def test_several_doses(made_up):
    """Proportional: the middle of the values goes with the middle of the doses, and with nothing else."""
    over = {"dose_mg": [5, 20]}
    assert scored(made_up, "Cmax", [50, 200], regimen=over).predicted == pytest.approx(level(TMAX), rel=1e-4)
    assert "several doses" in scored(made_up, "Cmax", 100, regimen=over).skipped
    assert scored(made_up, "tmax", 1, "h", regimen=over).predicted == pytest.approx(TMAX, rel=0.002)
    assert not scored(made_up, "Cmax", 100, regimen={"dose_mg": [9, 11]}).skipped
    assert "dose is not stated" in scored(made_up, "Cmax", 100, regimen={"dose_mg": None}).skipped


def test_the_form_of_a_score(made_up):
    entries = [{"metric": "Cmax", "value": 100, "unit": "ng/mL"}, {"metric": "nonsense", "value": 1, "unit": "h"}]
    found = score_single([{**row("x", 1, "h", drug="temazepam"), "observed": entries}], made_up, draws=50, seed=4)
    assert [(item.id, item.group) for item in found] == [("own-1 Cmax", "Cmax"), ("own-1 nonsense", "nonsense")]
    assert {(item.victim, item.perpetrator, item.kind) for item in found} == {("temazepam", "", "single")}
    assert found[0].predicted == pytest.approx(level(TMAX), rel=1e-4)
    assert found[0].low < found[0].predicted < found[0].high


def test_interval_is_that_of_the_draws(made_up):
    """Clearance is known between 2 and 4.5 L/h, the middle 90 %; half-life goes against it."""
    (found,) = score_single([row("CL", 3, "L/h", drug="temazepam")], made_up, draws=4000)
    width = (4.5 / 2.0) ** 0.5
    assert (found.low, found.high) == (pytest.approx(CL / width, rel=0.04), pytest.approx(CL * width, rel=0.04))
    again = score_single([row("CL", 3, "L/h", drug="temazepam")], made_up, draws=4000)
    assert again == [found]
