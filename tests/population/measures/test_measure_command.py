"""The command as people run it: what it writes, where, and how it refuses."""

from __future__ import annotations

import csv
import io
import json

import pytest

from benzosafe.population.measures.cms506 import BENZODIAZEPINES, INPATIENT, OPIOIDS
from benzosafe.population.measures.value_set_names import OID_OF
from tests.population.measures.builders import MADE_UP, POPULATIONS, concept, order, patient, visit
from tests.population.measures.supplies import supply


@pytest.fixture
def files(tmp_path):
    """One patient's export, and value sets of one made-up code each."""
    drugs = [order(OPIOIDS, "2026-03-04"), order(BENZODIAZEPINES, "2026-03-04")]
    items = [patient(), patient(None, name="q"), visit(INPATIENT, "2026-03-01", "2026-03-05"), *drugs]
    export, sets = tmp_path / "export.ndjson", tmp_path / "codes.csv"
    export.write_text("\n".join(["broken", *map(json.dumps, items)]))
    rows = [[name, oid, MADE_UP, name, ""] for name, oid in OID_OF.items()]
    text = io.StringIO()
    csv.writer(text).writerows([["name", "oid", "system", "code", "display"], *rows])
    sets.write_text(text.getvalue())
    return str(export), str(sets)


def test_csv_on_the_screen_and_what_could_not_be_used_beside_it(command, files):
    done = command("measure", "cms506", files[0], "--period", "2026", "--value-sets", files[1], "--format", "csv")
    assert done.returncode == 0
    assert [line.split(",") for line in done.stdout.decode().splitlines()[1:]] == [
        ["p", "v", "1", "initial-population", "1"], ["p", "v", "1", "denominator", "1"],
        ["p", "v", "1", "denominator-exclusion", "0"], ["p", "v", "1", "numerator", "1"],
        *(["q", "", "1", name, "0"] for name in POPULATIONS),
    ]  # fmt: skip
    said = done.stderr.decode()
    assert "export.ndjson:1: is not a FHIR resource" in said and "without a birth date" in said and files[1] in said


def test_files_in_a_folder_that_is_made(command, files, tmp_path):
    out = tmp_path / "new" / "results"
    for name, format, ending in (("cms506", "json", "json"), ("cms156", "fhir", "fhir.json")):
        asked = (name, files[0], "--period", "2026", "--value-sets", files[1], "-f", format, "-o", str(out))
        done = command("measure", *asked)
        assert done.returncode == 0 and done.stdout.decode().strip() == str(out / f"{name}-2026.{ending}")
    assert json.loads((out / "cms506-2026.json").read_text())["groups"][0]["populations"]["numerator"]["count"] == 1
    assert json.loads((out / "cms156-2026.fhir.json").read_text())["resourceType"] == "Bundle"


def test_without_value_sets_our_own_lists_serve_and_the_rest_is_not_computed(command, files):
    done = command("measure", "cms506", files[0], "--period", "2026")
    text = done.stdout.decode()
    assert done.returncode == 0 and "value sets: none given" in text
    assert "our own medicine lists, which differ, stand in for: Schedule II, III and IV Opioid Medications" in text
    assert "not there, and what they decide is not computed: Encounter Inpatient" in text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["cms156", "EXPORT", "--period", "2026"], 2, "cannot be computed without its licensed value sets"),
        (["cms516", "EXPORT", "--period", "2026"], 2, "Did you mean 'cms506'? Use cms506 or cms156 or cob or polycns."),
        (["cob", "EXPORT", "--period", "2026", "--edition", "2024"], 2, "--edition: cob has no edition 2024."),
        (
            ["cob", "EXPORT", "--period", "2026", "--by", "sexe"],
            2,
            "--by: 'sexe' is no stratifier. Did you mean 'sex'?",
        ),
        (["cms506", "EXPORT", "--period", "20226"], 2, "--period: '20226' is not a year."),
        (["cms506", "EXPORT", "--period", "2026", "--edition", "2025"], 2, "Use 2024 or 2026."),
        (["cms506", "no/such", "--period", "2026"], 4, "no/such: there is no such file or folder."),
        (["cms506", "EXPORT", "--period", "2026", "--value-sets", "no.csv"], 2, "no.csv: cannot be read"),
        (["cms506", "EXPORT", "--period", "2026", "--value-sets", "EXPORT"], 4, "has no column oid, system, code"),
        (["cms506", "EXPORT"], 2, "--period"),
    ],
)
def test_refusals_say_what_where_and_what_next(command, files, arguments, code, said):
    done = command("measure", *(files[0] if item == "EXPORT" else item for item in arguments))
    assert done.returncode == code and done.stdout == b""
    assert said in done.stderr.decode() and "Traceback" not in done.stderr.decode()


def test_supplies_are_counted_by_stratum_with_our_own_lists_and_with_the_users(command, tmp_path):
    """An opioid and a benzodiazepine for January and February, as words with codes of a made-up list."""
    export, sets = tmp_path / "export.ndjson", tmp_path / "codes.csv"
    drugs = [("oxycodone 5 mg tablet", "cob-opioids"), ("lorazepam 1 mg tablet", "cob-benzodiazepines")]
    coded = [(text, on, {"text": text} | concept(name)) for text, name in drugs for on in ("2026-01-01", "2026-01-31")]
    items = [supply(None, on, 30, f"{on} {text[:4]}", medicationCodeableConcept=what) for text, on, what in coded]
    export.write_text("\n".join(map(json.dumps, [patient() | {"gender": "female"}, *items])))
    asked = ("measure", "cob", str(export), "--period", "2026", "--by", "sex", "--by", "age", "-f", "json")
    own = command(*asked)
    found = json.loads(own.stdout)
    assert own.returncode == 0 and found["groups"][0]["populations"]["numerator"]["count"] == 1
    assert [item["stratum"] for item in found["groups"][0]["strata"]["age"]] == ["75 to 84"]
    assert "COB opioids" in found["value_sets"]["own_lists_for"] and b"enrolment is not checked" in own.stderr
    sets.write_text("oid,system,code\n" + "".join(f"{name},{MADE_UP},{name}\n" for _, name in drugs))
    given = json.loads(command(*asked, "--value-sets", str(sets)).stdout)
    assert given["groups"] == found["groups"] and given["value_sets"]["source"] == str(sets)
    assert (
        "COB opioids" not in given["value_sets"]["own_lists_for"]
        and "PQA cancer" in given["value_sets"]["own_lists_for"]
    )
    assert b"POLYCNS" in command("measure", "polycns", str(export), "--period", "2026").stdout
