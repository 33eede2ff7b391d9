"""Single-drug rows against values worked out by hand, on drugs made up for it; and what is not scored says why."""

from __future__ import annotations

import copy
from math import exp, log, sqrt

import pytest

from benzosafe.accuracy.single_drug import score_single
from benzosafe.knowledge.kinetics_model import Disposition, Potency

KA, CL, V, F, LAG = 1.2, 3.0, 60.0, 0.8, 0.25
K = CL / V
MADE_CL, MADE_V, FORMED = 0.9, 40.0, 0.6
TMAX = log(KA / K) / (KA - K) + LAG


def quantity(value, low=None, high=None, source="made_up", unit="1"):
    return {
        "value": value, "low": low, "high": high, "unit": unit, "source": source, "population": "nobody",
        "confidence": "derived",
    }  # fmt: skip


def disposition(analyte, clearance=CL, volume=V, **more):
    spread = {name: quantity(0.3) for name in ("clearance", "volume", "ka")}
    return Disposition.model_validate({
        "analyte": analyte, "checked": {"on": "2026-11-01", "next": "2027-05-01"},
        "clearance_l_per_h": quantity(clearance), "central_volume_l": quantity(volume), "spread": spread, **more,
    })  # fmt: skip


def uptake(**more):
    return {"bioavailability": quantity(F), "ka_per_h": quantity(KA), "lag_h": quantity(LAG), **more}


@pytest.fixture(scope="module")
def made_up(knowledge):
    """Oxazepam as one compartment with everything known; nordazepam as its metabolite; lorazepam with a periphery;
    fluconazole as an inhibitor of CYP3A4 in the liver alone."""
    one = disposition(
        "oxazepam",
        routes={
            "oral": uptake(),
            "rectal": {"bioavailability": quantity(0.5), "constant_over_h": quantity(2.0)},
            "intravenous": {"bioavailability": quantity(1.0), "constant_over_h": quantity(0.05)},
        },
        blood_plasma_ratio=quantity(0.7),
        shares=[{"enzyme": "cyp3a4", "share": quantity(0.5, 0.5, 0.5), "basis": "measured"}],
        metabolites=[{"analyte": "nordazepam", "formed_mg_per_mg": quantity(FORMED)}],
        formed_from_mg_per_mg={"clorazepate": quantity(0.66)},
        covariates=[
            {"when": "cirrhosis", "clearance": quantity(0.5, source="SOMEBODY_1999")},
            {"when": "age_over_65", "volume": quantity(2.0)},
            {"when": "male_over_65", "clearance": quantity(0.8)},
            {"when": "cyp2c19_poor", "clearance": quantity(0.4)},
        ],
        set_from=["row-77", "LABEL_X", "Miller 1984"],
    )
    made = disposition("nordazepam", MADE_CL, MADE_V, set_from=["ABOUT_THE_METABOLITE"])
    two = disposition(
        "lorazepam", 4.0, 30.0, exchange_l_per_h=quantity(20.0), peripheral_volume_l=quantity(50.0),
        routes={"oral": uptake(lag_h=None)},
    )  # fmt: skip
    drawn = disposition("temazepam", routes={"oral": uptake()}).model_copy(
        update={"clearance_l_per_h": one.clearance_l_per_h.model_copy(update={"low": 2.0, "high": 4.5})}
    )
    own = {item.analyte: item for item in (one, made, two, drawn)}
    left = {**quantity(0.4, 0.4, 0.4), "note": "of the liver; none of the gut"}
    inhibitor = Potency.model_validate({
        "perpetrator": "fluconazole", "checked": {"on": "2026-11-01", "next": "2027-05-01"},
        "reference_mg_per_day": quantity(100.0), "half_life_h": quantity(30.0), "tmax_h": quantity(2.0),
        "effects": [{
            "enzyme": "cyp3a4", "action": "inhibition", "activity": left, "gut_activity": quantity(1.0),
            "basis": "measured",
        }],
    })  # fmt: skip
    potencies = {"fluconazole": inhibitor}
    return knowledge.model_copy(update={"dispositions": own, "potencies": potencies})


def row(metric, value, unit, drug="oxazepam", regimen=None, **more):
    how = {"dose_mg": 10.0, "route": "oral", "frequency": "single", **(regimen or {})}
    entry_keys = {key: more.pop(key) for key in ("at_h", "tlast_h", "stat", "matrix") if key in more}
    return {
        "id": "own-1", "drug": drug, "analyte": drug, "regimen": {k: v for k, v in how.items() if v is not None},
        "population": {"description": "healthy"}, "source": "NOBODY_2001", "use": "absolute",
        "observed": [{"metric": metric, "value": value, "unit": unit, **entry_keys}], **more,
    }  # fmt: skip


def scored(knowledge, metric, value=1.0, unit="ng/mL", **more):
    return score_single([row(metric, value, unit, **more)], knowledge, draws=3)[0]


