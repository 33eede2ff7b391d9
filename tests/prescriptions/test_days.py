"""The law counts the days of the place: near midnight in Greenwich it is another day in Sydney and in New York."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from benzosafe.prescriptions import everyone, pharmacist
from benzosafe.prescriptions.safety import Unchecked
from benzosafe.storage.rx_tables import fills
from tests.prescriptions.people import NOW, TABLET, at_the_counter, content, given, signed, verified

LATE = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [("Australia/Sydney", LATE, date(2026, 11, 25)), ("America/New_York", LATE, date(2026, 11, 24)),
     ("America/Los_Angeles", datetime(2026, 11, 24, 3, tzinfo=UTC), date(2026, 11, 23)),
     ("Europe/London", datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2)),
     ("Europe/London", datetime(2026, 12, 1, 23, 30, tzinfo=UTC), date(2026, 12, 1))],
)  # fmt: skip
def test_the_day_is_the_day_of_the_place(office, zone, moment, day):
    assert replace(office.desk, zone=ZoneInfo(zone)).day(moment) == day


def test_a_fill_is_of_the_day_it_is_handed_out_at_the_place(office):
    made = at_the_counter(office)
    sydney = replace(office.desk, zone=ZoneInfo("Australia/Sydney"))
    late = NOW.replace(hour=23, minute=0)
    pharmacist.verify(sydney, office["counter"], made, {}, late)
    pharmacist.dispense(
        sydney, office["counter"], made, pharmacist.Handover({TABLET: Decimal(60)}, guide_given=True), late
    )
    with office.desk.engine.connect() as connection:
        assert connection.execute(select(fills.c.dispensed_on)).scalar_one() == late.date() + timedelta(days=1)


def test_a_check_of_yesterday_at_the_place_is_old_although_it_is_still_today_in_greenwich(office):
    made = at_the_counter(office)
    verified(office, made, NOW.replace(hour=12))
    sydney = replace(office.desk, zone=ZoneInfo("Australia/Sydney"))
    with pytest.raises(Unchecked):
        pharmacist.dispense(
            sydney,
            office["counter"],
            made,
            pharmacist.Handover({TABLET: Decimal(60)}, guide_given=True),
            NOW.replace(hour=14),
        )
    assert given(office, made, 60, NOW.replace(hour=14)) == "dispensed"


@pytest.mark.parametrize(("zone", "ended"), [("Pacific/Auckland", 1), ("UTC", 0), ("America/New_York", 0)])
def test_a_prescription_ends_with_the_last_day_of_the_place(office, zone, ended):
    said = content()
    signed(office, said)
    last = office.desk.law(said, said.written_on).last_day(said.written_on)
    late = datetime.combine(last, time(23), UTC)
    assert everyone.expire_due(replace(office.desk, zone=ZoneInfo(zone)), late) == ended
