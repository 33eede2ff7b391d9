"""taper from the command line: limits set aside by name, which every format then says."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from tests.cli.taper_command import (
    ABOVE,
    BEDTIME,
    BY,
    OVERRIDE,
    QUICK,
    REASON,
    plan,
    refused,
    run,
    words_of_pages,
)


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
