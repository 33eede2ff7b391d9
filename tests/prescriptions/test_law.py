"""Law as data: every case of every pack comes out as it says, and what is not known is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from benzosafe.knowledge.load import load_knowledge
from benzosafe.prescriptions.law import law_of, refuses_signing
from benzosafe.prescriptions.law_cases import failures
from tests.prescriptions.people import content

PLACES = sorted(load_knowledge().prescribing)


@pytest.mark.parametrize("place", PLACES)
def test_every_case_of_a_pack_holds(knowledge, place):
    assert failures(knowledge.prescribing[place], knowledge) == []


@pytest.mark.parametrize("place", ["US-CA", "DE", "CA"])
def test_a_place_without_a_rule_lets_nothing_be_signed(knowledge, place):
    refused = refuses_signing(content(jurisdiction=place), law_of(knowledge, place, "clonazepam", date(2026, 11, 24)))
    assert {item.code for item in refused} <= {"no_law", "schedule_not_known"} and refused


@pytest.mark.parametrize("place", PLACES)
def test_a_pack_that_is_due_to_be_checked_fails_closed(knowledge, place):
    late = knowledge.prescribing[place].checked.next + timedelta(days=1)
    law = law_of(knowledge, place, "clonazepam", late)
    assert law.rule is None and law.refusal.code in ("law_unchecked", "schedule_not_known")


def test_the_last_day_is_counted_from_the_date_of_issue(knowledge):
    law = law_of(knowledge, "US", "clonazepam", date(2026, 8, 31))
    assert law.last_day(date(2026, 8, 31)) == date(2027, 2, 28)


def test_a_fill_planned_after_its_time_is_refused(knowledge):
    said = content(fills=6, days=30, units=60)
    late = said.model_copy(
        update={"fills": (*said.fills[:5], said.fills[5].model_copy(update={"earliest_on": date(2027, 6, 1)}))}
    )
    codes = {item.code for item in refuses_signing(late, law_of(knowledge, "US", "clonazepam", date(2026, 11, 24)))}
    assert codes == {"fill_after_validity"}


def test_another_day_than_its_date_is_refused(knowledge):
    refused = refuses_signing(content(), law_of(knowledge, "US", "clonazepam", date(2026, 11, 25)))
    assert {item.code for item in refused} == {"not_todays"}
