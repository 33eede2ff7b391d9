"""The validators of FHIR for the reports that are written here."""

from tests.fhir.conftest import fhir_errors  # noqa: F401  a fixture of the tests below
