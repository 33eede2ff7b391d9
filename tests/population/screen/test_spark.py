"""A real Spark cluster of two executors gives the bytes of one machine, also with one of them killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.population.people import ON, lines_of, write_bulk

pytest.importorskip("pyspark", reason="needs the spark extra")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java 17: apt install openjdk-17-jre-headless", allow_module_level=True)
pytestmark = pytest.mark.spark

CLUSTER = "local-cluster[2,1,1024]"
PEOPLE = 1500


def command(source: Path, out: Path, *more: str) -> list[str]:
    begun = [sys.executable, "-m", "benzosafe.cli.main", "screen", str(source), "--out", str(out)]
    return [*begun, "--on", str(ON), "--bucket-mb", "0.05", *more]


def contents(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lines in any order and file, malformed ones among them, Medications that orders point to, and a Bundle."""
    folder = write_bulk(tmp_path_factory.mktemp("export"), PEOPLE, seed=11)
    codes = [("m1", "clonazepam 1 mg tablet"), ("m2", "oxycodone 5 mg tablet"), ("m3", "nobody points here")]
    medications = [{"resourceType": "Medication", "id": name, "code": {"text": text}} for name, text in codes]
    orders = [
        {"resourceType": "MedicationRequest", "id": f"r{n}", "status": "active", "intent": "order",
         "subject": {"reference": f"Patient/p{n:05d}"},
         "medicationReference": {"reference": f"Medication/m{n % 4 + 1}"}}
        for n in range(200)
    ]  # fmt: skip
    (folder / "more.ndjson").write_text("\n".join(json.dumps(item) for item in [*medications, *orders]))
    entries = [
        {"resource": json.loads(line)} for line in lines_of("in-a-bundle", random.Random(3)) if '"p' not in line[:3]
    ]
    (folder / "bundle.json").write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
    return folder


@pytest.fixture(scope="module")
def local(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("local") / "out"
    subprocess.run(command(source, out, "--workers", "2"), check=True, capture_output=True)
    found = contents(out)
    assert len([name for name in found if name.startswith("findings/")]) > 10
    return found


def executors() -> Iterator[int]:
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and b"CoarseGrainedExecutorBackend" in (process / "cmdline").read_bytes():
                yield int(process.name)
        except OSError:
            continue


def test_a_killed_executor_changes_nothing(source: Path, local: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = subprocess.Popen(
        command(source, out, "--engine", "spark", "--master", CLUSTER), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    killed = False
    while run.poll() is None:
        at_work = list(executors())
        if not killed and len(at_work) >= 2 and (out / ".work/spark/notes/_SUCCESS").exists():
            os.kill(at_work[0], signal.SIGKILL)  # everything is read, nothing is judged
            killed = True
        time.sleep(0.05)
    said = run.communicate()
    assert run.returncode == 0, said[1].decode()[-2000:]
    assert killed
    assert contents(out) == local


def test_a_master_that_is_none_is_told_in_words(source: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        command(source, tmp_path / "out", "--engine", "spark", "--master", "nonsense"), capture_output=True, text=True,
        check=False, timeout=180,
    )  # fmt: skip
    assert ran.returncode == 2
    assert "no Spark session" in ran.stderr.splitlines()[-1] and "Traceback" not in ran.stderr
