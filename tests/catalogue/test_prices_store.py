"""Prices kept: all of a list or nothing, the newest word wins, two imports at once and one that is killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.catalogue.price_lists import TODAY, read, row, written

from benzosafe.catalogue.prices_store import (
    Stored,
    default_store,
    imports,
    known_products,
    open_prices,
    store_prices,
)
from benzosafe.errors import InputRefused, UsageError

ROOT = Path(__file__).parents[2]


def kept(store: Path, on: date | None = None) -> dict[str, Decimal]:
    return {price.ndc: price.unit_price for price in open_prices(store).prices_of("clonazepam", on=on)}


@pytest.fixture
def taken(knowledge, tmp_path):
    """Writes a list and imports it into one store."""

    def take(*lines: str, name: str = "list.csv") -> Stored:
        path = written(tmp_path, *lines, name=name)
        return store_prices(tmp_path / "prices.sqlite", read(path, knowledge), name, TODAY)

    return take


def test_the_same_file_twice_changes_nothing(taken, tmp_path):
    store = tmp_path / "prices.sqlite"
    assert taken(row(), row(ndc="00093083205")) == Stored(added=2)
    before, seen = store.read_bytes(), imports(store)
    assert taken(row(), row(ndc="00093083205")) == Stored(unchanged=2)
    assert (store.read_bytes(), imports(store)) == (before, seen)


def test_a_newer_list_updates_and_an_older_one_never_takes_back(taken, tmp_path):
    store = tmp_path / "prices.sqlite"
    taken(row(price="0.02"))
    newer = row(price="0.03", effective="12/02/2026", as_of="12/09/2026")
    corrected = row(price="0.021", as_of="12/09/2026")
    assert taken(newer, corrected) == Stored(added=1, changed=1)
    assert kept(store, date(2026, 12, 1)) == {"00093083201": Decimal("0.021")}
    assert kept(store, date(2026, 12, 2)) == {"00093083201": Decimal("0.03")}
    older = row(price="0.01", effective="06/01/2026", as_of="11/25/2026")
    assert taken(row(price="0.02"), older) == Stored(added=1, older=1)
    assert kept(store, date(2026, 12, 2)) == {"00093083201": Decimal("0.03")}
    assert kept(store, date(2026, 12, 1)) == {"00093083201": Decimal("0.021")}
    assert kept(store, date(2026, 6, 1)) == {"00093083201": Decimal("0.01")}


def test_a_price_that_is_said_again_is_as_young_as_its_newest_list(taken, tmp_path):
    taken(row(as_of="11/18/2026"))
    assert taken(row(as_of="11/25/2026")) == Stored(seen_again=1)
    assert taken(row(as_of="11/18/2026")) == Stored(older=1)
    (price,) = open_prices(tmp_path / "prices.sqlite").prices_of("clonazepam")
    assert price.as_of == date(2026, 11, 25)


def test_a_price_comes_back_as_it_went_in(knowledge, tmp_path):
    store, path = (
        tmp_path / "prices.sqlite",
        written(tmp_path, row(), row("DIAZEPAM 5 MG/5 ML SOLUTION", "00054318863", unit="ML")),
    )
    found = read(path, knowledge)
    store_prices(store, found, path.name, TODAY)
    book = open_prices(store)
    assert [*book.prices_of("clonazepam"), *book.prices_of("diazepam")] == found.prices
    assert known_products(store)["00054318863"].per_ml
    assert [(one.name, one.as_of, one.on, one.prices) for one in imports(store)] == [
        ("list.csv", date(2026, 11, 25), TODAY, 2)
    ]


def test_nothing_imported_is_an_empty_book(tmp_path):
    assert len(open_prices(tmp_path / "none.sqlite")) == 0
    assert imports(tmp_path / "none.sqlite") == []
    assert not (tmp_path / "none.sqlite").exists()


def test_where_prices_are_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("BENZOSAFE_PRICES", raising=False)
    assert default_store() == tmp_path / "benzosafe" / "prices.sqlite"
    monkeypatch.setenv("BENZOSAFE_PRICES", str(tmp_path / "ours"))
    assert default_store() == tmp_path / "ours"


def test_a_file_of_something_else_is_never_written_to(knowledge, tmp_path):
    found = read(written(tmp_path, row()), knowledge)
    other = tmp_path / "memory.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("create table showings (id integer)")
    database.close()
    before = other.read_bytes()
    with pytest.raises(InputRefused, match="something else"):
        store_prices(other, found, "list.csv", TODAY)
    assert other.read_bytes() == before
    text = tmp_path / "notes.txt"
    text.write_text("not a database, and longer than the header of one would be: " + "x" * 100)
    with pytest.raises(UsageError):
        store_prices(text, found, "list.csv", TODAY)
    with pytest.raises(UsageError):
        open_prices(text)
    with pytest.raises(UsageError):
        store_prices(text / "prices.sqlite", found, "list.csv", TODAY)


def test_a_later_form_of_the_file_is_refused(taken, tmp_path):
    taken(row())
    store = tmp_path / "prices.sqlite"
    with sqlite3.connect(store) as database:
        database.execute("pragma user_version = 2")
    database.close()
    with pytest.raises(InputRefused, match="version 2"):
        open_prices(store)


def _import(file: Path, store: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "benzosafe.cli.main",
        "prices",
        "import",
        str(file),
        "--store",
        str(store),
        *options,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)


def test_two_imports_at_once_both_arrive(tmp_path):
    store = tmp_path / "new" / "prices.sqlite"
    lists = [
        written(tmp_path, *(row(ndc=f"{labeller}{code:06d}") for code in range(2_000)), name=f"{labeller}.csv")
        for labeller in ("00001", "00002", "00003")
    ]
    running = [_import(path, store, "--source", path.stem) for path in lists]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    assert len(open_prices(store)) == 6_000
    assert len(imports(store)) == 3


_STOPPED_IN_THE_MIDDLE = """
import os, signal, sys
from benzosafe.catalogue import prices_store
from benzosafe.knowledge.load import load_knowledge
from pathlib import Path
from tests.catalogue.price_lists import TODAY, read
found = read(Path(sys.argv[1]), load_knowledge())
merge = prices_store._merge
def then_die(database, file):
    database.execute("pragma cache_size = 5")  # so that pages are in the file before the transaction ends
    merge(database, file)
    os.kill(os.getpid(), signal.SIGKILL)
