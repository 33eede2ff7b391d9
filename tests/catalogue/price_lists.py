"""Price lists for tests, in the columns CMS writes: the spelling of today and that of the years before 2024."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from benzosafe.catalogue.price_file import PriceFile, Reading, read_prices

TODAY = date(2026, 11, 26)
OF_TODAY = (
    "NDC Description,NDC,NADAC Per Unit,Effective Date,Pricing Unit,Pharmacy Type Indicator,OTC,Explanation Code,"
    "Classification for Rate Setting,Corresponding Generic Drug NADAC Per Unit,"
    "Corresponding Generic Drug Effective Date,As of Date"
)
OF_BEFORE = (
    "NDC Description,NDC,NADAC_Per_Unit,Effective_Date,Pricing_Unit,Pharmacy_Type_Indicator,OTC,Explanation_Code,"
    "Classification_for_Rate_Setting,Corresponding_Generic_Drug_NADAC_Per_Unit,"
    "Corresponding_Generic_Drug_Effective_Date,As of Date"
)
SITE = "name,ndc,price,unit,currency,date,strength,form"


def row(
    description: str = "CLONAZEPAM 0.5 MG TABLET", ndc: str = "00093083201", price: str = "0.02000",
    effective: str = "11/18/2026", as_of: str = "11/25/2026", unit: str = "EA",
) -> str:  # fmt: skip
    """One line of a weekly list."""
    return f'{description},{ndc},{price},{effective},{unit},C/I,N,"1, 5",G,,,{as_of}'


def written(folder: Path, *lines: str, header: str = OF_TODAY, name: str = "list.csv") -> Path:
    """A list of these lines."""
    path = folder / name
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def read(path: Path, knowledge, **options) -> PriceFile:
    """Read a list on the day of the tests."""
    return read_prices(path, Reading(knowledge, TODAY, **options))
