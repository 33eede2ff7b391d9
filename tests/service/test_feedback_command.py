"""`benzosafe feedback`: the numbers of the report, as text and as JSON."""

import json

import pytest

from benzosafe.storage.events import Silence
from benzosafe.storage.store import Store
from tests.storage.made_up import answer, call, showing


@pytest.fixture
def database(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'memory.db'}")
    store.migrate()
    store.remember(call(showing("1"), showing("1", "age", 1), orders=4, not_checked=["conditions"]))
    store.remember(call(showing("2"), orders=4, silences=[Silence("age", "f", 3, "shown before")]))
    store.remember(call(showing("3"), hook="patient-view", orders=0))
    store.add_feedback([answer("1"), answer("2", "overridden", reason="benefit"), answer("unknown")])
    store.close()
    return f"sqlite:///{tmp_path / 'memory.db'}"


def test_as_text(command, database):
    result = command("feedback", "--database", database, "--since", "2026-11-01", "--until", "2026-11-24")
    assert result.returncode == 0, result.stderr
    assert result.stdout.decode().splitlines() == [
        "Cards and what was done with them, 2026-11-01 to 2026-11-24 (UTC)",
        "",
        "order-sign: 2 calls, 8 orders, 2 cards",
        "  not available: conditions in 1 calls",
        "  age: 0 cards (0.0 per 1,000 orders), folded into others 1; no answers",
        "    accepted 0, overridden 0, dismissed 0, no answer 0",
        "    silent: shown before 1",
        "  opioid: 2 cards (250.0 per 1,000 orders), folded into others 0; 50 % of answers accept",
        "    accepted 1, overridden 1, dismissed 0, no answer 0",
        "    overridden: benefit 1",
        "",
        "patient-view: 1 calls, 0 orders, 1 cards",
        "  opioid: 1 cards (no orders), folded into others 0; no answers",
        "    accepted 0, overridden 0, dismissed 0, no answer 1",
        "",
        "Feedback on 1 cards that this database never showed.",
    ]


def test_as_json(command, database):
    result = command(
        "feedback", "--database", database, "--since", "2026-11-24", "--until", "2026-11-24", "--format", "json"
    )
    data = json.loads(result.stdout)
    assert (data["schema_version"], data["since"], data["until"]) == ("1.0", "2026-11-24", "2026-11-24")
    assert data["hooks"][0] == {
        "hook": "order-sign", "calls": 2, "orders": 8, "cards": 2, "not_checked": {"conditions": 1},
    }  # fmt: skip
    opioid = next(rule for rule in data["rules"] if (rule["hook"], rule["rule"]) == ("order-sign", "opioid"))
    assert opioid == {
        "hook": "order-sign", "rule": "opioid", "orders": 8, "cards": 2, "folded": 0, "fires_per_1000_orders": 250,
        "accepted": 1, "overridden": {"benefit": 1}, "dismissed": 0, "no_answer": 0, "acceptance": 0.5, "silences": {},
    }  # fmt: skip
    view = next(rule for rule in data["rules"] if rule["hook"] == "patient-view")
    assert view["fires_per_1000_orders"] is None and view["acceptance"] is None
    assert data["feedback_on_unknown_cards"] == 1


def test_the_last_day_is_whole_and_the_day_after_is_out(command, database):
    result = command("feedback", "--database", database, "--since", "2026-11-25", "--until", "2026-11-30")
    assert "No calls in this time: nothing is known" in result.stdout.decode()
    result = command("feedback", "--database", database, "--since", "2026-10-01", "--until", "2026-11-23")
    assert "No calls in this time" in result.stdout.decode()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--since", "yesterday"], "--since: 'yesterday' is not a date."),
        (["--since", "2026-11-25", "--until", "2026-11-24"], "--since: 2026-11-25 is after 2026-11-24."),
        (["--database", "sqlite:////no/such/file.db"], "/no/such/file.db: there is no such database."),
        (["--database", "nothing"], "database: not a database URL."),
        (["--database", "postgresql://u:hush@127.0.0.1:1/d"], "the database refused"),
    ],
)
def test_faults_in_words(command, words, told):
    result = command("feedback", *words)
    assert result.returncode == 2
    assert told in result.stderr.decode() and b"Traceback" not in result.stderr and b"hush" not in result.stderr


def test_a_database_without_a_schema_is_not_an_empty_report(command, tmp_path):
    (tmp_path / "empty.db").touch()
    result = command("feedback", "--database", f"sqlite:///{tmp_path / 'empty.db'}")
    assert result.returncode == 2 and b"the schema is at nothing" in result.stderr
