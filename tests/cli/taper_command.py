"""The taper command run on a patient who takes clonazepam, for every test of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benzosafe.cli.main import app
from benzosafe.errors import BenzosafeError

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
