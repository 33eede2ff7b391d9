"""What every test shares: the loaded knowledge, the shared data folder, and a fixed review date."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from benzosafe.knowledge.load import load_knowledge

ROOT = Path(__file__).parent.parent
ON = date(2026, 11, 24)

# The same examples at every run: what stands is proven again, not drawn by lot. `--hypothesis-profile explore` looks
# for new ones, and is what to run after a change of a rule or of a dose.
settings.register_profile("steady", derandomize=True, print_blob=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def knowledge():
    return load_knowledge()


@pytest.fixture
def on():
    return ON


@pytest.fixture(scope="session")
def shared_data():
    folder = Path(os.environ.get("BENZOSAFE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}")
    return folder


@pytest.fixture
def command():
    """Run the real command line; gives the finished process."""

    def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "benzosafe.cli.main", *arguments],
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
            cwd=ROOT,
        )

    return run
