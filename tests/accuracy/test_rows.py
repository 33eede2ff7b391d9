"""Files and rows that are not as they should be: each row comes out once, scored or with a reason naming the field."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from benzosafe.accuracy.fields import reason_of
from benzosafe.accuracy.interactions import score_interactions
from benzosafe.accuracy.rows import FORMATS, read_deck
from benzosafe.accuracy.score import row_dict, score_deck, summary_of
from benzosafe.cli.main import app
from benzosafe.errors import InputRefused

GOOD = {
    "id": "r", "victim": "midazolam", "victim_route": "po", "perpetrator": "ketoconazole", "mechanism": "inhibition",
    "benchmark": "static", "auc_ratio": 10.0, "regimen": [[400, 4, 24]], "victim_at_h": 73,
    "source": {"study": "X 1990"},
}  # fmt: skip


def one(knowledge, **changes):
    (found,) = score_interactions([{**GOOD, **changes}], knowledge, draws=3)
    return found


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"victim": None}, "victim: missing"),
        ({"victim": 7}, "victim: must be words"),
        ({"victim": ["midazolam"]}, "victim: must be words, not a list"),
        ({"victim_route": "by owl"}, "victim_route: 'by owl' is none of"),
        ({"perpetrator": None}, "perpetrator: missing"),
        ({"perpetrator": ""}, "perpetrator: missing"),
        ({"perpetrator": {"name": "x"}}, "perpetrator: must be words"),
        ({"benchmark": "steady"}, "benchmark: 'steady' is none of"),
        ({"auc_ratio": None}, "auc_ratio: missing"),
        ({"auc_ratio": "2.0"}, "auc_ratio: must be a number"),
        ({"auc_ratio": 0}, "auc_ratio: 0 is not above zero"),
        ({"auc_ratio": -1.5}, "auc_ratio: -1.5 is not above zero"),
        ({"auc_ratio": True}, "auc_ratio: must be a number"),
        ({"auc_ratio": math.nan}, "auc_ratio: nan"),
        ({"auc_ratio": math.inf}, "auc_ratio: inf"),
        ({"auc_ratio": 10**400}, "auc_ratio: is too large"),
        ({"auc_ratio": None, "auc_ratio_assumed": "one"}, "auc_ratio_assumed: must be a number"),
        ({"regimen": "400 mg"}, "regimen: must be a list"),
        ({"regimen": []}, "regimen: must be a list"),
        ({"regimen": [[400, 4]]}, "regimen: each step needs three numbers"),
        ({"regimen": [[400, 2.5, 24]]}, "regimen: 2.5 doses"),
        ({"regimen": [[-1, 4, 24]]}, "regimen: -1 is not above zero"),
        ({"regimen": [[400, 10**9, 24]]}, "regimen: more than 400 days"),
        ({"regimen": [[400, 10**9, 1e-9]]}, "regimen: more than 5000 doses"),
        ({"regimen": [[400, 4, 1e-6]], "goes_on": True}, "regimen: more than 5000 doses"),
        ({"victim_at_h": None}, "victim_at_h: missing"),
        ({"victim_at_h": -3}, "victim_at_h: -3 is before"),
        ({"victim_at_h": 1e9}, "victim_at_h: more than 400 days"),
        ({"regimen": None, "perpetrator_dose": 400}, "perpetrator_dose: must be words"),
        ({"regimen": None, "perpetrator_dose": "400 mg od x99999999 d"}, "perpetrator_dose: more than 400 days"),
        ({"regimen": None, "perpetrator_dose": "125 mg d1, 80 mg d2-99999999"}, "perpetrator_dose: more than 400 days"),
        ({"regimen": None, "perpetrator_dose": "400 mg x9999999 over 2 h"}, "perpetrator_dose: more than 5000 doses"),
        ({"analyte": "1-hydroxymidazolam"}, "analyte: '1-hydroxymidazolam' is not simulated"),
        ({"analyte": 3}, "analyte: must be words"),
    ],
)
def test_a_bad_field_is_named(knowledge, changes, says):
    found = one(knowledge, **changes)
    assert found.skipped.startswith(says)
    assert found.id == "r" and found.predicted is None and not found.counted


@pytest.mark.parametrize(
    "perpetrator",
    [
        "nobodyknows", "nobodyknows + norsomebody", "nobodyknows or norsomebody", "ketoconazole + nobodyknows",
        "ketoconazole or nobodyknows", "ketoconazole or ethambutol", "ethambutol", "ethambutol + pyrazinamide",
    ],
)  # fmt: skip
def test_an_unknown_perpetrator_is_never_taken_as_nothing(knowledge, perpetrator):
    found = one(knowledge, perpetrator=perpetrator)
    assert found.skipped and found.predicted is None


def test_a_known_drug_of_unknown_effect_beside_others_is_noted(knowledge):
    found = one(knowledge, perpetrator="ketoconazole + ethambutol")
    assert found.predicted > 4
    assert any("ethambutol" in note and "not known" in note for note in found.notes)


def test_a_hint_is_kept_apart_from_the_reason(knowledge):
    found = one(knowledge, perpetrator="ketoconazzole")
    assert "no such drug" in found.skipped and "Did you mean" not in found.skipped + one(knowledge).skipped
    assert "ketoconazole" in found.hint and "Check the spelling" in found.hint
    assert reason_of(InputRefused("no such drug. Did you mean 'x'?", where="y", next_step="Look.")) == (
        "y: no such drug.", "Did you mean 'x'? Look.",
    )  # fmt: skip


@pytest.mark.parametrize("victim_at_h", [0, 0.0, 12, 72, 400])
def test_whenever_the_victim_is_given_a_sound_row_is_scored(knowledge, victim_at_h):
    for goes_on in (False, True):
        assert one(knowledge, regimen=[[400, 1, 24]], victim_at_h=victim_at_h, goes_on=goes_on).skipped == ""


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), st.just([[None, 3, 24]]),
    st.just("600 mg bid x5 d"),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from([*GOOD, "perpetrator_dose", "design", "analyte", "note", "assumed",
       "population", "goes_on", "auc_ratio_assumed", "benchmark_note"]), JUNK, min_size=1, max_size=3))  # fmt: skip
def test_whatever_is_in_a_row_it_comes_out_once(knowledge, changes):
    found = one(knowledge, **changes)
    assert found.skipped or (found.predicted > 0 and math.isfinite(found.high))
    json.dumps(row_dict(found), allow_nan=False)


MIXED = """# a comment
sources: {S_2001: {citation: Somebody 2001}}
rows:
- {id: pair, victim: midazolam, perpetrator: ketoconazole, perpetrator_dose: 400 mg od x4 d, auc_ratio: 10}
- {victim: midazolam, perpetrator: nobodyknows, auc_ratio: 2.0}
- just words
- {id: alone, drug: lorazepam, regimen: {dose_mg: 2, route: oral, frequency: single},
   observed: [{metric: t_half, value: 13, unit: h}, {metric: nonsense, value: 1, unit: h}]}
