"""Which sentences are on whose leaflet, and which are not: chosen by facts, released by a clinician, never guessed."""

from __future__ import annotations

import pytest

from benzosafe.education.release import NOTHING, release_of
from benzosafe.errors import InputRefused, UsageError
from tests.education import people
from tests.education.people import ON, made, said, situation


def test_the_danger_this_person_is_in_is_named_with_the_medicine(knowledge):
    lines = said(made(situation(people.ANN, knowledge)))
    assert lines["opioid_named"] == "You also take oxycodone. With clonazepam, it can slow or stop your breath."
    assert "diphenhydramine" in lines["sleepy_named"] and "clarithromycin" not in lines["sleepy_named"]
    assert "clarithromycin" in lines["raisers_named"]
    assert {"named_keep", "opioid_naloxone", "you_older", "you_lungs", "you_falls"} <= set(lines)
    assert "no_opioids" not in lines  # said by name already


@pytest.mark.parametrize(
    ("who", "there", "absent"),
    [
        (
            people.NEW,
            {"before_intro", "before_baby", "preg_tell", "feed_ask", "what_for", "no_opioids"},
            {"you_older", "bedtime"},
        ),
        (
            people.SLEEPER,
            {"bedtime", "bedtime_hours", "asleep_acts", "next_morning", "missed_night"},
            {"missed_soon", "preg_tell", "before_eye"},
        ),
        (
            people.PREGNANT,
            {"preg_now", "preg_no_stop", "preg_pill", "effect_fits_drugs", "less_help_fits"},
            {"short_use", "less_help", "plan_the_end"},
        ),
        (
            people.UNKNOWN,
            {"what_for_ask", "preg_tell", "no_opioids", "before_intro", "missed_soon"},
            {"you_older", "what_for", "preg_now", "opioid_named"},
        ),
    ],
)  # fmt: skip
def test_what_holds_is_said_and_what_does_not_is_not(who, there, absent, knowledge):
    lines = said(made(situation(who, knowledge)))
    assert there <= set(lines)
    assert not absent & set(lines)


def test_what_is_not_known_is_said_in_general_or_told_to_the_clinician(knowledge):
    """Absence of data is never absence of risk: pregnancy is spoken of where nothing is known of it."""
    paper = made(situation(people.UNKNOWN, knowledge))
    left = {item.what: item.why for item in paper.left_out}
    assert left["you_older"].startswith("not known")
    assert "dose of clonazepam" in left


def test_every_line_has_a_source_but_those_that_say_that_nothing_is_known(knowledge):
    for text in people.EVERYBODY.values():
        for line in made(situation(text, knowledge)).lines:
            assert line.evidence or line.name in ("contacts_none", "contacts_missing"), line.name


@pytest.mark.parametrize("country", ["", "US", "GB", "GB-NIR", "IE", "CA-QC", "AU", "ES", "Atlantis"])
def test_a_number_is_shown_only_where_it_is_on_record(country, knowledge):
    paper = made(situation(people.ANN, knowledge, country))
    lines = said(paper)
    numbers = [entry for section in paper.sections for group in section.groups for entry in group.entries]
    if country in ("", "Atlantis"):
        assert not numbers and "call_now_no_number" in lines and "contacts_none" in lines
        assert not any(character.isdigit() for character in lines["call_now_no_number"])
    else:
        assert numbers and "call_now" in lines and "call_now_no_number" not in lines
        assert (("112" if country in ("IE", "ES") else {"U": "911", "C": "911", "G": "999", "A": "000"}[country[0]])
                in lines["call_now"])  # fmt: skip


def test_a_number_of_one_part_of_a_country_stands_in_no_sentence(knowledge):
    whole, part = situation(people.ANN, knowledge, "GB"), situation(people.ANN, knowledge, "GB-ENG")
    assert whole.contacts.of("poison") and whole.numbers("poison") == ()
    assert part.numbers("poison") == ("111",)


# --- release ------------------------------------------------------------------------------------------------------


def test_without_a_release_nothing_of_the_person_is_shown(knowledge):
    paper = made(situation(people.ANN, knowledge), release=NOTHING)
    assert {line.part for line in paper.lines} == {"general"}
    assert not any(section.periods for section in paper.sections)
    text = " ".join([*said(paper).values(), *paper.notes])
    for secret in ("oxycodone", "clarithromycin", "panic attacks", "0.5 mg"):
        assert secret not in text
    assert any("your own dose" in note for note in paper.notes)


@pytest.mark.parametrize("part", ["medicines", "mixing", "body", "plan", "visits"])
def test_a_part_that_is_held_back_is_not_shown_and_the_paper_says_that_it_waits(part, knowledge):
    own = part in ("mixing", "body")
    where = situation(people.ANN if own else people.TAPERED, knowledge, plan=None if own else people.simple_plan())
    whole = made(where)
    assert part in {line.part for line in whole.lines}
    paper = made(where, release=release_of("Dr A. Lee", (part,), ON))
    assert part not in {line.part for line in paper.lines}
    assert {line.name for line in whole.lines if line.part != part} == set(said(paper))
    if part == "plan":
        assert not any(period.from_plan for section in paper.sections for period in section.periods)
    if part == "medicines":
        assert not next(section for section in paper.sections if section.topic == "start").periods
    assert any("talk with you about the rest" in note for note in paper.notes)


