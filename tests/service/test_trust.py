"""Attacks on the token of a call: each is refused with the same words, and only the log knows why."""

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from benzosafe.service.settings import Issuer
from tests.service.conftest import ISS, PATH, PUBLIC, Signer


def b64(data):
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def client(client_of, guarded):
    return client_of(guarded)


def call(client, token, path=PATH):
    return client.get(path, headers={"Authorization": f"Bearer {token}"} if token is not None else {})


def assert_refused(answer):
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome" and body["issue"][0]["code"] == "login"
    assert body["issue"][0]["diagnostics"].startswith("The call carries no token that this service accepts.")


def test_a_right_token_comes_in(client, signer, clock):
    assert call(client, signer.token(clock)).status_code == 200
    assert call(client, signer.token(clock, aud=["https://other.example", PUBLIC + PATH])).status_code == 200
    assert client.get(PATH, headers={"Authorization": f"bearer {signer.token(clock)}"}).status_code == 200


NO_TOKENS = [
    None,
    "",
    "Bearer",
    "Bearer ",
    "Basic dXNlcjpwYXNz",
    "Bearer a",
    "Bearer a.b.c",
    "Bearer ..",
    "Bearer é.é.é",
]


@pytest.mark.parametrize("authorization", NO_TOKENS)
def test_no_token_is_refused(client, authorization):
    headers = {} if authorization is None else {"Authorization": authorization.encode("utf-8")}
    assert_refused(client.get(PATH, headers=headers))


def tampered(signer, clock):
    header, _, signature = signer.token(clock).split(".")
    return f"{header}.{b64(signer.claims(clock, sub='root'))}.{signature}"


def hs_with_public_key(signer, clock, encoding):
    public = signer.key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
    start = f"{b64({'alg': 'HS256', 'typ': 'JWT', 'kid': signer.kid})}.{b64(signer.claims(clock))}"
    return f"{start}.{b64(hmac.new(public, start.encode(), hashlib.sha256).digest())}"


def unsigned(alg):
    return lambda s, c: f"{b64({'alg': alg, 'typ': 'JWT', 'kid': s.kid})}.{b64(s.claims(c))}."


def own_key(s, c, **header):
    return Signer(kid=s.kid).token(c, headers=header)


def shifted(**changes):
    def make(s, c):
        now = int(c().timestamp())
        return s.token(c, **{name: now + value for name, value in changes.items()})

    return make


