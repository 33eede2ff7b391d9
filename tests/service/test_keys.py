"""Keys of issuers: what is taken from a key set, when it is fetched, and what happens when it cannot be."""

import asyncio
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm

from benzosafe.errors import UsageError
from benzosafe.service.keys import BETWEEN_FETCHES, KeySet, KeysUnavailable, read_keys
from benzosafe.service.outgoing import Fetched, OutgoingFailed
from benzosafe.service.settings import Issuer
from tests.service.conftest import ISS, PATH, PUBLIC, START, Signer
from tests.service.servers import serving, write

JKU = "https://ehr.example.org/jwks.json"


class Server:
    """Answers with a key set, and counts."""

    def __init__(self, *signers, headers=None, status=200):
        self.signers, self.headers, self.status, self.asked, self.fails = (
            list(signers),
            headers or {},
            status,
            [],
            False,
        )

    async def get(self, url):
        self.asked.append(url)
        await asyncio.sleep(0)
        if self.fails:
            raise OutgoingFailed("away")
        body = json.dumps({"keys": [signer.jwk() for signer in self.signers]}).encode()
        return Fetched(self.status, self.headers, body)


def keys_of(server):
    return KeySet(Issuer(iss=ISS, jku=JKU), server)


def find(keys, kid, after=timedelta()):
    return asyncio.run(keys.find(kid, START + after))


def test_keys_are_fetched_once_and_kept_for_ten_minutes():
    server = Server(Signer(kid="a"))
    keys = keys_of(server)
    assert find(keys, "a").algorithms == ("ES384",)
    assert find(keys, "a", timedelta(minutes=9))
    assert server.asked == [JKU]
    assert find(keys, "a", timedelta(minutes=10))
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("header", "fresh", "stale"),
    [
        ("max-age=120", timedelta(seconds=119), timedelta(seconds=120)),
        ("public, max-age=1", timedelta(seconds=59), timedelta(seconds=60)),
        ("max-age=99999999", timedelta(minutes=59), timedelta(hours=1)),
        ("no-store", timedelta(minutes=9), timedelta(minutes=10)),
    ],
)
def test_the_server_says_how_long_within_bounds(header, fresh, stale):
    server = Server(Signer(kid="a"), headers={"cache-control": header})
    keys = keys_of(server)
    find(keys, "a")
    find(keys, "a", fresh)
    assert len(server.asked) == 1
    find(keys, "a", stale)
    assert len(server.asked) == 2


def test_an_unknown_name_fetches_again_but_not_at_every_call():
    server = Server(Signer(kid="a"))
    keys = keys_of(server)
    find(keys, "a")
    for _ in range(20):
        assert find(keys, "made-up") is None
    assert len(server.asked) == 1
    server.signers.append(Signer(kid="new"))
    assert find(keys, "new", BETWEEN_FETCHES)
    for _ in range(20):
        assert find(keys, "made-up", BETWEEN_FETCHES) is None
    assert len(server.asked) == 2


def test_a_withdrawn_key_is_no_longer_believed():
    server = Server(Signer(kid="a"), Signer(kid="b"))
    keys = keys_of(server)
    assert find(keys, "a")
    server.signers.pop(0)
    assert find(keys, "a", timedelta(minutes=10)) is None


def test_many_calls_at_once_fetch_once():
    server = Server(Signer(kid="a"))
    keys = keys_of(server)

    async def at_once():
        return await asyncio.gather(*(keys.find("a", START) for _ in range(50)))

    assert all(asyncio.run(at_once())) and len(server.asked) == 1


@pytest.mark.parametrize("how", ["fails", "status", "body"])
def test_a_server_that_is_away_is_not_a_yes(how, monkeypatch):
    server = Server(Signer(kid="a"))
    keys = keys_of(server)
    find(keys, "a")
    if how == "fails":
        server.fails = True
    elif how == "status":
        server.status = 500
    else:
        monkeypatch.setattr(Signer, "jwk", lambda self: {"kty": "oct", "kid": "a", "k": "AAAA"})
    if how == "body":  # read, and holds no such key any more
        assert find(keys, "a", timedelta(minutes=11)) is None
        return
    assert find(keys, "a", timedelta(minutes=9))
    with pytest.raises(KeysUnavailable):
        find(keys, "a", timedelta(minutes=11))
    server.fails, server.status = False, 200
    with pytest.raises(KeysUnavailable):
        find(keys, "a", timedelta(minutes=11, seconds=29))
    assert find(keys, "a", timedelta(minutes=11, seconds=31))


