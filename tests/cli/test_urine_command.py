"""`benzosafe urine` as people run it: what it says, in every form, and how it refuses."""

from __future__ import annotations

import json

import pytest

from benzosafe.monitoring.urine_contract import UrineReport

ON = ("--on", "2026-11-24")
EXAMPLE = ("examples/patients/ann.yaml", "--result", "examples/monitoring/urine.yaml", *ON)


@pytest.fixture
def result(tmp_path):
    """Writes the file of a urine test."""

    def write(text, name="result.yaml"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(file)

    return write


def test_the_example_in_words(command):
    done = command("urine", *EXAMPLE)
    said = " ".join(done.stdout.decode().split())
    assert done.returncode == 0 and "clonazepam by screen (immunoassay): cannot tell" in said
    assert "does not show non-use" in said and "7-aminoclonazepam (cut-off 40 ng/mL or lower)" in said
    assert "no taper" in said and "Never an abrupt stop" in said and "Draft" in said
    assert "Not judged here: other drugs - opiates: negative, screen - oxycodone: positive 850 ng/mL" in said
    assert "score" not in said.lower() and "addict" not in said.lower()


def test_the_example_as_data_and_as_a_page(command, tmp_path):
    data = json.loads(command("urine", *EXAMPLE, "--format", "json").stdout)
    UrineReport.model_validate(data)
    assert data["schema"] == "benzosafe.urine/1" and data["samples"][0]["confirmed_unexpected"] == []
    assert [one["verdict"] for one in data["samples"][0]["results"]] == ["cannot tell"]
    assert {source["confidence"] for source in data["samples"][0]["results"][0]["sources"]} == {"verified", "recalled"}
    out = tmp_path / "urine.html"
    assert command("urine", *EXAMPLE, "-f", "html", "-o", str(out)).returncode == 0
    page = out.read_text()
    assert page.count("<h1>") == 1 and "<script" not in page and 'lang="en"' in page and "http" not in page.lower()


def test_what_is_written_in_the_file_stays_text(command, result):
    file = result("note: <script>alert(1)</script>\nresults: {'<b>x</b>': positive, lorazepam: positive}\n")
    page = command("urine", EXAMPLE[0], "--result", file, *ON, "-f", "html").stdout.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "<b>x</b>" not in page


def test_an_unexpected_result_is_a_question(command, patient, result):
    file = result("collected_on: 2026-11-20\nmethod: LC-MS/MS\nresults: {alpha-hydroxyalprazolam: 80 ng/mL}\n")
    data = json.loads(
        command("urine", str(patient("sertraline 50 mg daily")), "--result", file, *ON, "-f", "json").stdout
    )
    (one,) = data["samples"][0]["results"]
    assert one["verdict"] == "unexpected" and one["innocent"] and one["ask"] and one["confirm"]["hydrolysis"]
    assert data["samples"][0]["confirmed_unexpected"] == ["alpha-hydroxyalprazolam"]


def test_the_record_s_own_tests(command, patient):
    own = "history:\n  urine:\n    - {collected_on: 2026-11-20, results: {benzodiazepines: negative}}\n"
    file = str(patient("clonazepam 1 mg daily since 2026-01-01", more=own))
    done = command("urine", file, *ON)
    assert done.returncode == 0 and b"clonazepam by screen (immunoassay): cannot tell" in done.stdout


def test_a_fhir_result(command, result):
    observation = {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-11-20",
        "code": {"coding": [{"system": "http://loinc.org", "code": "51776-3"}]}, "valueString": "Not detected",
        "referenceRange": [{"text": "<5 ng/mL"}], "method": {"text": "LC-MS/MS with hydrolysis"},
    }  # fmt: skip
    file = result(json.dumps(observation), "result.json")
    data = json.loads(command("urine", EXAMPLE[0], "--result", file, *ON, "-f", "json").stdout)
    assert data["samples"][0]["confirmed_unexpected"] == ["clonazepam"]
    UrineReport.model_validate(data)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (b"", 4, "is empty"), (b"\xff\xfe\x00", 4, "is not UTF-8"), ("results: {BZO: maybe}\n", 4, "result.yaml:1"),
        ("- - - -\n", 4, "result.yaml:1"), ("a: &b {c: *b}\n", 4, "anchors"), ("results: [1, 2]\n", 4, "must name"),
        ("results: {BZO: neg}\nmethod: guesswork\n", 4, "'guesswork' in 'method'"), ("\tresults: 1\n", 4, "tab"),
        ("collected_on: 2027-01-01\nresults: {BZO: neg}\n", 4, "after the review date"), ("{", 4, "cut off"),
        ('{"resourceType": "Patient"}', 4, "no laboratory result"), ("results: !!python/x {}\n", 4, ""),
    ],
)  # fmt: skip
def test_bad_results_are_refused_in_words(command, result, text, code, said):
    done = command("urine", EXAMPLE[0], "--result", result(text), *ON)
    assert (done.returncode, done.stdout) == (code, b"")
    assert said in done.stderr.decode() and "Traceback" not in done.stderr.decode()


def test_without_any_test_the_next_step_is_said(command, patient):
    done = command("urine", str(patient("clonazepam 1 mg daily")), *ON)
    assert done.returncode == 2 and b"Add --result FILE" in done.stderr and done.stdout == b""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([EXAMPLE[0], "--result", "nowhere.yaml"], 4, "cannot be read"),
        ([EXAMPLE[0], "--result", "examples"], 4, "is a folder"), ([], 2, "Missing argument"),
        ([*EXAMPLE[:3], "--on", "tomorrow"], 2, "is not a date"), ([*EXAMPLE, "--format", "pdf"], 2, "pdf"),
        (["nobody.yaml", *EXAMPLE[1:]], 4, "cannot be read"),
    ],
)  # fmt: skip
def test_bad_commands_are_refused_in_words(command, arguments, code, said):
    done = command("urine", *arguments)
    assert done.returncode == code and said in done.stderr.decode() and "Traceback" not in done.stderr.decode()
