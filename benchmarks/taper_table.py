"""The rows of the taper duel as Markdown."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taper_duel import Row

    from benzosafe.taper.limits import Ceiling

SIDES = ("peer, as printed", "peer, its counts", "benzosafe")


def markdown(rows: Sequence[Row], ceiling: Ceiling, seed: int, products: dict[str, str]) -> str:
    """The whole account: how it was done, the table, what was refused or failed, the published four states."""
    count = len({row.state for row in rows})
    head = (
        f"{count} starting states (seed {seed}), the same for both; a dose that may fall by at most "
        f"{_percent(float(ceiling.share))} within {ceiling.days} days. The peer changes over to diazepam by one ratio "
        "and ends at 2 mg; benzosafe stays with the drug and ends at nothing (the stop from its smallest dose is not "
        "counted as a fall, nor is the peer's stop from 2 mg, which it leaves open). *As printed* is what the patient "
        "reads; *its counts* are the peer's tablets before they are printed (one and a half is printed as one)."
    )
    both = _with_every_plan(rows)
    pair = f"Only the {len({row.state for row in both})} states for which every side made a plan:"
    return "\n\n".join([head, _table(rows), pair, _table(both), *_others(rows), _published(rows), _products(products)])


def _table(rows: Sequence[Row]) -> str:
    columns = [[row for row in rows if row.side == side] for side in SIDES]
    lines = [
        ("states answered (plan, or a refusal in words)", _answered),
        ("plans", lambda own: str(len(_plans(own)))),
        ("failed or could not be read", lambda own: str(sum(row.kind == "failure" for row in own))),
        ("steps", lambda own: str(sum(row.steps for row in own))),
        ("steps whose tablets do not make the dose", _off),
        ("worst step: tablets off by", lambda own: _worst(own, "worst_share_off")),
        ("rises of the delivered dose", lambda own: _sum(own, "rises")),
        ("largest fall in the ceiling's days, of any plan", lambda own: _worst(own, "largest_fall")),
        ("steps above the ceiling", lambda own: _sum(own, "above_ceiling")),
        ("speed asked for honoured, of plans", _honoured),
        ("days to half the dose over what was asked, median (5-95 %)", _half),
        ("days, median", lambda own: f"{_median(own, 'days'):.0f}"),
        ("tablets a day, median (a half is one, a measured liquid two)", _pieces),
        ("time to solve, median / p95 [s]", _seconds),
    ]  # fmt: skip
    text = [f"| | {' | '.join(SIDES)} |", f"|{'---|' * (len(SIDES) + 1)}"]
    for title, cell in lines:
        text.append(f"| {title} | {' | '.join(cell(own) if _plans(own) else '-' for own in columns)} |")
    return "\n".join(text)


def _with_every_plan(rows: Sequence[Row]) -> list[Row]:
    without = {row.state for row in rows if row.kind != "plan"}
    return [row for row in rows if row.state not in without]


def _plans(own: Sequence[Row]) -> list[Row]:
    return [row for row in own if row.kind == "plan"]


def _answered(own: Sequence[Row]) -> str:
    return f"{sum(row.kind != 'failure' for row in own)} of {len(own)}"


def _off(own: Sequence[Row]) -> str:
    steps, off = sum(row.steps for row in own), sum(row.not_the_dose for row in own)
    return f"{off} ({_percent(off / steps)}), in {sum(row.not_the_dose > 0 for row in own)} plans"


def _sum(own: Sequence[Row], name: str) -> str:
    found = [getattr(row, name) for row in _plans(own)]
    return f"{sum(found)}, in {sum(item > 0 for item in found)} plans"


def _worst(own: Sequence[Row], name: str) -> str:
    return _percent(max(getattr(row, name) for row in _plans(own)))


def _honoured(own: Sequence[Row]) -> str:
    plans = _plans(own)
    return f"{_percent(sum(row.honoured for row in plans) / len(plans))} of {len(plans)}"


def _pieces(own: Sequence[Row]) -> str:
    return f"{_median(own, 'pieces_a_day'):.1f}"


def _half(own: Sequence[Row]) -> str:
    found = sorted(row.half_time_ratio for row in _plans(own) if row.half_time_ratio is not None)
    return f"{statistics.median(found):.2f} ({_at(found, 0.05):.2f}-{_at(found, 0.95):.2f})" if found else "-"


def _seconds(own: Sequence[Row]) -> str:
    found = sorted(row.seconds for row in _plans(own))
    return f"{statistics.median(found):.3g} / {_at(found, 0.95):.3g}"


def _median(own: Sequence[Row], name: str) -> float:
    return statistics.median(getattr(row, name) for row in _plans(own))


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _others(rows: Sequence[Row]) -> list[str]:
    """Why there was no plan, by reason, with how often."""
    found = []
    for side in (SIDES[0], SIDES[2]):
        for kind in ("refusal", "failure"):
            why = Counter(row.why for row in rows if row.side == side and row.kind == kind)
            if why:
                lines = [
                    f"- {times} × {reason}"
                    for reason, times in sorted(why.items(), key=lambda item: (-item[1], item[0]))
                ]
                found.append("\n".join([f"{side}, {kind}s:", "", *lines]))
    return found


def _published(rows: Sequence[Row]) -> str:
    """The four states that were published before, side by side."""
    text = [
        "| state | side | steps | tablets not the dose | rises | largest fall | speed honoured | days | ends at |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for state in list(dict.fromkeys(row.state for row in rows))[:4]:
        for row in (row for row in rows if row.state == state):
            cells = [f"{state.drug} {state.mg:g} mg, {state.speed}", row.side]
            if row.kind == "plan":
                cells += [str(row.steps), str(row.not_the_dose), str(row.rises), _percent(row.largest_fall),
                          "yes" if row.honoured else "no", str(row.days), f"{row.ends_at_mg:g} mg"]  # fmt: skip
            else:
                cells += [row.kind, *[""] * 6]
            text.append(f"| {' | '.join(cells)} |")
    return "\n".join(text)


def _products(products: dict[str, str]) -> str:
    lines = [f"- {drug}: {names}" for drug, names in products.items()]
    return "\n".join(["Products benzosafe was given (½: scored, may be halved):", "", *lines])


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
