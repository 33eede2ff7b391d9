"""Prescriptions: signatures and fills a second on both databases, and what the audit chain costs beside plain writes.

Run: python benchmarks/prescriptions.py [--prescriptions 200] [--writes 2000] [--rounds 5]

One process, one core. The yardstick of the chain is the same rows written by the same library in transactions of the
same size without entries, in turns within this run. A signature includes checking the password, which is slow on
purpose (Argon2id, 64 MiB), so the part after it is shown beside it. Needs PostgreSQL on the machine for its column.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import insert, update
from tests.prescriptions.people import (
    PASSWORD,
    TABLET,
    answer_all,
    at_the_counter,
    content,
    patients,
    practice,
    verified,
)
from tests.storage.postgres import find_binaries, running

from benzosafe.audit.ledger import entering, faults
from benzosafe.identity.factors import password_right
from benzosafe.knowledge.load import load_knowledge
from benzosafe.prescriptions import pharmacist, prescriber
from benzosafe.storage.database import open_engine, writing
from benzosafe.storage.rx_tables import fills, prescriptions

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RECORD = "patient: {id: ann, born: 1986-03-04, sex: female}\nmedicines: none\nconditions: [panic disorder]\n"


def main() -> None:
    options = _options()
    knowledge = load_knowledge()
    found = {name: _measure(url, knowledge, options) for name, url in _databases()}
    names = list(found)
    print(f"\n| one core | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for line in found[names[0]]:
        print(f"| {line} | {' | '.join(found[name][line] for name in names)} |")


def _databases() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{folder}/rx.db"
    binaries = find_binaries()
    if binaries is None:
        print("PostgreSQL is not on this machine: its column was not measured", file=sys.stderr)
        return
    with running(binaries) as url:
        yield "PostgreSQL", f"{url}/postgres"


def _measure(url: str, knowledge, options) -> dict[str, str]:
    office = practice(url, knowledge)
    with contextlib.closing(_Closing(office)):
        office.desk = type(office.desk)(open_engine(url, durable=True), office.desk.vault, knowledge)
        signing, proving = _signing(office, options.prescriptions)
        checking, giving = _giving(office, options.prescriptions)
        plain, chained = _chain(office, options.writes, options.rounds)
        assert faults(office.desk.engine, office.desk.vault.chain_key) == []
    ratios = [after / before for before, after in zip(plain, chained, strict=True)]
    return {
        "signatures a second, with password and code": f"{1 / signing:.1f}",
        "the same without the password's hash": f"{1 / (signing - proving):.0f}",
        "counter-checks (a whole review) a second": f"{1 / checking:.0f}",
        "fills handed out a second": f"{1 / giving:.0f}",
        "plain transactions a second (a fill and a state)": f"{1 / statistics.median(plain):.0f}",
        "the same with the chain": f"{1 / statistics.median(chained):.0f}",
        "cost of the chain [1.5]": f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
    }


class _Closing:
    """Gives the connections back."""

    def __init__(self, office) -> None:
        self.office = office

    def close(self) -> None:
        self.office.desk.engine.dispose()


def _signing(office, number: int) -> tuple[float, float]:
    """Seconds a signature, and of these for the password."""
    desk, doctor, now = office.desk, office["doctor"], START
    patients.keep_record(desk, doctor, "ann", RECORD, now)
    ready = []
    for _ in range(number):
        made = prescriber.draft(desk, doctor, content(written_on=now.date()), now)
        ready.append(made)
    taken = 0.0
    for step, made in enumerate(ready):
        at = now + timedelta(seconds=60 * step)
        answer_all(office, made, prescriber.review(desk, doctor, made, at), at)
        begun = time.perf_counter()
        prescriber.sign(desk, "doctor", PASSWORD, office.code("doctor", at), made, at)
        taken += time.perf_counter() - begun
        prescriber.transmit(desk, doctor, made, "Corner Pharmacy", at)  # out of the way of the next review
        desk_cancel(office, made, at)
    begun = time.perf_counter()
    for _ in range(20):
        password_right(desk.engine, "doctor", PASSWORD)
    return taken / number, (time.perf_counter() - begun) / 20


def desk_cancel(office, made: str, at: datetime) -> None:
    from benzosafe.prescriptions import everyone

    everyone.move(office.desk, "cancel", office["doctor"], made, "benchmark", at)


def _giving(office, number: int) -> tuple[float, float]:
    """Seconds a counter-check and a fill: one prescription, handed out in parts."""
    at = START + timedelta(days=1)
    a_day = max(1, number // 30)
    number = 30 * a_day  # a quantity that does not fit its directions is not reviewed
    said = content(written_on=at.date(), units=number, days=30, directions=f"{a_day} tablets daily")
    made = at_the_counter(office, said, at, RECORD)
    begun = time.perf_counter()
    verified(office, made, at)
    checking = time.perf_counter() - begun
    begun = time.perf_counter()
    part = pharmacist.Handover({TABLET: Decimal(1)}, guide_given=True, again=True)
    for _ in range(number):
        pharmacist.dispense(office.desk, office["counter"], made, part, at)
    return checking, (time.perf_counter() - begun) / number


def _chain(office, writes: int, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds a transaction, plain and with its entries, in turns: a new fill and the prescription's new state."""
    desk, at = office.desk, START + timedelta(days=2)
    with desk.engine.connect() as connection:
        before = dict(connection.execute(prescriptions.select().limit(1)).mappings().one())
    plain, chained = [], []
    for turn in range(rounds):
        rows = [_fill(before["id"], f"{turn}-{number}", at) for number in range(2 * writes)]
        begun = time.perf_counter()
        for row in rows[:writes]:
            with writing(desk.engine) as connection:
                connection.execute(insert(fills), row)
                connection.execute(
                    update(prescriptions).where(prescriptions.c.id == before["id"]).values(state=before["state"])
                )
        plain.append((time.perf_counter() - begun) / writes)
        with writing(desk.engine) as connection:  # rows past the audit would be found
            connection.execute(fills.delete().where(fills.c.id.in_([row["id"] for row in rows[:writes]])))
        begun = time.perf_counter()
        for row in rows[writes:]:
            with entering(desk.engine, desk.vault.chain_key, "a-counter", at) as ledger:
                ledger.insert(fills, row, "fill")
                ledger.update(prescriptions, before, {"state": before["state"]}, "dispense")
        chained.append((time.perf_counter() - begun) / writes)
    return plain, chained


def _fill(prescription: str, name: str, at: datetime) -> dict:
    return {
        "id": f"f-{name}", "prescription_id": prescription, "number": 1, "units": {TABLET: "1"}, "days": 0,
        "dispensed_on": at.date(), "pharmacy": "Corner Pharmacy", "guide_given": True, "made_at": at,
        "made_by": "a-counter",
    }  # fmt: skip


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prescriptions", type=int, default=120)
    parser.add_argument("--writes", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
