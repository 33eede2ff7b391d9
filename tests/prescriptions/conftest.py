import pytest

from tests.prescriptions.people import practice
from tests.storage.conftest import database_url, postgres  # noqa: F401


@pytest.fixture
def office(tmp_path, knowledge):
    """A practice on SQLite."""
    return practice(f"sqlite:///{tmp_path / 'rx.db'}", knowledge)


@pytest.fixture
def either_office(database_url, knowledge):  # noqa: F811
    """A practice on each kind of database."""
    return practice(database_url, knowledge)
