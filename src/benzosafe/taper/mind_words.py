"""Steps the prescriber has to decide on first, for another medicine ends or changes: read once for all papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.taper.plan import TaperPlan

HEADING = "The prescriber has to decide before these steps start"


@dataclass(frozen=True)
class Mind:
    """A step that must not start before the prescriber has decided.

    `drug`: the other medicine, '' when none is named; `what`, `do`: for clinicians; `plain`: for the patient.
    """

    step: int
    starts_on: date
    drug: str
    what: str
    do: str
    plain: str

    @property
    def words(self) -> str:
        """For clinicians and pharmacists: the step, its first day, what happens and what to do."""
        drug = f", {self.drug}" if self.drug else ""
        return f"Step {self.step} ({self.starts_on.isoformat()}{drug}): {self.what} {self.do}"


def minds_of(items: Iterable[Any], where: str, plan: TaperPlan | None = None) -> tuple[Mind, ...]:
    """Warnings from their JSON, each once, by step; `where` names the paper.

    A warning never gets lost: InputRefused when a field is missing or wrong, or when `plan` is given and has no such
    step on that day.
    """
    if isinstance(items, dict | str):
        raise _refused("they are not a list", where)
    found = sorted(dict.fromkeys(_mind(item, where) for item in items), key=lambda mind: (mind.step, mind.starts_on))
    days = None if plan is None else {step.number: step.starts_on for step in plan.steps}
    for mind in found:
        if days is not None and days.get(mind.step) != mind.starts_on:
            raise _refused(f"the plan has no step {mind.step} that starts on {mind.starts_on}", where)
    return tuple(found)


def _mind(item: Any, where: str) -> Mind:
    try:
        step, drug = item["step"], item["drug"]
        if isinstance(step, bool) or not isinstance(step, int) or not isinstance(drug, str | None):
            raise TypeError("step is a whole number, drug a name or null")
        return Mind(
            step, date.fromisoformat(item["starts_on"]), " ".join((drug or "").split()),
            *(_sentence(item[name], name) for name in ("what", "do", "plain")),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise _refused(f"a field is missing or wrong: {error}", where) from None


def _sentence(text: Any, name: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise TypeError(f"{name} holds no words")
    said = text.split()[0][0].upper() + " ".join(text.split())[1:]
    return said if said[-1] in ".!?" else f"{said}."


def _refused(what: str, where: str) -> InputRefused:
    return InputRefused(
        f"the steps to ask the prescriber about cannot be read: {what}.", where=where,
        next_step="Use `minds` as they were written with the plan.",
    )  # fmt: skip
