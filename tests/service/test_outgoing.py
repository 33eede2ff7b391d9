"""The only door out: whom it lets through, and what comes back when the other side misbehaves."""

import asyncio
import gzip
import time

import pytest

from benzosafe.service.outgoing import Outgoing, OutgoingFailed, OutgoingRefused
from benzosafe.service.settings import FhirServer, Issuer
from tests.service.servers import certificate, serving, write

BASE = "https://fhir.example.org/r4"
JKU = "https://ehr.example.org/keys/jwks.json"


@pytest.fixture
def outgoing(settings):
    servers = (FhirServer(url=BASE, also=("https://auth.example.org/token",)),)
    return Outgoing(settings(fhir_servers=servers, issuers=(Issuer(iss="e", jku=JKU),)), resolve=never)


async def never(host, port):
    raise AssertionError(f"looked up {host}")


LET_THROUGH = [
    BASE, f"{BASE}/", f"{BASE}/Patient/1", f"{BASE}/MedicationRequest?patient=Patient/1&status=active,draft",
    f"{BASE}/Observation?code=http://loinc.org|1-2&date=ge2026-01-01", f"{BASE}/Patient/a%20b",
    "https://fhir.example.org:443/r4/Patient/1", "https://FHIR.example.org/r4/Patient/1",
    "https://auth.example.org/token", JKU,
]  # fmt: skip
REFUSED = [
    "", "fhir.example.org/r4", "//fhir.example.org/r4", "https://", "https:///r4", "https:fhir.example.org/r4",
    "http://fhir.example.org/r4/Patient/1", "ftp://fhir.example.org/r4", "file:///etc/passwd", "gopher://127.0.0.1",
    "javascript:alert(1)", "data:,x", "unix:///var/run/docker.sock",
    "https://fhir.example.org:8443/r4/Patient/1", "https://fhir.example.org:99999/r4", "https://fhir.example.org:x/r4",
    "https://evil.example/r4", "https://fhir.example.org.evil.example/r4", "https://evilfhir.example.org/r4",
    "https://fhir.example.org./r4", "https://xn--fhir-.example.org/r4", "https://fhir.example.org%2eevil.example/r4",
    "https://user@fhir.example.org/r4", "https://fhir.example.org@evil.example/r4",
    "https://evil.example#@fhir.example.org/r4", "https://evil.example\\@fhir.example.org/r4",
    "https://fhir.example.org\\.evil.example/r4", "https://fhir.example.org/r4#fragment",
    "https://fhir.example.org/", "https://fhir.example.org/r4x/Patient", "https://fhir.example.org/R4/Patient",
    f"{BASE}/../admin", f"{BASE}/Patient/../../admin", f"{BASE}/./x", f"{BASE}/..", f"{BASE}//evil.example/x",
    f"{BASE}/%2e%2e/admin", f"{BASE}/%2E%2e%2fadmin", f"{BASE}/..%2fadmin", f"{BASE}/%252e%252e/x", f"{BASE}/a%5c..%5c",
    f"{BASE}/..\\admin", f"{BASE}/Patient/1\r\nX-Evil: 1", f"{BASE}/Patient 1", f"{BASE}/Pati\tent", f"{BASE}/é",
    "https://ｆhir.example.org/r4", "https://fhir。example.org/r4", f" {BASE}", f"{BASE}\n", "\x00" + BASE,
    "https://127.0.0.1/r4", "https://[::1]/r4", "https://0.0.0.0/r4", "https://169.254.169.254/latest/meta-data",
    "https://2130706433/r4", "https://0x7f000001/r4", "https://0177.0.0.1/r4", "https://127.1/r4", "http://localhost/r4",
    "https://[::ffff:127.0.0.1]/r4", "https://[fe80::1%25eth0]/r4",
    "https://auth.example.org/", "https://auth.example.org/tokens",
    JKU + "/more", JKU + "?x=1", "https://ehr.example.org/keys/", "https://ehr.example.org/keys/jwks.json.evil",
]  # fmt: skip


@pytest.mark.parametrize("url", LET_THROUGH)
def test_listed_addresses_are_let_through(outgoing, url):
    assert outgoing.permits(url)


@pytest.mark.parametrize("url", REFUSED)
def test_everything_else_is_refused_before_any_look_up(outgoing, url):
    assert not outgoing.permits(url)
    with pytest.raises(OutgoingRefused) as caught:
        asyncio.run(outgoing.get(url, token="hush"))
    assert "Patient" not in str(caught.value)


LEADS_TO = [
    ("10.0.0.5", False, False), ("10.0.0.5", True, True), ("192.168.1.9", False, False), ("172.16.0.1", True, True),
    ("127.0.0.1", True, False), ("0.0.0.0", True, False), ("169.254.169.254", True, False), ("224.0.0.1", True, False),
    ("::1", True, False), ("fe80::1%eth0", True, False), ("fd00::5", False, False), ("fd00::5", True, True),
    ("::ffff:10.0.0.5", False, False), ("::ffff:127.0.0.1", True, False), ("100.64.0.1", False, False),
]  # fmt: skip


@pytest.mark.parametrize(("address", "private_network", "allowed"), LEADS_TO)
def test_where_a_name_may_lead(settings, address, private_network, allowed):
    async def resolve(host, port):
        return [address]

    server = FhirServer(url=BASE, private_network=private_network)
    outgoing = Outgoing(settings(fhir_servers=(server,), outgoing_seconds=0.2), resolve=resolve)
    # An allowed address is tried, and nobody answers there in time; a refused one is never tried.
    with pytest.raises(OutgoingFailed if allowed else OutgoingRefused):
        asyncio.run(outgoing.get(f"{BASE}/Patient/1"))


