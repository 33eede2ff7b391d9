"""taper from the command line: bad options and patients without a taper are explained, and nothing is written."""

from __future__ import annotations

import pytest

from tests.cli.taper_command import (
    BEDTIME,
    COMMON,
    LOG,
    MADE_OF,
    OVERRIDE,
    QUICK,
    refused,
)

BAD_OPTIONS = [
    (["--to", "-1"], "--to: -1 is not a dose"),
    (["--to", "nan"], "not a dose"),
    (["--to", "0.0001"], "to a thousandth"),
    (["--to", "1"], "is not below the 1 mg a day taken now"),
    (["--to", "3"], "is not below the 1 mg a day taken now"),
    (["--pace", "0/14"], "not a pace"),
    (["--pace", "100/14"], "not a pace"),
    (["--pace", "10/0"], "not a pace"),
    (["--pace", f"{'9' * 400}/{'9' * 5000}"], "not a pace"),
    (["--pace", "ten"], "PERCENT/DAYS"),
    (["--pace", "30/14"], "more than 25%"),
    (["--pace", "15/7"], "more than 25%"),
    (["--pace", "0.01/1"], "more than 400 steps"),
    (["--start", "2026-11-23"], "in the past"),
    (["--start", "soon"], "not a date"),
    (["--start", "9999-12-31"], "more than a year"),
    (["--products", "tablet:0.7"], "The nearest is 0.5 mg"),
    (["--products", "tablet:0"], "not a strength"),
    (["--products", "tablet:-1"], "does not name products"),
    (["--products", f"compounded:{'9' * 400}"], "not a strength"),
    (["--products", "diazepam tablet:2"], "another drug than clonazepam"),
    (["--products", "odt:0.25s"], "must not be cut"),
    (["--products", "tablet:2"], "What would make one"),
    (["--shape", "round"], "not a shape"),
    (["--half-occupancy", "1"], "goes with --shape hyperbolic"),
    (["--shape", "hyperbolic", "--half-occupancy", "0"], "not a dose"),
    (["--drug", "clonazepm"], "Did you mean clonazepam"),
    (["--drug", "diazepam"], "Taken: clonazepam"),
    (["--max-tablets", "0"], "1 to 20 pieces"),
    (["--fill-days", "0"], "1 to 366 days"),
    (["--country", "Narnia"], "not a jurisdiction"),
    (["--via", "lorazepam"], "not a long-acting"),
    (["--via", "clonazepam"], "taken already"),
    (["--equivalence", "ashton_2002"], "goes with --via"),
    (["--from-products", "tablet:1"], "goes with --via"),
    (["--via", "diazepam", "--products", "tablet:5s", "--equivalence", "nobody"], "--override"),
    (["--as-regular", "1"], "not taken as needed"),
    (["--compare", "nobody"], "no published schedule"),
    (["--override", "Dr A. Example"], "needs a name and a reason"),
    (["--override", "Dr A. Example:  "], "needs a name and a reason"),
    (["--override", ": because"], "needs a name and a reason"),
    (["--paper", "pharmacy"], "Add --format html or pdf"),
    (["--large-print"], "Add --format html or pdf"),
    (["--log", str(LOG)], "go with resume"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "says"), BAD_OPTIONS)
def test_bad_options_are_explained_and_leave_the_file_alone(patient, tmp_path, arguments, says):
    out = tmp_path / "plan.txt"
    out.write_text("the old plan")
    before = [*sorted(tmp_path.iterdir()), patient(BEDTIME)]
    assert says in refused(before[-1], *COMMON, *MADE_OF, "--pace", "10/14", *arguments, "--out", out)
    assert out.read_text() == "the old plan"
    assert sorted(tmp_path.iterdir()) == sorted(before)


@pytest.mark.parametrize(
    ("medicines", "code", "says"),
    [
        (["clonazepam 0 mg at bedtime"], 4, "dose is 0"),
        (["clonazepam -1 mg at bedtime"], 4, "dose"),
        (["clonazepam"], 4, "do not guess it"),
        (["ibuprofen 400 mg daily"], 4, "no benzodiazepine or Z-drug"),
        (["etizolam 1 mg twice daily"], 4, "illicit or novel"),
        ([BEDTIME, "etizolam 1 mg twice daily"], 4, "must not be stopped at once"),
        ([BEDTIME, "zopiclone 7.5 mg at bedtime"], 2, "Start with --drug 'zopiclone'"),
        (["lorazepam 1 mg three times daily as needed"], 4, "--as-regular"),
    ],
)
def test_patients_without_a_taper(patient, medicines, code, says):
    """An override changes none of these: what is not known cannot be allowed."""
    file = patient(*medicines)
    assert says in refused(file, *COMMON, code=code)
    assert says in refused(file, *COMMON, *OVERRIDE, code=code)


def test_a_child_a_missing_file_a_bad_folder(patient, tmp_path):
    file = patient(BEDTIME)
    assert "cannot be written" in refused(file, *QUICK, "--out", tmp_path / "none" / "a.txt", code=2)
    assert "not for the screen" in refused(file, *QUICK, "--format", "pdf", code=2)
    assert "does not go into" in refused(file, *QUICK, "--format", "json", "--out", tmp_path / "a.pdf", code=2)
    assert "cannot be read" in refused(tmp_path / "none.yaml", *QUICK, code=4)
    file.write_text(file.read_text().replace("1975", "2018"))
    assert "paediatric" in refused(file, *QUICK, code=4)
