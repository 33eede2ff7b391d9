"""`benzosafe knowledge`: check, list and show what the program knows, with its sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from benzosafe.errors import KnowledgeInvalid, UsageError, nearest

knowledge_app = typer.Typer(help="Check, list and show the knowledge, with its sources.", no_args_is_help=True)
KINDS = ("drugs", "rules", "conditions", "observations", "classes", "sources")


@knowledge_app.command()
def check(folder: Annotated[Path | None, typer.Option("--folder", help="Another knowledge folder.")] = None) -> None:
    """Load every file and run every rule's cases; list all faults with file and line."""
    from benzosafe.education.situation import check_leaflets
    from benzosafe.knowledge.load import FOLDER, read_knowledge
    from benzosafe.monitoring.due import check_follow_up
    from benzosafe.prescriptions.law_cases import check_law
    from benzosafe.review.dosing_conditions import check_dosing
    from benzosafe.review.evaluate import check_rules
    from benzosafe.taper.assess import check_advice

    knowledge = read_knowledge(folder or FOLDER)
    issues = [
        *check_rules(knowledge),
        *check_advice(knowledge),
        *check_dosing(knowledge),
        *check_law(knowledge),
        *check_follow_up(knowledge),
        *check_leaflets(knowledge),
    ]
    if issues:
        raise KnowledgeInvalid(issues)
    cases = sum(len(rule.cases) for rule in knowledge.rules.values())
    regimens = sum(len(dosing.regimens) for dosing in knowledge.dosing.values())
    typer.echo(
        f"{len(knowledge.drugs)} drugs, {len(knowledge.bystanders)} bystanders, {knowledge.names.size} names, "
        f"{len(knowledge.rules)} rules with {cases} cases, {regimens} regimens of {len(knowledge.dosing)} drugs, "
        f"{len(knowledge.conditions)} conditions, "
        f"{len(knowledge.sources)} sources: all load, all cases hold."
    )


@knowledge_app.command("list")
def list_items(kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(KINDS)}")] = "rules") -> None:
    """List the names of one kind of knowledge, a line each."""
    for name, item in sorted(_all(kind).items()):
        typer.echo(
            f"{name}\t{getattr(item, 'title', None) or getattr(item, 'label', None) or getattr(item, 'citation', '')}"
        )


@knowledge_app.command()
def show(
    name: Annotated[str, typer.Argument(help="A drug (brands and synonyms too), rule, condition, class or source.")],
) -> None:
    """Show everything known under a name, as JSON."""
    from benzosafe.knowledge.load import load_knowledge

    knowledge = load_knowledge()
    for kind in KINDS:
        item = getattr(knowledge, kind).get(name)
        if item is not None:
            typer.echo(item.model_dump_json(indent=2, exclude_defaults=True))
            return
    known = knowledge.names.knows(name)
    if known and known[0] in knowledge.drugs:
        typer.echo(
            "\n".join(
                knowledge.drugs[i].model_dump_json(indent=2, exclude_defaults=True)
                for i in known
                if i in knowledge.drugs
            )
        )
        return
    if known:
        typer.echo(
            json.dumps({"name": known[0], "note": "resolves; no relevance to benzodiazepine therapy is known to us"})
        )
        return
    every = [n for kind in KINDS for n in getattr(knowledge, kind)] + list(knowledge.names.suggest(name))
    raise UsageError(
        f"nothing is known under '{name}'.{nearest(name, every)}",
        where="NAME",
        next_step="Try: benzosafe knowledge list drugs",
    )


@knowledge_app.command()
def sources() -> None:
    """List every source with its year and how it was read."""
    for name, source in sorted(_all("sources").items()):
        typer.echo(f"{name}\t{source.year or ''}\t{source.citation}\t{source.read_as}")


@knowledge_app.command()
def page(
    out: Annotated[Path, typer.Option("--out", help="Where to write it.")] = Path("docs/reference/knowledge.md"),
) -> None:
    """Write the reference page: every rule and drug with its sources, and what is still a draft."""
    from benzosafe.files import write_whole
    from benzosafe.knowledge.load import load_knowledge
    from benzosafe.render.knowledge_page import reference_page

    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, reference_page(load_knowledge()))
    typer.echo(str(out))


@knowledge_app.command()
def schema(out: Annotated[Path, typer.Option("--out", help="Folder for the JSON Schemas.")] = Path("schemas")) -> None:
    """Write the JSON Schemas of the knowledge files, for editors."""
    from benzosafe.cli.schemas import write_schemas

    for path in write_schemas(out):
        typer.echo(str(path))


def _all(kind: str) -> dict[str, Any]:
    from benzosafe.knowledge.load import load_knowledge

    if kind not in KINDS:
        raise UsageError(
            f"no kind '{kind}'.{nearest(kind, KINDS)}", where="KIND", next_step=f"One of: {', '.join(KINDS)}"
        )
    found: dict[str, Any] = getattr(load_knowledge(), kind)
    return found