REFUSED = {
    "symmetric": {"kty": "oct", "kid": "x", "k": "c2VjcmV0"},
    "private": {**json.loads(ECAlgorithm.to_jwk(Signer().key)), "kid": "x"},
    "for encryption": Signer(kid="x").jwk(use="enc"),
    "nameless": Signer(kid="x").jwk(kid=None),
    "another algorithm": Signer(kid="x").jwk(alg="ES512"),
    "curve not accepted": Signer(kid="x", key=ec.generate_private_key(ec.SECP521R1())).jwk(),
    "RSA too short": Signer(kid="x", key=rsa.generate_private_key(65537, 1024)).jwk(),
    "point not on the curve": Signer(kid="x").jwk(x="AAAA"),
    "kind a list": Signer(kid="x").jwk(kty=["EC"]),
    "curve an object": Signer(kid="x").jwk(crv={}),
    "numbers for text": Signer(kid="x").jwk(x=1, y=2),
}


@pytest.mark.parametrize("entry", REFUSED.values(), ids=REFUSED)
def test_keys_not_to_be_used_are_left_out_and_the_others_kept(entry):
    found = read_keys(json.dumps({"keys": [entry, "no key", Signer(kid="good").jwk()]}).encode())
    assert list(found) == ["good"]


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"keys": {}}', b"<html>", b"[" * 100_000])
def test_what_is_no_key_set_is_no_key_set(data):
    with pytest.raises(ValueError):
        read_keys(data)


@pytest.mark.parametrize("text", ['{"keys": []}', "{", '{"keys": [{"kty": "oct", "kid": "a", "k": "AAAA"}]}'])
def test_a_useless_file_stops_the_start_in_words(tmp_path, text):
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises(UsageError, match=r"keys\.json: (is no key set|holds no usable public key)"):
        KeySet(Issuer(iss=ISS, jwks_file=tmp_path / "keys.json"), Server())
    with pytest.raises(UsageError, match="No such file"):
        KeySet(Issuer(iss=ISS, jwks_file=tmp_path / "none.json"), Server())


def test_keys_are_fetched_from_the_listed_address_and_from_no_other(client_of, settings, clock):
    right, evil = Signer(), Signer()
    ours, theirs = (json.dumps({"keys": [signer.jwk()]}).encode() for signer in (right, evil))
    with serving(lambda h: write(h, ours)) as (port, seen), serving(lambda h: write(h, theirs)) as (bad, unseen):
        jku = f"http://127.0.0.1:{port}/jwks.json"
        client = client_of(settings(public_url=PUBLIC, issuers=(Issuer(iss=ISS, jku=jku),)))

        def status(signer, **headers):
            token = signer.token(clock, headers=headers)
            return client.get(PATH, headers={"Authorization": f"Bearer {token}"}).status_code

        assert status(right) == status(right, jku=jku) == 200
        for url in (f"http://127.0.0.1:{bad}/jwks.json", jku + "?", jku + "#", f"{jku}/../jwks.json", "", None, [jku]):
            assert status(evil, jku=url) == 401
        assert status(evil) == 401
    assert [path for _, path, _, _ in seen] == ["/jwks.json"] and not unseen


def test_calls_are_answered_503_while_keys_cannot_be_had(client_of, settings, clock):
    # Nothing listens on port 1, so the keys cannot be fetched.
    client = client_of(settings(public_url=PUBLIC, issuers=(Issuer(iss=ISS, jku="http://127.0.0.1:1/jwks.json"),)))
    answer = client.get(PATH, headers={"Authorization": f"Bearer {Signer().token(clock)}"})
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert answer.json()["issue"][0]["code"] == "transient"
    assert client.get(PATH, headers={"Authorization": "Bearer a.b.c"}).status_code == 401
