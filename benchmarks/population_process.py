"""Commands run one after the other in fresh processes: their seconds, and the memory of all processes together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BENZOSAFE = (sys.executable, "-m", "benzosafe.cli.main")
SCREENED_ON = "2026-06-30"
_SAMPLE_S = 0.1
_SESSION, _RSS_PAGES = 3, 21  # fields of /proc/PID/stat after the name
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Failed(Exception):
    """A command that did not end well, and what it said last."""


@dataclass(frozen=True)
class Ran:
    """How a command went: wall seconds, the most memory its processes held together [MB], and what it printed."""

    seconds: float
    peak_mb: float
    said: str

    @property
    def told(self) -> dict[str, Any]:
        """What it printed, as JSON."""
        found: dict[str, Any] = json.loads(self.said.splitlines()[-1])
        return found


def ran(*command: object) -> Ran:
    """Run a command to its end; pages that several of its processes share are counted for each."""
    words = [str(word) for word in command]
    print("  " + " ".join(Path(word).name if word.startswith("/") else word for word in words), file=sys.stderr)
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(words, stdout=said, stderr=errors, start_new_session=True)
        sampler = _Sampler(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        # What lasted shorter than between two samples is seen by the kernel, for the largest process alone.
        peak = max(sampler.stop(), usage.ru_maxrss * 1024)
        if process.returncode:
            errors.seek(0)
            raise Failed(_complaint(errors.read().decode(errors="replace")))
        said.seek(0)
        return Ran(seconds, peak / 1e6, said.read().decode())


def _complaint(errors: str) -> str:
    """The last line that tells of an error, or else the last."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()] or ["no word"]
    return ([line for line in lines if "rror" in line] or lines)[-1][:200]


class _Sampler(threading.Thread):
    """Looks now and then at the memory of all processes of a session."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session, self._peak_bytes, self._ended = session, 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            self._peak_bytes = max(self._peak_bytes, sum(_resident_pages(self._session)) * _PAGE_BYTES)

    def stop(self) -> int:
        """The most that was seen [bytes]."""
        self._ended.set()
        self.join()
        return self._peak_bytes


def _resident_pages(session: int) -> Iterator[int]:
    """Of every process of a session."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb", buffering=0) as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[_SESSION]) == session:
            yield int(fields[_RSS_PAGES])


def job(name: str, *words: object, times: int = 1) -> dict[str, Any]:
    """A job of `population_jobs.py`: of several runs the quickest by its own clock, and the most memory of any."""
    runs = [ran(sys.executable, HERE / "population_jobs.py", name, *words) for _ in range(times)]
    best = min((run.told for run in runs), key=lambda told: float(told["seconds"]))
    return best | {"peak_mb": max(run.peak_mb for run in runs)}


def screened(source: Path, out: Path, *more: object) -> Ran:
    """`benzosafe screen` of an input."""
    return ran(*BENZOSAFE, "screen", source, "--out", out, "--on", SCREENED_ON, *more)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def load() -> float:
    """How many processes wanted a core of late."""
    return round(os.getloadavg()[0], 2)


def cores() -> int:
    """The cores that may be used."""
    return len(os.sched_getaffinity(0))


def command_words(arguments: Sequence[str]) -> str:
    """The command line as told to people, without the folders of this machine."""
    return " ".join(Path(word).name if word.startswith("/") else word for word in arguments)
