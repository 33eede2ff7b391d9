"""Thousands of people: the compiled kernel, fed in blocks and spread over the processor's cores."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benzosafe import __version__
from benzosafe.kinetics.arrays import DEGREE, NODES, Bools, Floats, Ints
from benzosafe.kinetics.compiled.layout import LANES
from benzosafe.kinetics.enzyme import Influence
from benzosafe.kinetics.interaction import Interaction, Site
from benzosafe.kinetics.simulate import Dosing, kinds_of
from benzosafe.kinetics.system import Body, System
from benzosafe.kinetics.timeline import Timeline, build_timeline

_LARGEST_NORM = 8.0
_QUADRATIC_WITHIN = 1e-6
_COARSENESS = 2.0  # keeps the error near 1e-7


@dataclass(frozen=True)
class Phase:
    """From `start_h` on, every course has a constant value a person, shape (courses, people)."""

    start_h: float
    courses: Floats


@dataclass(frozen=True)
class Crowd:
    """Concentrations of many people, shape (blocks, outputs, lanes) [mg/L]; the last block may be padded."""

    blocks: Floats
    people: int

    @property
    def by_output(self) -> Floats:
        """Concentrations as (outputs, people) [mg/L]; makes a copy."""
        joined = self.blocks.transpose(1, 0, 2).reshape(self.blocks.shape[1], -1)
        return joined[:, : self.people]


@dataclass(frozen=True)
class _Job:
    """Everything the kernel needs: `rest` marks segments with constant matrices, of the phase each belongs to."""

    system: System
    interaction: Interaction | None
    dosing: Dosing
    timeline: Timeline
    rest: Bools
    phase_of: Ints
    phase_courses: Floats


def simulate_crowd(system: System, interaction: Interaction, dosing: Dosing, outputs_h: Floats) -> Crowd:
    """Concentration of the drug in blood at the outputs, clearance varying as the interaction says.

    First-order uptake or injection; active metabolites and infusions are left to `simulate`.
    """
    breaks = np.concatenate([dosing.breaks_h, interaction.breaks_h])
    timeline = build_timeline(outputs_h, breaks, interaction.fast, _LARGEST_NORM / _fastest(system), _COARSENESS)
    rest = _surely_at_rest(interaction, timeline, interaction.levels(timeline))
    courses = interaction.courses(system.body, [np.ones((1, 1)) for _ in interaction.sites], (1,))
    return _run(_Job(system, interaction, dosing, timeline, rest, np.zeros(len(rest), np.int64), courses[:2, 0][None]))


def simulate_phases(system: System, phases: tuple[Phase, ...], dosing: Dosing, outputs_h: Floats) -> Crowd:
    """Concentration of the drug in blood at the outputs, clearance constant within each phase (first from hour 0)."""
    starts = np.array([phase.start_h for phase in phases])
    timeline = build_timeline(outputs_h, np.concatenate([dosing.breaks_h, starts]))
    phase_of = np.maximum(np.searchsorted(starts, timeline.starts + 1e-9, side="right") - 1, 0)
    everyone = np.ones(len(timeline.starts), bool)
    courses = np.stack([phase.courses for phase in phases])
    return _run(_Job(system, None, dosing, timeline, everyone, phase_of.astype(np.int64), courses))


def _run(job: _Job) -> Crowd:
    kernel = _kernel()
    people, timeline = job.system.body.people, job.timeline
    blocks = -(-people // LANES)
    padded = blocks * LANES
    kinds, first = kinds_of(timeline, job.rest, job.phase_of)
    placed = job.dosing.placed(timeline, job.system)
    jumps = np.zeros((len(timeline.starts) + 1, job.system.states))
    np.add.at(jumps, (placed.boundary, placed.state), placed.amount)
    output_of = np.full(len(jumps), -1, np.int64)
    output_of[timeline.output_at] = np.arange(len(timeline.output_at))
    result = np.empty((blocks, len(timeline.output_at), LANES))
    fixed = {
        "rates": _padded(_rates(job.system.body), padded), "kinds": kinds, "kind_lengths": timeline.lengths[first],
        "kind_courses": _padded(job.phase_courses[job.phase_of[first]], padded), "lengths": timeline.lengths,
        "jumps": jumps, "output_of": output_of, "per_unit": _padded(1.0 / job.system.body.central, padded),
        **_influences(job.interaction, timeline, people, padded), "result": result,
    }  # fmt: skip
    _spread(kernel, blocks, fixed)
    return Crowd(result, people)


def _spread(kernel: ModuleType, blocks: int, fixed: dict[str, Any]) -> None:
    workers = max(1, min(os.cpu_count() or 1, blocks))
    parts = np.array_split(np.arange(blocks), workers)
    values = tuple(fixed.values())
    if workers == 1:
        kernel.run_blocks(parts[0], *values)
        return
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(kernel.run_blocks, part, *values) for part in parts]:
            done.result()


def _influences(interaction: Interaction | None, timeline: Timeline, people: int, padded: int) -> dict[str, Any]:
    """The interaction as plain arrays; empty ones when there is none."""
    if interaction is None or not interaction.sites:
        return {
            "degrees": np.zeros(0, np.int64),
            "links": np.zeros((0, 3), np.int64), "levels": np.zeros((0, 0, 5)), "shapes": np.zeros((0, 0, 5)),
            "strength": np.zeros((0, 3, padded)), "turnover": np.zeros((0, padded)), "weights": np.zeros((0, padded)),
            "organs": np.zeros((4, padded)), "gut": -1,
        }  # fmt: skip
    levels = interaction.levels(timeline)
    links, shapes, strength = [], [], []
    for number, site in enumerate(interaction.sites):
        turns = any(item.loss.any() or item.fold.any() for item in site.influences)
        for which, item in zip(site.perpetrators, site.influences, strict=True):
            links.append((number, which, int(turns)))
            shapes.append(item.induction_shape(levels[which]))
            strength.append(np.stack([item.index, item.loss, item.fold]))
    organs = interaction.organs
    fixed = np.full(people, -1.0) if interaction.availability is None else interaction.availability
    return {
        "degrees": _degrees(interaction, timeline, levels),
        "links": np.array(links, np.int64).reshape(-1, 3),
        "levels": np.array(levels), "shapes": np.array(shapes), "strength": _padded(np.array(strength), padded),
        "turnover": _padded(np.stack([site.turnover_per_h for site in interaction.sites]), padded),
        "weights": _padded(interaction.weights[0], padded),
        "organs": _padded(
            np.stack([organs.extraction, 1.0 / organs.gut_availability - 1.0, organs.absorbed, fixed]), padded
        ),
        "gut": interaction.gut,
    }  # fmt: skip


def _surely_at_rest(interaction: Interaction, timeline: Timeline, levels: list[Floats]) -> Bools:
    """Segments at rest even for the person with the strongest interaction and the slowest turnover."""
    worst = _extreme_activities(interaction, timeline, levels)
    return interaction.at_rest(worst) if worst else np.ones(len(timeline.starts), bool)


def _degrees(interaction: Interaction, timeline: Timeline, levels: list[Floats]) -> Ints:
    """2 where a quadratic through three nodes hits the other two within the tolerance, else 4."""
    error = np.zeros(len(timeline.starts))
    middle = np.linalg.solve(_powers(NODES[[0, 2, 4]]).T, _powers(NODES[[1, 3]]).T)
    for item in _extreme_activities(interaction, timeline, levels):
        guess = np.einsum("ij,sip->sjp", middle, item[:, [0, 2, 4]])
        error = np.maximum(error, np.abs(guess / item[:, [1, 3]] - 1.0).max(axis=(1, 2)))
    return np.where(error < _QUADRATIC_WITHIN, 2, DEGREE).astype(np.int64)


def _powers(places: Floats) -> Floats:
    return np.asarray(places[:, None] ** np.arange(3)[None, :])


def _extreme_activities(interaction: Interaction, timeline: Timeline, levels: list[Floats]) -> list[Floats]:
    """Activities of the strongest and of the typical interaction, each with the slowest turnover."""
    sites = tuple(
        Site(np.repeat(site.turnover_per_h.min(), 2), site.perpetrators, tuple(map(_strongest, site.influences)))
        for site in interaction.sites
    )
    worst = Interaction(interaction.perpetrators, sites, interaction.weights[:, :, :1], interaction.organs)
    return worst.activities(timeline, levels)


def _strongest(item: Influence) -> Influence:
    index, loss, fold = (np.array([v.max(), np.median(v)]) for v in (item.index, item.loss, item.fold))
    return Influence(index, loss, fold, item.half_level, item.mean_shape)


def _fastest(system: System) -> float:
    body = system.body
    return float(max(body.ka.max(), ((body.clearance + body.exchange) / body.central).max()))


def _rates(body: Body) -> Floats:
    """ka, loss, to and from the periphery [1/h], shape (4, people)."""
    back = np.divide(body.exchange, body.peripheral, out=np.zeros_like(body.exchange), where=body.peripheral > 0)
    return np.stack([body.ka, body.clearance / body.central, body.exchange / body.central, back])


def _padded(values: Floats, people: int) -> Floats:
    """The last axis filled up to whole blocks by repeating the last person."""
    missing = people - values.shape[-1]
    return np.ascontiguousarray(np.concatenate([values, np.repeat(values[..., -1:], missing, axis=-1)], axis=-1))


@lru_cache(maxsize=1)
def _kernel() -> ModuleType:
    """The compiled kernel; its machine code is kept in the user's cache, never beside the installed files.

    The cache's name holds a digest of all kernel files: the compiler itself notices changes in one file only.
    """
    folder = Path(__file__).parent
    seen = hashlib.sha256(__version__.encode())
    for path in (folder / "arrays.py", *sorted((folder / "compiled").glob("*.py"))):
        seen.update(path.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "benzosafe"
    os.environ["NUMBA_CACHE_DIR"] = str(base / f"kernel-{seen.hexdigest()[:16]}")
    from benzosafe.kinetics.compiled import blocks

    return blocks
