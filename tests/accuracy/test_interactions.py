"""Reading designs and scoring: words to doses and hours, limits by their formula, leaving out what set a parameter."""

from __future__ import annotations

import pytest

from benzosafe.accuracy.designs import read_design
from benzosafe.accuracy.interactions import Leave, score_interactions
from benzosafe.accuracy.scored import Scored, negatives, summarise


def design(dose, words="", note=""):
    return read_design({"perpetrator_dose": dose, "design": words, "benchmark_note": note})


@pytest.mark.parametrize(
    ("dose", "words", "note", "first", "count", "every", "victim_at"),
    [
        ("600 mg MD OD (5 days)", "R: 600 mg once daily (5 doses); M: 17 h after 5th R dose", "", 600, 5, 24, 113),
        ("200 mg SD", "I: 200 mg; T: 0.25 mg, 12 hours after itraconazole dose", "", 200, 1, None, 12),
        ("300 mg bid x10 d", "", "", 300, None, 12, 24 * 9.5 + 1),
        ("750 mg q8h x10 d", "", "", 750, None, 8, 24 * 10 - 8 + 1),
        ("125 mg d1, 80 mg d2-5", "", "", 125, None, 24, 97),
        ("600 mg MD OD (28 days)", "", "offset: 7 days after last rifampicin", 600, 28, 24, 27 * 24 + 168),
        ("200 mg single, 2 h before", "", "", 200, 1, None, 2),
        ("1 g tid x6 d", "", "", 1000, None, 8, 24 * 6 - 8 + 1),
        ("20 mg/kg/d x10 d", "", "", 1400, None, 24, 9 * 24 + 1),
    ],
)  # fmt: skip
def test_words_to_doses(dose, words, note, first, count, every, victim_at):
    found = design(dose, words, note)
    assert found.amounts_mg[0] == first
    if count is not None:
        assert len(found.times_h) == count
    if every is not None:
        assert found.times_h[1] - found.times_h[0] == pytest.approx(every)
    assert found.victim_at_h == pytest.approx(victim_at)


def test_what_is_not_said_is_assumed_and_named():
    found = design("chronic")
    assert found.amounts_mg[0] is None
    assert any("usual daily dose" in line for line in found.assumed)


def test_a_stated_regimen_goes_before_words():
    found = read_design({"regimen": [[10, 2, 24], [600, 3, 12]], "victim_at_h": 50, "perpetrator_dose": "999 mg"})
    assert found.times_h == (0, 24, 48, 60, 72)
    assert found.amounts_mg == (10, 10, 600, 600, 600)
    assert found.victim_at_h == 50


def row(observed, predicted, **more):
    return Scored(
        "a", "midazolam", "x", "inhibition", "static", observed, predicted, predicted / 2, predicted * 2, **more
    )


def test_guest_limits_by_hand():
    assert row(4.0, 6.9).within_guest and not row(4.0, 7.1).within_guest  # limit (1 + 2 x 3) / 4 = 1.75
    assert row(0.25, 0.43).within_guest and not row(0.25, 0.44).within_guest
    assert not row(1.0, 1.1).within_guest and row(1.0, 1.2).guest(1.25)


def test_summary_by_hand():
    found = summarise([row(2.0, 4.0), row(2.0, 1.0), row(3.0, 3.0), row(1.0, 9.0, assumed=True)])
    assert found["n"] == 3
    assert found["gmfe"] == pytest.approx(2 ** (2 / 3), abs=1e-3)
    assert found["bias"] == 1.0
    assert found["within_2_fold"] == 1.0 and found["within_1_5_fold"] == pytest.approx(1 / 3, abs=1e-3)


def test_studies_that_saw_nothing():
    rows = [row(1.0, 1.1), row(1.2, 1.4), row(1.0, 1.3, assumed=True), row(3.0, 1.0)]
    assert negatives(rows, 0.8, 1.25) == {"n": 3, "called_unchanged": pytest.approx(1 / 3, abs=1e-3)}


def study(**changes):
    base = {
        "id": "r", "victim": "midazolam", "perpetrator": "ketoconazole", "mechanism": "inhibition",
        "perpetrator_dose": "400 mg MD OD (7 days)", "auc_ratio": 10.0, "benchmark": "static",
        "source": {"study": "X 1990"},
    }  # fmt: skip
    return base | changes


def test_a_study_that_set_a_parameter_is_left_out_unless_that_parameter_is(knowledge):
    rows = [
        study(victim="brotizolam", perpetrator="itraconazole", source={"study": "Osanai 2004 Eur J Clin Pharmacol"})
    ]
    assert "used to set" in score_interactions(rows, knowledge, draws=0)[0].skipped
    assert not score_interactions(rows, knowledge, draws=0, leave=Leave(shares=True))[0].skipped


def test_leaving_out_a_potency_falls_back_on_the_class(knowledge):
    known, by_class = (
        score_interactions([study()], knowledge, draws=0, leave=Leave(potency=leave))[0].predicted
        for leave in (False, True)
    )
    assert known != by_class and by_class > 4  # a strong inhibitor


def test_either_or_lies_between_and_together_adds(knowledge):
    ketoconazole, fluconazole, either = (
        score_interactions([study(perpetrator=name, perpetrator_dose="chronic")], knowledge, draws=0)[0].predicted
        for name in ("ketoconazole", "fluconazole", "ketoconazole or fluconazole")
    )
    together = score_interactions(
        [study(perpetrator="ketoconazole+fluconazole", perpetrator_dose="chronic")], knowledge, draws=0
    )[0].predicted
    assert min(ketoconazole, fluconazole) < either < max(ketoconazole, fluconazole) < together


@pytest.mark.parametrize(
    "broken", [{"victim": 7}, {"auc_ratio": "lots"}, {"perpetrator": None}, {"source": "text"}, {"regimen": "x"}]
)
def test_a_broken_row_is_skipped_with_a_reason_or_scored(knowledge, broken):
    found = score_interactions([study(**broken)], knowledge, draws=0)
    assert len(found) == 1 and (found[0].skipped or found[0].predicted)
