"""simulate, predict and accuracy from the command line: answers, bad input, nothing half-written."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from benzosafe.cli.main import app
from benzosafe.errors import BenzosafeError

RUN = CliRunner()
STEADY = ["--drug", "clonazepam", "--dose", "1", "--steady", "--days", "30", "--people", "20"]


def run(*arguments):
    return RUN.invoke(app, [str(a) for a in arguments])


def refused(*arguments):
    answer = run(*arguments)
    assert isinstance(answer.exception, BenzosafeError), answer.output
    return answer.exception


def test_simulate_gives_bands_and_the_dose_it_is_like():
    data = json.loads(run("simulate", *STEADY, "--with", "carbamazepine:800mg:day5-day20", "--format", "json").stdout)
    analyte = data["analytes"][0]
    assert len(analyte["typical"]) == len(data["times_h"])
    assert all(low <= high for low, high in zip(analyte["people_low"], analyte["people_high"], strict=True))
    like = data["exposure_peak"]["like_mg_per_day"]
    assert like["low"] <= like["value"] <= like["high"] < 1.0
    assert data["beside"][0]["from_day"] == 5


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    first, again, other = (run("simulate", *STEADY, "--format", "json", "--seed", seed).stdout for seed in (1, 1, 2))
    assert first == again != other


def test_unequal_doses_and_a_schedule_with_a_missed_day(tmp_path):
    file = tmp_path / "taper.csv"
    file.write_text("day,time,mg\n1,08:00,1\n1,20:00,0.5\n3,08:00,0.75\n")
    data = json.loads(run("simulate", "--drug", "clonazepam", "--schedule", file, "--format", "json").stdout)
    assert [(dose["at_h"], dose["mg"]) for dose in data["doses"]] == [(8.0, 1.0), (20.0, 0.5), (56.0, 0.75)]


def test_a_patient_brings_doses_and_inhibitors(example):
    data = json.loads(run("simulate", example, "--on", "2026-11-24", "--format", "json").stdout)
    assert data["drug"] == "clonazepam"
    assert {course["drug"] for course in data["beside"]} >= {"clarithromycin", "omeprazole"}
    assert data["starts_on"] == "2026-11-10"
    assert any("assumed" in line for line in data["assumed"])


def test_a_trait_changes_the_drugs_it_is_published_for():
    plain, poor = (
        json.loads(
            run("simulate", "--drug", "diazepam", "--dose", "5", "--days", "20", "--format", "json", *more).stdout
        )
        for more in ([], ["--trait", "cyp2c19_poor"])
    )
    assert poor["analytes"][0]["end"]["value"] > 1.3 * plain["analytes"][0]["end"]["value"]
    assert any("cyp2c19 poor" in line for line in poor["rests_on"])


def test_a_child_is_refused_not_treated_as_a_small_adult(tmp_path):
    file = tmp_path / "child.yaml"
    file.write_text("patient: {id: kid, born: 2018-03-04}\nmedicines:\n  - clonazepam 0.5 mg twice daily\n")
    assert "those of adults" in refused("simulate", file, "--on", "2026-11-24").message


@pytest.fixture
def example():
    from pathlib import Path

    return Path(__file__).parents[2] / "examples" / "patients" / "ann.yaml"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--drug", "clonazepm", "--dose", "1"], "Did you mean clonazepam"),
        (["--drug", "clonazepam", "--dose", "0"], "not a dose"),
        (["--drug", "clonazepam", "--dose", "nan"], "not a dose"),
        (["--drug", "clonazepam", "--dose", "5000"], "20 times the highest label dose"),
        (["--drug", "clonazepam", "--dose", "1", "--times", "25"], "not a time of day"),
        (["--drug", "clonazepam", "--dose", "1,2,3", "--times", "08,20"], "3 doses for 2 times"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "fluconzole"], "Did you mean fluconazole"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "fluconazole:200mg:day9-day3"], "before it starts"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "fluconazole:day90"], "not a dose"),
        (["--drug", "clonazepam", "--dose", "1", "--days", "10000"], "10000 days"),
        (["--drug", "clonazepam", "--dose", "1", "--people", "10000000"], "fit in memory"),
        (["--drug", "clonazepam", "--dose", "1", "--people", "0"], "above 0"),
        (["--drug", "medazepam", "--dose", "5"], "cannot be simulated, because"),
        (["--drug", "clonazepam", "--dose", "1", "--route", "rectal"], "uptake is not known"),
        (["--drug", "clonazepam", "--dose", "1", "--route", "orally"], "not a route"),
        (["--drug", "clonazepam", "--dose", "1", "--trait", "tall"], "not a trait"),
        ([], "give a patient"),
        (["--drug", "clonazepam", "--dose", "1", "--days", "0"], "--days: 0 is not"),
        (["--drug", "clonazepam", "--dose", "1", "--days", "0.01"], "--days: 0.01 is not"),
        (["--drug", "clonazepam", "--dose", "1", "--days", "inf"], "--days: inf is not"),
        (["--drug", "clonazepam", "--dose", "1", "--days", "nan"], "--days: nan is not"),
        (["--drug", "clonazepam", "--dose", "1", "--days", "1e9"], "more than 1000"),
        (["--drug", "clonazepam", "--dose", "1", "--seed", "-1"], "--seed: must be 0 or above"),
        (["--drug", "clonazepam", "--dose", "1", "--on", "2026-11-24"], "--on: is the review date of a patient"),
        (["--drug", "clonazepam", "--dose", "0,5"], "Use a point in a number: 0.5"),
        (["--drug", "clonazepam", "--dose", "1,5"], "Use a point in a number: 1.5"),
        (["--drug", "clonazepam", "--dose", "0,5", "--times", "08,20"], "Use a point in a number: 0.5"),
        (["--drug", "clonazepam", "--dose", "1,2.5,3"], "3 doses for 1 time of day."),
        (["--drug", "clonazepam", "--dose", "5ml"], "not a dose"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "fluconazole:3000mg"], "10 times its usual dose (200 mg)"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "fluconazole:0.5,5mg"], "not a dose"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "fluconazole:0,5mg"], "Use a point: 0.5mg"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "fluconazole:200ml"], "in mg a day"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "grapefruit:200mg"], "in mL a day"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "smoking:10mg"], "in cigarettes a day"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "fluconazole:day2-day4:day6-day7"], "two spans of days"),
        (["--drug", "clonazepam", "--dose", "1", "--with", "clonazepam"], "is the drug that is simulated"),
        (["--drug", "clonazepam", "--dose", "1", "--format", "csv", "--out", "x.json"], "whose name says json"),
    ],
)
def test_bad_input_is_explained(arguments, says):
    assert says in refused("simulate", *arguments).message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("day,time\n1,08:00\n", "day,time,mg"),
        ("day,time,mg\n0,08:00,1\n", ":2"),
        ("day,time,mg\n1,8am,1\n", "not a time of day"),
        ("day,time,mg\n1,08:00,lots\n", "not a dose"),
        ('day,time,mg\n1,08:00,"0,5"\n', "Use a point: 0.5"),
        ("day,time,mg\n1,08:00,1\n2,08:00,1\n1,8:00,1\n", "s.csv:4: has the same day and time as line 2"),
        ("day,time,mg\n1,08:00,1\n2,08:00,300\n2,20:00,300\n", "s.csv:4: 600 mg of clonazepam a day"),
        ('day,time,mg\n1,"08:00,20:00",1\n', "several times"),
    ],
)
def test_bad_schedules_name_the_line(tmp_path, text, says):
    file = tmp_path / "s.csv"
    file.write_text(text)
    assert says in refused("simulate", "--drug", "clonazepam", "--schedule", file).message


def test_a_missing_schedule_is_said_without_error_numbers(tmp_path):
    said = refused("simulate", "--drug", "clonazepam", "--schedule", tmp_path / "none.csv").message
    assert "cannot be read: No such file" in said and "Errno" not in said


@pytest.mark.parametrize(
    "option",
    [
        ["--dose", "1"], ["--times", "08"], ["--with", "fluconazole"], ["--route", "oral"], ["--steady"],
        ["--schedule", "s.csv"], ["--trait", "smoker"],
    ],
)  # fmt: skip
def test_an_option_that_does_nothing_for_a_patient_is_refused(example, option):
    assert refused("simulate", example, *option).message.startswith(f"{option[0]}: does not go with a patient")


@pytest.mark.parametrize("option", [["--dose", "1"], ["--times", "08"], ["--steady"]])
def test_an_option_that_does_nothing_for_a_schedule_is_refused(tmp_path, option):
    file = tmp_path / "s.csv"
    file.write_text("day,time,mg\n1,08:00,1\n")
    found = refused("simulate", "--drug", "clonazepam", "--schedule", file, *option)
    assert found.message.startswith(f"{option[0]}: does not go with --schedule")


SHORT = ["--drug", "clonazepam", "--dose", "1", "--days", "2", "--people", "5"]


@pytest.mark.parametrize(
    ("name", "begins"), [("a.json", "{"), ("a.csv", "day"), ("a.svg", "<"), ("a.HTML", "<!doctype")]
)
def test_the_name_of_the_file_says_the_format(tmp_path, name, begins):
    out = tmp_path / name
    assert run("simulate", *SHORT, "--out", out).exit_code == 0
    written = out.read_text()
    assert written.startswith(begins) or (begins == "day" and "," in written.splitlines()[0])
    assert run("simulate", *SHORT).stdout.startswith("Clonazepam")


@pytest.mark.parametrize("name", ["clonazepan", "clonazapam", "Rivotril"])
def test_another_name_is_said(name):
    answer = run("simulate", "--drug", name, *SHORT[2:])
    assert f"read '{name}' as clonazepam" in answer.stderr
    assert "read '" not in answer.stdout and "read '" not in run("simulate", *SHORT).stderr


@pytest.mark.parametrize(
    ("beside", "dose"), [("smoking:10cigarettes", 10.0), ("grapefruit:250ml", 250.0), ("fluconazole:0.1g", 100.0)]
)
def test_what_is_taken_beside_has_its_own_unit(beside, dose):
    data = json.loads(run("simulate", *SHORT, "--with", beside, "--format", "json").stdout)
    assert data["beside"][0]["mg_per_day"] == dose


def test_the_same_drug_twice_on_the_same_days_is_refused_and_on_others_is_not():
    first, second = "fluconazole:100mg:day1-day2", "fluconazole:200mg:day2-"
    assert "twice for the same days" in refused("simulate", *SHORT, "--with", first, "--with", second).message
    assert "twice" in refused("simulate", *SHORT, "--with", "fluconazole", "--with", second).message
    answer = run("simulate", *SHORT, "--with", "fluconazole:100mg:day1-day1", "--with", second, "--format", "json")
    assert [course["mg_per_day"] for course in json.loads(answer.stdout)["beside"]] == [100.0, 200.0]


def test_predict_shows_interval_basis_and_advice():
    data = json.loads(run("predict", "alprazolam", "itraconazole", "200mg", "--format", "json").stdout)
    assert data["auc_ratio"]["low"] < data["auc_ratio"]["value"] < data["auc_ratio"]["high"]
    assert data["basis"] and data["what_to_do"] and data["timings"][0]["full_effect_after_days"]["value"] >= 1
    assert "itraconazole 200 mg" in run("predict", "alprazolam", "itraconazole", "200mg").stdout


def test_predict_refuses_what_it_does_not_know():
    assert "Did you mean" in refused("predict", "alprazolamm", "itraconazole").message
    assert "not the same as no interaction" in refused("predict", "alprazolam", "naloxone").message


ROWS = """
rows:
- {id: one, victim: midazolam, victim_route: po, perpetrator: ketoconazole, perpetrator_dose: 400 mg MD OD (7 days),
   mechanism: inhibition_reversible, auc_ratio: 10.0, benchmark: static, source: {study: Somebody 1999}}
