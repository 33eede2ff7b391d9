"""taper from the command line: every format, where it starts, and the change to diazepam."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from icalendar import Calendar

from benzosafe.cli.main import app
from benzosafe.taper.record import plan_data, plan_of
from tests.cli.taper_command import (
    BEDTIME,
    COMMON,
    DOUBLE,
    MADE_OF,
    QUICK,
    RUN,
    plan,
    refused,
    run,
)


def test_json_is_the_plan_itself(patient):
    data = plan(patient(DOUBLE), *QUICK)
    made = plan_of(data, "plan")
    assert all(data[name] == value for name, value in plan_data(made).items())
    assert made.before_ug == 2000 and made.target_ug == 500 == made.steps[-1].delivered_ug
    assert all(later.delivered_ug < earlier.delivered_ug for earlier, later in pairwise(made.steps))
    assert data["status"] == "draft" and data["patient"] == "pat" and data["supply"]["fills"]


def test_text_shows_the_proof_of_every_step(patient):
    file = patient(DOUBLE)
    text, data = run(file, *QUICK).stdout, plan(file, *QUICK)
    rows = [line.split() for line in text.splitlines() if line[:4].strip().isdigit()]
    shown = {row[1]: row for row in rows}
    for step in data["steps"]:
        row = shown[step["starts_on"]]
        assert float(row[4]) == step["delivered_mg_per_day"] and float(row[3]) == pytest.approx(
            step["wanted_mg_per_day"]
        )
        assert float(row[7]) == pytest.approx(100 * step["rolling_change"], abs=0.051)
    assert "Draft" in text and "largest fall in 14 days" in " ".join(text.split())


def test_text_says_how_far_the_levels_are_followed(patient):
    with_levels = ["--on", "2026-11-24", *MADE_OF, "--pace", "5/28"]
    text = " ".join(run(patient(BEDTIME), *with_levels).stdout.split())
    assert "average level" in text and "only the first 1000 of" in text
    sentences = text.split("Level in blood (simulated) - ")[1].split(" Supply - ")[0].split(" - ")
    assert len(sentences) == len(set(sentences)), "nothing is said twice"


@pytest.mark.parametrize("option", [[], ["--large-print"]])
def test_the_calendar_holds_every_step(patient, tmp_path, option):
    file, out = patient(DOUBLE), tmp_path / "calendar.html"
    run(file, *QUICK, *option, "--out", out)
    page = out.read_text()
    for step in plan(file, *QUICK)["steps"]:
        for dose in step["doses"]:
            for part in dose["take"]:
                assert part["words"].split(" ")[0] in page
        assert f"Step {step['number']}" in page
    assert page.startswith("<!doctype html>") and "<script" not in page


@pytest.mark.parametrize("paper", ["pharmacy", "clinician"])
def test_other_papers_as_pages(patient, paper):
    page = run(patient(DOUBLE), *QUICK, "--format", "html", "--paper", paper).stdout
    assert page.lower().startswith("<!doctype html>") and "Draft" in page and "clonazepam" in page
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org/", "")


@pytest.mark.parametrize("paper", ["patient", "pharmacy", "clinician"])
def test_papers_as_pdf(patient, tmp_path, paper):
    out = tmp_path / "paper.pdf"
    run(patient(BEDTIME), *QUICK, "--paper", paper, "--out", out)
    assert out.read_bytes().startswith(b"%PDF") and out.read_bytes().rstrip().endswith(b"%%EOF")


def test_ics_has_an_entry_for_every_step_and_fill(patient):
    file = patient(DOUBLE)
    data = plan(file, *QUICK, "--fill-days", "14")
    text = run(file, *QUICK, "--fill-days", "14", "--format", "ics").stdout
    events = [
        (str(one["summary"]), one.decoded("dtstart").isoformat()) for one in Calendar.from_ical(text).walk("VEVENT")
    ]
    steps = [day for summary, day in events if summary == "New dose step"]
    assert sorted(steps) == [step["starts_on"] for step in data["steps"]]
    collect = [day for summary, day in events if summary == "Collect at the pharmacy"]
    assert sorted(collect) == [fill["earliest_on"] for fill in data["supply"]["fills"]]


def test_fhir_is_a_bundle_with_a_step_an_activity(patient):
    file = patient(DOUBLE)
    data, bundle = (
        plan(file, *QUICK, "--fill-days", "14"),
        run(file, *QUICK, "--fill-days", "14", "-f", "fhir").stdout,
    )
    bundle = json.loads(bundle)
    resources = [entry["resource"] for entry in bundle["entry"]]
    care_plan = next(one for one in resources if one["resourceType"] == "CarePlan")
    assert bundle["resourceType"] == "Bundle" and care_plan["status"] == "draft"
    amounts = [one["detail"]["dailyAmount"]["value"] for one in care_plan["activity"] if "detail" in one]
    assert amounts == [step["delivered_mg_per_day"] for step in data["steps"]]
    requests = [one for one in resources if one["resourceType"] == "MedicationRequest"]
    assert len(requests) == sum(len(fill["counts"]) for fill in data["supply"]["fills"])


@pytest.mark.parametrize("format", ["text", "json", "html", "ics", "fhir", "pdf"])
def test_same_input_same_bytes(patient, tmp_path, format):
    file, outs = patient(BEDTIME), [tmp_path / f"{n}.{format}" for n in ("a", "b")]
    for out in outs:
        run(file, *QUICK, "--format", format, "--out", out)
    assert outs[0].read_bytes() == outs[1].read_bytes() != b""


def test_one_of_several_is_tapered_when_it_is_named(patient):
    file = patient(BEDTIME, "zopiclone 7.5 mg at bedtime")
    data = plan(file, *QUICK, "--drug", "clonazepam")
    assert data["drug"] == "clonazepam" and data["agents"] == ["zopiclone", "clonazepam"]
    assert any("zopiclone stays unchanged" in note for note in data["notes"])


def test_a_dose_lowered_lately_counts(patient):
    file = patient(
        "clonazepam 1.25 mg at bedtime since 2024-02-01 until 2026-11-19", "clonazepam 1 mg at bedtime since 2026-11-20"
    )
    data = plan(file, *QUICK)
    assert data["steps"][0]["starts_on"] == "2026-12-04"
    assert any("waits until 2026-12-04" in note for note in data["notes"])
    assert "Start on 2026-12-04" in refused(file, *QUICK, "--start", "2026-12-03", code=2)
    assert plan(file, *QUICK, "--start", "2026-12-10")["steps"][0]["starts_on"] == "2026-12-10"


def test_as_needed_use_is_stated_as_a_regular_dose(patient):
    file = patient("lorazepam 1 mg three times daily as needed since 2024-02-01")
    data = plan(file, *COMMON, "--as-regular", "2", "--country", "UK", "--to", "0.5", "--pace", "10/14")
    assert data["before"]["mg_per_day"] == 2 and data["steps"][-1]["delivered_mg_per_day"] == 0.5
    assert "more than the 3 mg" in refused(file, *COMMON, "--as-regular", "4", code=2)


def test_via_diazepam_shows_the_range_and_starts_from_what_tablets_deliver(patient):
    lorazepam = patient("lorazepam 1.5 mg at bedtime since 2024-02-01")
    arguments = (
        *COMMON,
        "--country",
        "UK",
        "--via",
        "diazepam",
        "--from-products",
        "tablet:0.5;compounded:0.1",
        "--pace",
        "10/14",
    )
    data = plan(lorazepam, *arguments, "--products", "tablet:2s", "--to", "4")
    equal, stages = data["crossover"]["equivalence"], data["crossover"]["made"]
    assert equal["low"] < equal["high"] and len(equal["values"]) > 2
    assert all(value["source"] and value["low"] <= value["high"] for value in equal["values"])
    assert equal["low"] == min(value["low"] for value in equal["values"])
    last = stages[-1]
    assert last["new_mg"] == 7 < last["new_wanted_mg"] == 7.5 and not last["old"]
    assert data["drug"] == "diazepam" and data["before"]["mg_per_day"] == last["new_mg"]
    assert data["steps"][0]["starts_on"] > last["ends_on"]
    assert len(data["notes"]) == len(set(data["notes"]))
    text = run(lorazepam, *arguments, "--products", "tablet:2s", "--to", "4").stdout
    assert "is said to equal" in text and all(value["table"] in text.replace("\n    ", "") for value in equal["values"])


def test_the_assessment_stands_alone_and_with_a_refusal(patient):
    file = patient(DOUBLE)
    alone = run(file, *COMMON, "--assess").stdout
    assert "What to put in place first" in alone and "Steps" not in alone
    answer = RUN.invoke(app, ["taper", str(file), *COMMON, "--country", "US"])
    assert answer.exit_code != 0 and "What to put in place first" in answer.stdout
    assert "--add" in answer.exception.message
