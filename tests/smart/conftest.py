"""A record system on loopback, the real door to it, keys, and both kinds of client."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from benzosafe.service.outgoing import Outgoing
from benzosafe.service.settings import FhirServer, Settings
from benzosafe.smart.backend import Backend, Client
from benzosafe.smart.discovery import discover
from benzosafe.smart.key import read_signing_key, write_new_key
from benzosafe.smart.launch import App, begin, finish
from benzosafe.smart.token import redeem
from tests.smart.provider import Provider

RANDOM = secrets.token_bytes


class Clock:
    def __init__(self):
        self.ahead = timedelta(0)

    def __call__(self):
        return datetime.now(UTC) + self.ahead


@dataclass
class Way:
    """From one test to the provider: `run` gives each use its own door, as an event loop needs."""

    provider: Provider
    clock: Clock
    most_bytes: int = 20_000_000

    def run(self, use):
        async def with_door():
            listed = (FhirServer(url=self.provider.root),)
            door = Outgoing(Settings(fhir_servers=listed, max_answer_bytes=self.most_bytes))
            try:
                return await use(door)
            finally:
                await door.close()

        return asyncio.run(with_door())

    def server(self):
        return self.run(lambda door: discover(self.provider.base, door))

    async def access(self, door, key):
        """The backend client, as far as its first token."""
        server = await discover(self.provider.base, door)
        return Backend(server, Client("benzosafe", key), door, self.clock, RANDOM)

    def came_back(self, begun):
        """What the browser brings back from the authorize address."""
        answer = httpx.get(begun.authorize_url, follow_redirects=False)
        return urlsplit(answer.headers["location"]).query

    def launched(self, app=None, launch="handle", query=None):
        """A whole launch, to its Token."""
        begun = begin(self.server(), app or self.app(), self.clock(), RANDOM, launch)
        request = finish(begun.pending, query or self.came_back(begun), self.clock(), RANDOM)
        return self.run(lambda door: redeem(request, begun.pending, door, self.clock()))

    @staticmethod
    def app(key=None):
        return App("benzosafe-app", "http://127.0.0.1:9/back", key)


@pytest.fixture(scope="session")
def running():
    provider = Provider().start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running):
    running.reset()
    return running


@pytest.fixture
def way(provider):
    clock = Clock()
    provider.now = lambda: clock().timestamp()
    return Way(provider, clock)


@pytest.fixture
def key_file(tmp_path, provider):
    path = tmp_path / "key.jwk"
    provider.keys["benzosafe"] = provider.keys["signed-app"] = write_new_key(path, RANDOM)["keys"][0]
    return path


@pytest.fixture
def key(key_file):
    return read_signing_key(key_file)


@pytest.fixture
def written(tmp_path):
    """Write a JWK as an operator would."""

    def write(entry, mode=0o600):
        path = tmp_path / "given.jwk"
        path.write_text(json.dumps(entry))
        path.chmod(mode)
        return path

    return write
