"""Single-drug rows of special people and beside other drugs, against values worked out by hand."""

from __future__ import annotations

from math import log, sqrt

import pytest

from tests.accuracy.made_up_drugs import (
    CL,
    K,
    V,
    predicted,
    scored,
)


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
