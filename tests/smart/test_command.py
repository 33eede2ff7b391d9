"""`benzosafe smart`: from a new key to a Bundle that `benzosafe review` takes; refusals in words."""

import json
import stat

import pytest


@pytest.fixture
def read(command, provider, key_file):
    def run(*more, patient="p1", server=None):
        server = server or provider.base
        options = ("--server", server, "--client-id", "benzosafe", "--key", str(key_file), *more)
        return command("smart", "read", patient, *options)

    return run


def test_what_is_read_can_be_reviewed(command, read, provider, tmp_path):
    provider.status_of = {"Observation": 403}
    out = tmp_path / "p.json"
    done = read("--also", provider.root, "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert b"not read: measurements" in done.stderr and done.stdout == b""
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    reviewed = command("review", str(out), "--format", "json", "--on", "2026-11-24")
    assert "clonazepam" in {order["ingredient"] for order in json.loads(reviewed.stdout)["regimen"]}


@pytest.mark.parametrize(
    ("more", "said", "code"),
    [
        ({}, b"--also", 4),
        ({"patient": "Jane Doe"}, b"not a FHIR id", 2),
        ({"server": "http://ehr.example/fhir"}, b"must begin with https://", 2),
        ({"server": "http://127.0.0.1:1/fhir"}, b"http://127.0.0.1:1 failed", 4),
    ],
)
def test_a_refusal_is_a_sentence(read, provider, more, said, code):
    also = () if not more else ("--also", provider.root)
    done = read(*also, **more)
    assert done.returncode == code and said in done.stderr and b"Traceback" not in done.stderr


def test_a_new_key_prints_its_public_half_only(command, tmp_path):
    path = tmp_path / "k.jwk"
    done = command("smart", "new-key", "--out", str(path))
    private = json.loads(path.read_text())["d"].encode()
    assert json.loads(done.stdout)["keys"][0]["alg"] == "ES384"
    assert private not in done.stdout + done.stderr
    assert command("smart", "new-key", "--out", str(path)).returncode == 2
