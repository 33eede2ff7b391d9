"""What the tests of the command line share: a patient's file."""

from __future__ import annotations

import pytest

from tests.cli.taper_command import PERSON


@pytest.fixture
def patient(tmp_path):
    """Writes a patient who takes these medicines."""

    def write(*medicines, more=""):
        file = tmp_path / "patient.yaml"
        file.write_text(PERSON + "medicines:\n" + "".join(f"  - {line}\n" for line in medicines) + more)
        return file

    return write
