"""`benzosafe monitor` as people run it: what it says, in every form, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from icalendar import Calendar

from benzosafe.monitoring.monitor_contract import MonitorReport

BEA = Path(__file__).parents[2] / "examples" / "monitoring" / "bea.yaml"
ON = ("--on", "2026-11-24")


def test_the_example_in_words(command):
    done = command("monitor", str(BEA), *ON)
    said = done.stdout.decode()
    assert done.returncode == 0 and "Review at 65 or older: OVERDUE since 2026-08-30" in said
    assert "ask about falls and look at the stairs at home: OVERDUE since 2026-10-01, by Dr Lee" in said
    assert "travel" in said.split("Seen and explained on record")[1].split("Looked for")[0]
    assert "SLOW REDUCTION MAY BE DISCUSSED" in said and "harm of stopping: Withdrawal" in said
    assert "must not be" in said and "score" not in said.lower().replace("scored", "")


def test_the_data_keep_their_contract(command):
    data = json.loads(command("monitor", str(BEA), *ON, "-f", "json").stdout)
    MonitorReport.model_validate(data)
    assert all(signal["innocent"] and signal["ask"] for signal in data["signals"])
    assert not any("score" in signal for signal in data["signals"])
    assert data["lists_not_given"] == ["urine tests"]


def test_a_page_without_scripts_that_names_its_drawing(command, tmp_path):
    out = tmp_path / "follow-up.html"
    assert command("monitor", str(BEA), *ON, "-f", "html", "-o", str(out)).returncode == 0
    page = out.read_text()
    assert page.count("<h1>") == 1 and "<script" not in page and 'lang="en"' in page
    assert '<svg role="img"' in page and "<desc>GAD-7" in page


def test_calendar_entries_name_no_medicine(command):
    written = command("monitor", str(BEA), *ON, "-f", "ics").stdout.decode()
    events = list(Calendar.from_ical(written).walk("VEVENT"))
    assert len(events) == 5 and {str(event["summary"]) for event in events} >= {"Appointment", "Promised"}
    assert "clonazepam" not in written.lower() and "benzo" not in written.lower().replace("//benzosafe//", "")
    assert written == command("monitor", str(BEA), *ON, "-f", "ics").stdout.decode()


def test_a_red_flag_is_first_and_sets_the_exit_code(command, tmp_path):
    file = tmp_path / "bea.yaml"
    file.write_text(BEA.read_text().replace("what: fall,", "what: seizure,"))
    late = command("monitor", str(file), *ON)
    assert late.returncode == 0 and "was it acted upon?" in late.stdout.decode()
    file.write_text(file.read_text().replace("2026-11-03, what: seizure", "2026-11-20, what: seizure"))
    done = command("monitor", str(file), *ON)
    said = done.stdout.decode()
    assert done.returncode == 3 and said.index("SEIZURE, 2026-11-20") < said.index("\nDue")
    assert "still right? After what stands under NOW" in said and "After what" not in late.stdout.decode()


def test_a_sudden_stop_comes_first_by_the_rule_of_the_review_and_by_the_supply(command, tmp_path):
    file = tmp_path / "patient.yaml"
    file.write_text(
        "patient: {id: x, age: 50, sex: male}\nmedicines: none\nconditions: none\nstopped:\n"
        "  - {drug: clonazepam 2 mg, take: 1 tablet twice daily, since: 2024-03-02, until: 2026-11-20}\n"
        "history: {events: none}\n"
    )
    done = command("monitor", str(file), *ON)
    said = " ".join(done.stdout.decode().split())
    assert done.returncode == 3 and "STOPPED AT ONCE AFTER REGULAR USE: Contact the person today" in said
    assert said.index("STOPPED AT ONCE") < said.index("Due")
    bundle = json.loads(command("monitor", str(file), *ON, "-f", "fhir").stdout)
    today = [one["resource"] for one in bundle["entry"] if one["resource"].get("code", {}).get("text") == "today"]
    assert any(
        "stopped at once" in one["description"] and "Contact the person" in one["reasonCode"]["text"] for one in today
    )
    calendar = command("monitor", str(file), *ON, "-f", "ics").stdout.decode()
    assert "Contact today" in calendar and "stopped" not in calendar
    fills = "".join(
        f"    - {{on: 2026-{month:02}-01, drug: clonazepam 0.5 mg tablet, units: 60, days: 30}}\n"
        for month in range(3, 10)
    )
    file.write_text(
        "patient: {id: x, age: 50}\nmedicines: [clonazepam 0.5 mg twice daily since 2026-03-01]\n"
        f"history:\n  events: none\n  fills:\n{fills}"
    )
    done = command("monitor", str(file), *ON)
    assert done.returncode == 3 and "Ask now, today" in done.stdout.decode().split("Due")[0]


BAD = [
    ("history: nothing", "must be a mapping"),
    ("history: {fils: none}", "unknown key 'fils'"),
    ("history: {fills: [{on: 2026-10-01}]}", "without 'drug'"),
    ("history: {fills: [{on: 2027-10-01, drug: clonazepam 0.5 mg}]}", "after the review date"),
    ("history: {fills: [{on: 2026-10-01, drug: clonazepam 0.5 mg, units: many}]}", "is not a number"),
    ("history: {fills: [{on: 2026-10-01, drug: clonazepam 0.5 mg, units: nan}]}", "is not a number"),
    ("history: {stays: [{from: 2026-10-05, to: 2026-10-01}]}", "before 'from'"),
    ("history: {stays: [{from: 2026-10-05, kind: hospitel}]}", "no kind of stay"),
    ("history: {events: [{on: 2026-10-05, until: 2026-10-01, what: travel}]}", "before 'on'"),
    ("history: {scales: [{on: 2026-10-05, name: GAD-8, total: 3}]}", "no scale that is known"),
    ("history: {scales: [{on: 2026-10-05, name: GAD-7}]}", "either 'answers' or a 'total'"),
    ("history: {scales: [{on: 2026-10-05, name: GAD-7, total: 22}]}", "is no total of GAD-7"),
    ("history: {scales: [{on: 2026-10-05, name: GAD-7, answers: [9, 0, 0, 0, 0, 0, 0]}]}", "item 1"),
    ("history: {scales: [{on: 2026-10-05, name: GAD-7, answers: [a]}]}", "no answer to a scale"),
    ("history: {reviews: [yesterday]}", "is not a date"),
    ("history: {promises: [{what: look}]}", "without 'due'"),
    ("history: {promises: [{due: 2026-12-01, what: x, made: 2026-11-01, done: 2026-01-01}]}", "is before 'made'"),
]


@pytest.mark.parametrize(("history", "why"), BAD, ids=[item[0] for item in BAD])
def test_what_cannot_be_meant_is_refused_with_its_line(command, tmp_path, history, why):
    file = tmp_path / "patient.yaml"
    file.write_text(f"patient: {{id: x}}\nmedicines: [clonazepam 0.5 mg daily]\n{history}\n")
    done = command("monitor", str(file), *ON)
    said = done.stderr.decode()
    assert done.returncode in (2, 4) and why in " ".join(said.split()) and "Traceback" not in said, said


def test_what_is_not_known_is_shown_and_not_dropped(command, tmp_path):
    file = tmp_path / "patient.yaml"
    file.write_text(
        "patient: {id: x}\nmedicines: [clonazepam 0.5 mg daily]\nhistory:\n"
        "  fills: [{on: 2026-10-01, drug: zzzpam 5 mg}]\n  events: [{on: 2026-10-02, what: a strange thing}]\n"
    )
    said = command("monitor", str(file), *ON).stdout.decode()
    assert "zzzpam" in said and "Not understood" in said
