"""What a record system says of itself is read tolerantly; where it sends us is not."""

import pytest

from benzosafe.service.outgoing import OutgoingFailed
from benzosafe.smart.discovery import discover
from benzosafe.smart.door import SmartRefused


def test_smart_configuration_is_read(way, provider):
    server = way.server()
    assert (server.token_endpoint, server.issuer, server.syntax) == (provider.token_url, provider.base, "v2")
    assert server.stated_in == "smart-configuration"


@pytest.mark.parametrize("broken", ["missing", "html", "empty"])
def test_capability_statement_is_the_fallback(way, provider, broken):
    provider.well_known_status = 404 if broken == "missing" else 200
    provider.config = {"token_endpoint": 7} if broken == "html" else {"token_endpoint": None}
    server = way.server()
    assert (server.stated_in, server.token_endpoint, server.syntax) == ("CapabilityStatement", provider.token_url, "v1")
    assert server.endpoint("authorization_endpoint") == f"{provider.root}/auth/a"


def test_odd_lists_are_read_as_far_as_they_go(way, provider):
    provider.config = {"capabilities": ["permission-v2", 3, None], "code_challenge_methods_supported": "S256"}
    server = way.server()
    assert (server.capabilities, server.challenge_methods) == ({"permission-v2"}, {"S256"})


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://evil.example/token", "not on the list"),
        ("http://evil.example/token", "is not https"),
        ("http://127.0.0.1.evil.example/token", "is not https"),
        ("http://127.0.0.1:1/token", "not on the list"),
        ("{root}@evil.example/token", "is not https"),
        ("file:///etc/passwd", "not on the list"),
        ("{root}/../token", "not on the list"),
    ],
)
def test_a_token_endpoint_elsewhere_is_refused(way, provider, url, reason):
    provider.config = {"token_endpoint": url.replace("{root}", provider.root)}
    with pytest.raises(SmartRefused, match=reason):
        way.server()
    assert not provider.asked["token"]


def test_an_address_that_is_not_needed_is_refused_when_used(way, provider):
    provider.config = {"authorization_endpoint": "https://evil.example/a"}
    server = way.server()
    with pytest.raises(SmartRefused, match="authorization endpoint https://evil.example is not on the list"):
        server.endpoint("authorization_endpoint")


def test_a_server_that_is_not_listed_is_not_asked(way):
    with pytest.raises(SmartRefused, match="not on the list"):
        way.run(lambda door: discover("https://other.example/fhir", door))


def test_a_server_without_tokens_is_named(way, provider):
    with pytest.raises(SmartRefused, match="states no token endpoint") as error:
        way.run(lambda door: discover(f"{provider.root}/auth", door))
    assert provider.root in error.value.message


def test_an_oversized_answer_is_cut_off(way, provider):
    provider.config, way.most_bytes = {"more": "x" * 5000}, 4000
    with pytest.raises(OutgoingFailed, match="more than 4000 bytes"):
        way.server()
