"""The chain of plans: which revision a plan is, the digest of the one before, and reading either back from a file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge, load_knowledge
from benzosafe.taper.changeover_checks import check_change
from benzosafe.taper.follow_change import Change, change_data, change_of
from benzosafe.taper.follow_plan_checks import check_plan
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.record import plan_data, plan_of

REVISION_SCHEMA = "benzosafe.taper_revision/1"


@dataclass(frozen=True)
class Chain:
    """Which revision a plan is (0: the first plan), the SHA-256 of the plan it replaced, and the day it was made.

    `change`: the change to another drug that comes before the first step; `patient`: whose plan it is, when stated.
    """

    revision: int = 0
    of: str = ""
    since: date | None = None
    change: Change | None = None
    patient: str = ""


FIRST = Chain()


def chained_data(plan: TaperPlan, chain: Chain) -> dict[str, Any]:
    """A plan as JSON with its place in the chain; a first plan is as it always is.

    Patient and change to another drug are kept when the plan came with them.
    """
    data = plan_data(plan)
    if chain.patient:
        data["patient"] = chain.patient
    if chain.change:
        data["crossover"] = change_data(chain.change)
    if not chain.revision:
        return data
    made = chain.since.isoformat() if chain.since else None
    return data | {"revision": chain.revision, "revision_of": chain.of, "revised_on": made}


def digest_of(plan: TaperPlan, chain: Chain) -> str:
    """SHA-256 of a plan's JSON with sorted keys and no spaces, so that any later change shows."""
    text = json.dumps(chained_data(plan, chain), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def chain_of(data: Any, where: str) -> Chain:
    """Where a plan's JSON stands in its chain; one without says it is the first."""
    if not isinstance(data, dict):
        return FIRST
    number, of, made = data.get("revision", 0), data.get("revision_of", ""), data.get("revised_on")
    since = None
    try:
        since = date.fromisoformat(made) if made else None
    except (TypeError, ValueError):
        number = -1
    if (
        isinstance(number, bool)
        or not isinstance(number, int)
        or not isinstance(of, str)
        or number < 0
        or bool(number) != bool(of)
    ):
        raise InputRefused(
            "'revision', 'revision_of' and 'revised_on' do not fit together.", where=where,
            next_step="Use the file as it was written.",
        )  # fmt: skip
    patient = data.get("patient", "")
    return Chain(
        number, of, since, change_of(data.get("crossover"), where), patient if isinstance(patient, str) else ""
    )


def read_plan(path: Path, knowledge: Knowledge | None = None) -> tuple[TaperPlan, Chain]:
    """A plan from its JSON file, or the plan in force from a revision's; InputRefused says what is wrong.

    The plan is counted again (`follow_plan_checks`): what does not keep to what it states is never followed.
    """
    where = str(path)
    data = _json(path)
    if isinstance(data, dict) and data.get("schema") == REVISION_SCHEMA:
        data = data.get("new_plan") or data.get("old_plan")
    plan = plan_of(data, where)
    known = knowledge or load_knowledge()
    check_plan(known, plan, data, where)
    chain = chain_of(data, where)
    if chain.change and chain.change.course:
        check_change(known, chain.change.course, plan, where)
    return plan, chain


def _json(path: Path) -> Any:
    next_step = "Write a plan with: benzosafe taper PATIENT --format json --out plan.json"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise InputRefused(f"cannot be read: {what}.", where=str(path), next_step=next_step) from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        what = str(error) if isinstance(error, json.JSONDecodeError) else "it holds a value that is no plan's"
        raise InputRefused(f"is not JSON that can be read: {what}.", where=str(path), next_step=next_step) from None
