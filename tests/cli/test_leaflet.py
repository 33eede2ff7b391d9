"""`benzosafe leaflet` and `benzosafe quiz` from the command line: what they write, and what bad input gets told."""

from __future__ import annotations

import json
import re

import pytest

from benzosafe.education.leaflet_contract import LeafletReport

ANN = "examples/patients/ann.yaml"
DAY = ("--on", "2026-11-27")
RELEASED = ("--release", "Dr A. Lee", "--country", "US", *DAY)


def told(run):
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout.decode()


def test_the_whole_paper_in_every_form(command, tmp_path):
    data = json.loads(told(command("leaflet", ANN, *RELEASED, "--format", "json")))
    LeafletReport.model_validate(data)
    assert data["released"] == {
        "by": "Dr A. Lee",
        "on": "2026-11-27",
        "parts": ["body", "medicines", "mixing", "plan", "visits"],
    }
    lines = [line["text"] for section in data["sections"] for line in section["lines"]]
    text = re.sub(r"\s+", " ", told(command("leaflet", ANN, *RELEASED)))
    assert all(" ".join(line.split()) in text for line in lines)
    page = told(command("leaflet", ANN, *RELEASED, "--format", "html", "--large-print"))
    assert page.startswith("<!doctype html>") and 'class="large"' in page
    pdf = tmp_path / "leaflet.pdf"
    assert told(command("leaflet", ANN, *RELEASED, "--out", str(pdf))) == ""
    assert pdf.read_bytes().startswith(b"%PDF")
    aloud = told(command("leaflet", ANN, *RELEASED, "--format", "audio-text"))
    assert "Part 1 of " in aloud and "9 1 1" in aloud


def test_without_a_release_the_paper_is_general_and_the_clinician_is_told(command):
    run = command("leaflet", ANN, *DAY)
    text = told(run)
    assert "oxycodone" not in text and "1 mg" not in text
    heard = run.stderr.decode()
    assert "not released: mixing" in heard and "no telephone number" in heard
    assert "oxycodone" in told(command("leaflet", ANN, *DAY, "--preview"))


def test_short_messages_are_a_day_a_tab_and_a_text(command):
    lines = told(command("leaflet", ANN, *RELEASED, "--format", "sms")).splitlines()
    assert lines and all(re.match(r"^\d{4}-\d\d-\d\d\t\S", line) for line in lines)
    assert "clonazepam" not in "".join(lines).lower()


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (("--topic", "drivng"), "Did you mean 'driving'", 2),
        (("--language", "klingon"), "there are no leaflets in 'klingon'", 2),
        (("--for", "nurse"), "nurse", 2),
        (("--for", "child-carer"), "75 years old", 2),
        (("--hold-back", "plan"), "nobody released anything", 2),
        (("--release", "Dr Lee", "--hold-back", "doses"), "there is no part 'doses'", 2),
        (("--release", "Dr Lee", "--preview"), "needs no preview", 2),
        (("--large-print",), "is for pages", 2),
        (("--format", "pdf"), "not for the screen", 2),
        (("--format", "html", "--out", "x.pdf"), "does not go into 'x.pdf'", 2),
        (("--plan", "nothing.json"), "cannot be read", 4),
        (("--plan", ANN), "is not JSON", 4),
        (("--on", "soon"), "soon", 2),
    ],
)
def test_bad_input_is_explained_without_a_traceback(arguments, words, code, command):
    run = command("leaflet", ANN, *arguments)
    said = re.sub(r"[\s│]+", " ", run.stderr.decode())
    assert run.returncode == code and words in said and "Traceback" not in said


def test_a_record_without_the_medicine_is_refused(command):
    run = command("leaflet", "-", stdin=b"medicines: [aspirin 100 mg once daily]\n")
    assert run.returncode == 4 and b"no benzodiazepine or Z-drug" in run.stderr


def test_the_questions_and_their_record(command):
    text = told(command("quiz", ANN, *RELEASED))
    assert "ask_stop" in text and "A right answer says:" in text
    data = json.loads(told(command("quiz", ANN, *RELEASED, "--format", "json")))
    must = ",".join(f"{question['id']}=yes" for question in data["questions"] if question["must"])
    record = json.loads(
        told(command("quiz", ANN, *RELEASED, "--results", must, "--by", "Nurse Kim", "--format", "json"))
    )
    assert record["understood"] is True
    run = command("quiz", ANN, *RELEASED, "--results", "ask_stop=again", "--by", "Nurse Kim", "--format", "fhir")
    assert run.returncode == 3
    resource = json.loads(run.stdout)
    assert resource["resourceType"] == "QuestionnaireResponse" and resource["status"] == "in-progress"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--results", "ask_stop=yes"), "needs the person who asked"),
        (("--by", "Kim"), "Add --results"),
        (("--format", "fhir"), "Add --results"),
        (("--results", "ask_nothing=yes", "--by", "Kim"), "no question 'ask_nothing'"),
        (("--results", "ask_stop=yes", "--by", "Kim", "--format", "html"), "not written as html"),
    ],
)
def test_a_wrong_record_is_explained(arguments, words, command):
    run = command("quiz", ANN, *DAY, *arguments)
    assert run.returncode == 2 and words in re.sub(r"\s+", " ", run.stderr.decode())
