"""How a single-drug row is read: its units, studies that set a parameter, and why a row is not scored."""

from __future__ import annotations

import copy

import pytest

from benzosafe.accuracy.single_drug import score_single
from tests.accuracy.made_up_drugs import (
    row,
    scored,
)


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
