"""One screen: what it is of, where it stands, and how its results take their place."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benzosafe import __version__
from benzosafe.errors import UsageError
from benzosafe.files import write_whole
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.buckets.partition import BUCKET_BYTES
from benzosafe.population.rows import Source

SCHEMA = "benzosafe.screen/1"
MANIFEST = "run.json"
_WORK = ".work"
_LOCK = "lock"
_SETTLING = "settling.json"


@dataclass(frozen=True)
class Identity:
    """Everything the results depend on: a run goes on only with the very same."""

    input: str
    fingerprint: str
    on: str
    knowledge: str
    engine_version: str = __version__
    schema: str = SCHEMA


@dataclass(frozen=True)
class Job:
    """A screen of an input into a folder."""

    source: Source
    out: Path
    on: date
    knowledge: Knowledge
    bucket_bytes: int = BUCKET_BYTES

    @property
    def work(self) -> Path:
        """Where everything unfinished lies."""
        return self.out / _WORK

    @property
    def rows(self) -> Path:
        """The buckets of rows."""
        return self.work / "rows"

    @property
    def results(self) -> Path:
        """The results, before they take their place."""
        return self.work / "out"

    @property
    def identity(self) -> Identity:
        """What this run is of."""
        version = f"{self.knowledge.version}+{self.knowledge.digest[:12]}"
        return Identity(self.source.name, self.source.fingerprint, self.on.isoformat(), version)


@contextmanager
def opened(job: Job, *, resume: bool) -> Iterator[None]:
    """Make the folder ready, for this run alone; UsageError where it is another's or holds other files."""
    _refuse_other_files(job.out)
    try:
        job.out.parent.mkdir(parents=True, exist_ok=True)
        job.out.mkdir(exist_ok=True, mode=0o700)  # it will hold patients' data
        killed_at_once = job.work.is_dir() and not (job.work / MANIFEST).is_file()
        job.work.mkdir(exist_ok=True, mode=0o700)
        lock = (job.work / _LOCK).open("w")
    except OSError as error:
        raise UsageError(
            f"cannot be written to: {error.strerror}.", where=str(job.out), next_step="Choose another --out."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(
                "another run is at work in this folder.",
                where=str(job.out),
                next_step="Wait for it, or choose another --out.",
            ) from None
        _begin(job, resume and not killed_at_once)
        yield


def _refuse_other_files(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError("is a file.", where=str(out), next_step="Give a folder as --out.")
    if out.exists() and any(out.iterdir()) and not ((out / _WORK).is_dir() or (out / MANIFEST).is_file()):
        raise UsageError(
            "holds files that no screen wrote.", where=str(out), next_step="Give an empty or new folder as --out."
        )


def _begin(job: Job, resume: bool) -> None:
    """Go on with what lies there, or begin anew."""
    begun = job.work / MANIFEST
    if resume:
        found = _read(begun)
        if found is None:
            raise UsageError(
                "holds no unfinished screen to go on with.", where=str(job.out), next_step="Leave out --resume."
            )
        _refuse_another(job, found)
        return
    for entry in job.work.iterdir():
        if entry.name != _LOCK:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    write_whole(begun, json.dumps(asdict(job.identity), indent=1))


def _refuse_another(job: Job, found: dict[str, Any]) -> None:
    words = {
        "input": "of another input", "fingerprint": "of an input that has changed since", "on": "for another date",
        "knowledge": "with other knowledge", "engine_version": "by another version", "schema": "by another version",
    }  # fmt: skip
    own = asdict(job.identity)
    differs = next((name for name in words if found.get(name) != own[name]), None)
    if differs:
        raise UsageError(
            f"the unfinished screen here is {words[differs]} ({found.get(differs)}, not {own[differs]}).",
            where=str(job.out), next_step="Begin anew without --resume, or give what it began with.",
        )  # fmt: skip


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def settle(job: Job, manifest: dict[str, Any]) -> None:
    """Let the results take their place: the old manifest goes first and the new one comes last, so none lies.

    A mark says that only this is left to do; killed in the middle, it is done again to its end.
    """
    write_whole(job.work / _SETTLING, json.dumps(manifest, indent=1))
    with suppress(FileNotFoundError):
        (job.out / MANIFEST).unlink()
    for entry in sorted(job.results.iterdir()):
        place = job.out / entry.name
        if entry.name.startswith("."):
            continue
        if place.is_dir():
            shutil.rmtree(place)
        os.replace(entry, place)
    write_whole(job.out / MANIFEST, json.dumps({**asdict(job.identity), **manifest}, indent=1))
    shutil.rmtree(job.work)


def abandon(job: Job) -> None:
    """Take away everything of a run that comes to nothing; an older screen that lies there stays."""
    shutil.rmtree(job.work)
    with suppress(OSError):
        job.out.rmdir()


def waits_to_settle(job: Job) -> dict[str, Any] | None:
    """The manifest of a run that was killed while its results took their place; else None."""
    return _read(job.work / _SETTLING)


def read_manifest(out: Path) -> dict[str, Any]:
    """What a finished screen says of itself; UsageError where there is none."""
    found = _read(out / MANIFEST)
    if found is None or found.get("schema") != SCHEMA:
        unfinished = (out / _WORK / MANIFEST).is_file()
        raise UsageError(
            "the screen here is not finished." if unfinished else "holds no screen.",
            where=str(out),
            next_step="Finish it with --resume." if unfinished else "Run: benzosafe screen INPUT --out DIR",
        )  # fmt: skip
    return found
