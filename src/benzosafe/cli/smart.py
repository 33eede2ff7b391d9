"""`benzosafe smart`: read one patient from a FHIR server with the service's own key, and make that key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from benzosafe.service.outgoing import Outgoing
    from benzosafe.service.settings import FhirServer
    from benzosafe.smart.key import SigningKey
    from benzosafe.smart.reader import PatientRead

smart_app = typer.Typer(help="Read from a record system (SMART Backend Services).", no_args_is_help=True)


@smart_app.command("new-key")
def new_key(
    out: Annotated[Path, typer.Option("--out", "-o", help="File for the private key; it must not exist yet.")],
) -> None:
    """Make a signing key (EC P-384, ES384) and print its public half, which the record system registers.

    Example:

      benzosafe smart new-key --out benzosafe-key.jwk > public-jwks.json
    """
    import json
    import secrets

    from benzosafe.smart.key import write_new_key

    typer.echo(json.dumps(write_new_key(out, secrets.token_bytes), indent=1))
    typer.echo(f"benzosafe: the private key is in {out}, for you alone; it never leaves this machine.", err=True)


@smart_app.command("read")
def read(  # noqa: PLR0913, PLR0917 - each is an option of its own
    patient_id: Annotated[str, typer.Argument(help="Id of the Patient resource.", metavar="PATIENT_ID")],
    server: Annotated[str, typer.Option("--server", help="FHIR base address, such as https://ehr.example.org/r4.")],
    client_id: Annotated[str, typer.Option("--client-id", help="The id the record system registered for us.")],
    key: Annotated[Path, typer.Option("--key", help="Private key (JWK file, mode 600); see: smart new-key.")],
    also: Annotated[
        list[str] | None, typer.Option("--also", help="Further base address of that system: where it gives tokens.")
    ] = None,
    private_network: Annotated[
        bool, typer.Option("--private-network", help="The server is in a private network, not on the internet.")
    ] = False,
    config: Annotated[
        Path | None, typer.Option("--config", help="Configuration (TOML); ./benzosafe.toml if it exists.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the Bundle here (mode 600).")] = None,
) -> None:
    """Read everything a review needs of one patient, as one Bundle that `benzosafe review` takes.

    Example:

      benzosafe smart read 123 --server https://ehr.example.org/r4 --client-id benzosafe --key key.jwk --out p.json
    """
    import asyncio

    from benzosafe.cds_hooks.services import WORDS_OF_KEY
    from benzosafe.cli.inputs import tell
    from benzosafe.service.outgoing import OutgoingFailed, OutgoingRefused
    from benzosafe.smart.door import SmartRefused
    from benzosafe.smart.key import read_signing_key

    listed = _listed(server, also or [], private_network)
    door = _door(config, listed)
    try:
        found = asyncio.run(_read(patient_id, listed.url, client_id, read_signing_key(key), door))
    except (OutgoingFailed, OutgoingRefused) as error:
        raise SmartRefused(f"{error}.", where=server, next_step="Check --server, --also and the network.") from None
    _write(found.bundle, out)
    for name, why in found.not_read.items():
        tell(f"not read: {WORDS_OF_KEY[name]} ({why}). The Bundle says so, and a review names it.")


def _listed(server: str, also: list[str], private_network: bool) -> FhirServer:
    """The server as the operator's list holds it; UsageError when the address cannot be one."""
    from pydantic import ValidationError

    from benzosafe.errors import UsageError
    from benzosafe.service.settings import FhirServer

    try:
        return FhirServer(url=server, also=tuple(also), private_network=private_network)
    except ValidationError as error:
        words = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"{words}.", where="--server, --also", next_step="Give https:// base addresses.") from None


def _door(config: Path | None, listed: FhirServer) -> Outgoing:
    """The one way out: to the server that was named here, and to those of the configuration."""
    import os

    from benzosafe.service.outgoing import Outgoing
    from benzosafe.service.settings_load import load_settings

    settings = load_settings({}, os.environ, config).settings
    return Outgoing(settings.model_copy(update={"fhir_servers": (listed, *settings.fhir_servers)}))


async def _read(patient_id: str, server: str, client_id: str, key: SigningKey, door: Outgoing) -> PatientRead:
    import secrets
    from datetime import UTC, datetime

    from benzosafe.smart.backend import Backend, Client
    from benzosafe.smart.discovery import discover
    from benzosafe.smart.reader import read_patient

    try:
        access = Backend(
            await discover(server, door), Client(client_id, key), door, lambda: datetime.now(UTC), secrets.token_bytes
        )
        return await read_patient(patient_id, access, door)
    finally:
        await door.close()


def _write(bundle: bytes, out: Path | None) -> None:
    """To standard output, or whole to a file for its owner only: it is a patient's record."""
    import sys

    from benzosafe.files import write_whole

    if out is None:
        sys.stdout.buffer.write(bundle + b"\n")
        return
    write_whole(out, bundle)
    out.chmod(0o600)
