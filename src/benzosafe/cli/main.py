"""The command line: one file a command, errors in words, exit codes documented."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Annotated

import typer

from benzosafe import __version__
from benzosafe.cli.accuracy import accuracy
from benzosafe.cli.audit import audit_app
from benzosafe.cli.backup import backup, restore
from benzosafe.cli.dose import dose
from benzosafe.cli.exchange import exchange
from benzosafe.cli.explain import explain
from benzosafe.cli.feedback import feedback
from benzosafe.cli.forecast import forecast
from benzosafe.cli.init import init
from benzosafe.cli.keys import keys_app
from benzosafe.cli.knowledge import knowledge_app
from benzosafe.cli.leaflet import leaflet
from benzosafe.cli.measure import measure
from benzosafe.cli.monitor import monitor
from benzosafe.cli.predict import predict
from benzosafe.cli.prices import prices_app
from benzosafe.cli.products import product_app, products
from benzosafe.cli.quiz import quiz
from benzosafe.cli.review import review
from benzosafe.cli.scale import scale
from benzosafe.cli.screen import screen
from benzosafe.cli.serve import serve
from benzosafe.cli.simulate import simulate
from benzosafe.cli.smart import smart_app
from benzosafe.cli.taper import taper
from benzosafe.cli.urine import urine
from benzosafe.cli.users import users_app
from benzosafe.cli.worklist import worklist
from benzosafe.errors import BenzosafeError

HELP = """Review benzodiazepine and Z-drug therapy.

benzosafe supports a clinician and never replaces one. All knowledge is draft until a named clinician has reviewed it.

[bold]Exit codes[/bold]: 0 reviewed · 1 internal error · 2 wrong usage · 3 a finding at or above --fail-on, a red flag ·
4 input refused or unreadable · 5 knowledge invalid · 130 stopped by Ctrl-C
"""

app = typer.Typer(
    help=HELP, no_args_is_help=True, rich_markup_mode="rich", context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)  # fmt: skip
app.command()(review)
app.command()(explain)
app.command()(simulate)
app.command()(predict)
app.command()(accuracy)
app.command()(taper)
app.command()(dose)
app.command()(monitor)
app.command()(leaflet)
app.command()(quiz)
app.command()(products)
app.command()(serve)
app.command()(feedback)
app.command()(exchange)
app.command()(measure)
app.command()(scale)
app.command()(screen)
app.command()(worklist)
app.command()(forecast)
app.command()(urine)
app.command()(init)
app.command()(backup)
app.command()(restore)
app.add_typer(audit_app, name="audit")
app.add_typer(users_app, name="users")
app.add_typer(keys_app, name="keys")
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(smart_app, name="smart")
app.add_typer(prices_app, name="prices")
app.add_typer(product_app, name="product")


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Print the version, or go on to the command."""
    if version:
        typer.echo(f"benzosafe {__version__}")
        raise typer.Exit


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, of its own kind: after a plain one that passed an exec(), Python ends by the signal, caught or not."""


def _interrupt(_signal: int, _frame: object) -> None:
    raise Interrupted


def run() -> None:
    """Run the command line; every failure becomes a sentence and an exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    gc.disable()  # one short run: collecting cycles costs more than the memory it would return
    try:
        app()
    except BenzosafeError as error:
        _fail(error.message, error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("BENZOSAFE_DEBUG"):
            raise
        _fail(f"internal error: {type(error).__name__}: {error}. Set BENZOSAFE_DEBUG=1 to see where, and report it.", 1)


def _fail(message: str, code: int) -> None:
    typer.echo(f"benzosafe: {message}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    run()
