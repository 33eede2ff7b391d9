import itertools
from contextlib import closing

import psycopg
import pytest

from benzosafe.storage.store import Store
from tests.storage.postgres import find_binaries, running

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres():
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine; .ci/run installs it")
    with running(binaries) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'memory.db'}"
    server = request.getfixturevalue("postgres")
    name = f"memory_{next(_numbers)}"  # a schema each: a database each takes seconds and megabytes
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server}/postgres?options=-csearch_path%3D{name}"


@pytest.fixture
def store(database_url):
    with closing(Store(database_url)) as store:
        store.migrate()
        yield store
