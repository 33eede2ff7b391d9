"""Which price is in force on a day, and when a price is old."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from benzosafe.catalogue.prices import OLD_AFTER_DAYS, Price, PriceBook, is_old

WEEK = date(2026, 11, 25)
ONE = Price(
    "clonazepam", "CLONAZEPAM 0.5 MG TABLET", Decimal("0.020"), "USD", "EA", date(2026, 6, 1), WEEK, "CMS NADAC",
    "00093083201", 0.5, False, "tablet",
)  # fmt: skip
LATER = replace(ONE, unit_price=Decimal("0.030"), effective_on=date(2026, 9, 1))
OTHER_CODE = replace(ONE, ndc="00904722761", unit_price=Decimal("0.010"))
OF_2_MG = replace(ONE, ndc="00093083401", strength_mg=2.0, description="CLONAZEPAM 2 MG TABLET")
UNSAID = replace(ONE, ndc="00093083501", strength_mg=None, form="", description="CLONAZEPAM")
BOOK = PriceBook([LATER, ONE, OTHER_CODE, OF_2_MG, UNSAID])


def test_the_price_in_force_on_a_day():
    assert BOOK.prices_of("clonazepam", 0.5, "tablet", date(2026, 8, 31)) == (OTHER_CODE, ONE)
    assert BOOK.prices_of("clonazepam", 0.5, "tablet", date(2026, 9, 1)) == (OTHER_CODE, LATER)
    assert BOOK.prices_of("clonazepam", 0.5, "tablet", date(2026, 5, 31)) == ()
    assert BOOK.prices_of("clonazepam", 0.5, "tablet") == (OTHER_CODE, LATER)


def test_what_is_not_known_to_fit_is_left_out():
    assert UNSAID not in BOOK.prices_of("clonazepam", strength_mg=0.5)
    assert UNSAID not in BOOK.prices_of("clonazepam", form="tablet")
    assert set(BOOK.prices_of("clonazepam")) == {OTHER_CODE, LATER, OF_2_MG, UNSAID}
    assert BOOK.prices_of("clonazepam", strength_mg=2) == (OF_2_MG,)
    assert BOOK.prices_of("lorazepam") == ()


def test_a_list_of_ones_own_stands_beside_that_of_cms():
    own = replace(ONE, source="Ward", currency="EUR")
    book = PriceBook([ONE, own])
    assert book.prices_of("clonazepam") == (own, ONE)
    assert (len(book), book.ingredients) == (2, ["clonazepam"])


def test_a_price_is_old_by_the_day_of_its_list_and_not_by_the_day_it_took_effect():
    assert not is_old(ONE, WEEK + timedelta(days=OLD_AFTER_DAYS))
    assert is_old(ONE, WEEK + timedelta(days=OLD_AFTER_DAYS + 1))
    assert not is_old(replace(ONE, effective_on=date(2020, 1, 1)), WEEK)
