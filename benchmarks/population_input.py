"""A population for benchmarks: the measures' test decks, again and again with ids and dates of their own.

    python benchmarks/population_input.py OUT.ndjson --patients 5000 [--deck cms506|cms156|both] [--keep-dates]

Every patient's dates are moved by days of their own (birth dates too), so that nothing is quick for repeating.
`--keep-dates` leaves them in the measurement year, for the measures.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

DECKS = Path(__file__).resolve().parents[2] / "shared" / "data" / "ecqm-2024"
_DATE = re.compile(rb'"(\d{4}-\d{2}-\d{2})(?=["T])')


def deck_patients(deck: str) -> list[list[bytes]]:
    """The resources of every patient of a deck (or of both), each as compact JSON with its ids marked by @@."""
    folders = [DECKS / name.upper() for name in (("cms506", "cms156") if deck == "both" else (deck,))]
    found = [_marked(path) for folder in folders for path in sorted(folder.rglob("*.json"))]
    if not found:
        raise SystemExit(f"benchmark: {DECKS}: there are no decks; the shared data lies beside the project.")
    return found


def _marked(path: Path) -> list[bytes]:
    resources = [entry["resource"] for entry in json.loads(path.read_text())["entry"]]
    found = []
    for resource in resources:
        text = json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
        for other in resources:
            text = text.replace(f'"{other["id"]}"', f'"{other["id"]}@@"')
            text = text.replace(f'{other["resourceType"]}/{other["id"]}"', f'{other["resourceType"]}/{other["id"]}@@"')
        found.append(text.encode())
    return found


def patients_of(deck: str, patients: int, seed: int = 1, *, keep_dates: bool = False) -> Iterator[list[bytes]]:
    """The resources of so many patients, one after the other."""
    decks, draw = deck_patients(deck), random.Random(seed)
    for number in range(patients):
        mark = b"-%d" % number
        days = 0 if keep_dates else draw.randrange(-400, 401)
        yield [_moved(resource.replace(b"@@", mark), days) for resource in decks[number % len(decks)]]


def _moved(resource: bytes, days: int) -> bytes:
    if not days:
        return resource

    def later(match: re.Match[bytes]) -> bytes:
        moved = date.fromisoformat(match[1].decode()) + timedelta(days=days)
        return b'"' + moved.isoformat().encode()

    return _DATE.sub(later, resource)


def write_population(path: Path, patients: int, deck: str = "both", seed: int = 1, *, keep_dates: bool = False) -> int:
    """Write one NDJSON file; returns its size [bytes]."""
    with path.open("wb", buffering=1 << 20) as file:
        for resources in patients_of(deck, patients, seed, keep_dates=keep_dates):
            file.writelines(resource + b"\n" for resource in resources)
    return path.stat().st_size


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--patients", type=int, default=5000)
    parser.add_argument("--deck", choices=("cms506", "cms156", "both"), default="both")
    parser.add_argument("--keep-dates", action="store_true")
    asked = parser.parse_args()
    size = write_population(asked.out, asked.patients, asked.deck, keep_dates=asked.keep_dates)
    print(f"{size / 1e6:,.1f} MB, {asked.patients:,} patients")


if __name__ == "__main__":
    main()
