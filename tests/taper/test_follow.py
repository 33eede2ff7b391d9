"""Following a taper: what a day of the diary leads to, and the new plan with its chain."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from benzosafe.errors import InputRefused
from benzosafe.taper import follow as room
from benzosafe.taper.design import design
from benzosafe.taper.follow_absence import slowest_half_life
from benzosafe.taper.follow_record import FIRST, Chain, digest_of, read_plan
from benzosafe.taper.follow_request import slower_pace
from benzosafe.taper.follow_words import revision_data, revision_words
from benzosafe.taper.plan import Pace
from tests.taper.follow_diaries import (
    PLAN,
    as_planned,
    diary,
    entry,
    followed,
    on,
    plan_of_amounts,
)

pytestmark = pytest.mark.usefixtures("no_design")


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("ciwa_b: 12", "go_on"), ("ciwa_b: 30", "hold"), ("ciwa_b: 45", "step_back"), ("ciwa_b: 70", "seek_help"),
        ("seizure: yes", "seek_help"), ("symptoms: [hears voices]", "seek_help"), ("symptoms: [no seizure]", "go_on"),
        ("chest_pain: unknown", "hold"), ("wish: pause", "hold"), ("wish: slower", "slow_down"),
        ("wish: stop tapering", "stay"), ("alcohol_drinks: 1", "go_on"), ("alcohol_drinks: 6", "hold"),
        ("supply: lost", "hold"), ("taken: 2.4 mg", "hold"), ("taken: 9 mg", "seek_help"),
        ("started: [oxycodone 20 mg]", "hold"), ("started: [rifampicin]", "hold"), ("started: [blorfinol]", "hold"),
    ],
)  # fmt: skip
def test_what_a_day_leads_to(knowledge, text, action):
    log = diary(as_planned(19), entry(20, text if "taken" in text else f"taken: as planned, {text}"))
    found = followed(knowledge, log, 20)
    assert found.action == action, revision_words(found)
    assert all(item.source in knowledge.sources and item.confidence for item in found.decisions)


def test_hold_keeps_the_dose_for_two_weeks_and_then_goes_slower(knowledge):
    found = followed(knowledge, diary(as_planned(19), entry(20, "ciwa_b: 30, taken: as planned")), 20)
    assert found.dose_ug == found.planned_ug == 1600
    assert found.hold_until == on(34)
    assert found.request.starts_on >= on(34)
    assert found.request.pace == Pace(Fraction(1, 10), 28)
    assert found.request.before == ((8.0, 800), (20.0, 800))


def test_step_back_is_to_the_dose_before_and_only_when_taken_lately(knowledge):
    severe = diary(as_planned(19), entry(20, "ciwa_b: 45, taken: as planned"))
    assert followed(knowledge, severe, 20).dose_ug == 1800
    too_long = plan_of_amounts((1800, *[1600] * 4, 1500))
    late = diary(as_planned(59), entry(60, "ciwa_b: 45, taken: as planned"))
    found = followed(knowledge, late, 60, too_long)
    assert (found.action, found.dose_ug) == ("hold", 1600)
    not_tolerated = diary(as_planned(19), entry(13, "ciwa_b: 45"), entry(20, "ciwa_b: 45"))
    assert followed(knowledge, not_tolerated, 20).action == "hold"


def test_a_rise_of_half_is_looked_at(knowledge):
    log = f"baseline: {{bwsq: 6}}\n{diary(as_planned(19), entry(20, 'bwsq: 9'))}"
    assert followed(knowledge, log, 20).action == "hold"
    assert followed(knowledge, log.replace("bwsq: 9", "bwsq: 8"), 20).action == "go_on"


def test_bwsq_hallucination_item_is_a_red_flag(knowledge):
    items = [0] * 16 + [1] + [0] * 3
    assert followed(knowledge, diary(as_planned(19), entry(20, f"bwsq: {items}")), 20).action == "seek_help"


def test_one_missed_day_goes_on_and_is_never_doubled(knowledge):
    found = followed(knowledge, diary(as_planned(18), entry(19, "taken: missed")), 20)
    assert (found.action, found.dose_ug, found.request) == ("go_on", 1600, None)
    assert "never double" in revision_words(found)


def test_short_nights_hold(knowledge):
    log = diary(as_planned(20), *(entry(day, "sleep_hours: 3") for day in (17, 18, 19)))
    assert followed(knowledge, log, 20).action == "hold"


def test_hospital_unknown_counts_as_absence_and_asks_for_the_chart(knowledge):
    log = f"hospital:\n- {{from: {on(15)}, to: {on(19)}, given: unknown}}\n"
    found = followed(knowledge, log, 20)
    assert found.action == "restart"
    assert found.restart_ug < 1600
    assert "drug chart" in revision_words(found)


def test_what_a_hospital_gave_is_what_is_taken_now(knowledge):
    log = f"hospital:\n- {{from: {on(10)}, to: {on(19)}, given: 2.5 mg}}\n"
    found = followed(knowledge, log, 20)
    assert (found.action, found.dose_ug) == ("hold", 2500)


def test_a_smaller_dose_after_an_absence_is_not_raised_again(knowledge):
    log = diary(as_planned(14), *(entry(day, "taken: missed") for day in (15, 16, 17)), entry(18, "taken: 0.5 mg"))
    found = followed(knowledge, log, 19)
    assert (found.action, found.dose_ug) == ("hold", 500)


def test_lost_supply_without_a_dose_since_is_an_absence(knowledge):
    assert followed(knowledge, diary(as_planned(16), entry(17, "supply: lost")), 20).action == "restart"


def test_long_acting_drugs_fade_more_slowly(knowledge):
    log = diary(as_planned(16), *(entry(day, "taken: missed") for day in (17, 18, 19)))
    doses = {
        drug: followed(knowledge, log, 20, plan_of_amounts(drug=drug)).restart_ug for drug in ("alprazolam", "diazepam")
    }
    assert doses["alprazolam"] < doses["diazepam"] <= 1600
    assert slowest_half_life(knowledge, "diazepam")[1] == "nordazepam"


def test_exposure_that_falls_is_said_to_be_a_hidden_reduction(knowledge):
    log = diary(as_planned(19), entry(20, "taken: as planned, stopped: [fluconazole 200 mg]"))
    found = followed(knowledge, log, 20, plan_of_amounts(drug="alprazolam"))
    assert found.action == "hold"
    assert "hidden reduction" in revision_words(found)
    assert found.request.starts_on >= on(34)


@pytest.mark.parametrize(
    "text",
    [
        diary(f"- {{date: {on(-1)}, taken: missed}}\n"), diary(entry(30, "taken: missed")),
        f"hospital:\n- {{from: {on(5)}, to: {on(9)}}}\n" + diary(entry(7, "taken: as planned")),
        diary(entry(7, "seizure: no, symptoms: [had a seizure]")), diary(entry(7, "started: [clonazepam 1 mg]")),
    ],
)  # fmt: skip
def test_contradictory_diaries_are_refused_with_a_line(knowledge, text):
    with pytest.raises(InputRefused) as refused:
        followed(knowledge, text, 20)
    assert refused.value.where.startswith("log.yaml:")


def test_lost_supply_is_today(knowledge):
    found = followed(knowledge, diary(as_planned(19), entry(20, "taken: as planned, supply: lost")), 20)
    assert "Contact: clinician TODAY" in revision_words(found).splitlines()[1]


def test_an_inducer_holds_until_its_effect_is_full(knowledge):
    log = diary(as_planned(19), entry(20, "taken: as planned, started: [rifampicin 600 mg]"))
    found = followed(knowledge, log, 20, plan_of_amounts(drug="alprazolam"))
    assert found.action == "hold" and found.request.starts_on >= on(34)
    assert "hold reductions until the effect is full" in revision_words(found)


def test_the_chain_keeps_the_old_plan_and_can_be_read_back(knowledge, tmp_path):
    found = followed(knowledge, diary(as_planned(19), entry(20, "wish: slower")), 20)
    data = revision_data(found)
    assert data["revision_of"] == digest_of(PLAN, FIRST)
    path = tmp_path / "revision.json"
    path.write_text(json.dumps(data))
    plan, chain = read_plan(path)
    assert chain == Chain(1, digest_of(PLAN, FIRST), on(20))
    assert plan == found.new
    again = followed(knowledge, diary(entry(21, "taken: as planned")), 22, plan, chain)
    assert (again.number, again.of) == (2, digest_of(plan, chain))


def test_the_new_plan_is_made_and_goes_on_from_what_is_taken(knowledge, monkeypatch):
    monkeypatch.setattr(room, "design", design)
    plan = plan_of_amounts((1800, 1600, 1450, 1300, 1200))
    found = followed(knowledge, diary(as_planned(19), entry(20, "taken: as planned, ciwa_b: 30")), 20, plan)
    assert found.new is not None, found.notes
    assert [dose.amount_ug for dose in found.new.before] == [800, 800]
    amounts = [1600, *(step.delivered_ug for step in found.new.steps)]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[-1] == 1200
    assert (found.new.steps[0].starts_on, found.old) == (found.request.starts_on, plan)
    assert found.new.steps[-1].ends_on > plan.steps[-1].ends_on


def test_slower_is_half_as_fast(knowledge):
    for share, days in ((Fraction(1, 10), 14), (Fraction(1, 10), 28), (Fraction(1, 4), 21)):
        slower = slower_pace(knowledge, Pace(share, days))
        assert slower.share / slower.days == share / days / 2
