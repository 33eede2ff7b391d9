"""`benzosafe dose` as people run it: what it says, in every form, and how it refuses."""

from __future__ import annotations

import json

import pytest

from benzosafe.dosing.contract import DoseReport

ASKED = ("--drug", "clonazepam", "--for", "panic disorder", "--on", "2026-11-24")


def test_the_answer_in_words(command, patient):
    done = command("dose", str(patient("oxycodone 5 mg every 6 hours since 2026-10-01")), *ASKED)
    said = done.stdout.decode()
    assert done.returncode == 0 and "0.25 mg twice a day (0.5 mg a day): 1 × 0.25 mg" in said
    assert "never more than 4 mg a day" in said and "Opioid and benzodiazepine taken together" in said
    assert "must not be stopped" in " ".join(said.split()) and "verified]" in said


def test_no_rule_is_never_fine(command, patient):
    done = command("dose", str(patient("amoxicillin 500 mg")), "--drug", "clonazepam", "--for", "insomnia")
    said = done.stdout.decode()
    assert done.returncode == 0 and said.splitlines()[2].startswith("No rule exists: no dose is computed")
    assert "CBT-I" in said and "a day" not in said.split("Instead")[0].split("\n", 2)[2].split("there are rules")[0]


def test_the_answer_as_data_and_as_a_page(command, patient, tmp_path):
    file = str(patient("carbamazepine 200 mg twice daily since 2026-01-01"))
    data = json.loads(command("dose", file, *ASKED, "--format", "json").stdout)
    assert data["schema"] == "benzosafe.dose/1" and data["plan"]["start"]["mg_per_day"] == 0.5
    assert data["rule"]["start"]["mg_per_dose"]["source"]["confidence"] == "verified"
    assert data["exposure"]["by"] == ["carbamazepine"] and data["exposure"]["dose_factor"] == 1
    out = tmp_path / "dose.html"
    assert command("dose", file, *ASKED, "-f", "html", "-o", str(out)).returncode == 0
    page = out.read_text()
    assert page.count("<h1>") == 1 and "<script" not in page and 'scope="row"' in page and "http" not in page.lower()


def test_an_order_is_held_against_it(command, patient):
    file = str(patient("amoxicillin 500 mg"))
    said = command("dose", file, *ASKED, "--order", "1 mg three times daily").stdout.decode()
    assert "3 mg is 6 times the first day (0.5 mg): 2.5 mg beyond it" in said
    assert "A full daily dose seems to be written for each single dose (high)" in said
    no_rule = ("--drug", "clonazepam", "--for", "insomnia", "--order", "0.5 mg at bedtime")
    assert (
        "NOT JUDGED, which is not that it is right: no rule exists" in command("dose", file, *no_rule).stdout.decode()
    )


@pytest.mark.parametrize(
    ("medicine", "asked", "status"),
    [
        ("amoxicillin 500 mg", ASKED, "proposed"), ("clonazepam 1 mg daily since 2025-01-01", ASKED, "already_taken"),
        ("diazepam 5 mg daily since 2025-01-01", ASKED, "already_taken"),
        ("itraconazole 200 mg daily since 2026-10-01", ("--drug", "alprazolam", *ASKED[2:]), "contraindicated"),
        ("amoxicillin 500 mg", ("--drug", "clonazepam", "--for", "insomnia"), "no_rule"),
        ("amoxicillin 500 mg", (*ASKED, "--products", "tablet:2"), "cannot_be_made"),
    ],
)  # fmt: skip
def test_every_answer_keeps_the_published_shape(command, patient, medicine, asked, status):
    order = ("--order", "1 mg twice daily", "--format", "json")
    data = json.loads(command("dose", str(patient(medicine)), *asked, *order).stdout)
    assert data["status"] == status and (data["plan"] is not None) == (status == "proposed")
    DoseReport.model_validate(data)
    assert data["instead"] and data["order"]["text"].endswith("1 mg twice daily")


def test_a_form_is_made_of_that_form_alone(command, patient):
    asked = ("--drug", "alprazolam", "--for", "panic disorder", "--form", "extended-release tablet", "-f", "json")
    data = json.loads(command("dose", str(patient("amoxicillin 500 mg")), *asked).stdout)
    made = [words for rung in (data["plan"]["start"], *data["plan"]["rises"]) for words in rung["made_of"]]
    assert made and all(words.endswith("mg extended-release tablet") and "½" not in words for words in made)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["FILE", "--drug", "clonazepam"], 2, "--for"),
        (["FILE", "--for", "insomnia"], 2, "--drug"),
        (["FILE", "--drug", "clonidine", "--for", "insomnia"], 2, "'clonidine' is no single benzodiazepine or Z-drug"),
        (["FILE", "--drug", "clonazepam", "--for", "boredom"], 2, "'boredom' is no condition known here"),
        (["FILE", *ASKED, "--country", "XX"], 2, "--country: 'XX' is no country"),
        (["FILE", *ASKED[:4], "--on", "24.11.2026"], 2, "is not a date"),
        (["FILE", *ASKED, "--products", "tablet:0.3"], 2, "is known to be marketed"),
        (["FILE", *ASKED, "--products", "brick:1"], 2, "is not a form"),
        (["nowhere.yaml", *ASKED], 4, "nowhere.yaml: cannot be read"),
        (["FILE", *ASKED, "--format", "pdf"], 2, "--format"),
        (["FILE", *ASKED, "--form", "brick"], 2, "no brick of clonazepam is known in US"),
        (["FILE", *ASKED, "--order", "lorazepam 1 mg daily"], 2, "--order: 'lorazepam 1 mg daily' is no order of"),
        (["FILE", *ASKED, "--order", "now and then"], 2, "says no dose that can be read"),
        (["FILE", *ASKED, "--out", "/nowhere/at/all"], 2, "cannot be written"),
    ],
)
def test_refusals_say_what_where_and_what_next(command, patient, arguments, code, said):
    file = str(patient("amoxicillin 500 mg three times a day"))
    done = command("dose", *(file if item == "FILE" else item for item in arguments))
    assert done.returncode == code and said in done.stderr.decode() and "Traceback" not in done.stderr.decode()
