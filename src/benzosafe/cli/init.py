"""`benzosafe init`: a database for prescriptions, its master key, and the first administrator."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benzosafe.cli.rx_place import DatabaseOption, KeyFileOption
from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from benzosafe.cli.rx_place import Place
    from benzosafe.identity.accounts import Enrolled

CONFIGURATION = Path("benzosafe.toml")
_ZONES = {"GB": "Europe/London", "IE": "Europe/Dublin"}


class Country(StrEnum):
    """Where prescriptions are written."""

    us = "US"
    gb = "GB"
    ca = "CA"
    au = "AU"
    ie = "IE"


def init(
    database: DatabaseOption = None,
    country: Annotated[Country, typer.Option("--country", help="Whose law and products hold.")] = Country.us,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", help="Whose days the law counts; London or Dublin for GB and IE.")
    ] = None,
    key_file: KeyFileOption = None,
    admin: Annotated[str, typer.Option("--admin", help="Name of the first administrator.")] = "admin",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, not from the keyboard.")
    ] = False,
) -> None:
    """Set up prescriptions: bring the database up to date, make the master key and the first administrator.

    Run again it changes nothing that is there. The master key is not in the database: keep a copy of its file
    somewhere else, for without it neither signatures nor backups can be used.

    Examples:

      benzosafe init --country GB

      benzosafe init --database postgresql://db.example.org/benzosafe < password.txt --password-stdin
    """
    from benzosafe.audit.ledger import refuse_other_key
    from benzosafe.audit.vault import open_vault
    from benzosafe.cli.rx_place import Place, settled
    from benzosafe.storage.database import open_engine
    from benzosafe.storage.store import Store

    zone, how = _zone(country, time_zone)
    url, keys = settled(database, key_file)
    store = Store(url)
    store.migrate()
    store.close()
    engine = open_engine(url, durable=True)
    made_key = _master_key(engine, keys)
    place = Place(engine, open_vault(keys), keys)
    refuse_other_key(engine, place.vault.chain_key)
    _refuse_older_key(place)
    typer.echo(f"Database: {store.place} (schema current)")
    typer.echo(f"Master key: {made_key}")
    values = {"jurisdiction": str(country), "time_zone": zone, "key_file": str(keys)}
    if not CONFIGURATION.exists():
        typer.echo(f"Time zone: {zone}{how}")
    typer.echo(_configured(url, values, password_of_url=store.place))
    enrolled = _first_administrator(place, admin, password_stdin)
    place.engine.dispose()
    if enrolled is None:
        typer.echo("Administrator: there is one already.")
        return
    from benzosafe.cli.users import show_secrets

    show_secrets(enrolled)
    typer.echo("\nNext: benzosafe users add NAME --role prescriber ...; benzosafe serve")
    typer.echo("Not certified for electronic prescribing of controlled substances; all knowledge is draft.")


def _master_key(engine: Engine, path: Path) -> str:
    """Make the key file where there is none; UsageError where the database was made with a key that is gone."""
    from benzosafe.audit.ledger import head
    from benzosafe.audit.vault import VARIABLE, make_key_file

    if os.environ.get(VARIABLE):
        return f"from {VARIABLE}"
    if path.exists():
        return f"{path} (was there)"
    if head(engine).seq:
        raise UsageError(
            "the master key of this database is missing.", where=str(path),
            next_step=f"Bring its file back, or give it by {VARIABLE} or --key-file; a new one would open nothing.",
        )  # fmt: skip
    make_key_file(path)
    return f"{path} (new: keep a copy elsewhere)"


def _refuse_older_key(place: Place) -> None:
    """Sealed where secrets were sealed anew with a newer master key than is given."""
    from sqlalchemy import select

    from benzosafe.storage.database import reading
    from benzosafe.storage.rx_tables import accounts

    with reading(place.engine) as connection:
        row = connection.execute(select(accounts.c.id, accounts.c.totp_box).limit(1)).first()
    if row is not None:
        place.vault.open(row.totp_box, f"totp {row.id}")


def _zone(country: Country, asked: str | None) -> tuple[str, str]:
    """The time zone and how it was found: as asked, the country's only one, this machine's, else UTC with a warning."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if asked is not None:
        try:
            ZoneInfo(asked)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UsageError(
                f"'{asked}' is no time zone.", where="--time-zone", next_step="Write it like America/New_York."
            ) from None
        return asked, ""
    if country in _ZONES:
        return _ZONES[country], f" (of {country})"
    name = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    if name and name not in ("UTC", "Etc/UTC"):
        return name, " (of this machine)"
    return "UTC", f": {country} has several, so set time_zone in {CONFIGURATION}; the law counts the days of the place"


def _configured(url: str, values: dict[str, str], *, password_of_url: str) -> str:
    """Write the configuration where there is none; a password never goes into it."""
    from benzosafe.files import write_whole

    if CONFIGURATION.exists():
        return f"Configuration: {CONFIGURATION} was there and stays as it is."
    if "***" not in password_of_url:
        values["database_url"] = url
    write_whole(CONFIGURATION, "\n".join(f"{name} = {json.dumps(value)}" for name, value in values.items()))
    left = "" if "database_url" in values else "; give the database by BENZOSAFE_DATABASE_URL"
    return f"Configuration: {CONFIGURATION} (new{left})"


def _first_administrator(place: Place, name: str, from_stdin: bool) -> Enrolled | None:
    """The first administrator; None where there is one."""
    from benzosafe.cli.users import new_password
    from benzosafe.identity.accounts import Asked, enrol, everybody
    from benzosafe.identity.roles import Role
    from benzosafe.prescriptions.desk import random_id

    with place.entering() as ledger:
        if any(Role.administrator in one.roles and not one.disabled for one in everybody(ledger)):
            return None
    password = new_password(name, from_stdin)
    with place.entering() as ledger:
        return enrol(ledger, place.vault, Asked(name, frozenset({Role.administrator}), password), random_id())
