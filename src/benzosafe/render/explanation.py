"""Why a rule spoke or kept silent, for a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from benzosafe.review.finding import say


def print_explanation(answer: dict[str, Any]) -> None:
    """Write every condition of a rule with its value."""
    console = Console(highlight=False)
    console.print(Text(f"{answer['title']} [{answer['rule']}], scenario {answer['scenario']}", style="bold"))
    for name, limit in answer["thresholds"].items():
        console.print(f"  {name} = {limit}")
    for result in answer["results"]:
        if result["order"]:
            console.print(Text(f"order: {result['order']}", style="bold"))
        certain, possible = result["severity"] or "quiet", result["severity_possible"] or "quiet"
        console.print(f"certain: {certain}; possible: {possible}")
        console.print("when")
        _condition(console, result["when"], 2)
        for level in result["levels"]:
            console.print(f"{level['severity']} if")
            _condition(console, level["condition"], 2)
        for name, value in result["not_when"].items():
            console.print(Text(f"exclusion {name}: {say(value)}"))


def _condition(console: Console, node: dict[str, Any], depth: int) -> None:
    answer = {True: "yes    ", False: "no     ", None: "unknown"}[node["answer"]]
    values = ", ".join(f"{name} = {say(value)}" for name, value in node.get("facts", {}).items())
    shown = "" if values and node["text"] in node["facts"] else f"  ({values})" if values else ""
    console.print(Padding(Text(f"{answer}  {node['text']}{shown}"), (0, 0, 0, depth)))
    for part in node.get("parts", ()):
        _condition(console, part, depth + 2)
