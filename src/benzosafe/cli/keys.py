"""`benzosafe keys`: the keys that sign prescriptions, and the master key that seals them."""

from __future__ import annotations

from typing import Annotated

import typer

from benzosafe.cli.rx_place import DatabaseOption, KeyFileOption

keys_app = typer.Typer(help="Signing keys of prescribers, and the master key.", no_args_is_help=True)
Why = Annotated[str, typer.Option("--why", help="The reason; it is kept.")]


@keys_app.command()
def rotate(
    name: Annotated[str | None, typer.Argument(help="A prescriber; without a name the master key.")] = None,
    why: Why = "rotated",
    database: DatabaseOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Make a new signing key for a prescriber, or a new master key and seal everything anew with it.

    A retired signing key still verifies what it signed. An older master key stays in the key file, because older
    backups need it. A master key from the environment is not changed here.
    """
    from benzosafe.cli.rx_place import opened
    from benzosafe.identity import keys
    from benzosafe.prescriptions.desk import random_id

    with opened(database, key_file) as place:
        if name is None:
            from benzosafe.audit.vault import open_vault, rotate_key_file

            rotate_key_file(place.key_file)
            with place.entering() as ledger:
                sealed = keys.reseal(ledger, open_vault(place.key_file))
            typer.echo(f"New master key in {place.key_file}: keep a copy elsewhere. {sealed} secrets sealed anew.")
            return
        with place.entering() as ledger:
            public = keys.rotate(ledger, place.vault, name, random_id(), why)
    typer.echo(f"New signing key of {name}: {public}")


@keys_app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="A prescriber.")],
    why: Why,
    database: DatabaseOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Revoke every key of a prescriber, as after a loss: nothing signed with them is handed out any more."""
    from benzosafe.cli.rx_place import opened
    from benzosafe.identity import keys

    with opened(database, key_file) as place, place.entering() as ledger:
        number = keys.revoke(ledger, name, why)
    typer.echo(f"{number} {'key' if number == 1 else 'keys'} of {name} revoked. New one: benzosafe keys rotate {name}")
