"""Cells of price lists, and the reasons why one cannot be read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from benzosafe.catalogue.price_cells import (
    CellDamaged,
    read_amount,
    read_currency,
    read_day,
    read_ndc,
    read_unit,
)

LATEST = date(2026, 12, 26)


@pytest.mark.parametrize(
    ("text", "ndc", "restored"),
    [
        ("00093083201", "00093083201", False),
        ("93083201", "00093083201", True),
        ("93083201.0", "00093083201", True),
        ("9002901", "00009002901", True),
        ("0093083201", "00093083201", True),
        ("0093-0832-01", "00093083201", False),
        ("00093-0832-01", "00093083201", False),
        ("57237-239-01", "57237023901", False),
        ("10094-0205-1", "10094020501", False),
    ],
)
def test_a_code_has_11_digits(text, ndc, restored):
    assert read_ndc(text, always_11=True) == (ndc, restored)


@pytest.mark.parametrize(
    "text", ["", "9.30832E+10", "930832", "000930832011", "clonazepam", "00093-0832", "123-45-6789", "٠٠٠٩٣٠٨٣٢٠١"]
)
def test_a_code_that_is_none_is_refused(text):
    with pytest.raises(CellDamaged):
        read_ndc(text, always_11=True)


def test_ten_digits_are_three_codes_unless_the_list_always_writes_eleven():
    with pytest.raises(CellDamaged, match="three products"):
        read_ndc("0093083201", always_11=False)


@pytest.mark.parametrize(
    ("text", "amount"), [("0.01935", "0.01935"), ("$5.20", "5.20"), ("1.9E-02", "0.019"), (" 334 ", "334")]
)
def test_a_price_is_an_exact_decimal(text, amount):
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "0", "0.00", "-1", "n/a", "nan", "inf", "1,50", "1.2.3", "1e99", "20261125"])
def test_a_price_that_is_none_is_refused(text):
    with pytest.raises(CellDamaged):
        read_amount(text)


@pytest.mark.parametrize("text", ["11/25/2026", "2026-11-25", "2026-11-25T00:00:00.000"])
def test_a_day_of_cms_is_american_or_iso(text):
    assert read_day(text, LATEST, american=True) == date(2026, 11, 25)


@pytest.mark.parametrize("text", ["", "11/25/26", "25/11/2026", "2026-02-30", "20261125", "1970-01-01", "2206-11-25"])
def test_a_day_that_is_none_is_refused(text):
    with pytest.raises(CellDamaged):
        read_day(text, LATEST, american=True)


def test_day_and_month_are_not_guessed_in_a_list_of_ones_own():
    with pytest.raises(CellDamaged, match="cannot be told apart"):
        read_day("03/04/2026", LATEST, american=False)


def test_units_and_currencies():
    assert [read_unit(text) for text in ("EA", "ea", "tablets", "mL", "g", "gm")] == [
        "EA",
        "EA",
        "EA",
        "ML",
        "GM",
        "GM",
    ]
    assert read_currency("eur") == "EUR"
    for refused in ("", "pack of 30", "box"):
        with pytest.raises(CellDamaged):
            read_unit(refused)
    for refused in ("", "$", "euro"):
        with pytest.raises(CellDamaged):
            read_currency(refused)
