"""taper resume from the command line: a diary becomes the next plan, and what cannot be meant is refused."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from benzosafe.taper.record import plan_of
from tests.cli.taper_command import (
    COMMON,
    DOUBLE,
    LOG,
    MADE_OF,
    refused,
    run,
)


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