ATTACKS = {
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg empty": unsigned(""),
    "alg a list": unsigned(["ES384"]),
    "unsigned ES384": unsigned("ES384"),
    "HS256 with the public key in PEM": lambda s, c: hs_with_public_key(s, c, serialization.Encoding.PEM),
    "HS256 with the public key in DER": lambda s, c: hs_with_public_key(s, c, serialization.Encoding.DER),
    "claims changed after signing": tampered,
    "signed by another key under the same kid": own_key,
    "own key in the header": lambda s, c: own_key(s, c, jwk=Signer(kid=s.kid).jwk()),
    "own certificate in the header": lambda s, c: own_key(s, c, x5c=["MIIB"], x5u="https://evil.example/c"),
    "algorithm not the key's": lambda s, c: s.token(c, key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"),
    "kid unknown": lambda s, c: s.token(c, headers={"kid": "other"}),
    "kid a path": lambda s, c: s.token(c, headers={"kid": "../../etc/passwd"}),
    "kid empty": lambda s, c: s.token(c, headers={"kid": ""}),
    "typ not JWT": lambda s, c: s.token(c, headers={"typ": "at+jwt"}),
    "critical header": lambda s, c: s.token(c, headers={"crit": ["exp"]}),
    "foreign jku": lambda s, c: s.token(c, headers={"jku": "https://evil.example/jwks.json"}),
    "issuer unknown": lambda s, c: s.token(c, iss="https://evil.example"),
    "issuer missing": lambda s, c: s.token(c, iss=...),
    "issuer like ours": lambda s, c: s.token(c, iss=ISS + "/"),
    "audience missing": lambda s, c: s.token(c, aud=...),
    "audience of another service": lambda s, c: s.token(c, aud="https://other.example/cds-services"),
    "audience without path": lambda s, c: s.token(c, aud=PUBLIC),
    "audience of another path": lambda s, c: s.token(c, aud=PUBLIC + PATH + "/benzosafe-order-sign"),
    "audience with a slash more": lambda s, c: s.token(c, aud=PUBLIC + PATH + "/"),
    "audience inside a longer text": lambda s, c: s.token(c, aud=f"{PUBLIC}{PATH}?x"),
    "audience list without us": lambda s, c: s.token(c, aud=["https://a.example", PUBLIC]),
    "expired": shifted(iat=-400, exp=-100),
    "expired exactly at the leeway": shifted(iat=-360, exp=-60),
    "issued in the future": shifted(iat=120, exp=300),
    "not yet valid": shifted(nbf=120),
    "valid for an hour": shifted(exp=3600),
    "ends before it began": shifted(iat=30, exp=20),
    "exp missing": lambda s, c: s.token(c, exp=...),
    "iat missing": lambda s, c: s.token(c, iat=...),
    "jti missing": lambda s, c: s.token(c, jti=...),
    "jti empty": lambda s, c: s.token(c, jti=""),
    "jti huge": lambda s, c: s.token(c, jti="j" * 600),
    "token huge": lambda s, c: s.token(c, sub="x" * 20_000),
    "claims deeply nested": lambda s, c: f"{b64({'alg': 'ES384', 'typ': 'JWT', 'kid': s.kid})}.{b64(b'[' * 4000)}.AA",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_attacks_are_refused(client, signer, clock, attack):
    assert_refused(call(client, attack(signer, clock)))


@pytest.mark.parametrize("claim", ["exp", "iat"])
@pytest.mark.parametrize("value", [True, "1800000000", None, [], 1e300])
def test_times_that_are_no_numbers_are_refused(client, signer, clock, claim, value):
    assert_refused(call(client, signer.token(clock, **{claim: value})))


def raw_claims(signer, clock, text):
    header = b64({"alg": "ES384", "typ": "JWT", "kid": signer.kid})
    start = f"{header}.{b64(text.encode())}"
    from jwt.algorithms import ECAlgorithm

    signature = ECAlgorithm(ECAlgorithm.SHA384).sign(start.encode(), signer.key)
    return f"{start}.{b64(signature)}"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_rightly_signed_token_without_a_real_end_is_refused(client, signer, clock, number):
    right = json.dumps(signer.claims(clock))
    assert call(client, raw_claims(signer, clock, right)).status_code == 200
    claims = signer.claims(clock, exp=0)
    assert_refused(call(client, raw_claims(signer, clock, json.dumps(claims).replace('"exp": 0', f'"exp": {number}'))))


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_a_beginning_that_is_no_number_is_refused(client, signer, clock, number):
    claims = json.dumps(signer.claims(clock, nbf=0)).replace('"nbf": 0', f'"nbf": {number}')
    assert_refused(call(client, raw_claims(signer, clock, claims)))


def test_a_key_published_for_one_algorithm_is_not_taken_for_another(client_of, settings, clock, tmp_path):
    signer = Signer(algorithm="RS384", key=rsa.generate_private_key(65537, 2048))
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [signer.jwk(alg="RS384")]}))
    client = client_of(settings(public_url=PUBLIC, issuers=(Issuer(iss=ISS, jwks_file=file),)))
    assert call(client, signer.token(clock)).status_code == 200
    assert_refused(call(client, signer.token(clock, algorithm="RS256")))


def test_leeway_is_given_and_no_more(client, signer, clock):
    now = int(clock().timestamp())
    assert call(client, signer.token(clock, iat=now + 59, exp=now + 300)).status_code == 200
    assert call(client, signer.token(clock, iat=now - 300, exp=now - 59)).status_code == 200
    assert_refused(call(client, signer.token(clock, iat=now + 61, exp=now + 300)))


