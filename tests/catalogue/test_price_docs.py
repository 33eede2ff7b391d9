"""The page on prices says what the code does."""

from __future__ import annotations

from pathlib import Path

from benzosafe.catalogue import price_cells, price_file, prices
from benzosafe.catalogue.price_rows import NADAC, SITE, column_key

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "prices.md").read_text(encoding="utf-8")


def test_every_column_that_is_needed_is_named():
    named = {column_key(piece) for piece in PAGE.split("`")[1::2]}
    assert {*NADAC.required, *SITE.required, *SITE.one_of} <= named


def test_the_limits_are_those_of_the_code():
    plain = " ".join(PAGE.split())
    assert f"last {prices.OLD_AFTER_DAYS} days" in plain
    assert f"more than {price_file.LATEST_DAYS_AHEAD} days ahead" in plain
    assert f"above {price_cells.MOST_EXPENSIVE:,}" in plain
    assert f"up to {price_file.MOST_REMEMBERED:,} damaged rows" in plain
    assert price_file.MOST_DAMAGED == 0.5
    assert "more than half of the rows damaged" in plain
