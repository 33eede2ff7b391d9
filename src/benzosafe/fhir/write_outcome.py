"""OperationOutcome: what is wrong or missing, where, and the next step."""

from __future__ import annotations

from benzosafe.fhir.write_parts import Json, clean, without_empty

_PATHS = ("Bundle", "Parameters")


def remark(severity: str, code: str, what: str, where: str = "", next_step: str = "") -> Json:
    """One issue; `where` is a FHIRPath expression, or the name of what it is about."""
    said = clean(what)
    return without_empty({
        "severity": severity, "code": code,
        "details": {"text": said},
        "diagnostics": clean(f"{where}: {said} {next_step}" if where else f"{said} {next_step}"),
        "expression": [clean(where)] if where.startswith(_PATHS) else [],
    })  # fmt: skip


def outcome(issues: list[Json], name: str = "") -> Json:
    """The issues together; without any there is no OperationOutcome to write."""
    return without_empty({"resourceType": "OperationOutcome", "id": name, "issue": issues})
