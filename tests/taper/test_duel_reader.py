"""The duel reads its peer strictly, and judges both sides by what the tablets deliver."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest

from benzosafe.taper.limits import Ceiling, Stretch

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import taper_duel
import taper_ours
import taper_peer

# Made up here, in the form the peer prints: three steps, the second of which does not make the stated 8.5 mg.
PRINTED = """🧑 PATIENT INSTRUCTIONS
────
Do not alter.

Guideline reference: x
Days 1–14 (Jan 04 2027 → Jan 17 2027):
  • AM: 1 × 5.0 mg
  • PM: 2 × 2.0 mg + ½ × 2.0 mg
Days 15–28 (Jan 18 2027 → Jan 31 2027):
  • AM: 1 × 5.0 mg + 1 × 2.0 mg
Days 29–42 (Feb 01 2027 → Feb 14 2027):
  • AM: 1 × 10.0 mg
  → final daily dose

Report withdrawal symptoms.

📄  EHR SUMMARY
────
"""
STATED = [10.0, 8.5, 8.0]
CEILING = Ceiling(Fraction(1, 4), 14)


def test_tablets_are_added_up_as_printed():
    answer = taper_peer.read(PRINTED, STATED, STATED)
    assert [step.amount_ug for step in answer.steps] == [10_000, 7_000, 10_000]
    assert [step.pieces for step in answer.steps] == [4, 2, 1]
    assert answer.went_over_to == ""


def test_a_quicker_speed_and_no_plan_are_noticed():
    warned = "⚠️  Auto-accelerated taper to 'very fast' to remain ≤ 50 steps. \n" + PRINTED
    assert taper_peer.read(warned, STATED, STATED).went_over_to == "very fast"
    assert taper_peer.read("No valid taper schedule could be generated.", [], []).steps == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1 × 5.0 mg + 1 × 2.0 mg", "1 × 5.0 mg, 1 × 2.0 mg"),
        ("  • AM: 1 × 10.0 mg\n", ""),
        ("  • AM: 1 × 10.0 mg\n", "  • NOON: 1 × 10.0 mg\n"),
        ("Days 15–28", "Days 16–29"),
        ("Jan 31 2027", "Jan 30 2027"),
        ("Days 29–42 (Feb", "Then (Feb"),
        ("Report withdrawal symptoms.", ""),
        ("EHR SUMMARY", "SUMMARY"),
    ],
)
def test_anything_else_is_unreadable(old, new):
    assert old in PRINTED
    with pytest.raises(taper_peer.Unreadable):
        taper_peer.read(PRINTED.replace(old, new), STATED, STATED)


def test_steps_printed_and_stated_must_be_as_many():
    with pytest.raises(taper_peer.Unreadable, match="3 steps printed, 2 stated"):
        taper_peer.read(PRINTED, STATED[:2], STATED[:2])


def test_the_peer_is_judged_by_what_it_prints():
    answer = taper_peer.read(PRINTED, STATED, STATED)
    state = taper_duel.State("diazepam", 10, "fast")
    row = taper_duel._peer_row("peer, as printed", state, answer, CEILING)
    assert (row.steps, row.not_the_dose, row.rises, row.above_ceiling) == (3, 2, 1, 1)
    assert row.worst_share_off == pytest.approx(0.25)
    assert row.largest_fall == pytest.approx(0.3)
    assert row.honoured and (row.days, row.ends_at_mg) == (42, 10)
    by_counts = taper_duel._peer_row("peer, its counts", state, answer, CEILING)
    assert (by_counts.not_the_dose, by_counts.rises) == (0, 0)
    slower = taper_duel._peer_row("peer, as printed", taper_duel.State("diazepam", 10, "slow"), answer, CEILING)
    assert not slower.honoured


def test_our_tablets_and_millilitres_are_counted_again():
    tablet = {"per": "unit", "strength_mg": 0.5}
    liquid = {"per": "mL", "strength_mg": 0.1}
    step = {"doses": [{"take": [{"units": 1.5, "ml": None, "of": tablet}, {"units": None, "ml": 0.35, "of": liquid}]}]}
    assert taper_ours.counted_ug(step) == 785
    assert taper_ours.pieces(step) == 4


def test_half_time_counts_from_the_first_cut():
    # 10 % every 14 days halves a dose at the seventh cut: 6 intervals after the first.
    doses = [round(10_000 * 0.9**number) for number in range(9)]
    assert taper_duel._half_time(10_000, [Stretch(dose, 14) for dose in doses], Fraction(1, 10), 14) == 1
    assert taper_duel._half_time(10_000, [Stretch(9_000, 14)], Fraction(1, 10), 14) is None


def test_states_are_distinct_and_repeatable():
    states = taper_duel.states(100, 1)
    assert len(set(states)) == 100 and states == taper_duel.states(100, 1) != taper_duel.states(100, 2)
    assert [(s.drug, s.mg, s.speed) for s in states[:4]] == list(taper_duel.ALWAYS)
    assert {s.drug for s in states} == set(taper_duel.DOSES_MG) and {s.speed for s in states} == set(taper_duel.SPEEDS)
