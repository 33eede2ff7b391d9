"""A diary during a change of drug: where it stands, what it leads to, and what is refused because nobody could tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from benzosafe.errors import InputRefused
from benzosafe.taper.changeover_proof import change_faults
from benzosafe.taper.follow import follow
from benzosafe.taper.follow_papers import papers_of
from benzosafe.taper.follow_words import contact, revision_data, revision_words
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.log import log_of
from tests.taper.changes import chain_with, change, day, plan_after

ONE, TWO, THREE = (f"{{lorazepam: {old} mg, diazepam: {new} mg}}" for old, new in ((1, 2.5), (0.5, 5), (0, 7.5)))


@pytest.fixture
def whole(knowledge):
    return change(knowledge)


@pytest.fixture
def read(knowledge, whole):
    """A diary of spans (first, last, taken) and further lines, read on a day of the change."""

    def make(on, *entries, more="", was=None, plan=None):
        lines = "".join(f"- {{from: {day(a)}, to: {day(b)}, taken: {taken}}}\n" for a, b, taken in entries)
        text = f"entries:\n{lines}{more}"
        return follow(knowledge, plan or plan_after(whole), log_of(text, "log.yaml"), day(on), was or chain_with(whole))

    return make


def line(number, text):
    return f"- {{date: {day(number)}, {text}}}\n"


def refused(read, on, *entries, more=""):
    with pytest.raises(InputRefused) as error:
        read(on, *entries, more=more)
    return error.value.message


# --- where it stands ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "entries", "number"),
    [
        (5, [(0, 4, "as planned")], 1), (5, [(0, 4, ONE)], 1), (17, [(0, 16, "as planned")], 2),
        (17, [(0, 13, ONE), (14, 16, TWO)], 2), (15, [(0, 13, ONE), (14, 14, TWO)], 2),
        (40, [(0, 39, "as planned")], 3),
        (14, [(0, 13, ONE)], 2), (0, [(0, 0, "as planned")], 1),
    ],
)  # fmt: skip
def test_as_planned_it_goes_on_unchanged(read, whole, on, entries, number):
    found = read(on, *entries)
    assert (found.action, found.stage.number, found.stage.moved, found.new) == ("go_on", number, None, None)
    assert (found.planned_ug, found.doses) == (None, None), "no single dose stands for two drugs"
    assert papers_of(found, "log.yaml") == (found.old, whole)
    assert contact(found) == "prescriber before the next stage"
    data = revision_data(found)["stage"]
    assert [one["drug"] for one in data["take"]] == ["lorazepam", "diazepam"]
    taken = [one["mg_per_day"] * 1000 for one in data["take"]]
    assert tuple(taken) == whole.stages[number - 1].pair_ug
    assert taken == [sum(dose["mg"] for dose in one["doses"]) * 1000 for one in data["take"]]


def test_an_earlier_stage_goes_on_from_there_and_nothing_is_left_out(knowledge, read):
    found = read(20, (0, 19, ONE))
    moved = found.stage.moved
    assert (found.action, found.stage.number, found.stage.next_on) == ("go_on", 1, day(21))
    assert [(stage.number, stage.starts_on) for stage in moved.change.stages] == [
        (1, day(0)), (2, day(21)), (3, day(35)),
    ]  # fmt: skip
    assert found.new.steps[0].starts_on == day(49)
    assert not change_faults(moved.change, ceiling_of(knowledge), 4)
    with pytest.raises(InputRefused, match="no papers are made"):
        papers_of(found, "log.yaml")


def test_nothing_begun_yet_moves_the_whole_change(read, whole):
    found = read(6, (0, 5, "{lorazepam: 1.5 mg, diazepam: 0 mg}"))
    assert (found.stage.number, found.stage.next_on) == (0, day(7))
    assert [stage.number for stage in found.stage.moved.change.stages] == [1, 2, 3]
    assert found.stage.moved.change.begins_on == day(7)
    assert "lorazepam as before the change" in revision_words(found)


def test_a_stage_begun_too_early_holds_and_never_brings_anything_forward(read, whole):
    found = read(8, (0, 4, ONE), (5, 7, TWO))
    assert (found.action, found.stage.number, contact(found)) == ("hold", 2, "clinician within a day")
    assert found.stage.next_on >= whole.stages[2].starts_on
    assert found.new.steps[0].starts_on >= found.old.steps[0].starts_on


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([(0, 9, "{lorazepam: 0.25 mg, diazepam: 5 mg}")], "the doses of no stage of the change"),
        ([(0, 9, "{lorazepam: 0 mg, diazepam: 2.5 mg}")], "the doses of no stage of the change"),
        ([(0, 9, THREE)], "stages were jumped over"),
        ([(0, 7, ONE), (8, 8, TWO), (9, 9, ONE)], "to and fro or with a jump"),
        ([(0, 8, ONE), (9, 9, THREE)], "to and fro or with a jump"),
    ],
)
def test_doses_that_tell_no_stage_are_refused_with_what_to_do(read, entries, says):
    message = refused(read, 10, *entries)
    assert says in message and "log.yaml" in message
    for words in ("No dose is named", "Call the prescriber today", "Neither stop anything suddenly", "taper PATIENT"):
        assert words in message


@pytest.mark.parametrize(
    ("taken", "says"),
    [
        ("5 mg", "does not say of which medicine"), ("{lorazepam: 1 mg}", "nothing is said of diazepam, and not said"),
        ("{lorazepam: 1 mg, clobazam: 10 mg}", "'clobazam' is neither lorazepam nor diazepam"),
        ("{lorazzpam: 1 mg, diazepam: 5 mg}", "neither lorazepam nor diazepam"),
        ("{lorazepam: 1, diazepam: 5 mg}", "is not known"),
        ("{lorazepam: as planned, diazepam: 5 mg}", "needs an amount"), ("{}", "names no medicine"),
        ("{lorazepam: 99999 mg, diazepam: 5 mg}", "not a day's dose"),
        ("{lorazepam: -1 mg, diazepam: 5 mg}", "not known"),
        ("{lorazepam: {a: 1 mg}, diazepam: 5 mg}", "needs an amount"),
    ],
)  # fmt: skip
def test_an_amount_that_cannot_be_meant_is_refused_on_its_line(read, taken, says):
    message = refused(read, 10, (0, 8, "as planned"), more=line(9, f"taken: {taken}"))
    assert says in message and "log.yaml:3" in message


def test_brand_names_are_understood(read):
    assert read(10, (0, 9, "{Ativan: 1 mg, Valium: 2.5 mg}")).stage.number == 1


def test_after_the_change_one_drug_is_written(read, knowledge):
    with pytest.raises(InputRefused, match="several medicines under what was taken"):
        read(45, (0, 44, THREE))
    later = read(45, (0, 41, THREE), (42, 44, "as planned"))
    assert (later.action, later.dose_ug, later.stage) == ("go_on", 6000, None)


# --- what it leads to -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["seizure: yes", "ciwa_b: 70", "over_sedation: yes"])
def test_an_emergency_comes_before_any_dose_is_judged(read, text):
    """Also where the doses written could not be read."""
    for taken in ("as planned", "5 mg", "{lorazepam: 0.1 mg, diazepam: 1 mg}"):
        found = read(10, (0, 8, taken), more=line(9, text))
        assert (found.action, found.stage, found.new) == ("seek_help", None, None)
        assert contact(found) == "emergency number now"
        with pytest.raises(InputRefused, match="no papers are made"):
            papers_of(found, "log.yaml")


def test_far_too_much_is_an_emergency(read):
    found = read(10, (0, 8, "as planned"), more=line(9, "taken: {lorazepam: 1 mg, diazepam: 40 mg}"))
    assert (found.action, found.stage) == ("seek_help", None)
    assert "40 mg of diazepam" in found.decisions[0].reason


@pytest.mark.parametrize(
    "taken",
    [f"{{lorazepam: {old} mg, diazepam: {new} mg}}" for old, new in ((1.5, 2.5), (1, 5), (2, 0))],
)  # fmt: skip
def test_the_old_dose_beside_the_new_one_is_for_a_clinician_today(read, taken):
    found = read(10, (0, 8, "as planned"), more=line(9, f"taken: {taken}"))
    assert (found.action, contact(found), found.stage, found.new) == ("hold", "clinician TODAY", None, None)
    assert "together more than before the change" in revision_words(found)
    assert "Neither medicine is stopped abruptly" in revision_words(found)


@pytest.mark.parametrize(("missed", "action"), [(1, "go_on"), (2, "assess_anew"), (9, "assess_anew")])
@pytest.mark.parametrize("taken", ["missed", "unknown"])
def test_days_without_a_dose(read, missed, action, taken):
    found = read(12, (0, 11 - missed, "as planned"), (12 - missed, 11, taken))
    assert found.action == action
    assert (found.stage is None) == (action == "assess_anew")
    assert ("never double them" in revision_words(found)) == (missed == 1)


def test_lost_supply_is_a_call_today(read):
    found = read(10, (0, 8, "as planned"), more=line(9, "supply: lost"))
    assert (found.action, contact(found)) == ("hold", "clinician TODAY")
    assert "for both medicines" in revision_words(found)


@pytest.mark.parametrize("text", ["wish: pause", "wish: stop tapering", "ciwa_b: 30", "symptoms: [restless legs]"])
def test_a_hold_keeps_the_stage_and_moves_the_rest(knowledge, read, whole, text):
    found = read(10, (0, 9, "as planned"), more=line(9, text))
    assert (found.action, found.stage.number) == ("hold", 1)
    assert found.stage.next_on >= found.hold_until == day(24)
    moved = found.stage.moved.change
    assert [stage.pair_ug for stage in moved.stages] == [stage.pair_ug for stage in whole.stages]
    assert not change_faults(moved, ceiling_of(knowledge), 4)
    later = found.new.steps[0].starts_on - found.old.steps[0].starts_on
    assert [step.doses for step in found.new.steps] == [step.doses for step in found.old.steps]
    assert later == moved.ends_on - whole.ends_on
    plan, papers = papers_of(found, "log.yaml")
    assert (plan, papers.since, papers.shown[0].starts_on) == (found.new, day(10), day(10))


def test_a_hold_on_the_first_day_of_a_stage_stays_at_the_one_before(read):
    found = read(14, (0, 13, "as planned"), more=line(13, "wish: pause"))
    assert (found.action, found.stage.number, found.stage.next_on) == ("hold", 1, day(28))
    assert found.stage.moved.change.stage_on(day(14)).number == 1


def test_slower_is_twice_as_long_up_to_the_longest_usual(read):
    found = read(10, (0, 9, "as planned"), more=line(9, "wish: slower"))
    assert (found.action, found.stage.number) == ("slow_down", 1)
    assert [stage.days for stage in found.stage.moved.change.stages] == [28, 28, 28]
    again = read(12, (0, 11, "as planned"), more=line(11, "wish: slower"), plan=found.new,
                 was=replace(chain_with(found.stage.moved.change), since=day(10), revision=1, of="x"))  # fmt: skip
    assert [stage.days for stage in again.stage.moved.change.stages] == [28, 28, 28]


def test_a_severe_score_goes_back_one_stage_and_no_further(knowledge, read, whole):
    found = read(20, (0, 19, "as planned"), more=line(19, "ciwa_b: 50"))
    assert (found.action, found.stage.number, contact(found)) == ("step_back", 1, "clinician within a day")
    stages = found.stage.moved.change.stages
    assert [(stage.number, stage.back) for stage in stages] == [
        (1, False),
        (2, False),
        (1, True),
        (2, False),
        (3, False),
    ]
    assert (stages[2].old, stages[2].new) == (whole.stages[0].old, whole.stages[0].new)
    assert stages[2].starts_on == day(20) and stages[2].days >= 14
    assert not change_faults(found.stage.moved.change, ceiling_of(knowledge), 4)
    assert "Back to, when the clinician agrees: stage 1" in revision_words(found)
    with pytest.raises(InputRefused, match="no papers are made"):
        papers_of(found, "log.yaml")


def test_from_the_first_stage_back_is_what_was_taken_before(read, whole):
    found = read(10, (0, 9, "as planned"), more=line(9, "ciwa_b: 50"))
    assert (found.action, found.stage.number) == ("step_back", 0)
    assert found.stage.moved.change.begins_on == day(24)
    take = revision_data(found)["stage"]["take"]
    assert [(one["drug"], one["mg_per_day"]) for one in take] == [("lorazepam", 1.5)]


@pytest.mark.parametrize(
    ("entries", "more", "why"),
    [
        ([(0, 16, "as planned"), (17, 17, "missed"), (18, 19, "as planned")], "", "doses were missed lately"),
        ([(0, 19, ONE)], "", "another stage than planned"),
        ([(0, 19, "as planned")], line(10, "ciwa_b: 50"), "the stage before was not tolerated either"),
        ([(0, 19, "{lorazepam: 1.5 mg, diazepam: 0 mg}")], "", "the change has not begun"),
    ],
)
def test_where_going_back_is_not_safe_it_is_a_hold(read, entries, more, why):
    found = read(20, *entries, more=more + line(19, "ciwa_b: 50"))
    assert (found.action, contact(found)) == ("hold", "clinician within a day")
    assert f"No step back, because {why}" in revision_words(found)


def test_a_stage_that_lasts_long_is_not_gone_back_from(read):
    """The last stage is held twice, so that the one before it ended more than 28 days ago."""
    plan, was = None, None
    for on in (41, 53):
        held = read(on, (on - 3, on - 1, "as planned"), more=line(on - 1, "wish: pause"), was=was, plan=plan)
        plan, was = held.new, replace(chain_with(held.stage.moved.change), since=day(0), revision=1, of="x")
    found = read(60, (53, 59, "as planned"), more=line(59, "ciwa_b: 50"), was=was, plan=plan)
    assert (found.action, found.stage.number) == ("hold", 3)
    assert "the stage before ended 32 days ago, too long" in revision_words(found)


def test_another_medicine_is_judged_against_both_drugs(read):
    found = read(10, (0, 9, "as planned"), more=line(9, "started: [fluconazole 200 mg]"))
    assert found.action == "hold" and "diazepam" in revision_words(found)


def test_beyond_the_calendar_is_refused_in_words(knowledge, whole):
    years = timedelta(days=(date.max - whole.ends_on).days - 15)
    late = replace(whole, stages=tuple(replace(s, starts_on=s.starts_on + years) for s in whole.stages))
    diary = f"entries:\n- {{date: {late.begins_on + timedelta(days=3)}, wish: pause}}\n"
    with pytest.raises(InputRefused, match="beyond the last year of the calendar"):
        follow(
            knowledge, plan_after(late), log_of(diary, "log.yaml"), late.begins_on + timedelta(days=4),
            chain_with(late),
        )  # fmt: skip