- {id: two, victim: midazolam, victim_route: po, perpetrator: nobodyknows, perpetrator_dose: 1 mg, mechanism: x,
   auc_ratio: 2.0, benchmark: static}
- {id: three, victim: oxazepam, perpetrator: ketoconazole, mechanism: none_found, auc_ratio: null,
   auc_ratio_assumed: 1.0}
- {id: four, victim: midazolam}
"""


def test_accuracy_scores_a_file_and_drops_no_row(tmp_path):
    file = tmp_path / "rows.yaml"
    file.write_text(ROWS)
    data = json.loads(run("accuracy", "--rows", file, "--format", "json").stdout)
    assert [row["id"] for row in data["rows"]] == ["one", "two", "three", "four"]
    assert data["summary"]["n"] == 1 and {item["id"] for item in data["summary"]["skipped"]} == {"two", "four"}
    assert {"gmfe", "within_1_5_fold", "within_2_fold", "within_guest", "by_victim", "by_mechanism"} <= set(
        data["summary"]
    )
    assert data["rows"][0]["within_2_fold"] is True
    text = run("accuracy", "--rows", file).stdout
    assert "one" in text and "skipped: " in text


@pytest.mark.parametrize("content", ["rows: []", "rows: [1, 2]", "just words", "rows: [", "\x00\x01"])
def test_accuracy_refuses_what_is_no_deck(tmp_path, content):
    file = tmp_path / "rows.yaml"
    file.write_text(content)
    assert refused("accuracy", "--rows", file).exit_code == 4


def test_accuracy_of_a_missing_file_says_so(tmp_path):
    assert "cannot be read" in refused("accuracy", "--rows", tmp_path / "none.yaml").message
