"""Who is signed in is believed only when everything about the statement holds."""

import json
import time
from base64 import urlsafe_b64encode

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from benzosafe.smart.door import SmartRefused
from tests.smart.provider import SIGNER

OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP384R1())
PUBLIC = SIGNER.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, "another nonce"),
        ({"nonce": None}, "another nonce"),
        ({"nonce": 7}, "another nonce"),
        ({"nonce": "ä"}, "another nonce"),
        ({"aud": "somebody-else"}, "another audience"),
        ({"aud": None}, "another audience"),
        ({"aud": ["benzosafe-app", "other"]}, "another audience"),
        ({"aud": ["benzosafe-app", "other"], "azp": "other"}, "another audience"),
        ({"iss": "https://evil.example/fhir"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"exp": int(time.time()) - 120}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": True}, "expired"),
        ({"iat": int(time.time()) + 3600}, "in the future"),
        ({"iat": None}, "in the future"),
        ({"sub": None}, "no subject"),
    ],
)
def test_a_claim_that_is_off_is_refused(way, provider, claims, reason):
    provider.id_claims = claims
    with pytest.raises(SmartRefused, match=reason):
        way.launched()


def test_several_audiences_need_us_as_the_one_that_asked(way, provider):
    provider.id_claims = {"aud": ["benzosafe-app", "other"], "azp": "benzosafe-app"}
    assert way.launched().identity.subject == "d1"


def _base64(data):
    return urlsafe_b64encode(data).decode().rstrip("=")


def hmac_with_public_key(claims):
    """Algorithm confusion: the public key taken as a shared secret."""
    unsigned = jwt.encode(claims, "x" * 32, "HS256", {"kid": "s1"}).rsplit(".", 1)[0]
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    return f"{unsigned}.{_base64(signature.sign(unsigned.encode(), PUBLIC))}"


def changed_after_signing(claims):
    head, _, signature = jwt.encode(claims, SIGNER, "RS256", {"kid": "s1"}).split(".")
    other = jwt.encode({**claims, "sub": "d2"}, SIGNER, "RS256").split(".")[1]
    return f"{head}.{other}.{signature}"


FORGED = {
    "alg none": lambda claims: jwt.encode(claims, None, "none", {"kid": "s1"}),
    "alg None": lambda claims: _base64(b'{"alg":"None","kid":"s1"}') + "." + _base64(json.dumps(claims).encode()) + ".",
    "hmac": lambda claims: jwt.encode(claims, "x" * 32, "HS256", {"kid": "s1"}),
    "hmac with the public key": hmac_with_public_key,
    "another key": lambda claims: jwt.encode(claims, OTHER, "RS256", {"kid": "s1"}),
    "another kid": lambda claims: jwt.encode(claims, OTHER, "RS256", {"kid": "s2"}),
    "another family": lambda claims: jwt.encode(
        claims, ec.generate_private_key(ec.SECP384R1()), "ES384", {"kid": "s1"}
    ),
    "changed": changed_after_signing,
    "no signature": lambda claims: jwt.encode(claims, SIGNER, "RS256", {"kid": "s1"}).rsplit(".", 1)[0] + ".",
    "no token": lambda _: "not.a.token",
    "one word": lambda _: "word",
    "not base64": lambda _: "ä.ö.ü",
    "too long": lambda claims: jwt.encode({**claims, "x": "y" * 20000}, SIGNER, "RS256", {"kid": "s1"}),
    "critical": lambda claims: jwt.encode(claims, SIGNER, "RS256", {"kid": "s1", "crit": ["x"], "x": 1}),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_statement_is_refused(way, provider, name):
    provider.id_token = FORGED[name]
    with pytest.raises(SmartRefused, match="does not hold"):
        way.launched()


def test_an_honest_statement_by_the_same_means_holds(way, provider):
    """So that the refusals above are not of the means."""
    provider.id_token = lambda claims: jwt.encode(claims, SIGNER, "RS384", {"kid": "s1"})
    assert way.launched().identity.subject == "d1"


@pytest.mark.parametrize("url", ["https://evil.example/keys", "http://127.0.0.1:1/keys"])
def test_keys_from_elsewhere_are_not_fetched(way, provider, url):
    provider.config = {"jwks_uri": url}
    with pytest.raises(SmartRefused, match="jwks uri .* not on the list"):
        way.launched()


def test_without_stated_keys_the_issuer_is_asked_and_must_name_itself(way, provider):
    provider.config = {"jwks_uri": None}
    with pytest.raises(SmartRefused, match="OpenID configuration"):
        way.launched()
    provider.openid = {"issuer": provider.base, "jwks_uri": f"{provider.root}/keys"}
    assert way.launched().identity.issuer == provider.base
    provider.openid["issuer"] = f"{provider.root}/other"
    with pytest.raises(SmartRefused, match="names another"):
        way.launched()
    provider.openid = {"issuer": provider.base, "jwks_uri": "https://evil.example/keys"}
    with pytest.raises(SmartRefused, match="not on the list"):
        way.launched()
