"""`benzosafe serve`: the review as a service for record systems."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Annotated

import typer


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on; 127.0.0.1 if not set.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port; 8000 if not set.")] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="Configuration (TOML); ./benzosafe.toml if it exists.")
    ] = None,
    print_config: Annotated[
        bool, typer.Option("--print-config", help="Print every setting with where it came from, and stop.")
    ] = False,
) -> None:
    """Answer record systems: CDS Hooks, FHIR operations; the interface is described at /docs.

    Examples:

      benzosafe serve

      benzosafe serve --config /etc/benzosafe.toml --print-config
    """
    from benzosafe.service.settings_load import load_settings, refuse_open_door, shown

    flags = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    loaded = load_settings(flags, os.environ, config)
    if print_config:
        typer.echo(shown(loaded))
        return
    refuse_open_door(loaded.settings)

    from benzosafe.cli.inputs import prepared_knowledge
    from benzosafe.service.app import create_app
    from benzosafe.service.run import listen
    from benzosafe.service.run import serve as run_service

    with listen(loaded.settings) as sock:
        app = create_app(loaded.settings, knowledge=prepared_knowledge())
        gc.enable()  # the command line turns it off for short runs; this one is long
        gc.freeze()
        gc.set_threshold(20_000, 20, 200)  # a whole sweep over the kept reviews takes a tenth of a second: seldom
        run_service(app, loaded.settings, sock)