def test_one_bad_address_among_good_ones_refuses_all(settings):
    async def resolve(host, port):
        return ["93.184.215.14", "127.0.0.1"]

    outgoing = Outgoing(settings(fhir_servers=(FhirServer(url=BASE),)), resolve=resolve)
    with pytest.raises(OutgoingRefused, match="not public"):
        asyncio.run(outgoing.get(f"{BASE}/Patient/1"))


def test_other_scripts_and_address_literals_match_as_they_are_written(settings):
    servers = (FhirServer(url="https://xn--mnchen-3ya.example/r4"), FhirServer(url="https://[2001:db8::1]/r4"))
    outgoing = Outgoing(settings(fhir_servers=servers), resolve=never)
    assert outgoing.permits("https://xn--mnchen-3ya.example/r4/Patient/1")
    assert outgoing.permits("https://[2001:db8::1]/r4/Patient/1")
    assert not outgoing.permits("https://[2001:db8:0::1]/r4/Patient/1")


def of_loopback(settings, port, **changes):
    return Outgoing(settings(fhir_servers=(FhirServer(url=f"http://127.0.0.1:{port}/r4"),), **changes))


async def get_once(outgoing, url, **options):
    try:
        return await outgoing.request(options.pop("method", "GET"), url, **options)
    finally:
        await outgoing.close()


def test_token_form_and_accept_arrive(settings):
    with serving(lambda h: write(h, b'{"a":1}')) as (port, seen):
        url = f"http://127.0.0.1:{port}/r4/token?a=b"
        found = asyncio.run(get_once(of_loopback(settings, port), url, method="POST", token="T", form={"g": "c d"}))
    assert (found.status, found.body) == (200, b'{"a":1}')
    ((method, path, headers, body),) = seen
    assert (method, path, body) == ("POST", "/r4/token?a=b", b"g=c+d")
    assert headers["Authorization"] == "Bearer T" and headers["Host"] == f"127.0.0.1:{port}"
    assert headers["Accept-Encoding"] == "identity" and "fhir+json" in headers["Accept"]


def test_without_a_token_none_is_sent(settings):
    with serving(write) as (port, seen):
        asyncio.run(get_once(of_loopback(settings, port), f"http://127.0.0.1:{port}/r4/metadata"))
    assert "Authorization" not in seen[0][2]


MISBEHAVIOUR = {
    "redirect": (lambda h: write(h, b"", 302, Location="http://127.0.0.1:1/evil"), "redirects"),
    "redirect to itself": (lambda h: write(h, b"", 307, Location="/r4/other"), "redirects"),
    "too large": (lambda h: write(h, b"x" * 2001), "more than 2000 bytes"),
    "gzip": (lambda h: write(h, gzip.compress(b"0" * 1_000_000), Content_Encoding="gzip"), "compressed"),
    "slow": (lambda h: time.sleep(2), "within 0.5 s"),
    "not HTTP": (lambda h: h.wfile.write(b"hello\r\n\r\n"), "RemoteProtocolError"),
    "hangs up": (lambda h: h.connection.close(), "failed"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), MISBEHAVIOUR.values(), ids=MISBEHAVIOUR)
def test_misbehaving_servers(settings, answer, words):
    with serving(answer) as (port, seen):
        outgoing = of_loopback(settings, port, max_answer_bytes=2000, outgoing_seconds=0.5)
        with pytest.raises(OutgoingFailed, match=words) as caught:
            asyncio.run(get_once(outgoing, f"http://127.0.0.1:{port}/r4/Patient/MARKER?name=MARKER", token="MARKER"))
    assert len(seen) == 1
    assert "MARKER" not in str(caught.value) and caught.value.__suppress_context__ | (caught.value.__cause__ is None)


def dripping(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def test_a_server_that_drips_is_cut_off_in_time(settings):
    with serving(dripping) as (port, _):
        begun = time.monotonic()
        with pytest.raises(OutgoingFailed, match="within"):
            asyncio.run(get_once(of_loopback(settings, port, outgoing_seconds=0.5), f"http://127.0.0.1:{port}/r4"))
    assert time.monotonic() - begun < 3


def test_status_of_refusal_is_given_back(settings):
    with serving(lambda h: write(h, b"{}", 403)) as (port, _):
        found = asyncio.run(get_once(of_loopback(settings, port), f"http://127.0.0.1:{port}/r4/Patient/1"))
    assert found.status == 403


def test_proxies_of_the_environment_are_not_used(settings, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with serving(write) as (port, seen):
        asyncio.run(get_once(of_loopback(settings, port), f"http://127.0.0.1:{port}/r4"))
    assert len(seen) == 1


def localhost(settings, port, **changes):
    return Outgoing(settings(fhir_servers=(FhirServer(url=f"https://localhost:{port}"),), **changes))


def test_tls_by_name_with_an_authority_of_the_operator(settings, tmp_path):
    tls, ca_file = certificate(tmp_path, "localhost")
    with serving(write, tls) as (port, seen):
        asyncio.run(get_once(localhost(settings, port, ca_file=ca_file), f"https://localhost:{port}/Patient/1"))
        assert seen[0][2]["Host"] == f"localhost:{port}"
        with pytest.raises(OutgoingFailed, match="ConnectError"):
            asyncio.run(get_once(localhost(settings, port), f"https://localhost:{port}/Patient/1"))
    assert len(seen) == 1


def test_tls_for_another_name_is_refused(settings, tmp_path):
    tls, ca_file = certificate(tmp_path, "other.example.org", "127.0.0.1")
    with serving(write, tls) as (port, seen), pytest.raises(OutgoingFailed, match="ConnectError"):
        # The certificate names the address that the name leads to, but not the name.
        asyncio.run(get_once(localhost(settings, port, ca_file=ca_file), f"https://localhost:{port}/Patient/1"))
    assert not seen
