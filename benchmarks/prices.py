"""Speed of an import of prices: a weekly NADAC list of 30,000 rows, against Python's csv.reader over the same file.

Run: python benchmarks/prices.py [--rows 30000] [--runs 5]
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benzosafe.catalogue.price_file import Reading, read_prices
from benzosafe.catalogue.prices_store import store_prices
from benzosafe.knowledge.load import Knowledge, load_knowledge

HEADER = (
    "NDC Description", "NDC", "NADAC Per Unit", "Effective Date", "Pricing Unit", "Pharmacy Type Indicator", "OTC",
    "Explanation Code", "Classification for Rate Setting", "Corresponding Generic Drug NADAC Per Unit",
    "Corresponding Generic Drug Effective Date", "As of Date",
)  # fmt: skip
SHARE_OF_OURS = 0.03
ON = date(2026, 11, 25)


def weekly_rows(knowledge: Knowledge, count: int, as_of: date, seed: int = 1) -> list[list[str]]:
    """Rows as CMS writes them, made up: upper-case text, 11 digits, five decimals, American dates, '1, 5' in quotes."""
    chance = random.Random(seed)
    ours = [name for name, drug in sorted(knowledge.drugs.items()) if drug.benzodiazepine and " " not in name]
    others = [name for name, drug in sorted(knowledge.drugs.items()) if not drug.benzodiazepine]
    others += [item.name for item in knowledge.bystanders]
    rows = []
    for number in range(count):
        name = chance.choice(ours if chance.random() < SHARE_OF_OURS else others)
        strength = chance.choice(("0.25", "0.5", "1", "2", "5", "10", "15", "20", "100"))
        form, unit = chance.choice((("TABLET", "EA"), ("CAPSULE", "EA"), ("/5 ML SOLUTION", "ML"), ("ER TABLET", "EA")))
        mg = " MG" if form.startswith("/") else " MG "
        effective_on = as_of - timedelta(days=chance.randrange(0, 400))
        rows.append([
            f"{name} {strength}{mg}{form}".upper(), f"{chance.randrange(1, 99_999):05d}{number:06d}",
            f"{chance.uniform(0.01, 9):.5f}", f"{effective_on:%m/%d/%Y}", unit, "C/I", chance.choice("NY"),
            chance.choice(("1", "1, 5", "1, 6")), chance.choice("GB"), "", "", f"{as_of:%m/%d/%Y}",
        ])  # fmt: skip
    return rows


def write_weekly(path: Path, rows: list[list[str]], header: tuple[str, ...] = HEADER) -> None:
    """Write them as CMS does."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _csv_reader(path: Path) -> float:
    start = time.perf_counter()
    with path.open(newline="", encoding="utf-8") as file:
        for _ in csv.reader(file):
            pass
    return time.perf_counter() - start


def _import(path: Path, folder: Path, knowledge: Knowledge, run: int) -> float:
    store = folder / f"prices-{run}.sqlite"
    start = time.perf_counter()
    found = read_prices(path, Reading(knowledge, ON))
    store_prices(store, found, path.name, ON)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    knowledge = load_knowledge()
    _ = knowledge.names  # made once at the start of every command, not part of the import
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "nadac.csv"
        write_weekly(path, weekly_rows(knowledge, asked.rows, ON))
        plain, ours = [], []
        for run in range(asked.runs):
            plain.append(_csv_reader(path))
            ours.append(_import(path, folder, knowledge, run))
    print(f"{asked.rows:,} rows, median of {asked.runs} runs taken in turn")
    print(f"csv.reader alone      {statistics.median(plain) * 1000:8.1f} ms")
    print(f"import of the prices  {statistics.median(ours) * 1000:8.1f} ms")
    print(f"ratio                 {statistics.median(o / p for o, p in zip(ours, plain, strict=True)):8.1f}")


if __name__ == "__main__":
    main()
