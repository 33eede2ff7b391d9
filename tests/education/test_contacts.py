"""Contacts by country: the numbers are typed here apart, from the pages they were read on; the rest fails closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from benzosafe.education.contacts import TOPIC_WORDS, contacts_of
from benzosafe.knowledge.contacts_model import TOPICS, Contact, CountryHelp, digits_of

ON = date(2026, 11, 27)
# Country, kind, what it is called: the digits to call and to text.
PUBLISHED = {
    ("US", "emergency", "911"): ("911", ""),
    ("US", "poison", "Poison Help"): ("18002221222", ""),
    ("US", "crisis", "988 Suicide and Crisis Lifeline"): ("988", "988"),
    ("US", "substance_use", "SAMHSA National Helpline"): ("18006624357", ""),
    ("GB", "emergency", "999"): ("999", ""),
    ("GB", "poison", "NHS 111"): ("111", ""),
    ("GB", "crisis", "Samaritans"): ("116123", ""),
    ("GB", "crisis", "Shout"): ("", "85258"),
    ("GB", "crisis", "NHS 111, mental health"): ("111", ""),
    ("GB", "crisis", "NHS 24, mental health"): ("111", ""),
    ("GB", "crisis", "Lifeline"): ("08088088000", ""),
    ("GB", "health_advice", "NHS 111"): ("111", ""),
    ("GB", "health_advice", "NHS 24"): ("111", ""),
    ("IE", "emergency", "112 or 999"): ("112", ""),
    ("IE", "poison", "Public Poisons Line"): ("018092166", ""),
    ("IE", "crisis", "Samaritans"): ("116123", ""),
    ("IE", "crisis", "Text 50808"): ("", "50808"),
    ("IE", "substance_use", "HSE Drugs and Alcohol Helpline"): ("1800459459", ""),
    ("CA", "emergency", "911"): ("911", ""),
    ("CA", "poison", "Poison centre"): ("18447647669", ""),
    ("CA", "poison", "Centre antipoison du Québec"): ("18004635060", ""),
    ("CA", "crisis", "9-8-8 Suicide Crisis Helpline"): ("988", "988"),
    ("CA", "health_advice", "811"): ("811", ""),
    ("CA", "substance_use", "Drugs, help and referral"): ("18002652626", ""),
    ("CA", "substance_use", "ConnexOntario"): ("18665312600", "247247"),
    ("CA", "substance_use", "Alcohol and Drug Information Referral Service"): ("18006631441", ""),
    ("AU", "emergency", "Triple Zero"): ("000", ""),
    ("AU", "poison", "Poisons Information Centre"): ("131126", ""),
    ("AU", "crisis", "Lifeline"): ("131114", "0477131114"),
    ("AU", "substance_use", "National Alcohol and Other Drug Hotline"): ("1800250015", ""),
    ("AU", "substance_use", "Reconnexion"): ("1300273266", ""),
    ("DE", "emergency", "112"): ("112", ""),
}
REPORTS = {"US": "18003321088", "GB": "", "IE": "35316764971", "CA": "18662342345", "AU": ""}
# The Drug Driving (Specified Limits) (England and Wales) Regulations 2014, and gov.scot; ug/L of blood.
LIMITS = {"clonazepam": 50, "diazepam": 550, "flunitrazepam": 300, "lorazepam": 100, "oxazepam": 300, "temazepam": 1000}
MEMBERS = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IT", "LT", "LU", "LV", "MT",
    "NL", "PL", "PT", "RO", "SE", "SI", "SK",
]  # fmt: skip


def names(found):
    """What is shown, by name."""
    return {contact.name for contact in found.contacts}


def hidden(found):
    """What is not shown, by name, with the reason."""
    return {item.what: item.why for item in found.left_out}


def test_every_number_is_what_its_source_says(knowledge):
    shown = {}
    for country in ("US", "GB", "IE", "CA", "AU", "DE"):
        for contact in contacts_of(country, knowledge, ON).contacts:
            shown[country, contact.kind, contact.name] = (contact.call_digits, contact.text_digits)
    assert shown == PUBLISHED


def test_side_effects_are_told_to_the_published_number(knowledge):
    for country, digits in REPORTS.items():
        (where,) = contacts_of(country, knowledge, ON).reports
        assert where.call_digits == digits and where.page.startswith("https://")


@pytest.mark.parametrize(
    ("written", "pressed"),
    [("1-844-POISON-X", "18447647669"), ("1-800-FDA-1088", "18003321088"), ("1-800-662-HELP", "18006624357"),
     ("(01) 809 2166", "018092166"), ("+353-1-6764971", "35316764971"), ("9-8-8", "988")],
)  # fmt: skip
def test_letters_are_pressed_as_on_the_keypad(written, pressed):
    assert digits_of(written) == pressed


@pytest.mark.parametrize("written", ["", " ", "+", "()", "call us", "911!", "nine", "12+3"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValueError, match="not a telephone number"):
        digits_of(written)


@pytest.mark.parametrize("country", ["", "ZZ", "NZ", "Atlantis", "EU", "G", "GBR-", "US;CA", "-", "000"])
def test_of_an_unknown_country_nothing_is_shown(knowledge, country):
    found = contacts_of(country, knowledge, ON)
    assert (found.country, found.contacts, found.returns, found.reports, found.driving) == ("", (), (), (), ())
    assert [item.topic for item in found.left_out] == [None]
    assert "not on record" in found.left_out[0].why


@given(country=st.text(max_size=12), days=st.integers(-4000, 4000))
def test_anything_written_is_answered_or_named_unknown(knowledge, country, days):
    found = contacts_of(country, knowledge, ON + timedelta(days=days))
    assert found.left_out
    assert found.country or not (found.contacts or found.returns or found.reports or found.driving)


def test_a_misspelt_country_gets_a_hint_and_no_number(knowledge):
    found = contacts_of("irland", knowledge, ON)
    assert not found.contacts and "Did you mean 'Ireland'?" in found.left_out[0].why


@pytest.mark.parametrize("country", ["US", "GB", "IE", "CA", "AU", "FR"])
def test_every_entry_vanishes_on_the_day_after_it_was_to_be_checked(knowledge, country):
    dates = {item.checked.next for _, item in _entries(knowledge, country)}
    for day in dates:
        due = [item for _, item in _entries(knowledge, country) if item.checked.next == day and item.is_read]
        on_day, after = (_shown(contacts_of(country, knowledge, on)) for on in (day, day + timedelta(days=1)))
        assert all(item in on_day for item in due), f"{country}: still shown on {day}"
        assert not any(item in after for item in due), f"{country}: not shown after {day}"


def test_when_all_is_due_nothing_is_left_and_every_topic_is_named(knowledge):
    found = contacts_of("US", knowledge, date(2030, 1, 1))
    assert _shown(found) == []
    assert {item.topic for item in found.left_out} == set(TOPICS)
    assert "was to be checked again by 2027-05-27" in hidden(found)["Poison Help"]


def test_a_number_that_was_only_remembered_is_not_shown(knowledge):
    for country, name in (("GB", "FRANK"), ("IE", "HSELive"), ("AU", "1800MEDICARE")):
        found = contacts_of(country, knowledge, ON)
        assert name not in names(found) and "only remembered" in hidden(found)[name]


def test_one_remembered_statement_is_enough_to_hide_an_entry(knowledge):
    entry = knowledge.contacts["US"].contacts[0]
    doubtful = entry.evidence[0].model_copy(update={"confidence": "recalled"})
    assert entry.is_read and not entry.model_copy(update={"evidence": (*entry.evidence, doubtful)}).is_read


def test_only_the_named_members_fall_back_to_112(knowledge):
    for code in MEMBERS:
        found = contacts_of(code, knowledge, ON)
        assert found.shared and found.country
        assert [contact.call_digits for contact in found.contacts] == ["112"]
        assert {item.topic for item in found.left_out} == set(TOPICS) - {"emergency"}
    assert not contacts_of("IE", knowledge, ON).shared
    assert set(knowledge.contacts["EU"].members) == set(MEMBERS)


def test_a_member_with_a_file_of_its_own_does_not_fall_back_when_its_number_is_due(knowledge):
    assert contacts_of("IE", knowledge, date(2029, 1, 1)).contacts == ()


@pytest.mark.parametrize("country", ["GB", "gb", " uk ", "United Kingdom", "united kingdom", "UK"])
def test_a_country_goes_by_code_or_name(knowledge, country):
    assert contacts_of(country, knowledge, ON).country == "United Kingdom"


def test_a_part_of_a_country_gets_its_own_and_not_that_of_others(knowledge):
    quebec, ontario = (contacts_of(place, knowledge, ON) for place in ("CA-QC", "ca-on"))
    assert [contact.call_digits for contact in quebec.of("poison")] == ["18004635060"]
    assert [contact.call_digits for contact in ontario.of("poison")] == ["18447647669"]
    assert contacts_of("CA-NU", knowledge, ON).of("poison") == ()
    north = contacts_of("UK-NIR", knowledge, ON)
    assert {contact.name for contact in north.of("crisis")} == {"Samaritans", "Shout", "Lifeline"}
    assert north.of("health_advice") == () and [rule.limits for rule in north.driving] == [{}]
    assert hidden(north)["NHS 24"] == "is for Scotland."


def test_a_part_that_is_not_on_record_gets_only_what_holds_everywhere(knowledge):
    found = contacts_of("CA-XX", knowledge, ON)
    assert {contact.name for contact in found.contacts} == {"911", "9-8-8 Suicide Crisis Helpline"}
    assert found.left_out[0].what == "CA-XX" and "no such part" in found.left_out[0].why


def test_where_an_entry_holds_is_said(knowledge):
    found = contacts_of("CA", knowledge, ON)
    canada, quebec = found.of("poison")
    assert (found.where(canada), found.where(quebec)) == ("not in Quebec, Nunavut", "Quebec")
    assert found.where(found.of("emergency")[0]) == ""


def test_blood_limits_are_those_of_the_law(knowledge):
    rules = {found.where(rule): rule for found in [contacts_of("GB", knowledge, ON)] for rule in found.driving}
    for place in ("England, Wales", "Scotland"):
        assert {drug: limit.value for drug, limit in rules[place].limits.items()} == LIMITS
        assert {limit.unit for limit in rules[place].limits.values()} == {"ug/L"} and rules[place].defence
    assert rules["Northern Ireland"].limits == {}
    assert set(LIMITS) <= set(knowledge.drugs)


@pytest.mark.parametrize("country", ["US", "GB", "IE", "CA", "AU"])
def test_prescribed_is_never_said_to_be_enough_to_drive(knowledge, country):
    first = contacts_of(country, knowledge, ON).driving[0].words[0]
    assert any(f"it is {fault} to drive when" in first.lower() for fault in ("against the law", "a crime"))


@pytest.mark.parametrize("country", ["US", "GB", "IE", "CA", "AU"])
def test_nothing_but_rectal_gel_is_flushed(knowledge, country):
    (way,) = contacts_of(country, knowledge, ON).returns
    assert way.flush.startswith("Do not ")
    assert ("rectal gel" in way.flush) == (country == "US")


def test_sources_exist_and_say_whose_copy_was_read(knowledge):
    used = {
        item.source for entry in knowledge.contacts.values() for _, dated in entry.entries for item in dated.evidence
    }
    used |= {limit.source for rule in knowledge.contacts["GB"].driving for limit in rule.limits.values()}
    for name in used:
        assert knowledge.sources[name].read_as, name
    assert "house" not in used


def test_every_topic_has_a_word():
    assert set(TOPIC_WORDS) == set(TOPICS)


@pytest.mark.parametrize(
    ("change", "fault"),
    [({"call": "", "text": ""}, "needs 'call' or 'text'"), ({"call": "1"}, "3 to 15 digits"),
     ({"always": False}, "'hours' are for"), ({"hours": "mornings"}, "'hours' are for"),
     ({"areas": ["US-NY"], "except_areas": ["US-CA"]}, "either 'areas' or"), ({"page": "www.x.org"}, "page"),
     ({"checked": {"on": "2026-11-27", "next": "2026-11-27"}}, "must lie after"),
     ({"evidence": [{"source": "frank", "confidence": "verified"}]}, "what was read there"),
     ({"evidence": []}, "evidence")],
)  # fmt: skip
def test_an_entry_that_is_not_whole_does_not_load(knowledge, change, fault):
    raw = knowledge.contacts["US"].contacts[1].model_dump(mode="json")
    Contact.model_validate(raw)
    with pytest.raises(ValidationError, match=fault):
        Contact.model_validate(raw | change)


@pytest.mark.parametrize(
    ("change", "fault"),
    [({"not_known": {}}, "says nothing of health_advice"), ({"areas": {"Québec": "Quebec"}}, "not a code"),
     ({"returns": []}, "says nothing of returns")],
)  # fmt: skip
def test_a_country_is_silent_of_nothing_without_a_reason(knowledge, change, fault):
    raw = knowledge.contacts["US"].model_dump(mode="json")
    CountryHelp.model_validate(raw)
    with pytest.raises(ValidationError, match=fault):
        CountryHelp.model_validate(raw | change)


def _entries(knowledge, country):
    return (knowledge.contacts.get(country) or knowledge.contacts["EU"]).entries


def _shown(found):
    return [*found.contacts, *found.returns, *found.reports, *found.driving]
