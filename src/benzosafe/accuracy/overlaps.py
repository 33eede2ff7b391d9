"""Where a scored row is not wholly out of sample: its study, or trials like it, stand behind a number it is scored
with.

Found from the sources of the numbers themselves, so that what is said of them follows the knowledge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from benzosafe.accuracy.interactions import author_year, ingredient_of, perpetrators_of
from benzosafe.accuracy.scored import Scored
from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Quantity, Source

_FITTED_TO_TRIALS = frozenset(
    {"ohno_2007", "ohno_2008"}
)  # ratios fitted by their authors to many of the trials scored here
_NOT_PREDICTED_WITH = frozenset({"spread", "therapeutic_ng_per_ml"})


@dataclass(frozen=True)
class Overlap:
    """One way rows overlap: which rows, and of which sources."""

    rows: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Overlaps:
    """Scored interaction rows that are not wholly out of sample, by how.

    `same_study`: a number of the perpetrator or victim cites a paper of the same first author and year, or the same
    PMID. `midazolam_anchor`: a midazolam row whose perpetrator's strength is itself an oral midazolam ratio pooled from
    or taken beside such studies. `fitted_strength`, `fitted_share`: the strength of the perpetrator, or the share of
    the victim, is one that Ohno fitted to many trials.
    """

    same_study: Overlap
    midazolam_anchor: Overlap
    fitted_strength: Overlap
    fitted_share: Overlap

    @property
    def rows(self) -> frozenset[str]:
        """Every row that overlaps in any way."""
        return frozenset(row for own in vars(self).values() for row in own.rows)


def find_overlaps(rows: Sequence[Mapping[str, Any]], scored: Sequence[Scored], knowledge: Knowledge) -> Overlaps:
    """The overlaps of the rows that count; `rows` are those of the deck that was scored."""
    counted = {row.id for row in scored if row.counted}
    found: dict[str, dict[str, set[str]]] = {"same": {}, "anchor": {}, "strength": {}, "share": {}}
    for row in rows:
        if row["id"] in counted:
            for kind, source in _of_row(row, knowledge):
                found[kind].setdefault(row["id"], set()).add(source)
    return Overlaps(*(_overlap(own) for own in found.values()))


def find_single_overlaps(
    rows: Sequence[Mapping[str, Any]], sources: Mapping[str, Any], scored: Sequence[Scored], knowledge: Knowledge
) -> Overlap:
    """Single-drug rows that count although a number of their drug cites a paper of the same first author and year."""
    counted = {row.id.split(" ")[0] for row in scored if row.counted}
    found: dict[str, set[str]] = {}
    for row in rows:
        disposition = knowledge.dispositions.get(ingredient_of(str(row.get("drug") or ""), knowledge))
        cited = sources.get(str(row.get("source") or ""))
        study = {"source": {"study": str(cited.get("citation") or "")}} if isinstance(cited, Mapping) else row
        for quantity in _numbers(disposition) if row["id"] in counted else ():
            if _same_paper(study, knowledge.sources.get(quantity.source)):
                found.setdefault(row["id"], set()).add(quantity.source)
    return _overlap(found)


def _overlap(found: Mapping[str, set[str]]) -> Overlap:
    return Overlap(tuple(found), tuple(sorted(set().union(*found.values()))))


def _of_row(row: Mapping[str, Any], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """(kind of overlap, source id) of one row."""
    victim = ingredient_of(str(row["victim"]), knowledge)
    try:
        names, _ = perpetrators_of(row, knowledge)
    except (BenzosafeError, ValueError):
        return
    potencies = [knowledge.potencies[name] for name in names if name in knowledge.potencies]
    handled = [knowledge.dispositions[victim]] if victim in knowledge.dispositions else []
    for quantity in _numbers((*potencies, *handled)):
        if _same_paper(row, knowledge.sources.get(quantity.source)):
            yield "same", quantity.source
    effects = [effect for potency in potencies for effect in potency.effects]
    shares = [share for disposition in handled for share in disposition.shares]
    for kind, parts in (("strength", effects), ("share", shares)):
        fitted = {quantity.source for quantity in _numbers(parts)} & _FITTED_TO_TRIALS
        yield from ((kind, source) for source in fitted)
    for effect in effects:
        if victim == "midazolam" and effect.midazolam_auc_ratio is not None:
            yield "anchor", effect.midazolam_auc_ratio.source


def _numbers(value: Any) -> Iterator[Quantity]:
    """Every number a drug is predicted with."""
    if isinstance(value, Quantity):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in _NOT_PREDICTED_WITH:
                yield from _numbers(getattr(value, name))
    elif isinstance(value, Mapping):
        yield from _numbers(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _numbers(item)


def _same_paper(row: Mapping[str, Any], source: Source | None) -> bool:
    own = row.get("source")
    if source is None or not isinstance(own, Mapping):
        return False
    pmid = str(own.get("pmid") or "")
    if pmid and source.pmid:
        return pmid == source.pmid
    author, year = author_year(str(own.get("study") or ""))
    return bool(author and year) and (author, year) == author_year(source.citation)
