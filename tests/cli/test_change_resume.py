"""taper resume during a change of medicine, from the command line: words, JSON, papers, and what is refused."""

from __future__ import annotations

import json

import pytest

from tests.cli.taper_command import refused, run
from tests.cli.test_change_papers import MEDICINES, VIA, plain


@pytest.fixture
def resumed(patient, tmp_path):
    """`taper resume` of a change with a diary."""
    run(patient(*MEDICINES), *VIA, "--out", tmp_path / "plan.json")

    def make(diary, on, *more):
        log = tmp_path / "log.yaml"
        log.write_text(f"entries:\n{diary}")
        return "resume", tmp_path / "plan.json", "--log", log, "--on", on, *more

    return make


AS_PLANNED = "- {from: 2026-11-24, to: 2026-12-09, taken: as planned}\n"
PAUSE = AS_PLANNED + "- {date: 2026-12-10, wish: pause}\n"


def test_resume_says_both_medicines_in_words_and_as_json(resumed):
    text = run(*resumed(PAUSE, "2026-12-10")).stdout
    assert "HOLD" in text and "lorazepam at 08:00 1 × 0.5 mg tablet" in text and "Stages from now on" in text
    data = json.loads(run(*resumed(PAUSE, "2026-12-10", "--format", "json")).stdout)
    assert data["take_mg_per_day"] is None and data["stage"]["stage"] == 2
    assert [one["mg_per_day"] for one in data["stage"]["take"]] == [0.5, 5.0]
    assert data["new_plan"]["crossover"]["since"] == "2026-12-10"


def test_papers_of_a_pause_show_both_medicines_from_that_day(resumed, tmp_path):
    for name, more in (
        ("c.html", ()),
        ("s.html", ("--paper", "pharmacy")),
        ("c.pdf", ()),
        ("s.pdf", ("--paper", "pharmacy")),
    ):
        run(*resumed(PAUSE, "2026-12-10", *more, "--out", tmp_path / name))
    page = plain((tmp_path / "c.html").read_text())
    assert "Change, stage 2 of 3: Thu 10 Dec 2026" in page and "Change, stage 1 of 3" not in page
    assert "this replaces every paper made before" in page
    assert "2026-12-10" in plain((tmp_path / "s.html").read_text())
    bundle = json.loads(run(*resumed(PAUSE, "2026-12-10", "--format", "fhir")).stdout)
    requests = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "MedicationRequest"]
    starts = {one["dosageInstruction"][0]["timing"]["repeat"]["boundsPeriod"]["start"] for one in requests}
    assert starts == {"2026-12-10"}
    named = run(*resumed(PAUSE, "2026-12-10", "--format", "ics", "--name-medicines")).stdout
    assert "lorazepam" in named.replace("\r\n ", "") and "lorazepam" not in run(
        *resumed(PAUSE, "2026-12-10", "--format", "ics")
    ).stdout.replace("\r\n ", "")


def test_no_papers_and_no_traceback_where_no_stage_fits(resumed):
    message = refused(
        *resumed("- {from: 2026-11-24, to: 2026-12-09, taken: {lorazepam: 0.25 mg, diazepam: 5 mg}}\n", "2026-12-10"),
        code=4,
    )
    assert "the doses of no stage" in message and "Call the prescriber today" in message
    for diary in ("- {date: 2026-12-09, taken: 5 mg}\n", "- {date: 2026-12-09, taken: {a: {}}}\n"):
        assert "log.yaml" in refused(*resumed(diary, "2026-12-10"), code=4)
    back = AS_PLANNED + "- {date: 2026-12-09, ciwa_b: 50}\n"
    assert "no papers are made" in refused(*resumed(back, "2026-12-10", "--format", "html"), code=4)


def test_a_plan_of_a_change_that_was_altered_is_refused(resumed, tmp_path):
    arguments = resumed(AS_PLANNED, "2026-12-10")
    path = tmp_path / "plan.json"
    data = json.loads(path.read_text())
    data["crossover"]["equivalence"]["used"]["exact_ratio"] = "4"
    path.write_text(json.dumps(data))
    assert "plan.json" in refused(*arguments, code=4)


def test_a_plan_without_a_change_names_no_second_medicine(patient, tmp_path):
    out = tmp_path / "plain.html"
    run(patient(*MEDICINES), *VIA[:9], "--products", "tablet:0.5,1s;compounded:0.1", "--to", "1", "--out", out)
    assert "Two medicines" not in out.read_text() and "How sure the change is" not in out.read_text()