- {id: bare, drug: lorazepam}
- {id: other, colour: blue}
- {id: broken, victim: midazolam, perpetrator: ketoconazole, auc_ratio: lots}
"""


def test_every_row_of_a_mixed_file_comes_out_once_with_its_line(tmp_path, knowledge):
    file = tmp_path / "mixed.yaml"
    file.write_text(MIXED)
    found = score_deck(read_deck(file), knowledge)
    assert [(row.id, row.line, bool(row.skipped)) for row in found] == [
        ("pair", 4, False), ("row 2", 5, True), ("row 3", 6, True), ("alone t_half", 7, False),
        ("alone nonsense", 7, True), ("bare", 9, True), ("other", 10, True), ("broken", 11, True),
    ]  # fmt: skip
    summary = summary_of(found, knowledge)
    assert [item["line"] for item in summary["skipped"]] == [5, 6, 7, 9, 10, 11]
    assert summary["n"] == 2
    reasons = {item["id"]: item["reason"] for item in summary["skipped"]}
    assert reasons["bare"].startswith("observed: missing") and reasons["broken"].startswith("auc_ratio:")


@pytest.mark.parametrize(
    ("content", "where", "what"),
    [
        ("rows: []", ":1", "rows: missing"),
        ("studies:\n- {victim: midazolam}", ":1", "rows: missing"),
        ("rows:\n- 1\n- 2", ":2", "row 1 is not a mapping"),
        ("a: 1\nrows:\n\n- {colour: blue}", ":4", "row 1 has neither"),
        ("rows:\n- {victim: midazolam, auc_ratio: 2}\nsources: [1]", "", "sources: not a mapping"),
        ("rows:\n- {id: a\n- {id: b}", ":3", "not readable YAML"),
        ("rows:\n- {id: a, id: b}", ":2", "duplicate key"),
        ("[" * 5000, "", "not readable YAML"),
        (b"\xff\xfe\x00\xd8", "", "not readable YAML"),
    ],
)
def test_a_file_in_neither_format_is_refused_with_its_line(tmp_path, content, where, what):
    file = tmp_path / "rows.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputRefused) as refused:
        read_deck(file)
    assert what in refused.value.what
    assert refused.value.where.startswith(f"{file}{where}")


def invoke(*arguments):
    return CliRunner().invoke(app, ["accuracy", *map(str, arguments)])


def test_when_every_row_is_skipped_the_answer_is_given_and_the_exit_code_is_4(tmp_path):
    file = tmp_path / "rows.yaml"
    file.write_text("rows:\n- {id: a, victim: midazolam, perpetrator: nobodyknows, auc_ratio: 2}\n")
    answer = invoke("--rows", file, "--format", "json")
    assert answer.exception.exit_code == 4 and "none of the 1 rows" in answer.exception.message
    data = json.loads(answer.stdout)
    assert data["rows"][0]["skipped"] and data["rows"][0]["line"] == 2
    assert data["summary"]["skipped"][0]["reason"] == data["rows"][0]["skipped"]
    text = invoke("--rows", file).stdout
    assert "a " in text and "skipped: nobodyknows: no such drug. (line 2)" in text


def test_help_points_to_the_formats():
    assert "accuracy_rows.md" in " ".join(invoke("--help").stdout.replace("│", " ").split())
    from benzosafe.accuracy.rows import PUBLISHED

    document = (PUBLISHED.parents[3] / FORMATS).read_text()
    for field in ("victim", "perpetrator", "auc_ratio", "regimen", "victim_at_h", "benchmark", "drug", "observed"):
        assert f"`{field}`" in document
