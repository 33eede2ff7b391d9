"""A practice over HTTP: everybody with a browser of their own, at a moment of our choosing."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benzosafe.service.app import create_app
from benzosafe.service.settings import Settings
from tests.prescriptions.people import PASSWORD, practice
from tests.service.conftest import Clock
from tests.storage.conftest import database_url, postgres  # noqa: F401

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

SITE = "https://rx.example.org"
MASTER = bytes(range(32)).hex()
EVERYBODY = ("doctor", "other", "counter", "night", "ann", "boss", "checker")


@dataclass
class Browser:
    """One person's browser: cookies, and the page token that goes with every change."""

    client: TestClient
    csrf: str = ""
    peer: str = "testclient"

    def call(self, method, path, body=None, **headers):
        sent = {"X-CSRF-Token": self.csrf} | {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value is not None}
        return self.client.request(method, f"/rx{path}", json=body, headers=sent)

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.call("POST", path, {} if body is None else body, **headers)

    def log_in(self, name, code, password=PASSWORD):
        answer = self.post("/session", {"name": name, "password": password, "code": code})
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf"]
        return answer


@dataclass
class Clinic:
    """The service on a database where everybody has an account."""

    app: object
    clock: Clock
    office: object
    browsers: dict = field(default_factory=dict)

    def browser(self):
        return Browser(TestClient(self.app, base_url=SITE))

    def code(self, name):
        """A code that was not used yet: the clock goes on by a step."""
        self.clock.move(seconds=30)
        return self.office.code(name, self.clock())

    def __getitem__(self, name):
        """Somebody's browser, logged in."""
        if name not in self.browsers:
            browser = self.browser()
            answer = browser.log_in(name, self.code(name))
            assert answer.status_code == 200, answer.text
            self.browsers[name] = browser
        return self.browsers[name]


def clinic_on(url, knowledge, folder, *, fresh=True, **more):
    """A clinic, or another service on the database of one; more: settings."""
    office = practice(url, knowledge) if fresh else None
    (folder / "master.key").write_text(MASTER)
    settings = Settings(
        database_url=url, key_file=folder / "master.key",
        **({"public_url": SITE, "burst": 1_000_000, "rate_per_minute": 1_000_000} | more),
    )  # fmt: skip
    clock = Clock()
    return Clinic(create_app(settings, clock=clock, knowledge=knowledge), clock, office)


@pytest.fixture
def clinic(tmp_path, knowledge):
    return clinic_on(f"sqlite:///{tmp_path / 'rx.db'}", knowledge, tmp_path)


@pytest.fixture
def either_clinic(database_url, tmp_path, knowledge):  # noqa: F811
    """A clinic on each kind of database."""
    return clinic_on(database_url, knowledge, tmp_path)


@dataclass
class Kept:
    """A clinic whose database goes back to how it was, before each test."""

    clinic: Clinic
    before: dict

    @property
    def file(self):
        return Path(self.clinic.office.desk.engine.url.database)

    @property
    def engines(self):
        service = self.clinic.app.state.service
        return service.desk.engine, self.clinic.office.desk.engine

    def put_back(self):
        for engine in self.engines:
            engine.dispose()
        for path, data in self.before.items():
            path.write_bytes(data) if data is not None else path.unlink(missing_ok=True)


def kept(clinic):
    """As it is now."""
    found = Kept(clinic, {})
    with clinic.office.desk.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")  # ends the transaction, outside of which alone it may be done
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for engine in found.engines:
        engine.dispose()
    names = ("", "-wal", "-shm")
    paths = [found.file.with_name(found.file.name + name) for name in names]
    found.before = {path: path.read_bytes() if path.exists() else None for path in paths}
    return found
