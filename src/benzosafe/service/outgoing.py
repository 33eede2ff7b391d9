"""The only door out: HTTPS to listed servers, nothing else, with limits of time and size."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benzosafe.service.settings import Settings, is_loopback

Resolve = Callable[[str, int], Awaitable[list[str]]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS = {"https": 443, "http": 80}
_ENCODED = ("%2f", "%5c", "%2e", "%25", "%00")
"""Slashes, dots, and percent signs in disguise: a server might read them as another folder."""


class OutgoingRefused(Exception):
    """The address is not one that the operator allowed; the message names no path and no query."""


class OutgoingFailed(Exception):
    """The server did not answer as it should, in time, or within the size; the message names its origin only."""


@dataclass(frozen=True)
class Door:
    """One allowed base address."""

    scheme: str
    host: str
    port: int
    path: str
    exact: bool = False
    """Only this very address, and no query: for key sets."""
    private_network: bool = False

    @property
    def origin(self) -> str:
        """The address without its path, for messages."""
        return f"{self.scheme}://{self.host}:{self.port}"


@dataclass(frozen=True)
class Fetched:
    """An answer from outside."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def system_resolve(host: str, port: int) -> list[str]:
    """Addresses of a name, from the system."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Outgoing:
    """Sends requests to listed servers. Redirects are never followed, proxies of the environment never used."""

    def __init__(self, settings: Settings, resolve: Resolve = system_resolve) -> None:
        self._doors = _doors(settings)
        self._resolve = resolve
        self._seconds = settings.outgoing_seconds
        self._max_bytes = settings.max_answer_bytes
        self._ca_file = settings.ca_file
        self._clients: dict[Door, httpx.AsyncClient] = {}

    def permits(self, url: str) -> bool:
        """Whether an address is on the list; says nothing about where its name leads."""
        try:
            self._door(url)
        except OutgoingRefused:
            return False
        return True

    async def request(
        self,
        method: str,
        url: str,
        *,
        token: str = "",
        form: Mapping[str, str] | None = None,
        accept: str = "application/fhir+json, application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """One request with an optional bearer token; OutgoingRefused or OutgoingFailed when it cannot be done."""
        door = self._door(url)
        sent = {**(headers or {}), "Accept": accept, "Accept-Encoding": "identity", "Host": _netloc(door)}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        try:
            async with asyncio.timeout(self._seconds):
                address = await self._address(door)
                request = httpx.Request(
                    method,
                    httpx.URL(url).copy_with(host=address),
                    headers=sent,
                    data=dict(form) if form is not None else None,
                    extensions={"sni_hostname": door.host},
                )
                return await self._send(door, request)
        except TimeoutError:
            raise OutgoingFailed(f"{door.origin} did not answer within {self._seconds:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            raise OutgoingFailed(f"{door.origin} failed ({type(error).__name__})") from None

    async def get(self, url: str, *, token: str = "") -> Fetched:
        """One GET of JSON."""
        return await self.request("GET", url, token=token)

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    def _door(self, url: str) -> Door:
        wanted = _parsed(url)
        for door in self._doors:
            if (wanted.scheme, wanted.host, wanted.port) == (door.scheme, door.host, door.port):
                inside = not door.exact and wanted.path.startswith(f"{door.path}/")
                if inside or (wanted.path == door.path and not (door.exact and urlsplit(url).query)):
                    return door
        raise OutgoingRefused("the server is not on the list of allowed servers (fhir_servers, issuers)")

    async def _address(self, door: Door) -> str:
        if _literal(door.host) is not None:
            return door.host
        found = await self._resolve(door.host, door.port)
        if not found:
            raise OutgoingFailed(f"{door.origin} has no address")
        for text in found:
            if not _may_go_to(ipaddress.ip_address(text.partition("%")[0]), door):
                raise OutgoingRefused(f"{door.origin} leads to an address that is not public; see private_network")
        return found[0]

    async def _send(self, door: Door, request: httpx.Request) -> Fetched:
        client = self._clients.get(door) or self._open(door)
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            if response.is_redirect:
                raise OutgoingFailed(f"{door.origin} redirects, which is not followed")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise OutgoingFailed(f"{door.origin} answers compressed, which was not asked for")
            parts, size = [], 0
            async for part in response.aiter_raw():
                size += len(part)
                if size > self._max_bytes:
                    raise OutgoingFailed(f"{door.origin} answers more than {self._max_bytes} bytes")
                parts.append(part)
            return Fetched(response.status_code, dict(response.headers), b"".join(parts))
        finally:
            await response.aclose()

    def _open(self, door: Door) -> httpx.AsyncClient:
        # A client each: connections are kept by address, and two names at one address must not share them.
        self._clients[door] = client = httpx.AsyncClient(
            verify=_tls(self._ca_file), trust_env=False, follow_redirects=False, timeout=self._seconds
        )
        return client


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def _doors(settings: Settings) -> tuple[Door, ...]:
    doors = []
    for server in settings.fhir_servers:
        for url in (server.url, *server.also):
            door = _parsed(url)
            doors.append(Door(door.scheme, door.host, door.port, door.path.rstrip("/"), False, server.private_network))
    for issuer in settings.issuers:
        if issuer.jku is not None and issuer.jwks_file is None:
            door = _parsed(issuer.jku)
            doors.append(Door(door.scheme, door.host, door.port, door.path, True, issuer.private_network))
    if settings.openid is not None:
        door = _parsed(settings.openid.issuer)
        private = settings.openid.private_network
        doors.append(Door(door.scheme, door.host, door.port, door.path.rstrip("/"), False, private))
    return tuple(doors)


def _parsed(url: str) -> Door:
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in "\\ #"):
        raise OutgoingRefused("the address holds signs that do not belong there")
    try:
        parts, seen = urlsplit(url), httpx.URL(url)
        same_host = seen.raw_host.decode("ascii") == parts.hostname
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError, httpx.InvalidURL):
        raise OutgoingRefused("not an address that begins with https://") from None
    host = parts.hostname or ""
    if "@" in parts.netloc or not host or not same_host or seen.scheme != parts.scheme:
        raise OutgoingRefused("the address has a user, no host, or can be read in two ways")
    path = parts.path
    if {".", ".."} & set(path.split("/")) or "//" in path or any(code in path.lower() for code in _ENCODED):
        raise OutgoingRefused("the path could leave its folder")
    if parts.scheme == "http" and not is_loopback(host):
        raise OutgoingRefused("http:// is for this machine only")
    return Door(parts.scheme, host, port, path)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _may_go_to(address: Address, door: Door) -> bool:
    plain = getattr(address, "ipv4_mapped", None) or address
    if is_loopback(door.host):
        return bool(plain.is_loopback)
    if plain.is_loopback or plain.is_link_local or plain.is_multicast or plain.is_unspecified:
        return False  # link-local addresses hold the metadata services of clouds
    return bool(plain.is_global) or door.private_network


def _netloc(door: Door) -> str:
    host = f"[{door.host}]" if ":" in door.host else door.host
    return host if door.port == _PORTS[door.scheme] else f"{host}:{door.port}"
