"""The result of `kinetics.py` as Markdown: benzosafe against writing, the peers against benzosafe, and the aims."""

from __future__ import annotations

from typing import Any

AIMS = {"constant": 5000, "piecewise": 5000, "continuous": 1000}
WRITES_AT_MOST, ERROR_AT_MOST = 4.0, 1e-6

Row = dict[str, Any]


def markdown(result: Row) -> str:
    rows, first = result["rows"], result["first_result_s"]
    versions = sorted({row["version"] for row in rows if "version" in row})
    head = (
        f"{result['machine']}; load before {result['load_before']}, after {result['load_after']}. "
        f"{result['doses']} doses and {result['outputs']} outputs a person; worst difference over {result['checked']} "
        "extreme people, relative to the concentration where that is above 1e-6 of the peak (the two references "
        f"differ by {result['references_differ']:.0e}). Peers: absolute tolerance 1e-3 of the relative one, in mg. "
        f"{'; '.join(versions)}. First result with the compiler {first['compiling']} s, from its cache "
        f"{first['from_cache']} s; not counted below."
    )
    return "\n\n".join([head, _speed(rows, result["writes"]), _against(rows), _aims(rows, result["writes"])])


def _table(titles: list[str], lines: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [titles, ["---"] * len(titles), *lines])


def _speed(rows: list[Row], writes: list[Row]) -> str:
    """Benzosafe on all sizes and cores."""
    lines = []
    for row in rows:
        if row["method"] != "compiled":
            continue
        fresh, warm = _over_write(row, writes)
        lines.append([
            row["variant"], f"{row['people']:,}", str(row["cores"]), f"{row['people_per_s']:,.0f}",
            f"{row['memory_mb']:.0f} ({row['memory_mb'] - row['memory_before_mb']:.0f} for the job)",
            f"{fresh:.1f} / {warm:.1f}", f"{row['worst_difference']:.0e}",
        ])  # fmt: skip
    for write in writes:
        rate = f"{write['people'] / write['fresh_seconds']:,.0f}"
        lines.append(["writing the array", f"{write['people']:,}", str(write["cores"]), rate, "", "1 / 1", ""])
    return _table(
        ["benzosafe", "people", "cores", "people/s", "peak MB", "times writing, fresh / warm", "worst difference"],
        lines,
    )


def _over_write(row: Row, writes: list[Row]) -> tuple[float, float]:
    own = next(item for item in writes if (item["people"], item["cores"]) == (row["people"], row["cores"]))
    return row["seconds"] / own["fresh_seconds"], row["warm_seconds"] / own["warm_seconds"]


def _against(rows: list[Row]) -> str:
    """The others, each on one core, over benzosafe on one core."""
    lines = []
    for row in rows:
        if row["method"] == "compiled":
            continue
        named = f"{row['simulator']}, {row['method']}"
        named += f", {row['tolerance']:.0e}" if "tolerance" in row else ""
        if "note" in row:
            lines.append([row["variant"], named, "", row["note"], "", "", ""])
            continue
        times = _one_core(rows, row["variant"])[0]["people_per_s"] / row["people_per_s"]
        lines.append([
            row["variant"], named, f"{row['people']:,}", f"{row['people_per_s']:,.1f}", f"{row['memory_mb']:.0f}",
            f"{row['worst_difference']:.0e}", f"{times:,.0f}",
        ])  # fmt: skip
    titles = ["variant", "simulator, method, tolerance", "people", "people/s, one core", "peak MB", "worst difference"]
    return _table([*titles, "benzosafe (compiled, one core) is faster by"], lines)


def _one_core(rows: list[Row], variant: str) -> list[Row]:
    """Benzosafe with one core, on the smaller crowd and on the larger."""
    own = [row for row in rows if row["variant"] == variant and row["method"] == "compiled"]
    return sorted((row for row in own if row["cores"] == 1), key=lambda row: int(row["people"]))


def _aims(rows: list[Row], writes: list[Row]) -> str:
    """Each variant against the quickest libroadrunner, and against the quickest that is as right as is asked."""
    lines = []
    for variant, aim in AIMS.items():
        own = _one_core(rows, variant)
        all_cores = [row for row in rows if row["variant"] == variant and row["method"] == "compiled"]
        most = max(row["cores"] for row in all_cores)
        over = [f"{_over_write(row, writes)[0]:.1f}" for row in all_cores if row["cores"] == most]
        theirs = [row for row in rows if row["variant"] == variant and row["simulator"] == "libroadrunner"]
        theirs = [row for row in theirs if "note" not in row]
        right = [row for row in theirs if row["worst_difference"] <= ERROR_AT_MOST]
        lines.append([
            variant, _ratio(own, theirs), _ratio(own, right), f"{aim:,}", " and ".join(over),
            f"{own[0]['worst_difference']:.0e}",
        ])  # fmt: skip
    titles = [
        "variant",
        "over the quickest libroadrunner, core for core",
        f"over it at an error of {ERROR_AT_MOST:.0e}",
    ]
    asked = ["aim", f"times writing, fresh, all cores, both crowds (aim {WRITES_AT_MOST:.0f})", "worst difference"]
    return _table([*titles, *asked], lines)


def _ratio(own: list[Row], theirs: list[Row]) -> str:
    if not theirs:
        return "not measured"
    quickest = max(row["people_per_s"] for row in theirs)
    return " and ".join(f"{row['people_per_s'] / quickest:,.0f}" for row in own)
