"""FHIR validators that other people wrote, for every test of what is written."""

from __future__ import annotations

import os

import pytest

from tests.fhir_validators.gate import Gate
from tests.fhir_validators.node import SKIP


@pytest.fixture(scope="session")
def fhir_errors():
    """Gives the errors of a resource or bundle; fails, and does not skip, where the validators cannot be installed."""
    if os.environ.get(SKIP):
        pytest.skip(f"FHIR validators: not run, for {SKIP} is set")
    gate = Gate()
    yield gate.errors
    gate.close()