prices_store._merge = then_die
prices_store.store_prices(Path(sys.argv[2]), found, "list.csv", TODAY)
"""


def test_an_import_that_is_killed_while_writing_leaves_the_old_prices(taken, tmp_path):
    store = tmp_path / "prices.sqlite"
    taken(row(price="0.02"))
    size = store.stat().st_size
    many = (row(ndc=f"00002{code:06d}") for code in range(3_000))
    path = written(tmp_path, row(price="0.09", as_of="12/02/2026"), *many, name="next.csv")
    done = subprocess.run(
        [sys.executable, "-c", _STOPPED_IN_THE_MIDDLE, str(path), str(store)], cwd=ROOT, timeout=120, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert store.stat().st_size > size, "it was killed before anything was written, which proves nothing"
    assert kept(store) == {"00093083201": Decimal("0.02")}
    assert taken(row(price="0.03", as_of="12/02/2026")) == Stored(changed=1)


def test_an_import_that_is_killed_at_any_moment_leaves_old_or_new_prices(taken, tmp_path):
    store = tmp_path / "prices.sqlite"
    taken(row(price="0.02"))
    many = (row(ndc=f"00002{code:06d}") for code in range(20_000))
    path = written(tmp_path, row(price="0.09", as_of="12/02/2026"), *many, name="next.csv")
    for wait_s in (0.3, 0.6, 0.9, 1.2):
        process = _import(path, store)
        time.sleep(wait_s)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        assert len(kept(store)) in (1, 20_001)


def test_a_refused_file_leaves_the_prices_as_they_were(command, tmp_path, taken):
    store = tmp_path / "prices.sqlite"
    taken(row())
    before = store.read_bytes()
    page = tmp_path / "page.csv"
    page.write_text("<html>\nSign in\n</html>\n")
    done = command("prices", "import", str(page), "--store", str(store))
    assert done.returncode == 4
    assert b"web page" in done.stderr
    assert store.read_bytes() == before
    shown = command("prices", "show", "Klonopin", "--on", "2026-11-26", "--format", "json", "--store", str(store))
    assert [price["ndc"] for price in json.loads(shown.stdout)["prices"]] == ["00093083201"]


def test_prices_of_two_lists_are_kept_apart(knowledge, tmp_path):
    store = tmp_path / "prices.sqlite"
    found = read(written(tmp_path, row()), knowledge)
    store_prices(store, found, "a.csv", TODAY)
    own = replace(found, source="Ward", prices=[replace(price, source="Ward") for price in found.prices])
    assert store_prices(store, own, "b.csv", TODAY) == Stored(added=1)
    assert len(open_prices(store).prices_of("clonazepam")) == 2


def test_a_file_that_another_import_has_only_just_made_holds_no_prices(tmp_path):
    store = tmp_path / "prices.sqlite"
    store.touch()
    assert len(open_prices(store)) == 0 and imports(store) == []
