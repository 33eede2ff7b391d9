"""The review for a terminal: readable at 80 columns, in a pipe and without colour."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from benzosafe.review.finding import say

_STYLE = {
    "contraindicated": "bold white on red",
    "high": "bold red",
    "moderate": "bold yellow",
    "low": "cyan",
    "info": "dim",
}
_TIER_TITLE = {
    0: "HARD STOP",
    1: "INTERRUPTS: act before going on",
    2: "IN LINE: weigh in this visit",
    3: "ON DEMAND: good to know",
}
_PATIENT_LABELS = (
    ("age_years", "age", "y"), ("sex", "sex", ""), ("weight_kg", "weight", "kg"), ("egfr_ml_per_min", "eGFR", "mL/min"),
    ("pregnant", "pregnant", ""), ("breastfeeding", "breastfeeding", ""), ("alcohol_use", "alcohol", ""),
)  # fmt: skip
_EXPOSURE_LABELS = (
    ("bzra_days_of_use", "benzodiazepine or Z-drug for", "days"),
    ("bzra_diazepam_equivalent_mg_per_day", "diazepam equivalent", "mg/d over the published tables"),
    ("benzodiazepine_dose_band", "dose band", ""),
    ("physical_dependence", "physical dependence", ""),
    ("opioid_mme_per_day", "opioid", "MME/d"),
    ("cns_depressant_count", "CNS depressants", ""),
    ("sedative_load", "sedative load", "points"),
)
_MOST_SHOWN = 5
_FEW = 3
_IN_LINE, _ON_DEMAND = 2, 3
_SENTENCE_END = re.compile(r"[.](?= [A-Z])")


def print_review(data: dict[str, Any]) -> None:
    """Write the review to the terminal or pipe on standard output."""
    _write(Console(highlight=False, soft_wrap=False), data)


def text_review(data: dict[str, Any]) -> str:
    """The review as plain text of 80 columns."""
    console = Console(file=io.StringIO(), width=80, highlight=False, color_system=None)
    _write(console, data)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _write(console: Console, data: dict[str, Any]) -> None:
    _header(console, data)
    _summary(console, data)
    _regimen(console, data)
    _findings(console, data)
    _changes(console, data)
    _unknown(console, data)
    _folded(console, data)
    console.print()
    console.print(
        f"Knowledge {data['knowledge_version']}, {data['knowledge_status']}. "
        "benzosafe supports a clinician; it does not decide. Do not stop a benzodiazepine abruptly.",
        style="dim",
    )


def _header(console: Console, data: dict[str, Any]) -> None:
    patient = data["patient"]
    console.print(Text(f"benzosafe review of {patient['id']} on {data['reviewed_on']}", style="bold"))
    console.print(", ".join(_known(patient, _PATIENT_LABELS, keep_unknown=True)))
    known = _known(data["exposure"], _EXPOSURE_LABELS, keep_unknown=False)
    if known:
        console.print("Exposure: " + "; ".join(known))


def _known(values: dict[str, Any], labels: Iterable[tuple[str, str, str]], *, keep_unknown: bool) -> list[str]:
    """Labelled values; 'not known' is said for the patient and left out where it would only repeat the findings."""
    found = []
    for key, label, unit in labels:
        value = values.get(key)
        if value in (None, 0, "none", [0, None]) and not keep_unknown:
            continue
        found.append(" ".join(filter(None, (label, say(value), unit if value is not None else ""))))
    return found


def _summary(console: Console, data: dict[str, Any]) -> None:
    """The verdict in a few lines: what is worst, what else, which change helps most."""
    findings = data["findings"]
    if not findings:
        return
    worst = findings[0]
    _section(console, "In short")
    console.print(Text.assemble(("Worst: ", "bold"), f"{worst['title']} ({worst['severity']})"))
    counts = [f"{count} {name}" for name, count in data["scenarios"][-1]["counts"].items() if count]
    console.print(Text.assemble(("Findings: ", "bold"), ", ".join(counts)))
    if data["changes_that_help"]:
        console.print(Text.assemble(("Helps most: ", "bold"), data["changes_that_help"][0]["words"]))
    if data["unresolved"]:
        console.print(
            Text.assemble(("Not resolved: ", "bold red"), ", ".join(gap["what"] for gap in data["unresolved"]))
        )


def _regimen(console: Console, data: dict[str, Any]) -> None:
    _section(console, "Regimen")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=False)
    for title in ("medicine", "a day", "since", "taken?"):
        table.add_column(title, overflow="fold", header_style="bold")
    for order in data["regimen"]:
        table.add_row(
            _medicine(order), _dose(order), order["taken_since"] or order["start"] or "not known", _taken(order)
        )
    if data["regimen"]:
        console.print(table)
    else:
        console.print(
            "No medicine is on the list." if data["patient"]["coverage"]["orders"] else "No medicine list was given."
        )
    for order in data["regimen"]:
        for problem in [*order["conflicts"], *order["problems"]]:
            console.print(
                Padding(Text(f"! {order['ingredient'] or order['text']}: {problem}", style="yellow"), (0, 0, 0, 2))
            )


def _medicine(order: dict[str, Any]) -> str:
    name = order["ingredient"] or "NOT RESOLVED"
    text = order["text"] if order["ingredient"] is None or order["ingredient"] not in order["text"].lower() else ""
    draft = " (draft)" if order["source"] == "draft" else ""
    return f"{name}{f' [{text}]' if text else ''}{draft}".replace("[", "\\[")


def _dose(order: dict[str, Any]) -> str:
    dose = order["dose_mg_per_day"]
    if dose is None:
        return "not known"
    low, high = dose
    amount = say(low) if low == high else say([low, high])
    return f"{amount} mg" + (" as needed" if order["as_needed"] else "")


def _taken(order: dict[str, Any]) -> str:
    answer = {True: "yes", False: "no", None: "not known"}[order["active"]]
    return f"{answer}: {order['active_because']}" if order["active_because"] else answer


def _findings(console: Console, data: dict[str, Any]) -> None:
    findings = data["findings"]
    if not findings:
        _section(console, "Findings")
        console.print(nothing_found(data))
    for tier in sorted({finding["tier"] for finding in findings}):
        _section(console, _TIER_TITLE[tier])
        for finding in (item for item in findings if item["tier"] == tier):
            if tier == _ON_DEMAND:
                console.print(Text(f"- {finding['title']}{exposure(finding)} [{finding['rule']}]"))
            else:
                _finding(console, finding, data["fact_labels"], loud=tier < _IN_LINE)


def nothing_found(data: dict[str, Any]) -> str:
    """What may be said when no finding stands: never that all is well."""
    if not data["patient"]["coverage"]["orders"]:
        return "No medicine list was given, so nothing could be reviewed. This is not a clean bill."
    unknown = (
        f" {len(data['not_checked'])} checks could not be decided: see 'Not known'." if data["not_checked"] else ""
    )
    return "No check found a danger in what was given." + unknown


def _finding(console: Console, finding: dict[str, Any], labels: dict[str, str], *, loud: bool) -> None:
    """What interrupts is shown whole; of the rest the reason is cut to a sentence, but never what to do."""
    severity = finding["severity"]
    title = Text.assemble((f" {severity.upper()} ", _STYLE[severity]), " ", (finding["title"], "bold"))
    if finding["caused_by_draft"]:
        title.append("  <- caused by the draft", style="bold")
    console.print(title)
    lines = [finding["reason"] if loud else first_sentence(finding["reason"])]
    if finding["predicted"] and not loud:
        lines.append(finding["predicted"]["words"])
    lines.append(f"Do: {finding['advice']}")
    if finding["severity_possible"] != severity:
        lines.append(f"Could be {finding['severity_possible']}: {_names(finding['missing'], labels)} not known.")
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    console.print(Padding(Text(f"{_sources(finding)} [{finding['rule']}]", style="dim"), (0, 0, 0, 2)))


def exposure(finding: dict[str, Any]) -> str:
    """The predicted ratio with its interval in a few words; nothing when none was predicted."""
    ratio = finding["predicted"] and finding["predicted"]["auc_ratio"]
    return f": exposure {say(ratio['value'])} times ({say(ratio['low'])} to {say(ratio['high'])})" if ratio else ""


def first_sentence(text: str) -> str:
    """A text up to its first full stop; a colon or an abbreviation does not end it."""
    match = _SENTENCE_END.search(text)
    return text[: match.start() + 1] if match else text


def _sources(finding: dict[str, Any]) -> str:
    parts = []
    for source in finding["sources"]:
        year = f" {source['year']}" if source["year"] and str(source["year"]) not in source["id"] else ""
        grade = f", {source['grade']}" if source["grade"] else ""
        parts.append(f"{source['id']}{year}{grade} ({source['confidence']})")
    return "; ".join(parts)


def _changes(console: Console, data: dict[str, Any]) -> None:
    if not data["changes_that_help"]:
        return
    _section(console, "Which single change helps most")
    for number, change in enumerate(data["changes_that_help"][:_MOST_SHOWN], start=1):
        console.print(Text(f"{number}. {change['words']}", style="bold"))
        console.print(Padding(f"removes or lowers: {shortened(change['removes_or_lowers'])}", (0, 0, 0, 3)))
        if change["brings"]:
            console.print(Padding(f"but brings: {shortened(change['brings'])}", (0, 0, 0, 3)))
        console.print(
            Padding(f"cost of the change ({change['how']}): {change['withdrawal_cost']}", (0, 0, 0, 3)), style="dim"
        )
    rest = len(data["changes_that_help"]) - _MOST_SHOWN
    if rest > 0:
        console.print(f"and {rest} more in --format json", style="dim")


def shortened(titles: list[str]) -> str:
    """The first few of a list, worst first, and how many more there are."""
    more = len(titles) - _FEW
    return "; ".join(titles[:_FEW]) + (f"; and {more} more" if more > 0 else "")


def _unknown(console: Console, data: dict[str, Any]) -> None:
    gaps = data["unresolved"] + data["data_gaps"]
    if not gaps and not data["not_checked"]:
        return
    _section(console, "Not known")
    for gap in gaps:
        console.print(Padding(Text(f"! {gap['where']}: {gap['what']}", style="yellow"), (0, 0, 0, 0)))
    by_fact: dict[str, list[dict[str, Any]]] = {}
    for check in data["not_checked"]:
        for name in check["missing"]:
            by_fact.setdefault(name, []).append(check)
    ordered = sorted(by_fact.items(), key=lambda item: (_worst(item[1]), -len(item[1]), item[0]))
    for name, checks in ordered[: 2 * _MOST_SHOWN]:
        plural = "check" if len(checks) == 1 else "checks"
        label = _names([name], data["fact_labels"])
        worst = checks[0]["severity_possible"]
        console.print(f"- {label}: would settle {len(checks)} {plural}, up to {worst}")
    if data["not_checked"]:
        console.print(f"{len(data['not_checked'])} checks could not be decided; all are in --format json.", style="dim")


def _worst(checks: list[dict[str, Any]]) -> int:
    order = list(_STYLE)
    return min(order.index(check["severity_possible"]) for check in checks)


def _folded(console: Console, data: dict[str, Any]) -> None:
    folded = [item for item in data["suppressed"] if item["kind"] != "attention"]
    if folded:
        _section(console, f"Folded away ({len(folded)})")
        for item in folded:
            console.print(f"- {item['title']} ({item['severity']}): {item['why']}", style="dim")


def _section(console: Console, title: str) -> None:
    console.print()
    console.print(Rule(Text(title, style="bold"), align="left", characters="-"))


def _names(facts: list[str], labels: dict[str, str]) -> str:
    return ", ".join(labels.get(name, name) for name in facts)
