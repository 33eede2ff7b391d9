"""`benzosafe users`: who may do what with prescriptions."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from benzosafe.cli.rx_place import DatabaseOption, KeyFileOption
from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.identity.accounts import Account, Enrolled

users_app = typer.Typer(help="Accounts of those who prescribe, dispense, administer and audit.", no_args_is_help=True)


class RoleName(StrEnum):
    """What an account may do."""

    patient = "patient"
    prescriber = "prescriber"
    pharmacist = "pharmacist"
    administrator = "administrator"
    auditor = "auditor"


class Format(StrEnum):
    """How accounts are listed."""

    text = "text"
    json = "json"


@users_app.command()
def add(  # noqa: PLR0913, PLR0917  the options of the command
    name: Annotated[str, typer.Argument(help="Small letters, digits, '.', '_' or '-'.")],
    role: Annotated[list[RoleName], typer.Option("--role", help="What the account may do.")],
    shown_as: Annotated[str, typer.Option("--shown-as", help="The name that people read.")] = "",
    profession: Annotated[str, typer.Option("--profession", help="Prescribers: as the law names it.")] = "",
    registration: Annotated[str, typer.Option("--registration", help="Prescribers: the number the law asks for.")] = "",
    pharmacy: Annotated[str, typer.Option("--pharmacy", help="Pharmacists: their pharmacy.")] = "",
    patient: Annotated[str, typer.Option("--patient", help="Patients: their id in the records.")] = "",
    openid_subject: Annotated[str, typer.Option("--openid-subject", help="The person at the OpenID provider.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read it from standard input.")] = False,
    database: DatabaseOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Make an account. Its secrets are shown once, and its owner makes new ones at the first log-in.

    Whoever administers or audits neither prescribes nor dispenses. A prescriber also gets a signing key.

    Examples:

      benzosafe users add dr.lee --role prescriber --profession physician --registration AB1234563

      benzosafe users add corner --role pharmacist --pharmacy "Corner Pharmacy"
    """
    from benzosafe.cli.rx_place import opened
    from benzosafe.identity.accounts import Asked, enrol, refuse_mixed_roles
    from benzosafe.identity.keys import rotate
    from benzosafe.identity.roles import Role
    from benzosafe.prescriptions.desk import random_id

    said = {
        "profession": profession, "registration": registration, "pharmacy": pharmacy, "patient": patient,
        "openid_subject": openid_subject,
    }  # fmt: skip
    details = {key: value.strip() for key, value in said.items() if value.strip()}
    roles = frozenset(map(Role, role))
    refuse_mixed_roles(roles)
    _refuse_incomplete(roles, details)
    with opened(database, key_file) as place:
        password = new_password(name, password_stdin)
        with place.entering() as ledger:
            asked = Asked(name, roles, password, shown_as, details, renew=True)
            made = enrol(ledger, place.vault, asked, random_id())
            if Role.prescriber in roles:
                rotate(ledger, place.vault, name, random_id(), "first key")
    show_secrets(made)


@users_app.command("list")
def list_all(
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write them.")] = Format.text,
    database: DatabaseOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """List all accounts with their roles, without secrets."""
    from benzosafe.cli.rx_place import opened
    from benzosafe.identity.accounts import everybody

    with opened(database, key_file) as place, place.entering() as ledger:
        ledger.note("accounts listed", "accounts/all")
        found = everybody(ledger)
    typer.echo(json.dumps([one.data for one in found], indent=2) if format is Format.json else _as_text(found))


@users_app.command()
def disable(
    name: Annotated[str, typer.Argument(help="The account.")],
    database: DatabaseOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Disable an account: it can do nothing more, and its sessions end. What it signed stays valid."""
    from benzosafe.cli.rx_place import opened
    from benzosafe.identity.accounts import named, set_disabled
    from benzosafe.identity.sessions import end_all

    with opened(database, key_file) as place, place.entering() as ledger:
        set_disabled(ledger, name)
        end_all(ledger, named(ledger, name)["id"])
    typer.echo(f"{name} is disabled. If a key may be lost: benzosafe keys revoke {name} --why ...")


def new_password(name: str, from_stdin: bool) -> str:
    """A password from standard input or, twice, from the keyboard; UsageError where it will not do."""
    from benzosafe.identity.passwords import refuse_weak

    if from_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif sys.stdin.isatty():
        password = typer.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True, err=True)
    else:
        raise UsageError("there is no keyboard to ask for the password.", next_step="Use --password-stdin.")
    refuse_weak(password, name)
    return password


def show_secrets(made: Enrolled) -> None:
    """What is shown once: the secret of the code generator, as a picture where there is a screen, and the codes."""
    if sys.stdout.isatty():
        import segno

        segno.make(made.link(), error="l").terminal(compact=True)
    typer.echo(f"Account {made.account.name}: {', '.join(sorted(made.account.roles))}")
    typer.echo(f"Second factor, for an authenticator app: {made.totp_secret}\n  {made.link()}")
    typer.echo("Recovery codes, each good once:")
    for first, second in zip(made.codes[::2], made.codes[1::2], strict=True):
        typer.echo(f"  {first}   {second}")
    typer.echo("These are shown this once.")


def _refuse_incomplete(roles: frozenset[str], details: dict[str, str]) -> None:
    needs = {"prescriber": ("profession", "registration"), "pharmacist": ("pharmacy",), "patient": ("patient",)}
    missing = [f"--{name}" for role in sorted(roles) for name in needs.get(role, ()) if name not in details]
    if missing:
        raise UsageError(f"{' and '.join(missing)} missing.", next_step="Without it the account could do nothing.")


def _as_text(found: list[Account]) -> str:
    width = max((len(one.name) for one in found), default=0)
    lines = []
    for one in found:
        state = " (disabled)" if one.disabled else " (not yet renewed by its owner)" if one.renew else ""
        details = ", ".join(str(value) for value in one.details.values())
        lines.append(f"{one.name:<{width}}  {', '.join(sorted(one.roles))}{state}  {details}".rstrip())
    return "\n".join(lines) or "no accounts"
