"""What an operator may set. Every field has a safe default, its unit in its name, and its limits checked."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


def is_loopback(host: str) -> bool:
    """Whether a host names this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _plain_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"'{url}' is not a URL: {error}") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL here carries no user name or password")
    if not host or parts.query or parts.fragment or not url.isascii() or any(c in url for c in "\\ \t\r\n%"):
        raise ValueError(f"'{url}' must be like https://fhir.example.org/r4: no query, fragment, space or % sign")
    if {".", ".."} & set(parts.path.split("/")):
        raise ValueError(f"'{url}' must not hold '.' or '..' as a folder")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError(f"'{url}' must begin with https:// (http:// is for this machine only)")
    return url


def _origin(url: str) -> str:
    if url == "*":
        raise ValueError("'*' would let any web page call the service; name the origins")
    parts = urlsplit(_plain_url(url))
    if parts.path:
        raise ValueError(f"'{url}' is not an origin: write {parts.scheme}://{parts.netloc}, without a path")
    return url


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"'{name}' is no time zone; write it like Europe/London or America/New_York") from None
    return name


TimeZone = Annotated[str, AfterValidator(_time_zone)]
PlainUrl = Annotated[str, AfterValidator(_plain_url)]
Origin = Annotated[str, AfterValidator(_origin)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Issuer(_Part):
    """A record system whose signed calls are believed."""

    iss: str = Field(min_length=1)
    jku: PlainUrl | None = None
    """Where its public keys are; also the only `jku` its tokens may name."""
    jwks_file: Path | None = None
    """Its public keys as a file here; then nothing is fetched."""
    tenant: str | None = None
    audience: str | None = None
    """Accepted instead of the exact URL called, for clients that cannot send it."""
    private_network: bool = False
    """The name in `jku` may lead to an address of a private network."""

    @model_validator(mode="after")
    def _has_keys(self) -> Self:
        if self.jku is None and self.jwks_file is None:
            raise ValueError("needs jku (where its public keys are) or jwks_file")
        return self


class FhirServer(_Part):
    """A FHIR server that may be asked for what a call left out."""

    url: PlainUrl
    also: tuple[PlainUrl, ...] = ()
    """Further base addresses of the same system, such as where it gives tokens."""
    private_network: bool = False
    """Its name may lead to an address of a private network."""


class OpenId(_Part):
    """A provider that says who logs in; the client secret is BENZOSAFE_OPENID_SECRET, where it wants one."""

    issuer: PlainUrl
    client_id: str = Field(min_length=1)
    acr: str = ""
    """How strongly the provider has to have made sure, as it names that; else its word is taken."""
    private_network: bool = False
    """Its name may lead to an address of a private network."""


class Settings(_Part):
    """All settings of `benzosafe serve`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: PlainUrl | None = None
    """How callers outside reach the service; tokens name it as their audience."""
    database_url: str = "sqlite:///benzosafe.db"
    keep_days: int = Field(default=400, ge=1, le=3650)
    issuers: tuple[Issuer, ...] = ()
    leeway_seconds: int = Field(default=60, ge=0, le=300)
    max_token_seconds: int = Field(default=300, ge=30, le=3600)
    cors_origins: tuple[Origin, ...] = ()
    fhir_servers: tuple[FhirServer, ...] = ()
    ca_file: Path | None = None
    """Certificate authorities to trust beside those of the system."""
    outgoing_seconds: float = Field(default=5.0, gt=0, le=60)
    max_answer_bytes: int = Field(default=20_000_000, ge=1_000, le=1_000_000_000)
    docs: bool = True
    max_hook_bytes: int = Field(default=5_000_000, ge=1_000, le=1_000_000_000)
    max_fhir_bytes: int = Field(default=60_000_000, ge=1_000, le=1_000_000_000)
    max_json_depth: int = Field(default=100, ge=10, le=500)
    max_request_seconds: float = Field(default=20.0, gt=0, le=600)
    max_in_flight: int = Field(default=64, ge=1, le=10_000)
    rate_per_minute: int = Field(default=6000, ge=1, le=100_000_000)
    burst: int = Field(default=200, ge=1, le=1_000_000)
    shutdown_seconds: int = Field(default=30, ge=0, le=600)
    quiet_days: int = Field(default=90, ge=0, le=400)
    report_minutes: int = Field(default=30, ge=0, le=1440)
    jurisdiction: str = Field(default="US", pattern=r"^[A-Z]{2}(-[A-Z]{2,3})?$")
    time_zone: TimeZone = "UTC"
    """Whose days the law counts, such as Europe/London or America/New_York."""
    key_file: Path = Path("benzosafe.key")
    """The master key of prescriptions, made by `benzosafe init`; BENZOSAFE_MASTER_KEY goes before it."""
    outbox: Path | None = None
    """A folder into which prescriptions that may go electronically are put for whatever sends them on."""
    openid: OpenId | None = None

    @property
    def base_url(self) -> str:
        """The public URL without a slash at its end; the own address when none is set."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @model_validator(mode="after")
    def _issuers_differ(self) -> Self:
        names = [issuer.iss for issuer in self.issuers]
        if len(names) != len(set(names)):
            raise ValueError("issuers: the same iss is written twice")
        return self

    @model_validator(mode="after")
    def _database_is_named(self) -> Self:
        try:
            url = make_url(self.database_url)
        except ArgumentError:
            raise ValueError("database_url: not a database URL; write sqlite:///file.db or postgresql://...") from None
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError("database_url: begins with sqlite:/// or postgresql://")
        return self


LOOPBACK_ORIGIN = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"


def is_open_here(settings: Settings) -> bool:
    """Whether the service is for this machine only and does not authenticate its callers."""
    return not settings.issuers and is_loopback(settings.host)
