"""A token for the service itself: signed for, kept, renewed once, and never shown."""

import asyncio
from datetime import timedelta

import pytest

from benzosafe.service.outgoing import OutgoingFailed
from benzosafe.smart.backend import Backend, Client
from benzosafe.smart.door import SmartRefused
from benzosafe.smart.key import read_signing_key, write_new_key
from benzosafe.smart.scopes import scopes_for_backend
from tests.smart.conftest import RANDOM


def granted(way, key, times=1):
    async def use(door):
        access = await way.access(door, key)
        return [await access.grant() for _ in range(times)]

    return way.run(use)


def test_a_signed_statement_brings_a_token_with_the_least_scopes(way, provider, key):
    grant = granted(way, key)[0]
    assert grant.access_token in provider.live
    assert provider.forms[0]["scope"].split() == list(scopes_for_backend("v2"))
    assert set(provider.forms[0]) == {"grant_type", "scope", "client_assertion_type", "client_assertion"}


def test_an_older_server_is_asked_in_its_own_spelling(way, provider, key):
    provider.well_known_status = 404
    granted(way, key)
    assert "system/MedicationRequest.read" in provider.forms[0]["scope"].split()


def test_a_token_is_kept_until_shortly_before_its_end(way, provider, key):
    async def use(door):
        access = await way.access(door, key)
        first = await access.grant()
        way.clock.ahead = timedelta(seconds=265)
        kept = await access.grant()
        way.clock.ahead = timedelta(seconds=275)
        return first, kept, await access.grant()

    first, kept, renewed = way.run(use)
    assert first == kept
    assert renewed.access_token != first.access_token
    assert provider.asked["token"] == 2


@pytest.mark.parametrize("stated", [None, "soon", -5, 0, True, float("nan"), [], "1e999", 10**400])
def test_an_unusable_lifetime_is_a_short_one(way, provider, key, stated):
    provider.token_answer = {"expires_in": stated}
    before = way.clock()
    grant = granted(way, key)[0]
    expected = timedelta(days=1) if stated in ("1e999",) else timedelta(minutes=1)
    assert grant.fresh_until <= before + expected + timedelta(seconds=5)


def test_many_at_once_ask_for_one_token(way, provider, key):
    provider.slow_s = 0.2

    async def use(door):
        access = await way.access(door, key)
        first = await asyncio.gather(*(access.grant() for _ in range(20)))
        old = first[0].access_token
        return first, await asyncio.gather(*(access.grant(refused=old) for _ in range(20)))

    first, renewed = way.run(use)
    assert len({grant.access_token for grant in first}) == len({grant.access_token for grant in renewed}) == 1
    assert provider.asked["token"] == 2


def test_each_request_has_its_own_jti(way, provider, key):
    way.clock.ahead = timedelta(0)
    granted(way, key)
    granted(way, key)
    assert len(provider.jtis) == 2


def test_a_key_that_is_not_registered_is_refused_with_the_reason(way, provider, key, tmp_path):
    write_new_key(tmp_path / "other.jwk", RANDOM)
    with pytest.raises(SmartRefused, match="status 400"):
        granted(way, read_signing_key(tmp_path / "other.jwk"))


def test_a_server_that_takes_other_signatures_is_not_asked(way, provider, key):
    provider.config = {"token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES256"]}
    server = way.server()
    with pytest.raises(SmartRefused, match="does not accept signatures by ES384, but ES256, RS384"):
        Backend(server, Client("benzosafe", key), None, way.clock, RANDOM)


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": "two words"},
        {"access_token": "line\r\nX-Other: 1"},
        {"access_token": "x" * 20000},
        {"token_type": "mac"},
        {"token_type": None},
        {"error": "server_error"},
    ],
)
def test_an_answer_without_a_bearer_token_is_refused(way, provider, key, answer):
    provider.token_answer = answer
    with pytest.raises(SmartRefused):
        granted(way, key)


def test_an_oversized_answer_is_cut_off(way, provider, key):
    provider.padding, way.most_bytes = 5000, 4000
    with pytest.raises(OutgoingFailed, match="more than 4000 bytes"):
        granted(way, key)


def test_nothing_secret_is_shown_or_logged(way, provider, key, caplog):
    caplog.set_level(0)
    grant = granted(way, key)[0]
    provider.token_answer = {
        "error": f"bad {grant.access_token}",
        "error_description": provider.forms[0]["client_assertion"],
    }
    with pytest.raises(SmartRefused) as error:
        granted(way, key)
    shown = caplog.text + repr(grant) + str(grant) + error.value.message
    secrets = [grant.access_token, *(form["client_assertion"] for form in provider.forms)]
    assert not any(secret in shown for secret in secrets)
    assert not any(part in shown for secret in secrets for part in secret.split(".") if len(part) > 20)