def test_a_replayed_token_is_refused_even_after_a_restart(client_of, guarded, signer, clock):
    token = signer.token(clock)
    first = client_of(guarded)
    assert call(first, token).status_code == 200
    assert_refused(call(first, token))
    assert_refused(call(client_of(guarded), token))
    clock.move(seconds=350)
    assert_refused(call(first, token))
    clock.move(seconds=60)
    assert_refused(call(first, token))


def test_a_refused_token_does_not_use_up_its_name(client, signer, clock):
    assert_refused(call(client, signer.token(clock, jti="once", aud="https://other.example")))
    assert call(client, signer.token(clock, jti="once")).status_code == 200


def test_a_key_of_one_issuer_says_nothing_for_another(client_of, settings, signer, clock, tmp_path, jwks_file):
    other = Signer(iss="https://other.example", kid="other-key")
    file = tmp_path / "other.json"
    file.write_text(json.dumps({"keys": [other.jwk()]}))
    issuers = (Issuer(iss=ISS, jwks_file=jwks_file), Issuer(iss=other.iss, jwks_file=file))
    client = client_of(settings(public_url=PUBLIC, issuers=issuers))
    assert call(client, other.token(clock)).status_code == 200
    assert_refused(call(client, other.token(clock, iss=ISS)))
    assert_refused(call(client, signer.token(clock, iss=other.iss)))


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "PS384", "ES256", "ES384"])
def test_accepted_algorithms(client_of, settings, clock, tmp_path, algorithm):
    key = (
        ec.generate_private_key(ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1())
        if algorithm.startswith("ES")
        else rsa.generate_private_key(65537, 2048)
    )
    signer, file = Signer(algorithm=algorithm, key=key), tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [signer.jwk()]}))
    client = client_of(settings(public_url=PUBLIC, issuers=(Issuer(iss=ISS, jwks_file=file),)))
    assert call(client, signer.token(clock)).status_code == 200
    if algorithm.startswith("RS"):
        assert_refused(call(client, signer.token(clock, algorithm="RS512")))


def test_tenant_and_own_audience_of_an_issuer(client_of, settings, signer, clock, jwks_file):
    issuer = Issuer(iss=ISS, jwks_file=jwks_file, tenant="ward-7", audience="urn:benzosafe")
    client = client_of(settings(public_url=PUBLIC, issuers=(issuer,)))
    assert call(client, signer.token(clock, tenant="ward-7", aud="urn:benzosafe")).status_code == 200
    assert_refused(call(client, signer.token(clock, tenant="ward-8", aud="urn:benzosafe")))
    assert_refused(call(client, signer.token(clock, aud="urn:benzosafe")))
    assert_refused(call(client, signer.token(clock, tenant="ward-7")))


def test_the_path_of_the_public_url_belongs_to_the_audience(client_of, settings, signer, clock, jwks_file):
    issuers = (Issuer(iss=ISS, jwks_file=jwks_file),)
    client = client_of(settings(public_url=f"{PUBLIC}/benzosafe/", issuers=issuers))
    assert call(client, signer.token(clock, aud=f"{PUBLIC}/benzosafe{PATH}")).status_code == 200
    assert_refused(call(client, signer.token(clock)))


def test_every_address_but_the_open_ones_asks_who_calls(client):
    described = client.get("/openapi.json").json()["paths"]
    asked = 0
    for path, methods in described.items():
        for method in methods:
            status = client.request(method, path.replace("{", "").replace("}", "")).status_code
            is_open = path in ("/health", "/ready", "/metrics", "/fhir/metadata") or path.startswith("/reports/")
            assert (status != 401) == is_open, (method, path, status)
            asked += not is_open
    assert asked >= 3
    assert client.get("/no/such/place").status_code == 401
    assert client.get("/health/").status_code == 401
    assert client.get("//health").status_code == 401


def test_a_flood_of_wrong_tokens_is_not_even_looked_at(client, signer, clock):
    statuses = [call(client, "a.b.c").status_code for _ in range(40)]
    assert statuses[:30] == [401] * 30 and statuses[-1] == 429
    assert call(client, signer.token(clock)).status_code == 429
    assert client.get("/health").status_code == 200
