"""What the rules say of two drugs taken together, with nothing known of the patient."""

from __future__ import annotations

from datetime import date

from benzosafe.exposure.plan import Plan
from benzosafe.facts.frame import Frame
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Bounds, Coverage, Order, Record
from benzosafe.review.evaluate import evaluate
from benzosafe.review.finding import Finding, findings_of_row
from benzosafe.review.rank import rank


def pair_findings(
    knowledge: Knowledge, victim: str, perpetrator: str, mg_per_day: float | None, route: str, on: date
) -> list[Finding]:
    """Findings that name both drugs, worst first; everything that depends on the patient stays open."""
    dose = None if mg_per_day is None else Bounds(mg_per_day, mg_per_day)
    orders = (
        Order("1", victim, victim, "handwritten", route=route, active=True),
        Order("2", perpetrator, perpetrator, "handwritten", route="oral", active=True, dose_mg_per_day=dose),
    )
    record = Record("pair", orders=orders, coverage=Coverage(orders=True))
    frame = Frame([Scenario("as_is", record, orders)], knowledge, on)
    found = rank(findings_of_row(frame, evaluate(frame), 0)).findings
    return [item for item in found if item.severity and {victim, perpetrator} <= set(item.ingredients)]


def findings_beside(knowledge: Knowledge, plan: Plan, today: date) -> list[tuple[str, Finding]]:
    """Findings of high severity or worse about the simulated drug with each of the others, and the other's name."""
    doses = {course.name: course.mg_per_day for course in plan.beside}
    return [
        (name, item)
        for name, mg in doses.items()
        for item in pair_findings(knowledge, plan.drug, name, mg, plan.route, plan.starts_on or today)
        if item.severity in ("contraindicated", "high")
    ]
