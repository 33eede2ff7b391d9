"""Where settings come from, what is refused, and that every refusal says where and what."""

import re

import pytest

from benzosafe.errors import UsageError
from benzosafe.service.settings import FhirServer, Issuer, Settings
from benzosafe.service.settings_load import load_settings, refuse_open_door, shown

TOML = """
port = 9000
quiet_days = 30
cors_origins = ["https://ehr.example.org"]

[[issuers]]
iss = "https://ehr.example.org"
jku = "https://ehr.example.org/jwks.json"

[[fhir_servers]]
url = "https://fhir.example.org/r4"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "service.toml"
    path.write_text(TOML)
    return path


def refused(flags=None, environment=None, text=None, tmp_path=None):
    path = None
    if text is not None:
        path = tmp_path / "bad.toml"
        path.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_settings(flags or {}, environment or {}, path)
    assert caught.value.exit_code == 2
    return caught.value.message


def test_flag_before_environment_before_file_before_default(file):
    environment = {"BENZOSAFE_PORT": "9100", "BENZOSAFE_QUIET_DAYS": "60", "PATH": "/bin"}
    loaded = load_settings({"port": 9200}, environment, file)
    settings = loaded.settings
    assert (settings.port, settings.quiet_days, settings.keep_days) == (9200, 60, 400)
    assert settings.issuers[0].iss == "https://ehr.example.org" and settings.cors_origins == (
        "https://ehr.example.org",
    )
    origins = loaded.origins
    assert origins["port"] == "flag --port" and origins["quiet_days"] == "environment BENZOSAFE_QUIET_DAYS"
    assert origins["issuers"] == str(file) and origins["keep_days"] == "default"


def test_the_file_beside_is_read_and_a_named_one_must_exist(tmp_path, monkeypatch, file):
    monkeypatch.chdir(tmp_path)
    assert load_settings({}, {}).settings.port == 8000
    (tmp_path / "benzosafe.toml").write_text("port = 9300")
    assert load_settings({}, {}).settings.port == 9300
    assert load_settings({}, {}, file).settings.port == 9000
    assert "none.toml: cannot be read" in refused_path(tmp_path / "none.toml")


def refused_path(path):
    with pytest.raises(UsageError) as caught:
        load_settings({}, {}, path)
    return caught.value.message


def test_lists_from_the_environment():
    environment = {
        "BENZOSAFE_CORS_ORIGINS": "https://a.example, https://b.example",
        "BENZOSAFE_FHIR_SERVERS": '[{"url": "https://fhir.example.org/r4", "private_network": true}]',
    }
    settings = load_settings({}, environment).settings
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.fhir_servers == (FhirServer(url="https://fhir.example.org/r4", private_network=True),)
    assert "BENZOSAFE_ISSUERS: is not a JSON list" in refused(environment={"BENZOSAFE_ISSUERS": "[{"})


WRONG = {
    "unknown key": ("prot = 1", r"prot: no such setting\. Did you mean 'port'\? \(.*bad\.toml\)"),
    "unknown key inside": ('[[issuers]]\niss = "a"\njuk = "https://a.example/k"', r"issuers\.1\.juk: no such .*'jku'"),
    "not TOML": ("port 9000", r"bad\.toml: is not TOML: .*line 1"),
    "port too large": ("port = 70000", r"port: .*65535"),
    "port a word": ('port = "many"', r"port: .*integer"),
    "negative limit": ("max_hook_bytes = -1", r"max_hook_bytes: .*1000"),
    "no time limit": ("max_request_seconds = 0", r"max_request_seconds: .*greater than 0"),
    "no rate": ("rate_per_minute = 0", r"rate_per_minute"),
    "issuer without keys": ('[[issuers]]\niss = "a"', r"issuers\.1: needs jku .* or jwks_file"),
    "issuer twice": ('[[issuers]]\niss="a"\njwks_file="f"\n' * 2, r"same iss is written twice"),
    "jku without TLS": ('[[issuers]]\niss = "a"\njku = "http://a.example/k"', r"issuers\.1\.jku: .*must begin"),
    "server without TLS": ('[[fhir_servers]]\nurl = "http://a.example/r4"', r"must begin with https"),
    "server with password": ('[[fhir_servers]]\nurl = "https://u:hush@a.example/r4"', r"no user name or password"),
    "server with dots": ('[[fhir_servers]]\nurl = "https://a.example/r4/../x"', r"must not hold"),
    "server with query": ('[[fhir_servers]]\nurl = "https://a.example/r4?x=1"', r"no query"),
    "any origin": ('cors_origins = ["*"]', r"any web page"),
    "origin with path": ('cors_origins = ["https://a.example/"]', r"not an origin: write https://a\.example"),
    "public URL without TLS": ('public_url = "http://a.example"', r"public_url: .*must begin with https"),
    "secret in the file": ('database_url = "postgresql://u:hush@h/d"', r"bad\.toml: .* a password.*BENZOSAFE_D"),
    "another database": ('database_url = "mysql://h/d"', r"database_url: begins with sqlite"),
    "no database": ('database_url = "x y"', r"not a database URL"),
    "no country": ('jurisdiction = "Mars"', r"jurisdiction"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)
def test_faults_are_told_with_their_place(tmp_path, text, words):
    message = refused(text=text, tmp_path=tmp_path)
    assert re.search(words, message), message
    assert "hush" not in message


def test_all_faults_are_told_at_once(tmp_path):
    message = refused(text="port = -1\nburst = 0\nquiet = 1", tmp_path=tmp_path)
    assert all(key in message for key in ("port", "burst", "quiet"))


def test_a_misspelt_variable_is_not_passed_over():
    assert "BENZOSAFE_ISUERS: is not a setting. Did you mean 'issuers'?" in refused(
        environment={"BENZOSAFE_ISUERS": "[]"}
    )
    assert load_settings({}, {"BENZOSAFE_DEBUG": "1", "BENZOSAFE_VENV": "/x", "OTHER_PORT": "1"}).settings.port == 8000


def test_a_password_is_never_shown():
    loaded = load_settings({}, {"BENZOSAFE_DATABASE_URL": "postgresql://u:hush@h/d"})
    text = shown(loaded)
    assert "hush" not in text and "postgresql://u:***@h/d" in text
    assert re.search(r"database_url +.*\(environment BENZOSAFE_DATABASE_URL\)", text)
    assert {line.split()[0] for line in text.splitlines()} == set(Settings.model_fields)


ISSUER = Issuer(iss="https://ehr.example.org", jku="https://ehr.example.org/jwks.json")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_this_machine_may_be_open(host):
    refuse_open_door(Settings(host=host))


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.4", "benzosafe.example.org", "127.0.0.1.evil.example", ""]
)
def test_anything_else_needs_issuers_and_a_public_url(host):
    with pytest.raises(UsageError, match="no issuer is configured: anyone could call"):
        refuse_open_door(Settings(host=host))
    with pytest.raises(UsageError, match="public_url: is needed"):
        refuse_open_door(Settings(host=host, issuers=(ISSUER,)))
    refuse_open_door(Settings(host=host, issuers=(ISSUER,), public_url="https://benzosafe.example.org"))


def test_the_base_url():
    assert Settings().base_url == "http://127.0.0.1:8000"
    assert Settings(host="::1", port=9000).base_url == "http://[::1]:9000"
    assert Settings(public_url="https://a.example/benzosafe/").base_url == "https://a.example/benzosafe"


def test_every_setting_is_in_the_reference():
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "reference" / "configuration.md").read_text()
    for part in (Settings, Issuer, FhirServer):
        for key in part.model_fields:
            assert f"`{key}`" in page, key
