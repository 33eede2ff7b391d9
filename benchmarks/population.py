"""The population engine against peers and against what the machine can do, each in the same run, in fresh processes.

Run: python benchmarks/population.py [--only measures,intake,screen,memory,spark] [--peer DIR] [--million]
         [--json FILE] [--markdown docs/reference/measurements_population.md]
     python benchmarks/population.py --json FILE --markdown FILE --only none     # writes the page anew from a run

Sections: `measures` (CMS506, CMS156 against fqm-execution), `intake` (NDJSON to a narrow table against DuckDB),
`screen` (NDJSON to findings against the same reading), `memory` (by number of patients), `spark` (a cluster of two
executors against two processes). A section that is not run keeps what FILE has of it. Patients are those of the
measures' test decks again and again, with ids (and outside the measures dates) of their own; they need the shared data
folder beside the project. Memory is the resident memory of all processes of a command together, sampled ten times a
second; pages shared by several count for each.

Needs `pip install -e '.[bench,spark]'` and Java 17 for Spark. The peer of the measures, in any folder DIR:

    cd DIR && npm install fqm-execution@1.8.6
    git clone --depth 1 https://github.com/cqframework/ecqm-content-qicore-2024 content

Of that only `content/input/resources/library` and `content/input/resources/measure` are read (CC0; not shipped here).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from population_input import DECKS
from population_measures import measure
from population_process import command_words, cores, load
from population_screen import intake, memory, screen, spark
from population_tables import markdown

SECTIONS = {"measures": measure, "intake": intake, "screen": screen, "memory": memory, "spark": spark}
REPEATED = ("measures", "intake", "screen")
MILLION = 1_000_000


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, by commas; none: only write the page")
    parser.add_argument("--json", type=Path, help="where results are kept and added to")
    parser.add_argument("--markdown", type=Path, help="the page to write; printed if not given")
    parser.add_argument("--peer", type=Path, help="folder of fqm-execution and the measures' published content")
    parser.add_argument("--shared", type=Path, default=DECKS.parent, help="the shared data folder")
    parser.add_argument("--scratch", type=Path, help="where inputs and results lie meanwhile (a million: 8 GB)")
    parser.add_argument("--million", action="store_true", help="also a million patients in memory and spark")
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the quickest counts")
    parser.add_argument("--measure-patients", type=_numbers, default=[5000, 50_000])
    parser.add_argument("--peer-patients", type=int, default=300)
    parser.add_argument("--peer-batches", type=_numbers, default=[30, 100, 300])
    parser.add_argument("--peer-seconds", type=int, default=10, help="for each batch size, at least")
    parser.add_argument("--intake-mb", type=int, default=1000)
    parser.add_argument("--screen-patients", type=int, default=100_000)
    parser.add_argument("--memory-patients", type=_numbers, default=[1000, 10_000, 100_000])
    parser.add_argument("--spark-patients", type=int, default=20_000)
    options = parser.parse_args()
    options.codes = options.shared / "value-sets-2024" / "codes.csv"
    if options.million:
        options.memory_patients, options.spark_patients = [*options.memory_patients, MILLION], MILLION
    return options


def main() -> None:
    """Measure what is asked for, keep it, and write the page of all that is kept."""
    options = _options()
    asked = [] if options.only == "none" else options.only.split(",")
    if unknown := set(asked) - set(SECTIONS):
        sys.exit(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    kept = json.loads(options.json.read_text()) if options.json and options.json.exists() else {}
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        options.scratch = Path(scratch)
        os.environ["TMPDIR"] = scratch
        for name in asked:
            print(name, file=sys.stderr)
            kept[name] = _section(name, options)
            if options.json:
                options.json.write_text(json.dumps(kept, indent=1))
    page = markdown({name: kept[name] for name in SECTIONS if name in kept})
    if options.markdown:
        options.markdown.write_text(page)
    else:
        print(page)


def _section(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """What a section found, with the command, the machine and what else it had to do."""
    before = load()
    found = SECTIONS[name](options)
    return {
        "command": command_words(["python", "benchmarks/population.py", *sys.argv[1:]]),
        "machine": f"{platform.machine()}, {cores()} cores, Python {platform.python_version()}",
        "load_before": before, "load_after": load(),
        "repeat": options.repeat if name in REPEATED else 1, **found,
    }  # fmt: skip


if __name__ == "__main__":
    main()
