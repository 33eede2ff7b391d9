"""Asks the peer's own command line, in a process of its own, and reads strictly what it prints for the patient.

Nothing of the peer is copied here: its module is imported from the path given, its `main` is run with the options a
person would give, and its engine is wrapped only to see the dose it states for each step and how long it took.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

MODULE = "taper_gen.py"
START = date(2027, 1, 4)
_NO_PLAN = "No valid taper schedule could be generated."
_STEP = re.compile(r"Days (\d+)–(\d+) \((\w{3} \d{2} \d{4}) → (\w{3} \d{2} \d{4})\):")
_DOSE = re.compile(r"  • (AM|PM|HS): (.+)")
_PART = re.compile(r"(½|\d+) × (\d+(?:\.\d+)?) mg")
_FASTER = re.compile(r"Auto-accelerated taper to '([a-z ]+)'")
_DRIVER = """
import contextlib, io, json, sys, time
sys.path.insert(0, sys.argv[1])
import taper_gen
engine, seen = taper_gen.generate_schedule, {}
def watched(*args, **kwargs):
    started = time.perf_counter()
    steps, days, warning = engine(*args, **kwargs)
    seen.update(seconds=time.perf_counter() - started, stated_mg=[step.dose_mg for step in steps],
                counted_mg=[sum(mg * n for part in step.schedule.values() for mg, n in part.items()) for step in steps])
    return steps, days, warning
taper_gen.generate_schedule = watched
for line in sys.stdin:
    options, printed = json.loads(line), io.StringIO()
    seen.clear()
    sys.argv = ["taper_gen.py", *options]
    try:
        with contextlib.redirect_stdout(printed):
            taper_gen.main()
        failed = ""
    except (Exception, SystemExit) as error:
        failed = f"{type(error).__name__}: {error}"
    print(json.dumps({"printed": printed.getvalue(), "failed": failed, **seen}), flush=True)
"""


class Unreadable(Exception):
    """What was printed is not of the form that was expected, or contradicts itself."""


@dataclass(frozen=True)
class PrintedStep:
    """One step as the patient reads it: days, and the tablets of a day as (how many, mg) pairs."""

    first_day: int
    last_day: int
    tablets: tuple[tuple[Fraction, Fraction], ...]

    @property
    def amount_ug(self) -> int:
        """What the tablets of a day add up to."""
        return round(1000 * sum(count * mg for count, mg in self.tablets))

    @property
    def pieces(self) -> int:
        """Tablets a day, a half counting as one."""
        return sum(-(-count.numerator // count.denominator) for count, _ in self.tablets)


@dataclass(frozen=True)
class PeerAnswer:
    """What the peer said: its steps (none: it says it has no plan) and the speed it went over to.

    stated_ug: the dose it states for each step; counted_ug: what its own counts add up to before they are printed
    (one and a half is printed as one); seconds: its engine alone.
    """

    steps: tuple[PrintedStep, ...]
    stated_ug: tuple[int, ...]
    counted_ug: tuple[int, ...]
    went_over_to: str
    seconds: float


def ask(checkout: Path, questions: list[list[str]]) -> list[PeerAnswer | str]:
    """The peer's answers to command lines, in their order; a text where it failed or cannot be read, saying why."""
    if not (checkout / MODULE).is_file():
        raise SystemExit(f"{checkout} holds no {MODULE}: give the path of a checkout of lescanico/bzd-taper.")
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", _DRIVER, str(checkout)], check=True, capture_output=True, text=True,
        input="".join(json.dumps(question) + "\n" for question in questions), encoding="utf-8",
    )  # fmt: skip
    lines = done.stdout.splitlines()
    if len(lines) != len(questions):
        raise SystemExit(f"The peer answered {len(lines)} of {len(questions)} questions: {done.stderr[-500:]}")
    return [_answer(json.loads(line)) for line in lines]


def _answer(said: dict[str, Any]) -> PeerAnswer | str:
    if said["failed"]:
        return f"failed with {said['failed']}"
    try:
        return read(said["printed"], said["stated_mg"], said["counted_mg"], said["seconds"])
    except Unreadable as error:
        return f"could not be read: {error}"


def read(printed: str, stated_mg: list[float], counted_mg: list[float], seconds: float = 0.0) -> PeerAnswer:
    """What was printed as steps; Unreadable when a line is of no known form, or days or steps do not fit together."""
    faster = _FASTER.search(printed)
    if _NO_PLAN in printed:
        return PeerAnswer((), (), (), faster[1] if faster else "", seconds)
    steps = _steps(_patient_part(printed))
    stated, counted = (tuple(round(1000 * mg) for mg in doses) for doses in (stated_mg, counted_mg))
    if not len(steps) == len(stated) == len(counted):
        raise Unreadable(f"{len(steps)} steps printed, {len(stated)} stated, {len(counted)} counted")
    day = 1
    for step in steps:
        if step.first_day != day or step.last_day < day:
            raise Unreadable(f"days {step.first_day} to {step.last_day} do not follow on day {day - 1}")
        day = step.last_day + 1
    return PeerAnswer(tuple(steps), stated, counted, faster[1] if faster else "", seconds)


def _patient_part(printed: str) -> list[str]:
    lines = printed.splitlines()
    marks = [number for number, line in enumerate(lines) if re.search(r"PATIENT INSTRUCTIONS|EHR SUMMARY", line)]
    if len(marks) != 2:
        raise Unreadable("the part for the patient was not found")
    part = lines[marks[0] + 1 : marks[1]]
    begins = next((number for number, line in enumerate(part) if line.startswith("Days ")), len(part))
    ends = next((number for number, line in enumerate(part) if line.startswith("Report withdrawal")), None)
    if ends is None:
        raise Unreadable("the part for the patient does not end as expected")
    return [line for line in part[begins:ends] if line.strip()]


def _steps(lines: list[str]) -> list[PrintedStep]:
    found: list[PrintedStep] = []
    for line in lines:
        if head := _STEP.fullmatch(line):
            first, last = int(head[1]), int(head[2])
            if _day(head[4]) - _day(head[3]) != last - first:
                raise Unreadable(f"days and dates disagree: {line}")
            found.append(PrintedStep(first, last, ()))
        elif found and (dose := _DOSE.fullmatch(line)):
            found[-1] = PrintedStep(found[-1].first_day, found[-1].last_day, found[-1].tablets + _tablets(dose[2]))
        elif not (found and line.startswith("  → ")):
            raise Unreadable(f"line of unknown form: {line!r}")
    if not found or not all(step.tablets for step in found):
        raise Unreadable("a step without tablets")
    return found


def _tablets(text: str) -> tuple[tuple[Fraction, Fraction], ...]:
    found = []
    for part in text.split(" + "):
        match = _PART.fullmatch(part)
        if not match:
            raise Unreadable(f"tablets of unknown form: {part!r}")
        found.append((Fraction(1, 2) if match[1] == "½" else Fraction(match[1]), Fraction(match[2])))
    return tuple(found)


def _day(text: str) -> int:
    try:
        return datetime.strptime(text, "%b %d %Y").toordinal()
    except ValueError:
        raise Unreadable(f"not a date: {text}") from None
