"""Following a taper: what a diary leads to, and what it must never lead to."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.errors import InputRefused
from benzosafe.taper import follow as room
from benzosafe.taper.design import design
from benzosafe.taper.follow import follow
from benzosafe.taper.follow_absence import slowest_half_life
from benzosafe.taper.follow_record import FIRST, Chain, digest_of, read_plan
from benzosafe.taper.follow_request import slower_pace
from benzosafe.taper.follow_symptoms import flags_in
from benzosafe.taper.follow_words import revision_data, revision_words
from benzosafe.taper.log import log_of
from benzosafe.taper.plan import Pace, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product

START = date(2026, 12, 1)
LIQUID = Product("oral solution", 100)
AMOUNTS = (1800, 1600, 1450, 1300, 1150, 1050, 950, 850, 750, 700, 600, 550, 500)
SIGNS = ("seizure", "confusion", "hallucinations", "suicidal_thoughts", "chest_pain", "fainting", "over_sedation")
FAST = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def dose(at_h: float, amount_ug: int) -> Dose:
    return Dose(at_h, (Portion(LIQUID, hundredths_ml=amount_ug),))


def plan_of_amounts(amounts=AMOUNTS, drug="clonazepam", before=2000) -> TaperPlan:
    steps, last = [], before
    for number, amount in enumerate(amounts, 1):
        doses = (dose(8, amount // 2), dose(20, amount - amount // 2)) if amount else ()
        fall = Fraction(last - amount, last)
        starts = START + timedelta(days=14 * (number - 1))
        steps.append(TaperStep(number, starts, 14, amount, doses, fall, fall, stop=not amount))
        last = amount
    held = (dose(8, before // 2), dose(20, before // 2))
    return TaperPlan(
        drug, held, tuple(steps), Pace(Fraction(1, 10), 14), "proportional", amounts[-1], (LIQUID,), (), None, True
    )


PLAN = plan_of_amounts()


@pytest.fixture
def _no_design(monkeypatch):
    """The solver is tested elsewhere; here only what it is asked."""
    monkeypatch.setattr(
        room, "design",
        lambda knowledge, request: plan_of_amounts((request.before_ug * 9 // 10,), before=request.before_ug),
    )  # fmt: skip


def on(day: int) -> date:
    return START + timedelta(days=day)


def followed(knowledge, text: str, day: int, plan=PLAN, was=FIRST):
    return follow(knowledge, plan, log_of(text, "log.yaml"), on(day), was)


def entry(day: int, text: str) -> str:
    return f"- {{date: {on(day)}, {text}}}\n"


def diary(*entries: str) -> str:
    return "entries:\n" + "".join(entries)


def as_planned(to: int) -> str:
    return f"- {{from: {START}, to: {on(to)}, taken: as planned}}\n"


pytestmark = pytest.mark.usefixtures("_no_design")


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


def test_words_for_red_flags(knowledge):
    assert flags_in(knowledge, "Siezure at night, then she passed out") == ["seizure", "fainting"]
    assert flags_in(knowledge, "No seizure, not confused, without hallucinations; a faint smell") == []


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


TAKEN = st.sampled_from(["as planned", "missed", "unknown", "0.4 mg", "1 mg", "1.6 mg", "2 mg"])
DIARIES = st.lists(TAKEN, min_size=1, max_size=30)


def written(days: list[str], *more: str) -> str:
    return diary(*(entry(number, f"taken: {text}") for number, text in enumerate(days)), *more)


@FAST
@given(DIARIES)
def test_restart_is_never_above_the_last_dose_and_nothing_is_doubled(knowledge, days):
    found = followed(knowledge, written(days), len(days))
    amounts = {"as planned": None, "missed": 0, "unknown": 0}
    taken = [
        amounts.get(text) if text in amounts else int(float(text.split()[0]) * 1000) for text in days
    ]  # fmt: skip
    planned = [AMOUNTS[number // 14] for number in range(len(days))]
    real = [plan if amount is None else amount for plan, amount in zip(planned, taken, strict=True)]
    last = next((amount for amount in reversed(real) if amount), 2000)
    if found.restart_ug is not None:
        assert 0 < found.restart_ug <= last
        assert real[-2:] == [0, 0] or len(days) < 2
    if found.doses is not None:
        assert found.dose_ug > 0, "an abrupt stop"
        assert found.dose_ug <= max(found.planned_ug, *real)
    if found.action == "hold" and all(text == "as planned" for text in days[-14:]):
        assert found.dose_ug == found.planned_ug


@FAST
@given(DIARIES, st.integers(2, 12))
def test_longer_absence_never_gives_a_higher_restart(knowledge, days, longest):
    before = [text for text in days if text != "unknown"]
    known, worst = [], {"restart": 0, "assess_anew": 1}
    for missed in range(2, longest + 1):
        text = written([*before, *["missed"] * missed])
        found = followed(knowledge, text, len(before) + missed)
        if found.action not in worst:
            return  # an overdose leads
        known.append((worst[found.action], -(found.restart_ug or 0)))
    assert known == sorted(known)


@FAST
@given(DIARIES, st.sampled_from(SIGNS), st.integers(0, 60))
def test_red_flags_lead_with_help_and_name_no_dose(knowledge, days, sign, score):
    text = written(days, entry(len(days) - 1, f"{sign}: yes, ciwa_b: {score}, wish: go on"))
    found = followed(knowledge, text, len(days))
    assert found.action == "seek_help"
    assert (found.doses, found.restart_ug, found.request, found.new) == (None, None, None, None)
    assert {item.action for item in found.decisions} <= {"seek_help", "assess_anew", "hold"}


@FAST
@given(DIARIES, st.integers(0, 80), st.sampled_from(["go on", "pause", "slower", "stop tapering"]))
def test_same_diary_same_revision_and_the_next_reduction_never_comes_earlier(knowledge, days, score, wish):
    text = written(days, entry(len(days) - 1, f"ciwa_b: {score}, wish: {wish}"))
    one, other = (followed(knowledge, text, len(days)) for _ in range(2))
    assert one == other
    assert revision_data(one) == revision_data(other)
    if one.request is not None:
        assert one.request.starts_on > one.on
        assert one.hold_until is None or one.request.starts_on >= one.hold_until
        assert one.request.pace.share / one.request.pace.days <= PLAN.pace.share / PLAN.pace.days
        now = PLAN.steps[(one.on - START).days // 14]
        assert one.request.starts_on > now.ends_on
