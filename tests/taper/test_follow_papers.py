"""Papers of a revised plan, and the command that writes them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from benzosafe.cli.main import app
from benzosafe.errors import InputRefused
from benzosafe.taper import follow as room
from benzosafe.taper.design import design
from benzosafe.taper.follow_papers import plan_for_papers
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.plan import Override
from benzosafe.taper.proof import faults
from benzosafe.taper.record import plan_data
from tests.taper.follow_diaries import (
    LIQUID,
    PLAN,
    as_planned,
    diary,
    entry,
    followed,
    on,
    plan_of_amounts,
    spans,
)

pytestmark = pytest.mark.usefixtures("no_design")


@pytest.mark.parametrize("text", ["wish: pause", "ciwa_b: 30", "symptoms: [tremor]"])
def test_the_pause_is_a_step_of_the_papers(knowledge, monkeypatch, text):
    monkeypatch.setattr(room, "design", design)
    log = diary(as_planned(39), entry(40, f"taken: as planned, {text}"))
    found = followed(knowledge, log, 40, plan_of_amounts((1800, 1600, 1450, 1300)))
    plan = plan_for_papers(found, "log.yaml")
    assert (plan.steps[0].starts_on, plan.steps[0].delivered_ug) == (on(40), 1450)
    assert plan.steps[0].days >= 14 and {part.product for dose in plan.steps[0].doses for part in dose.portions} == {
        LIQUID
    }
    assert all(later.starts_on == earlier.ends_on + timedelta(days=1) for earlier, later in pairwise(plan.steps))
    assert [step.number for step in plan.steps] == list(range(1, len(plan.steps) + 1))
    assert not faults(plan, ceiling_of(knowledge), 20)


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        (((0, 39, "2 mg"),), 40), (((0, 39, "0.6 mg"),), 40), (((0, 16, "as planned"), (17, 19, "missed")), 20),
        (((0, 19, "4.5 mg"),), 20),
    ],
)  # fmt: skip
def test_no_papers_at_another_dose_than_the_plan_has(knowledge, parts, day):
    with pytest.raises(InputRefused, match="must first be agreed with a clinician") as refused:
        plan_for_papers(followed(knowledge, spans(*parts), day), "log.yaml")
    assert "write a new plan from the updated record" in refused.value.next_step


@pytest.fixture
def resume(tmp_path, monkeypatch):
    """Runs the command on a plan and a diary, with the solver."""
    monkeypatch.setattr(room, "design", design)

    def run(text: str, *arguments: str, plan=PLAN, day=20):
        for name, content in (("plan.json", json.dumps(plan_data(plan))), ("log.yaml", text)):
            (tmp_path / name).write_text(content)
        files = ["resume", str(tmp_path / "plan.json"), "--log", str(tmp_path / "log.yaml")]
        return CliRunner().invoke(app, ["taper", *files, "--on", str(on(day)), *arguments])

    return run


@pytest.mark.parametrize("format", ["html", "ics", "fhir", "pdf"])
@pytest.mark.parametrize(("text", "day"), [("taken: as planned", 1), ("wish: slower", 21)])
def test_a_revision_reaches_the_patient(resume, tmp_path, format, text, day):
    """The old plan from its first day, or the new one from the day of the review."""
    out = tmp_path / f"paper.{'json' if format == 'fhir' else format}"
    answer = resume(diary(as_planned(19), entry(20, text)), "--format", format, "--out", str(out))
    assert answer.exit_code == 0, (answer.output, answer.exception)
    written = out.read_bytes()
    begins = {"html": b"<!doctype html>", "ics": b"BEGIN:VCALENDAR", "fhir": b"{", "pdf": b"%PDF"}[format]
    assert written.startswith(begins)
    says = {"html": f"starts on {('Tuesday', 'Monday')[day == 21]} {day} December 2026", "fhir": f'"2026-12-{day:02d}"'}
    assert says.get(format, "").encode() in written
    assert format != "ics" or f"DTSTART;VALUE=DATE:202612{day:02d}".encode() in written


def test_the_pharmacy_gets_the_days_of_the_pause_too(resume):
    page = resume(diary(as_planned(19), entry(20, "wish: pause")), "-f", "html", "--paper", "pharmacy").stdout
    assert f"{on(20)} to" in page and "1.6 mg a day" in page
    assert resume(diary(as_planned(19)), "-f", "html", "--large-print").exit_code == 0
    assert "patient's record" in str(resume(diary(as_planned(19)), "-f", "html", "--paper", "clinician").exception)


@pytest.mark.parametrize(
    ("text", "says"),
    [("seizure: yes", "EMERGENCY"), ("wish: stop tapering", "ENDING THE TAPER"), ("taken: 9 mg", "EMERGENCY")],
)
def test_no_papers_where_no_plan_may_be_followed(resume, text, says):
    for format in ("html", "ics", "fhir"):
        answer = resume(diary(as_planned(19), entry(20, text)), "-f", format)
        assert answer.exception.exit_code == 4 and says in answer.exception.message and not answer.stdout


def test_text_shows_the_steps_of_the_new_plan(resume):
    text = resume(diary(as_planned(19), entry(20, "wish: pause"))).stdout
    assert "Steps (mg a day" in text and f"{on(20)}    14       1.6" in text
    assert "Steps (mg a day" not in resume(diary(as_planned(19))).stdout


@pytest.mark.parametrize("text", ["taken: as planned", "seizure: yes", "wish: slower"])
def test_an_override_is_first_and_last(resume, text):
    plan = replace(PLAN, override=Override("Dr A. Example", "inpatient, monitored"))
    lines = resume(diary(as_planned(19), entry(20, text)), plan=plan).stdout.strip().splitlines()
    assert lines[0] == lines[-1] == "OVERRIDE by Dr A. Example: inpatient, monitored"
