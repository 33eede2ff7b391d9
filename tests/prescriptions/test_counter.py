"""At the counter: never too early, never more than prescribed, never unchecked; once, however many ask at a time."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest

from benzosafe.audit.ledger import entering, faults
from benzosafe.identity.accounts import NotAllowed
from benzosafe.prescriptions import everyone, patients, pharmacist, prescriber
from benzosafe.prescriptions.lifecycle import MoveRefused
from benzosafe.prescriptions.outside import import_fills
from benzosafe.prescriptions.safety import Unchecked
from benzosafe.prescriptions.supply import Supply, SupplyRefused, covered_until
from tests.prescriptions.people import (
    NOW,
    TABLET,
    WITH_OPIOID,
    at_the_counter,
    content,
    given,
    signed,
    verified,
)


def chain(office):
    return faults(office.desk.engine, office.desk.vault.chain_key)


def test_a_fill_in_two_parts_and_then_the_refills_each_in_its_time(office):
    made = at_the_counter(office, content(fills=2))
    verified(office, made)
    assert given(office, made, 20) == "partly_dispensed" and given(office, made, 40) == "dispensed"
    with pytest.raises(MoveRefused, match="it is dispensed"):
        given(office, made, 60)
    with pytest.raises(SupplyRefused, match="fill 2 is due from 2026-12-24"):
        verified(office, made, NOW + timedelta(days=27))
    day = NOW + timedelta(days=30)
    verified(office, made, day)
    assert given(office, made, 60, day) == "dispensed"
    with pytest.raises(SupplyRefused, match="all its fills"):
        verified(office, made, NOW + timedelta(days=60))
    assert chain(office) == []


def test_a_call_sent_twice_hands_out_once_and_a_second_hand_out_is_said(office):
    made = at_the_counter(office)
    verified(office, made)

    def hand_out(units, now, **more):
        given = pharmacist.Handover({TABLET: Decimal(units)}, guide_given=True, **more)
        return pharmacist.dispense(office.desk, office["counter"], made, given, now)

    assert hand_out(20, NOW) == "partly_dispensed"
    with pytest.raises(SupplyRefused, match="a moment ago"):
        hand_out(20, NOW + timedelta(minutes=10))
    assert hand_out(10, NOW) == "partly_dispensed"
    assert hand_out(20, NOW, again=True) == "partly_dispensed"
    assert hand_out(10, NOW + timedelta(minutes=11)) == "dispensed"
    assert chain(office) == []


@pytest.mark.parametrize("units", [61, 0, -1, 60.5])
def test_never_more_than_prescribed(office, units):
    made = at_the_counter(office)
    verified(office, made)
    with pytest.raises(SupplyRefused):
        given(office, made, units)
    with pytest.raises(SupplyRefused, match="is not prescribed"):
        pharmacist.dispense(
            office.desk,
            office["counter"],
            made,
            pharmacist.Handover({"clonazepam 2 mg tablet": Decimal(1)}, guide_given=True),
            NOW,
        )


def test_without_counter_check_paper_or_guide_nothing_is_handed_out(office):
    made = signed(office)
    assert prescriber.transmit(office.desk, office["doctor"], made, "Corner Pharmacy", NOW) == "paper"
    with pytest.raises(MoveRefused, match="not certified"):
        pharmacist.receive(office.desk, office["counter"], made, NOW)
    pharmacist.receive(office.desk, office["counter"], made, NOW, handwritten_seen=True)
    with pytest.raises(MoveRefused, match="it is received"):
        given(office, made)
    verified(office, made)
    with pytest.raises(MoveRefused, match="medication guide"):
        pharmacist.dispense(
            office.desk, office["counter"], made, pharmacist.Handover({TABLET: Decimal(60)}, guide_given=False), NOW
        )


def test_the_counter_check_is_the_same_review_and_wants_its_own_reasons(office):
    made = at_the_counter(office, record=WITH_OPIOID)
    with pytest.raises(Unchecked, match="a reason against"):
        pharmacist.verify(office.desk, office["counter"], made, {}, NOW)
    verified(office, made)


def test_a_new_record_is_seen_at_the_counter(office):
    made = at_the_counter(office)
    patients.keep_record(office.desk, office["counter"], "ann", WITH_OPIOID, NOW)
    with pytest.raises(Unchecked, match="a reason against"):
        pharmacist.verify(office.desk, office["counter"], made, {}, NOW)


def test_after_its_time_nothing_is_handed_out_and_it_ends(office):
    made = at_the_counter(office)
    late = NOW + timedelta(days=183)
    with pytest.raises(SupplyRefused, match="its time ended on 2027-05-24"):
        verified(office, made, NOW.replace(year=2027, month=5, day=25))
    assert everyone.expire_due(office.desk, late) == 1 and everyone.expire_due(office.desk, late) == 0
    assert everyone.view(office.desk, office["doctor"], made, late)["state"] == "expired"


def test_it_is_transferred_once(office):
    made = at_the_counter(office)
    pharmacist.transfer(office.desk, office["counter"], made, "Night Pharmacy", "moved", NOW)
    with pytest.raises(NotAllowed):
        verified(office, made)
    pharmacist.receive(office.desk, office["night"], made, NOW, handwritten_seen=True)
    with pytest.raises(MoveRefused, match="transferred"):
        pharmacist.transfer(office.desk, office["night"], made, "Corner Pharmacy", "back", NOW)


def test_a_question_goes_back_to_the_prescriber_with_its_reason(office):
    made = at_the_counter(office)
    everyone.move(office.desk, "clarify", office["counter"], made, "dose is twice the last one", NOW)
    seen = everyone.view(office.desk, office["doctor"], made, NOW)
    assert (seen["state"], seen["reason"]) == ("held", "dose is twice the last one")
    everyone.move(office.desk, "release", office["doctor"], made, "intended, see record", NOW)
    pharmacist.receive(office.desk, office["counter"], made, NOW, handwritten_seen=True)


CSV = b"dispensed_on,medicine,units,days,prescriber,pharmacy\n"


def outside(office, lines, now=NOW):
    with entering(office.desk.engine, office.desk.vault.chain_key, "a-counter", now) as ledger:
        return import_fills(ledger, office.desk.knowledge, "ann", (CSV + lines, "programme.csv"), "a-counter")


def test_fills_from_elsewhere_count_and_are_kept_once(office):
    line = b"2026-11-20,Klonopin 1 mg,30,30,Dr Elsewhere,Far Pharmacy\n"
    found = outside(office, line + b"2026-11-20,sleepwellorama,3,3,,\n2026-13-01,clonazepam 1 mg,3,3,,\n")
    assert (found.kept, found.known, len(found.refused)) == (1, 0, 2)
    assert outside(office, line).known == 1
    made = at_the_counter(office)
    with pytest.raises(SupplyRefused, match="due from 2026-12-18"):
        verified(office, made)


def test_fills_follow_one_another_and_an_unknown_length_is_not_none():
    day = date(2026, 1, 1)
    assert covered_until([], 30) is None
    assert covered_until([Supply(day, 30, "a"), Supply(day, 30, "b")], 30) == day + timedelta(days=60)
    apart = [Supply(day, 30, "a"), Supply(day + timedelta(days=90), 10, "b")]
    assert covered_until(apart, 30) == day + timedelta(days=100)
    assert covered_until([Supply(day, None, "a")], 28) == day + timedelta(days=28)


def test_a_fill_from_elsewhere_without_days_counts_as_the_longest(office):
    outside(office, b"2026-11-20,Klonopin 1 mg,30,,Dr Elsewhere,Far Pharmacy\n")
    made = at_the_counter(office)
    with pytest.raises(SupplyRefused, match=r"due from 2026-12-18.*1 fills that do not say their days count as 30"):
        verified(office, made)


@pytest.mark.parametrize("parts", [[60], [20, 40], [1] * 60, [7, 7, 46]])
def test_the_parts_of_a_fill_together_last_as_long_as_it_does(office, parts):
    made = at_the_counter(office)
    verified(office, made)
    for units in parts:
        given(office, made, units)
    fills = everyone.view(office.desk, office["doctor"], made, NOW)["fills"]
    assert sum(fill["days"] for fill in fills) == 30 and len(fills) == len(parts)


def test_of_fifty_who_ask_at_once_one_gets_it(either_office):
    office = either_office
    made = at_the_counter(office)
    verified(office, made)
    start, outcomes = threading.Barrier(50), []

    def ask():
        start.wait()
        try:
            outcomes.append(given(office, made, 60))
        except (SupplyRefused, MoveRefused):
            outcomes.append("refused")

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["dispensed", *["refused"] * 49]
    assert (
        sum(Decimal(row["units"][TABLET]) for row in everyone.view(office.desk, office["doctor"], made, NOW)["fills"])
        == 60
    )
    assert chain(office) == []
