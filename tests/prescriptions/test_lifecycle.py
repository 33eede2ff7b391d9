"""The table of moves: what is not in it is refused with the reason, and its picture is the one in the documentation."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from benzosafe.identity.roles import Role
from benzosafe.prescriptions.lifecycle import ENDS, MOVES, MoveRefused, State, allowed_move, diagram

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "prescriptions.md"


@pytest.mark.parametrize("name", MOVES)
def test_only_what_the_table_says_is_allowed(name):
    one = MOVES[name]
    for state, role in itertools.product([None, *State], Role):
        may = role in one.roles and (one.new if state is None else state in one.sources)
        if may:
            assert allowed_move(name, state, frozenset({role}), "a reason") is one
        else:
            with pytest.raises(MoveRefused):
                allowed_move(name, state, frozenset({role}), "a reason")


def test_a_move_that_needs_a_reason_gets_one():
    with pytest.raises(MoveRefused, match="needs a reason"):
        allowed_move("cancel", State.signed, frozenset({Role.prescriber}), "  ")


def test_unknown_moves_name_the_nearest():
    with pytest.raises(MoveRefused, match="'dispence' is no move"):
        allowed_move("dispence", State.verified, frozenset({Role.pharmacist}))


def test_nothing_leads_out_of_an_end_and_everything_else_leads_on():
    sources = {source for one in MOVES.values() for source in one.sources}
    assert not sources & set(ENDS) and {State(name) for name in State} - sources == set(ENDS)


def test_nothing_is_handed_out_without_signature_and_counter_check():
    """Every way from the beginning to a hand-out passes sign, receive and verify."""
    ways, ends = [(None, ())], 0
    while ways:
        state, made = ways.pop()
        for one in MOVES.values():
            if not (one.new if state is None else state in one.sources):
                continue
            way = (*made, one.name)
            if one.name in ("dispense", "dispense_part"):
                assert {"review", "sign", "transmit", "receive", "verify"} <= set(way)
                ends += 1
            elif len(way) < 12 and way.count(one.name) < 2:
                ways.append((one.target, way))
    assert ends > 0


def test_the_picture_is_the_one_in_the_documentation():
    assert diagram() in PAGE.read_text()
