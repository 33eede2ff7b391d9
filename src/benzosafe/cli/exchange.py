"""`benzosafe exchange`: the rules as FHIR definitions, for others to see and reuse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def exchange(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to; it is made when missing.")] = Path(
        "exchange"
    ),
) -> None:
    """Write the rules as FHIR R4: a PlanDefinition per rule, a ValueSet per class, the Library, the operations.

    Example:

      benzosafe exchange --out fhir-definitions
    """
    import json

    from benzosafe.cli.inputs import prepared_knowledge
    from benzosafe.errors import UsageError
    from benzosafe.fhir.exchange import exchange as definitions
    from benzosafe.files import write_whole

    found = definitions(prepared_knowledge())
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot be made: {error.strerror}.", where=str(out), next_step="Choose another --out."
        ) from None
    for kind, items in found.items():
        for name, item in items.items():
            write_whole(out / f"{kind}-{name}.json", json.dumps(item, indent=1, ensure_ascii=False, allow_nan=False))
    counts = ", ".join(f"{len(items)} {kind}" for kind, items in found.items())
    typer.echo(f"{counts} written to {out}. All are drafts.")
