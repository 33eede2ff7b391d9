"""A private key is taken only from a file that others cannot read, and never shown."""

import json
import stat
from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from benzosafe.errors import UsageError
from benzosafe.smart.key import read_signing_key, write_new_key
from tests.smart.conftest import RANDOM

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


def rsa_entry(bits=2048, **more):
    made = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return {**RSAAlgorithm.to_jwk(made, as_dict=True), "kid": "r1", **more}


def ec_entry(curve=ec.SECP384R1, **more):
    return {**ECAlgorithm.to_jwk(ec.generate_private_key(curve()), as_dict=True), "kid": "e1", **more}


def test_a_new_key_is_its_owners_alone_and_its_public_half_holds_no_secret(tmp_path):
    path = tmp_path / "new.jwk"
    public = write_new_key(path, RANDOM)["keys"][0]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(public) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    with pytest.raises(UsageError, match="exists already"):
        write_new_key(path, RANDOM)


@pytest.mark.parametrize("make", [ec_entry, rsa_entry])
def test_an_assertion_is_verified_by_the_public_half(written, make):
    entry = make()
    key = read_signing_key(written(entry))
    signed = key.assertion("us", "https://ehr.example/token", NOW, RANDOM)
    header = jwt.get_unverified_header(signed)
    public = jwt.PyJWK({n: v for n, v in entry.items() if n in ("kty", "crv", "x", "y", "n", "e")}, header["alg"])
    claims = jwt.decode(
        signed, public, algorithms=["ES384", "RS384"], audience="https://ehr.example/token",
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    assert (header["kid"], header["typ"]) == (entry["kid"], "JWT")
    assert claims["iss"] == claims["sub"] == "us"
    assert 0 < claims["exp"] - NOW.timestamp() <= 300
    again = jwt.decode(key.assertion("us", "x", NOW, RANDOM), options={"verify_signature": False})
    assert again["jti"] != claims["jti"] and len(claims["jti"]) >= 22


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o620, 0o606, 0o601])
def test_a_file_open_to_others_is_refused(written, mode):
    with pytest.raises(UsageError, match="can be read by others") as error:
        read_signing_key(written(ec_entry(), mode))
    assert "chmod 600" in error.value.message


def test_a_group_may_read_it_as_secrets_of_services_are_kept(written):
    assert read_signing_key(written(ec_entry(), 0o640)).algorithm == "ES384"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (rsa_entry(1024), "at least 2048 bits"),
        (ec_entry(ec.SECP256R1), "private key of P-384"),
        (ec_entry(kid=""), "no kid"),
        (ec_entry(alg="ES256"), "neither for ES384"),
        ({"kty": "oct", "k": "c2VjcmV0", "kid": "o"}, "neither for ES384"),
        ({name: value for name, value in ec_entry().items() if name != "d"}, "not a private key"),
        ({"kty": "EC", "crv": "P-384", "kid": "x", "d": "SECRETSECRET"}, "not a valid"),
        ({"keys": [ec_entry(), ec_entry()]}, "does not hold one"),
        ([], "does not hold one"),
    ],
)
def test_other_keys_are_refused_without_showing_them(written, entry, reason):
    with pytest.raises(UsageError, match=reason) as error:
        read_signing_key(written(entry))
    assert "new-key" in error.value.message
    assert "SECRETSECRET" not in repr(error.value) + error.value.message


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match="no.jwk: cannot be read"):
        read_signing_key(tmp_path / "no.jwk")


def test_it_is_not_printed(written):
    entry = ec_entry()
    key = read_signing_key(written({"keys": [entry]}))
    assert entry["d"] not in repr(key) and "PrivateKey" not in repr(key)
    assert json.loads(written(entry).read_text())["d"] == entry["d"]
