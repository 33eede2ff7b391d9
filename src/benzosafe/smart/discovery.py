"""What a record system says about its own authorization, and whether its addresses may be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benzosafe.smart.door import Door, SmartRefused, read_object, require_listed, text_of
from benzosafe.smart.scopes import Syntax

_ADDRESSES = ("token_endpoint", "authorization_endpoint", "jwks_uri")
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_OLD_NAMES = {"token": "token_endpoint", "authorize": "authorization_endpoint"}


@dataclass(frozen=True)
class SmartServer:
    """A record system that gives tokens; lists it did not state are empty, which means not known."""

    fhir_base: str
    issuer: str = ""
    names_issuer: bool = False
    """It promises to name itself in every answer to a launch (RFC 9207)."""
    capabilities: frozenset[str] = frozenset()
    auth_methods: frozenset[str] = frozenset()
    signing_algorithms: frozenset[str] = frozenset()
    challenge_methods: frozenset[str] = frozenset()
    stated_in: str = "smart-configuration"
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """The stated addresses that may be used, by name."""
    refused: Mapping[str, SmartRefused] = field(default_factory=dict)
    """The stated addresses that may not, with the reason."""

    @property
    def syntax(self) -> Syntax:
        """How it writes scopes: v2 when it says so, for older servers say nothing."""
        return "v2" if "permission-v2" in self.capabilities else "v1"

    @property
    def token_endpoint(self) -> str:
        """Where tokens are given."""
        return self.endpoint("token_endpoint")

    def endpoint(self, name: str) -> str:
        """A stated address; SmartRefused when it was not stated or must not be used."""
        if name in self.refused:
            raise self.refused[name]
        if name not in self.endpoints:
            raise SmartRefused(
                f"the record system states no {name} in its {self.stated_in}.", where=self.fhir_base,
                next_step="Check the address: it is that of the FHIR server, without a resource name.",
            )  # fmt: skip
        return self.endpoints[name]


async def discover(fhir_base: str, door: Door) -> SmartServer:
    """The endpoints of a FHIR server, from its smart-configuration or else its CapabilityStatement."""
    base = fhir_base.rstrip("/")
    require_listed(f"{base}/metadata", "FHIR server", door, base)
    answer = await door.request("GET", f"{base}/.well-known/smart-configuration")
    stated = read_object(answer.body) if answer.status == 200 else None
    if stated is not None and text_of(stated, "token_endpoint"):
        return _server(base, stated, "smart-configuration", door)
    answer = await door.request("GET", f"{base}/metadata")
    stated = _from_capability(read_object(answer.body) or {}) if answer.status == 200 else {}
    if not stated.get("token_endpoint"):
        raise SmartRefused(
            "the server states no token endpoint, neither in .well-known/smart-configuration nor in /metadata.",
            where=base, next_step="Check that it speaks SMART on FHIR, and that the address is its FHIR base.",
        )  # fmt: skip
    return _server(base, stated, "CapabilityStatement", door)


def _server(base: str, stated: Mapping[str, Any], stated_in: str, door: Door) -> SmartServer:
    endpoints, refused = {}, {}
    for name in _ADDRESSES:
        url = text_of(stated, name)
        try:
            if url:
                require_listed(url, name.replace("_", " "), door, base)
                endpoints[name] = url
        except SmartRefused as error:
            refused[name] = error
    server = SmartServer(
        fhir_base=base,
        issuer=text_of(stated, "issuer"),
        names_issuer=stated.get("authorization_response_iss_parameter_supported") is True,
        capabilities=_texts(stated, "capabilities"),
        auth_methods=_texts(stated, "token_endpoint_auth_methods_supported"),
        signing_algorithms=_texts(stated, "token_endpoint_auth_signing_alg_values_supported"),
        challenge_methods=_texts(stated, "code_challenge_methods_supported"),
        stated_in=stated_in, endpoints=endpoints, refused=refused,
    )  # fmt: skip
    _ = server.token_endpoint  # nothing works without it: refuse now, with the reason
    return server


def _texts(stated: Mapping[str, Any], name: str) -> frozenset[str]:
    """The texts of a list; a single text counts as a list of one, anything else is left out."""
    found = stated.get(name)
    items = found if isinstance(found, list) else [found]
    return frozenset(item for item in items if isinstance(item, str))


def _from_capability(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The oauth-uris extension, under the names of today."""
    stated: dict[str, Any] = {}
    for rest in _objects(statement.get("rest")):
        security = rest.get("security")
        for extension in _objects(security.get("extension") if isinstance(security, dict) else None):
            if extension.get("url") != _OAUTH_URIS:
                continue
            for part in _objects(extension.get("extension")):
                name = _OLD_NAMES.get(text_of(part, "url"), "")
                if name:
                    stated[name] = text_of(part, "valueUri") or text_of(part, "valueUrl")
    return stated


def _objects(found: Any) -> list[dict[str, Any]]:
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
