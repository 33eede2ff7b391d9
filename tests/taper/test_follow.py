"""Following a taper: what a diary leads to, and what it must never lead to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from benzosafe.cli.main import app
from benzosafe.errors import InputRefused
from benzosafe.taper import follow as room
from benzosafe.taper.design import design
from benzosafe.taper.follow import follow
from benzosafe.taper.follow_absence import slowest_half_life
from benzosafe.taper.follow_change import Change
from benzosafe.taper.follow_papers import plan_for_papers
from benzosafe.taper.follow_record import FIRST, Chain, digest_of, read_plan
from benzosafe.taper.follow_request import slower_pace
from benzosafe.taper.follow_symptoms import flags_in
from benzosafe.taper.follow_words import revision_data, revision_words
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.log import log_of
from benzosafe.taper.plan import Override, Pace, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product
from benzosafe.taper.proof import faults
from benzosafe.taper.record import plan_data

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


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("overdose", "overdose"), ("took too many tablets", "overdose"), ("can't breathe", "breathlessness"),
        ("cannot breathe properly", "breathlessness"), ("wants to end it all", "suicidal_thoughts"),
        ("I don't want to live", "suicidal_thoughts"), ("seeing spiders", "hallucinations"), ("fainted", "fainting"),
        ("collapse", "fainting"), ("Collapsed in the kitchen", "fainting"), ("can't be woken", "over_sedation"),
    ],
)  # fmt: skip
def test_grave_words_lead_to_help(knowledge, text, flag):
    assert flags_in(knowledge, text) == [flag]
    found = followed(knowledge, diary(as_planned(19), entry(20, f'taken: as planned, symptoms: ["{text}"]')), 20)
    assert (found.action, found.doses, found.new) == ("seek_help", None, None)


@pytest.mark.parametrize("text", ["took all doses as planned", "anxious about seeing people", "5 mg od", "no overdose"])
def test_harmless_words_are_no_emergency(knowledge, text):
    assert flags_in(knowledge, text) == []


@pytest.mark.parametrize("text", ["restless legs", "something odd", "no sleep", "no seizure but tremor"])
def test_any_other_symptom_holds_and_is_heard_of_within_a_day(knowledge, text):
    found = followed(knowledge, diary(as_planned(19), entry(20, f"taken: as planned, symptoms: [{text}]")), 20)
    assert found.action == "hold" and text in revision_words(found)
    assert revision_data(found)["contact"] == "clinician within a day"


@pytest.mark.parametrize("text", ["none", "no seizure", "no seizure and not confused", "no symptoms"])
def test_denied_signs_are_no_symptom(knowledge, text):
    found = followed(knowledge, diary(as_planned(19), entry(20, f"taken: as planned, symptoms: [{text}]")), 20)
    assert found.action == "go_on"


@pytest.mark.parametrize("more", ["", ", ciwa_b: 45", ", wish: stop tapering", ", wish: slower", ", supply: lost"])
def test_more_than_before_the_plan_is_seen_today_and_never_planned_from(knowledge, more):
    found = followed(knowledge, diary(*(entry(day, f"taken: 4.5 mg{more}") for day in range(15, 20))), 20)
    data, words = revision_data(found), revision_words(found)
    assert (found.action, data["contact"]) == ("hold", "clinician TODAY")
    assert (found.doses, found.request, found.new, data["take"]) == (None, None, None, None)
    assert "where it comes from" in words and "sedation" in words and "safety" in words
    assert "starts from what is really taken" not in words and "suddenly" in words


def test_one_dose_above_the_one_before_the_plan_is_seen_today(knowledge):
    found = followed(knowledge, diary(as_planned(18), entry(19, "taken: 2.4 mg")), 20)
    assert (found.action, found.new, revision_data(found)["contact"]) == ("hold", None, "clinician TODAY")
    later = followed(knowledge, spans((0, 9, "as planned"), (10, 10, "2.4 mg"), (11, 19, "as planned")), 20)
    assert (later.dose_ug, revision_data(later)["contact"]) == (1600, "clinician TODAY")


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


# --- what is really taken ---------------------------------------------------------------------------------------------


def spans(*parts: tuple[int, int, str]) -> str:
    return diary(*(f"- {{from: {on(first)}, to: {on(last)}, taken: {taken}}}\n" for first, last, taken in parts))


def test_a_larger_amount_goes_on_through_days_nobody_wrote_about(knowledge):
    found = followed(knowledge, spans((0, 39, "2 mg")), 49)
    assert (found.planned_ug, found.dose_ug, found.action) == (1300, 2000, "hold")
    assert found.request.before_ug == 2000
    assert found.request.starts_on >= on(49 + 14)
    assert "stays at" not in revision_words(found)


def test_a_smaller_amount_taken_steadily_is_no_fall(knowledge):
    found = followed(knowledge, spans((0, 39, "0.5 mg")), 49)
    assert (found.dose_ug, found.action) == (500, "go_on")
    assert "%" not in " ".join(item.reason for item in found.decisions)
    assert "clinician before the next reduction" in revision_words(found)


@pytest.mark.parametrize(
    ("parts", "day", "fall"),
    [
        (((0, 6, "0.6 mg"),), 7, "from 2 to 0.6 mg"), (((0, 40, "2 mg"), (41, 45, "1 mg")), 46, "from 2 to 1 mg"),
        (((0, 40, "2 mg"), (41, 45, "as planned")), 46, "from 2 to 1.3 mg"),
    ],
)  # fmt: skip
def test_a_sudden_fall_is_counted_from_what_was_taken(knowledge, parts, day, fall):
    found = followed(knowledge, spans(*parts), day)
    assert found.action == "hold"
    assert fall in revision_words(found) and "clinician within a day" in revision_words(found)
    assert found.request.starts_on >= on(day + 14)


def test_one_missed_day_does_not_bring_the_planned_dose_back(knowledge):
    found = followed(knowledge, spans((0, 39, "2 mg"), (40, 40, "missed")), 41)
    assert (found.action, found.dose_ug) == ("hold", 2000)


def test_larger_days_between_planned_ones_keep_within_the_limit(knowledge):
    parts = [(day, day, "2 mg" if day % 2 else "as planned") for day in range(30, 50)]
    assert followed(knowledge, spans(*parts), 50).dose_ug == 1500


def test_an_extra_dose_once_is_not_a_level_to_fall_from(knowledge):
    found = followed(knowledge, spans((0, 39, "as planned"), (40, 40, "2 mg"), (41, 44, "as planned")), 45)
    assert (found.action, found.dose_ug) == ("hold", 1300)
    assert "fell from" not in revision_words(found)


def test_a_huge_amount_never_becomes_the_dose(knowledge):
    found = followed(knowledge, spans((0, 20, "as planned"), (21, 30, "9 mg")), 45)
    assert (found.action, found.dose_ug, found.new) == ("assess_anew", None, None)
    assert followed(knowledge, spans((0, 20, "as planned"), (21, 30, "9 mg")), 31).action == "seek_help"


def test_a_dose_held_while_the_plan_went_down_is_no_overdose(knowledge):
    plan = plan_of_amounts((1800, 1500, 1200, 950, 750, 600, 450, 350, 300))
    found = followed(knowledge, spans((0, 130, "1.5 mg")), 131, plan)
    assert (found.planned_ug, found.dose_ug, found.action) == (300, 1500, "hold")


def test_less_than_the_end_is_not_raised_to_the_plan(knowledge):
    found = followed(knowledge, spans((0, 39, "0.4 mg")), 40)
    assert (found.dose_ug, found.request) == (400, None)
    assert "not raised again" in revision_words(found)
    with pytest.raises(InputRefused):
        plan_for_papers(found, "log.yaml")


PARTS = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["as planned", "0.6 mg", "1 mg", "1.6 mg", "2 mg", None])),
    min_size=1, max_size=8,
)  # fmt: skip


@FAST
@given(PARTS)
def test_no_dose_is_named_far_below_what_was_taken_without_saying_so(knowledge, parts):
    """Days are (length, what was written); None is not written about, which is like the day before."""
    lines, real, day, like = [], [], 0, "as planned"
    for length, text in parts:
        if text:
            lines.append((day, day + length - 1, text))
            like = text
        for number in range(day, day + length):
            planned = AMOUNTS[min(number // 14, len(AMOUNTS) - 1)]
            real.append(planned if like == "as planned" else int(float(like.split()[0]) * 1000))
        day += length
    if not lines:
        return
    found = followed(knowledge, spans(*lines), day)
    usual = sorted([*real[-14:], *[2000] * (14 - len(real))], reverse=True)[2]
    if found.doses and found.dose_ug < 0.75 * usual:
        assert found.action == "hold" and "what is taken fell" in revision_words(found)
        assert found.dose_ug >= min(real[-3:]), "nobody is told to take less than is taken now"
    if found.request:
        later = [number for number, amount in enumerate(real) if amount > found.dose_ug]
        assert not later or found.request.starts_on > on(later[-1] + 14)


# --- before the first step ------------------------------------------------------------------------------------------

CHANGE = Change("lorazepam", "clonazepam", ((on(-14), on(-8)), (on(-7), on(-1))))
CHANGING = Chain(change=CHANGE, patient="pat")


@pytest.mark.parametrize(
    ("text", "action", "says"),
    [
        ("seizure: yes", "seek_help", "emergency number now"), ("ciwa_b: 70", "seek_help", "emergency number now"),
        ("ciwa_b: 50", "hold", "clinician within a day"), ("ciwa_b: 8", "hold", "prescriber before the next stage"),
        ("wish: slower", "hold", "prescriber before the next stage"), ("taken: missed", "hold", "within a day"),
        ("supply: lost", "hold", "clinician TODAY"),
    ],
)  # fmt: skip
def test_while_a_change_goes_on(knowledge, text, action, says):
    found = followed(knowledge, diary(entry(-12, text)), -10, was=CHANGING)
    assert (found.action, found.doses, found.planned_ug, found.new) == (action, None, None, None)
    assert says in revision_words(found)
    assert f"not revised here: contact the prescriber before the next stage ({on(-7)})" in revision_words(found)
    with pytest.raises(InputRefused):
        plan_for_papers(found, "log.yaml")


def test_the_change_is_kept_in_the_chain(knowledge, tmp_path):
    path = tmp_path / "revision.json"
    path.write_text(json.dumps(revision_data(followed(knowledge, diary(entry(-12, "ciwa_b: 8")), -10, was=CHANGING))))
    plan, chain = read_plan(path)
    assert (plan, chain) == (PLAN, CHANGING)
    later = followed(knowledge, diary(entry(-12, "ciwa_b: 8"), entry(2, "taken: as planned")), 3, plan, chain)
    assert (later.action, later.dose_ug) == ("go_on", 1800)


def test_before_anything_begins_only_what_is_pressing_is_answered(knowledge):
    with pytest.raises(InputRefused, match="nothing to follow yet"):
        followed(knowledge, diary(entry(-3, "ciwa_b: 8")), -2)
    for text, action in (("seizure: yes", "seek_help"), ("ciwa_b: 70", "seek_help"), ("ciwa_b: 50", "hold")):
        assert followed(knowledge, diary(entry(-3, text)), -2).action == action


# --- papers and the command -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["wish: pause", "ciwa_b: 30", "symptoms: [tremor]"])
def test_the_pause_is_a_step_of_the_papers(knowledge, monkeypatch, text):
    monkeypatch.setattr(room, "design", design)
    log = diary(as_planned(39), entry(40, f"taken: as planned, {text}"))
    found = followed(knowledge, log, 40, plan_of_amounts((1800, 1600, 1450, 1300)))
    plan = plan_for_papers(found, "log.yaml")
    assert (plan.steps[0].starts_on, plan.steps[0].delivered_ug) == (on(40), 1450)
    assert plan.steps[0].days >= 14 and {part.product for dose in plan.steps[0].doses for part in dose.portions} == {
        LIQUID
    }
    assert all(later.starts_on == earlier.ends_on + timedelta(days=1) for earlier, later in pairwise(plan.steps))
    assert [step.number for step in plan.steps] == list(range(1, len(plan.steps) + 1))
    assert not faults(plan, ceiling_of(knowledge), 20)


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        (((0, 39, "2 mg"),), 40), (((0, 39, "0.6 mg"),), 40), (((0, 16, "as planned"), (17, 19, "missed")), 20),
        (((0, 19, "4.5 mg"),), 20),
    ],
)  # fmt: skip
def test_no_papers_at_another_dose_than_the_plan_has(knowledge, parts, day):
    with pytest.raises(InputRefused, match="must first be agreed with a clinician") as refused:
        plan_for_papers(followed(knowledge, spans(*parts), day), "log.yaml")
    assert "write a new plan from the updated record" in refused.value.next_step


@pytest.fixture
def resume(tmp_path, monkeypatch):
    """Runs the command on a plan and a diary, with the solver."""
    monkeypatch.setattr(room, "design", design)

    def run(text: str, *arguments: str, plan=PLAN, day=20):
        for name, content in (("plan.json", json.dumps(plan_data(plan))), ("log.yaml", text)):
            (tmp_path / name).write_text(content)
        files = ["resume", str(tmp_path / "plan.json"), "--log", str(tmp_path / "log.yaml")]
        return CliRunner().invoke(app, ["taper", *files, "--on", str(on(day)), *arguments])

    return run


@pytest.mark.parametrize("format", ["html", "ics", "fhir", "pdf"])
@pytest.mark.parametrize(("text", "day"), [("taken: as planned", 1), ("wish: slower", 21)])
def test_a_revision_reaches_the_patient(resume, tmp_path, format, text, day):
    """The old plan from its first day, or the new one from the day of the review."""
    out = tmp_path / f"paper.{'json' if format == 'fhir' else format}"
    answer = resume(diary(as_planned(19), entry(20, text)), "--format", format, "--out", str(out))
    assert answer.exit_code == 0, (answer.output, answer.exception)
    written = out.read_bytes()
    begins = {"html": b"<!doctype html>", "ics": b"BEGIN:VCALENDAR", "fhir": b"{", "pdf": b"%PDF"}[format]
    assert written.startswith(begins)
    says = {"html": f"starts on {('Tuesday', 'Monday')[day == 21]} {day} December 2026", "fhir": f'"2026-12-{day:02d}"'}
    assert says.get(format, "").encode() in written
    assert format != "ics" or f"DTSTART;VALUE=DATE:202612{day:02d}".encode() in written


def test_the_pharmacy_gets_the_days_of_the_pause_too(resume):
    page = resume(diary(as_planned(19), entry(20, "wish: pause")), "-f", "html", "--paper", "pharmacy").stdout
    assert f"{on(20)} to" in page and "1.6 mg a day" in page
    assert resume(diary(as_planned(19)), "-f", "html", "--large-print").exit_code == 0
    assert "patient's record" in str(resume(diary(as_planned(19)), "-f", "html", "--paper", "clinician").exception)


@pytest.mark.parametrize(
    ("text", "says"),
    [("seizure: yes", "EMERGENCY"), ("wish: stop tapering", "ENDING THE TAPER"), ("taken: 9 mg", "EMERGENCY")],
)
def test_no_papers_where_no_plan_may_be_followed(resume, text, says):
    for format in ("html", "ics", "fhir"):
        answer = resume(diary(as_planned(19), entry(20, text)), "-f", format)
        assert answer.exception.exit_code == 4 and says in answer.exception.message and not answer.stdout


def test_text_shows_the_steps_of_the_new_plan(resume):
    text = resume(diary(as_planned(19), entry(20, "wish: pause"))).stdout
    assert "Steps (mg a day" in text and f"{on(20)}    14       1.6" in text
    assert "Steps (mg a day" not in resume(diary(as_planned(19))).stdout


@pytest.mark.parametrize("text", ["taken: as planned", "seizure: yes", "wish: slower"])
def test_an_override_is_first_and_last(resume, text):
    plan = replace(PLAN, override=Override("Dr A. Example", "inpatient, monitored"))
    lines = resume(diary(as_planned(19), entry(20, text)), plan=plan).stdout.strip().splitlines()
    assert lines[0] == lines[-1] == "OVERRIDE by Dr A. Example: inpatient, monitored"


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