def test_a_preview_shows_all_and_marks_what_waits(knowledge):
    paper = made(situation(people.ANN, knowledge), release=NOTHING, preview=True)
    assert {line.released for line in paper.lines if line.part != "general"} == {False}
    assert "Not for the patient yet" in paper.notes[0]
    assert set(said(paper)) == set(said(made(situation(people.ANN, knowledge))))


@pytest.mark.parametrize(("by", "held"), [("", ()), ("  ", ()), (None, ("plan",)), ("Dr Lee", ("plans",))])
def test_nobody_releases_nothing_and_a_wrong_part_is_named(by, held):
    with pytest.raises(UsageError, match=r"nobody released|no part 'plans'.*Did you mean 'plan'"):
        release_of(by, held, ON)


# --- readers and topics --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "never"),
    [
        ("caregiver", "You take"),
        ("caregiver", "Give clonazepam"),
        ("child_carer", "You take"),
        ("patient", "your child"),
    ],
)
def test_each_reader_is_spoken_to_as_such(audience, never, knowledge):
    text = " ".join(said(made(situation(people.CHILD, knowledge), audience)).values())
    assert never not in text


def test_the_paper_of_a_caregiver_does_not_name_other_medicines_or_conditions(knowledge):
    paper = made(situation(people.ANN, knowledge), "caregiver")
    text = " ".join(said(paper).values())
    assert "oxycodone" not in text and "lungs" not in text
    assert {"help_never_hide", "watch_intro", "od_no_flumazenil", "od_naloxone"} <= set(said(paper))


def test_the_rescue_card_alone_has_the_signs_the_acts_and_whom_to_call(knowledge):
    paper = made(situation(people.ANN, knowledge), "caregiver", ("overdose",))
    assert [section.topic for section in paper.sections] == ["overdose", "contacts"]
    names = [line.name for line in paper.sections[0].lines]
    assert names.index("od_call") < names.index("od_side") < names.index("od_not_sleep")


def test_of_one_topic_only_that_and_what_is_always_needed(knowledge):
    paper = made(situation(people.ANN, knowledge), topics=("driving",))
    assert [section.topic for section in paper.sections] == ["help_now", "driving", "contacts"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"topics": ("drivin",)}, "Did you mean 'driving'"),
        ({"language": "eng"}, "Did you mean 'en'"),
        ({"audience": "child_carer"}, "75 years old"),
    ],
)
def test_a_wrong_choice_names_the_nearest(asked, words, knowledge):
    with pytest.raises(UsageError, match=words):
        made(situation(people.ANN, knowledge), **asked)


def test_without_a_benzodiazepine_there_is_no_leaflet(knowledge):
    with pytest.raises(InputRefused, match="no benzodiazepine or Z-drug"):
        situation("medicines: [aspirin 100 mg once daily]\n", knowledge)


# --- several drugs, and a change from one to another ---------------------------------------------------------------

TWO = """
patient: {id: two, born: 1980-01-01, sex: female}
medicines:
  - {drug: clonazepam 0.5 mg tablet, take: 1 tablet twice daily, since: 2024-01-01, for: panic disorder}
  - {drug: zolpidem 5 mg tablet, take: 1 tablet at bedtime, since: 2024-01-01, for: insomnia}
conditions: none
"""


LOU = """
patient: {id: lou, born: 1970-01-01, sex: male}
medicines: [{drug: lorazepam 1 mg tablet, take: 1 tablet three times daily, since: 2024-01-01}]
conditions: none
"""


def test_what_is_true_of_one_of_two_drugs_is_said_of_that_one_only(knowledge):
    paper = made(situation(TWO, knowledge))
    lines = said(paper)
    assert lines["bedtime"] == "Take zolpidem right before you go to bed."
    assert "clonazepam" not in lines["bedtime_hours"] + lines["asleep_acts"] + lines["missed_night"]
    assert lines["missed_soon"] == "If you miss a dose of clonazepam, take it when you think of it."
    reasons = [line.text for line in paper.lines if line.name == "what_for"]
    assert reasons == ["You take clonazepam for panic attacks.", "You take zolpidem for poor sleep."]


def test_with_epilepsy_not_every_fit_is_an_emergency_and_a_rescue_medicine_is_told_apart(knowledge):
    text = people.PREGNANT.replace("medicines: [", "medicines: [midazolam 5 mg nasal spray as needed for seizures, ")
    paper = made(situation(text, knowledge))
    lines = said(paper)
    assert paper.drugs == ("clobazam",) and "midazolam" in lines["rescue"]
    assert {"sign_fit_long", "wd_fit_more"} <= set(lines) and not {"sign_fit", "wd_fit"} & set(lines)
    assert "midazolam" not in lines["never_sudden"]


def test_a_change_to_another_drug_is_said_with_both_names(knowledge):
    from benzosafe.education.given_plan import GivenPlan
    from benzosafe.education.situation import OWN_FACTS, Situation
    from benzosafe.taper.asked import Asked
    from benzosafe.taper.job import taper_job

    lou = people.record(LOU, knowledge)
    job = taper_job(knowledge, lou, Asked(via="diazepam", country="US", levels=False), ON)
    where = Situation(lou, knowledge, ON, "US", GivenPlan(job.plan, job.change, ()))
    lines = said(made(where))
    assert lines["plan_change"].startswith("First you change from lorazepam to diazepam")
    today = next(section for section in made(where).sections if section.topic == "start").periods[0]
    assert {drug.drug: drug.total_ug for drug in today.drugs} == {"lorazepam": 2_000, "diazepam": 5_000}
    assert set(where._own()) == set(OWN_FACTS)