def predicted(knowledge, metric, unit="ng/mL", **more):
    found = scored(knowledge, metric, 1.0, unit, **more)
    assert not found.skipped, found.skipped
    return found.predicted


def level(hours, mg=10.0):
    """Bateman's equation [ng/mL]."""
    since = hours - LAG
    return 0.0 if since <= 0 else 1000 * F * mg / V * KA / (KA - K) * (exp(-K * since) - exp(-KA * since))


def steady(since, every):
    """The same dose every so many hours for ever, `since` the last one was taken [ng/mL]."""
    return sum(level(since + every * back) for back in range(400))


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


@pytest.mark.parametrize(
    ("people", "metric", "times"),
    [
        ("healthy, 19-79 y", "CL", 1.0),
        ("chronic hepatic insufficiency", "CL", 0.5),
        ("cirrhosis", "CL", 0.5),
        (">70 y", "V", 2.0),
        ("geriatric", "V", 2.0),
        ("non-elderly", "V", 1.0),
        ("young and elderly", "V", 1.0),
        ("elderly men", "CL", 0.8),
        ("elderly women", "CL", 1.0),
        ("healthy", "CL_elderly_men", 0.8),
        ("poor metabolisers of mephenytoin", "CL", 0.4),
        ("4 slow, 6 rapid metabolisers", "CL", 1.0),
        ("4 slow, 6 rapid metabolisers", "CL_slow_over_rapid", 0.4 / CL),
    ],
)
def test_people(made_up, people, metric, times):
    rest = V if metric == "V" else CL
    unit = "ratio" if "over" in metric else "L" if metric == "V" else "L/h"
    found = predicted(made_up, metric, unit, population={"description": people})
    assert found == pytest.approx(rest * times)


def test_mean_level_of_a_group(made_up):
    course = {"frequency": "QD", "days": 60}
    rest = predicted(made_up, "Css_young_men", regimen=course)
    assert predicted(made_up, "Css_elderly_men", regimen=course) == pytest.approx(rest / 0.8, rel=0.01)


@pytest.mark.parametrize(("mg_per_day", "left"), [(100, 0.4), (200, 0.25)])
def test_other_drugs(made_up, mg_per_day, left):
    """An inhibitor leaving 40 % of CYP3A4 at 100 mg/d: index 1.5 there, 3 at twice the dose; half of all is CYP3A4."""
    intrinsic = 0.5 + 0.5 * left
    extraction = CL / 0.7 / made_up.parameters["liver_blood_flow_l_per_h"].value
    clearance = intrinsic / (1 + extraction * (intrinsic - 1))
    beside = {"comedication": f"fluconazole {mg_per_day} mg/d x14 d"}
    injected = {**beside, "route": "i.v."}
    assert predicted(made_up, "CL_change", "ratio", regimen=injected) == pytest.approx(clearance)
    assert predicted(made_up, "CL", "L/h", regimen=injected) == pytest.approx(clearance * CL)
    assert predicted(made_up, "t_half_change", "ratio", regimen=beside) == pytest.approx(1 / clearance)
    assert predicted(made_up, "t_half", "h", regimen=beside) == pytest.approx(log(2) / K / clearance)
    # By mouth only what the liver does to the rest counts: AUC goes with intrinsic clearance.
    assert predicted(made_up, "AUC_change", "ratio", regimen=beside) == pytest.approx(1 / intrinsic)
    assert predicted(made_up, "CL_change", "ratio", regimen=beside) == pytest.approx(intrinsic)
    made = predicted(made_up, "nordazepam_AUC_change", "ratio", regimen=injected)
    assert made == pytest.approx(intrinsic / clearance)


def test_changes_as_they_are_written(made_up):
    beside = {"comedication": "fluconazole 100 mg/d"}
    usual = scored(made_up, "t_half_with_fluconazole", 1, "h")
    assert usual.predicted == pytest.approx(predicted(made_up, "t_half", "h", regimen=beside))
    assert any("usual" in note for note in usual.notes)
    assert scored(made_up, "CL_change", -38, "%", regimen=beside).observed == pytest.approx(0.62)
    assert scored(made_up, "CL_increase", [46, 58], "%", regimen=beside).observed == pytest.approx(sqrt(1.46 * 1.58))
    fall = scored(made_up, "level_fall_with_fluconazole", [19, 37], "%", regimen={"frequency": "QD", "days": 90})
    assert fall.observed == pytest.approx(sqrt(0.81 * 0.63))
    assert fall.predicted == pytest.approx(1 / 0.7, rel=0.01)
    assert predicted(made_up, "CL_change_fluconazole_white", "ratio") == pytest.approx(0.7)
    assert "not stated" in scored(made_up, "CL_change", -38, "%").skipped
    assert scored(made_up, "t_half_with_water", 1, "h").skipped


