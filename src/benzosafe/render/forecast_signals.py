"""Signals by group in words and rows, for the screen and for the page of a forecast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.pages import percent

Signals = Mapping[str, Any]
KINDS = {"age": "Age", "sex": "Sex", "race": "Race", "ethnicity": "Ethnicity"}
EVERYBODY_HEADS = ("Signal", "Judged", "Seen", "Explained", "Cannot tell", "Seen of judged")
GROUP_HEADS = ("Group", "People", "Judged", "Seen", "Explained", "Cannot tell", "Seen of judged",
               "Difference, points")  # fmt: skip
NOT_PUBLISHED = (
    "No count is withheld, because it could be worked out from the others. Counts below ten can point to single "
    "people: do not publish them."
)


def signal_sentences(signals: Signals) -> list[str]:
    """Of whom the signals are counted, and of whom they are not."""
    said = [_whose(signals)]
    if signals["left_out"]:
        why = "; ".join(f"{row['why']}: {row['count']:,}" for row in signals["left_out"])
        said.append(f"Left out: {why}.")
    silent = [row["label"] for row in signals["by_signal"] if not row["everybody"]["judged"]]
    if signals["people"] and silent:
        said.append(f"Of nobody could it be told, which is not that there is none: {'; '.join(silent)}.")
    return said


def _whose(signals: Signals) -> str:
    count, on = signals["people"], signals["on"]
    handed_out = f"handed out from {signals['supplied_from']} to {on}"
    if not count:
        return (
            f"Nobody is known to be on a benzodiazepine or Z-drug on {on}, and to nobody was one {handed_out}: there "
            "are no signals to count."
        )
    people = "1 person was" if count == 1 else f"{count:,} people were"
    return (
        f"On {on} {people} on a benzodiazepine or Z-drug, or had one {handed_out}. Their signals are counted by age, "
        "sex, race and ethnicity as recorded."
    )


def everybody_rows(signals: Signals) -> list[tuple[str, ...]]:
    """A row for each signal, of everybody."""
    return [(signal["label"], *_counts(signal["everybody"]), seen_rate(signal["everybody"]))
            for signal in signals["by_signal"]]  # fmt: skip


def signal_rows(signal: Signals) -> list[tuple[str, ...]]:
    """A row for each group of which somebody is, by every kind of group."""
    return [
        (f"{KINDS[kind]}: {row['group']}", f"{row['people']:,}", *_counts(row), seen_rate(row), difference(row))
        for kind, rows in signal["by"].items() for row in rows if row["people"]
    ]  # fmt: skip


def is_met(signal: Signals) -> bool:
    """Whether a signal was seen in anybody, or would have been but for what explains it."""
    return bool(signal["everybody"]["seen"] or signal["everybody"]["explained"])


def _counts(row: Signals) -> tuple[str, ...]:
    return tuple(f"{row[name]:,}" for name in ("judged", "seen", "explained", "cannot_tell"))


def seen_rate(row: Signals) -> str:
    """The share 'seen' of those judged, with its interval."""
    if row["rate"] is None:
        return "too few for a rate" if row["judged"] else "nobody judged"
    return f"{percent(row['rate'])} ({percent(row['low'])} to {percent(row['high'])})"


def difference(row: Signals) -> str:
    """The difference from everybody else [points of percent], with its interval."""
    if row["difference"] is None:
        return "not compared"
    found, low, high = (100 * row[name] for name in ("difference", "difference_low", "difference_high"))
    return f"{found:+.1f} ({low:+.1f} to {high:+.1f})"
