"""taper from the command line: every format, every refusal, overrides, the change to diazepam, and resuming."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from benzosafe.cli.main import app
from benzosafe.errors import BenzosafeError
from benzosafe.taper.record import plan_data, plan_of

RUN = CliRunner()
LOG = Path(__file__).parents[2] / "examples" / "tapers" / "log.yaml"
PERSON = "patient: {id: pat, born: 1975-03-04, sex: female, weight_kg: 61}\n"
BEDTIME = "clonazepam 1 mg at bedtime since 2024-02-01"
DOUBLE = "clonazepam 1 mg twice daily since 2024-02-01"
COMMON = ("--on", "2026-11-24", "--no-levels")
MADE_OF = ("--country", "UK", "--products", "tablet:0.5s;compounded:0.1")
QUICK = (*COMMON, *MADE_OF, "--pace", "10/14", "--to", "0.5")
BY, REASON = "Dr A. Example", "inpatient, monitored"
OVERRIDE = ("--override", f"{BY}: {REASON}")
ABOVE = (*COMMON, *MADE_OF, "--pace", "40/14", "--to", "0.25", *OVERRIDE)


@pytest.fixture
def patient(tmp_path):
    """Writes a patient who takes these medicines."""

    def write(*medicines, more=""):
        file = tmp_path / "patient.yaml"
        file.write_text(PERSON + "medicines:\n" + "".join(f"  - {line}\n" for line in medicines) + more)
        return file

    return write


def run(*arguments):
    answer = RUN.invoke(app, ["taper", *(str(a) for a in arguments)])
    assert answer.exit_code == 0, (answer.output, answer.exception)
    return answer


def refused(*arguments, code=None):
    answer = RUN.invoke(app, ["taper", *(str(a) for a in arguments)])
    assert isinstance(answer.exception, BenzosafeError), (answer.output, answer.exception)
    assert answer.exception.exit_code in ((2, 4) if code is None else (code,))
    assert "Steps" not in answer.stdout, "nothing of a plan is shown with a refusal"
    return answer.exception.message


def plan(*arguments):
    return json.loads(run(*arguments, "--format", "json").stdout)


def words_of_pages(pdf):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    return [" ".join(page.split()) for page in text.split("\f") if page.strip()]


# --- every format ---------------------------------------------------------------------------------------------------


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


# --- bad input ------------------------------------------------------------------------------------------------------

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


def test_one_of_several_is_tapered_when_it_is_named(patient):
    file = patient(BEDTIME, "zopiclone 7.5 mg at bedtime")
    data = plan(file, *QUICK, "--drug", "clonazepam")
    assert data["drug"] == "clonazepam" and data["agents"] == ["zopiclone", "clonazepam"]
    assert any("zopiclone stays unchanged" in note for note in data["notes"])


def test_a_child_a_missing_file_a_bad_folder(patient, tmp_path):
    file = patient(BEDTIME)
    assert "cannot be written" in refused(file, *QUICK, "--out", tmp_path / "none" / "a.txt", code=2)
    assert "not for the screen" in refused(file, *QUICK, "--format", "pdf", code=2)
    assert "does not go into" in refused(file, *QUICK, "--format", "json", "--out", tmp_path / "a.pdf", code=2)
    assert "cannot be read" in refused(tmp_path / "none.yaml", *QUICK, code=4)
    file.write_text(file.read_text().replace("1975", "2018"))
    assert "paediatric" in refused(file, *QUICK, code=4)


# --- limits set aside -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["text", "json", "fhir"])
def test_an_override_is_in_what_is_read_by_people_and_machines(patient, format):
    text = " ".join(run(patient(BEDTIME), *ABOVE, "--format", format).stdout.split())
    assert "OVERRIDE" in text and BY in text and REASON in text
    assert "ABOVE THE LIMIT" in text or format != "text"


@pytest.mark.parametrize("paper", ["patient", "pharmacy", "clinician"])
def test_an_override_is_on_every_page(patient, tmp_path, paper):
    file, out = patient(BEDTIME), tmp_path / "paper.pdf"
    page = run(file, *ABOVE, "--format", "html", "--paper", paper).stdout
    assert "OVERRIDE" in page and BY in page and REASON in page
    run(file, *ABOVE, "--paper", paper, "--out", out)
    pages = words_of_pages(out)
    assert pages and all("OVERRIDE" in text and BY in text and REASON in text for text in pages)


def test_an_override_is_in_every_calendar_entry_but_its_reason_is_private(patient):
    text = run(patient(BEDTIME), *ABOVE, "--format", "ics").stdout
    entries = Calendar.from_ical(text).walk("VEVENT")
    assert entries and all("OVERRIDE: the reason is in your plan" in str(one["description"]) for one in entries)
    assert REASON not in text


def test_above_the_limit_only_with_an_override(patient):
    file = patient(BEDTIME)
    made = plan(file, *ABOVE)
    assert made["within_limit"] is False and made["override"] == {"by": BY, "reason": REASON}
    assert min(step["rolling_change"] for step in made["steps"]) < -0.25
    assert "more than 25%" in refused(file, *ABOVE[:-2], code=2)


def test_epilepsy_blocks_a_plan_until_somebody_answers_for_it(patient):
    file = patient(BEDTIME, more="conditions: [epilepsy]\n")
    assert "seizures" in refused(file, *QUICK, code=4)
    text = run(file, *QUICK, *OVERRIDE).stdout
    assert text.startswith(f"OVERRIDE by {BY}: {REASON}") and "BLOCKS A PLAN" in text


# --- where it starts ------------------------------------------------------------------------------------------------


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


# --- resuming -------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(patient, tmp_path):
    out = tmp_path / "plan.json"
    run(patient(DOUBLE), *COMMON, *MADE_OF, "--pace", "10/14", "--out", out)
    return out


def test_resume_with_the_example_diary(kept, tmp_path):
    before, out = kept.read_bytes(), tmp_path / "revision.json"
    arguments = ("resume", kept, "--log", LOG, "--on", "2026-12-20")
    run(*arguments, "--out", out)
    data = json.loads(out.read_text())
    assert data["schema"].startswith("benzosafe.taper_revision/")
    assert plan_of(data["old_plan"], "old") == plan_of(json.loads(before), "plan")
    new = plan_of(data["new_plan"], "new")
    assert all(later.delivered_ug <= earlier.delivered_ug for earlier, later in pairwise(new.steps))
    assert kept.read_bytes() == before, "the plan that was followed is kept as it was"
    assert run(*arguments).stdout == run(*arguments).stdout != ""


def test_resume_refuses_what_cannot_be_meant(kept, tmp_path):
    diary = tmp_path / "diary.yaml"
    diary.write_text("entries:\n  - {date: 2026-12-01, taken: missed}\n  - {date: 2026-12-01, taken: as planned}\n")
    on = ("--on", "2026-12-20")
    assert "diary.yaml" in refused("resume", kept, "--log", diary, *on, code=4)
    assert "cannot be read" in refused("resume", kept, "--log", tmp_path / "none.yaml", *on, code=4)
    assert "is not a taper plan" in refused("resume", _written(tmp_path, "{}"), "--log", LOG, *on, code=4)
    assert "needs a plan and a diary" in refused("resume", kept, code=2)
    assert "keeps what the plan was made with" in refused("resume", kept, "--log", LOG, "--pace", "5/14", code=2)
    broken = json.loads(kept.read_text())
    del broken["steps"][0]["doses"]
    assert "missing or wrong" in refused("resume", _written(tmp_path, json.dumps(broken)), "--log", LOG, *on, code=4)


def _written(folder, text):
    file = folder / "other.json"
    file.write_text(text)
    return file


def test_the_assessment_stands_alone_and_with_a_refusal(patient):
    file = patient(DOUBLE)
    alone = run(file, *COMMON, "--assess").stdout
    assert "What to put in place first" in alone and "Steps" not in alone
    answer = RUN.invoke(app, ["taper", str(file), *COMMON, "--country", "US"])
    assert answer.exit_code != 0 and "What to put in place first" in answer.stdout
    assert "--add" in answer.exception.message


@pytest.mark.parametrize("paper", [["--format", "ics"], ["--format", "fhir"], ["--format", "html"]])
def test_no_paper_leaves_out_the_weeks_of_a_change(patient, paper):
    assert "weeks of the change" in refused(patient(DOUBLE), *COMMON, "--country", "UK", "--via", "diazepam", *paper)