@pytest.mark.parametrize(
    ("metric", "value", "unit", "observed"),
    [
        ("tmax", 90, "min", 1.5),
        ("t_half", 2, "d", 48.0),
        ("Cmax", 0.2, "mg/L", 200.0),
        ("Cmax", 7, "ug/L", 7.0),
        ("Cmax", 7, "µg/mL", 7000.0),
        ("Cmax", [4, 9], "ng/mL", 6.0),
        ("tmax", [0, 4], "h", 2.0),
        ("AUC_inf", 8794, "ug*h/L", 8794.0),
        ("AUC_inf", 3, "mg.h/L", 3000.0),
        ("CL", 50, "mL/min", 3.0),
        ("CL", 1, "mL/min/kg", 4.2),
        ("CL", 0.5, "L/h/kg", 35.0),
        ("V", 1.3, "L/kg", 91.0),
        ("F", 80, "%", 0.8),
    ],
)
def test_units(made_up, metric, value, unit, observed):
    found = scored(made_up, metric, value, unit)
    assert found.observed == pytest.approx(observed)
    assert not found.skipped


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


@pytest.mark.parametrize(
    "more",
    [
        {"id": "ROW-77"},
        {"source": "label_x"},
        {"source": {"study": "LABEL_X"}},
        {"source": "SOMEBODY_1999"},  # a covariate cites it
        {"population": {"description": "Miller 1984, Fig. 2"}},
        {"source": "MILLER"},
    ],
)
def test_a_study_that_set_a_parameter_is_left_out(made_up, more):
    sources = {"MILLER": {"citation": "Miller A, et al. On something. J Sleep 1984;3:1"}}
    (found,) = score_single([{**row("Cmax", 1, "ng/mL"), **more}], made_up, 3, sources=sources)
    assert found.skipped.startswith("used to set a parameter")
    assert not found.counted
    assert found.observed == 1.0


def test_a_study_of_the_metabolite_counts_only_for_the_metabolite(made_up):
    own = {"source": "ABOUT_THE_METABOLITE"}
    assert not scored(made_up, "Cmax", **own).skipped
    assert "used to set" in scored(made_up, "AUC_nordazepam", 1, "ng*h/mL", **own).skipped
    assert "used to set" in scored(made_up, "ratio_nordazepam_to_oxazepam", 1, "ratio", **own).skipped


@pytest.mark.parametrize(
    ("metric", "value", "unit", "more", "reason"),
    [
        ("Cmax", 1, "ng/mL", {"use": "relative only"}, "relative only"),
        ("urinary_glucuronide", 80, "% dose", {}, "unit"),
        ("fu", 20, "%", {}, "not something that is simulated"),
        ("tmax", 1, "ng/mL", {}, "does not measure a time"),
        ("Cmax", None, "ng/mL", {}, "no value"),
        ("Cmax", "about 5", "ng/mL", {}, "no value"),
        ("Cmax", 0, "ng/mL", {}, "not above zero"),
        ("Css_mean", 5, "ng/mL", {}, "repeated doses"),
        ("CL", 5, "L/h", {"analyte": "nordazepam"}, "metabolite"),
        ("Cmax", 5, "ng/mL", {"analyte": "oxazepam glucuronide"}, "not simulated"),
        ("Cmax", 5, "ng/mL", {"drug": "midazolam"}, "cannot be simulated"),
        ("AUC_0_tlast", 5, "ng*h/mL", {}, "not stated"),
        ("Cmax", 5, "ng/mL", {"regimen": {"frequency": "now and then"}}, "cannot be read"),
        ("C_5000d", 5, "ng/mL", {}, "followed"),
        ("Cmax", 5, "ng/mL", {"regimen": {"frequency": "QD", "days": 1e9}}, "followed"),
        ("lag", 5, "min", {"drug": "lorazepam"}, "no delay"),
    ],
)
def test_what_is_not_scored_says_why(made_up, metric, value, unit, more, reason):
    found = scored(made_up, metric, value, unit, **more)
    assert reason in found.skipped
    assert found.predicted is None


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


def test_rows_that_lack_something_never_crash(made_up):
    """Each field away, or of the wrong kind: a score for each value, or one that says what is missing."""
    good = row("Cmax", 100, "ng/mL", at_h=2.0, tlast_h=6.0, stat="terminal slope", regimen={"days": 3})
    junk = (None, "", "x", -1, float("nan"), [], {}, [None], {"a": 1}, True)
    paths = [(key,) for key in good] + [("regimen", key) for key in good["regimen"]]
    paths += [("observed", 0), *(("observed", 0, key) for key in good["observed"][0])]
    assert score_single([{}, {"observed": [3]}, None], made_up, 2)[0].skipped
    for path in paths:
        for value in junk:
            broken = copy.deepcopy(good)
            target = broken
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = value
            for found in score_single([broken], made_up, 2, sources={"NOBODY_2001": value}):
                assert found.skipped or found.predicted > 0, (path, value)
