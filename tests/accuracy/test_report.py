"""What the report says about groups, overlaps, metabolites and clonazepam, against counts made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benzosafe.accuracy.clonazepam import clonazepam_section
from benzosafe.accuracy.coverage import ALL, CLASS_ONLY, coverage_of
from benzosafe.accuracy.interactions import score_interactions
from benzosafe.accuracy.metabolite import metabolite_ratio
from benzosafe.accuracy.overlaps import find_overlaps, find_single_overlaps
from benzosafe.accuracy.report import overlap_words
from benzosafe.accuracy.report_tables import Interactions, coverage_table, interaction_summary, skipped_table
from benzosafe.accuracy.scored import Scored
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.perpetrator import Acting, Action
from benzosafe.exposure.victim import build_victim
from benzosafe.kinetics.enzyme import Influence


def row(row_id, observed, predicted, victim="midazolam", group="inhibition", half=1.5, kind="static", **more):
    return Scored(
        row_id, victim, more.pop("perpetrator", "x"), group, kind, observed, predicted, predicted / half,
        predicted * half, **more,
    )  # fmt: skip


def test_coverage_by_group():
    rows = [
        row("a", 2.0, 2.0), row("b", 2.0, 3.5), row("c", 0.2, 0.25, group="induction"),
        row("d", 0.4, 0.9, group="ugt_induction"), row("e", 1.0, 1.0, group="none_found"),
        row("f", 1.0, 9.0, assumed=True), row("i", 0.1, 0.9, victim="zolpidem", group="not stated"),
        row("g", 3.0, 3.0, victim="diazepam"),
        Scored("h", "midazolam", "y", "inhibition", "static", 2.0, skipped="why"),
    ]  # fmt: skip
    found = coverage_of(rows, [row("a", 2.0, 4.0), row("z", 2.0, 2.0)])
    assert found[ALL] == {"n": 7, "interval_coverage": pytest.approx(4 / 7, abs=1e-3)}
    assert found["inhibition"] == {"n": 3, "interval_coverage": pytest.approx(2 / 3, abs=1e-3)}
    assert found["induction"] == {"n": 2, "interval_coverage": 0.5}
    assert found["observed ratio 0.5 or less"] == {"n": 3, "interval_coverage": pytest.approx(1 / 3, abs=1e-3)}
    assert found[CLASS_ONLY] == {"n": 2, "interval_coverage": 0.5}
    assert found["midazolam"] == {"n": 5, "interval_coverage": 0.6}
    assert "diazepam" not in found  # one row says nothing
    assert "| induction | 2 | 50 % |" in coverage_table(Interactions(rows, rows, rows, frozenset()), [])


def test_counts_of_sets_are_explained(knowledge):
    full = [row("a", 2.0, 2.0), row("b", 4.0, 3.5), row("c", 2.0, 8.0, victim="diazepam", perpetrator="ticlopidine")]
    no_potency = full[:2]
    no_shares = [*full, row("was-out", 2.0, 2.0, victim="brotizolam")]
    words = interaction_summary(Interactions(full, no_potency, no_shares, frozenset({"a", "b"})), knowledge)
    assert "Midazolam is the victim of 2 of all 3 rows that count (67 %)" in words
    assert "1 of 3 rows fall away" in words and "(ticlopidine), which leaves 2" in words
    assert "none of the 3 rows falls away, and 1 come in" in words and "(was-out), which leaves 4" in words
    assert "| static, without midazolam | 1 | 4.00 |" in words
    assert "| static, no overlap known | 1 | 4.00 |" in words


def study(row_id, victim, perpetrator, source, **more):
    return {
        "id": row_id, "victim": victim, "perpetrator": perpetrator, "auc_ratio": 2.0, "mechanism": "inhibition",
        "source": source, **more,
    }  # fmt: skip


def test_overlaps_follow_the_sources_of_the_numbers(knowledge):
    rows = [
        study("anchored", "midazolam", "ketoconazole", {"study": "Nobody 1990"}),
        study("other-victim", "triazolam", "ketoconazole", {"study": "Nobody 1990"}),
        study("fitted", "midazolam", "itraconazole", {"study": "Nobody 1990"}),
        study("same", "diazepam", "omeprazole", {"study": "Andersson 1990"}),
        study("other-year", "diazepam", "omeprazole", {"study": "Andersson 1991"}),
        study("not-scored", "midazolam", "ketoconazole", {"study": "Nobody 1990"}, auc_ratio=None),
    ]  # fmt: skip
    found = find_overlaps(rows, score_interactions(rows, knowledge, draws=0), knowledge)
    assert set(found.midazolam_anchor.rows) == {"anchored", "fitted"}
    assert "greenblatt_2018" in found.midazolam_anchor.sources
    assert found.fitted_strength.rows == ("fitted",)  # itraconazole's ratio is Ohno's, ketoconazole's is not
    assert found.fitted_share.rows == ("anchored", "other-victim", "fitted")
    assert found.same_study.rows == ("same",)
    assert "not-scored" not in found.rows
    own = [row(name["id"], 2.0, 2.0) for name in rows[:5]]
    lorazepam = {"id": "alone", "drug": "lorazepam", "source": "G"}
    sources = {"G": {"citation": knowledge.sources["greenblatt_1977_im"].citation}}
    alone = find_single_overlaps([lorazepam], sources, [row("alone Cmax", 2.0, 2.0, kind="single")], knowledge)
    assert alone.rows == ("alone",)
    words = overlap_words(found, alone, Interactions(own, own, own, found.rows))
    assert f"{len(found.rows)} of 5 rows overlap" in words and "2 rows are of midazolam" in words


def test_a_hint_never_reaches_the_published_report(knowledge):
    rows = [study("a", "midazolam", "avasimib", {"study": "X"}), study("b", "clonazepamm", "ketoconazole", {})]
    skipped = skipped_table(score_interactions(rows, knowledge, draws=0))
    assert "no such drug" in skipped
    for hint in ("Did you mean", "Check the spelling", "Known routes", "Look up"):
        assert hint not in skipped


def inhibitor(enzyme, left):
    """Leaves this share of one enzyme of the liver, at its reference dose."""
    none, index = np.zeros(1), np.array([1.0 / left - 1.0])
    action = Action(enzyme, "liver", Influence(index, none, none), "measured")
    return Acting("made up", 100.0, 1, 24.0, 1.0, 1.0, (action,))


def test_a_metabolite_of_a_metabolite_follows_its_own_parent(knowledge):
    """Diazepam to nordazepam to oxazepam: what inhibition does to each is worked out link by link.

    Each level is what is formed over what is cleared; what is formed follows the clearance and level of the parent.
    """
    victim = build_victim(knowledge, "diazepam", "oral", Draws(0))
    assert victim.analytes.index("oxazepam") > 0
    left = 0.2

    def blend(shares):
        return 1.0 - float(shares.get("cyp3a4", np.zeros(1))[0]) * (1.0 - left)

    parents = [0 if made.parent == 1 else made.parent - 2 for made in victim.body.metabolites]
    cleared = [blend(victim.shares), *map(blend, victim.metabolite_shares)]
    levels = [1.0 / cleared[0]]
    for number, parent in enumerate(parents):
        levels.append(levels[parent] * blend(victim.formation[number]) / cleared[number + 1])
    second = victim.analytes.index("oxazepam")
    assert parents[second - 1] > 0, "oxazepam is made of a metabolite"
    taken = [(inhibitor("cyp3a4", left), 100.0)]
    whole = metabolite_ratio("diazepam", victim, taken)[0] / levels[0]  # what the first pass adds, the same for all
    assert metabolite_ratio("N-desmethyldiazepam", victim, taken)[0] == pytest.approx(
        whole * levels[victim.analytes.index("nordazepam")]
    )
    assert metabolite_ratio("oxazepam", victim, taken)[0] == pytest.approx(whole * levels[second])
    assert levels[second] != pytest.approx(blend(victim.formation[second - 1]) / cleared[0] / cleared[second])


def test_analytes_together_weigh_by_their_areas(knowledge):
    victim = build_victim(knowledge, "clobazam", "oral", Draws(0))
    taken = [(inhibitor("cyp2c19", 0.1), 100.0)]
    alone, made = (metabolite_ratio(name, victim, taken)[0] for name in ("clobazam", "N-desmethylclobazam"))
    both = metabolite_ratio("clobazam + N-desmethylclobazam, steady state", victim, taken)[0]
    assert alone < both < made
    with pytest.raises(ValueError, match="analyte: 'hydroxyclobazam' is not simulated"):
        metabolite_ratio("clobazam + hydroxyclobazam", victim, taken)


def clonazepam_rows(with_inducer, fall):
    single = {"victim": "clonazepam", "kind": "single", "perpetrator": ""}
    return [
        row("s t_half", 32.0, 36.0, group="t_half", **single),
        row("s t_half_with_CBZ", 22.0, with_inducer, group="t_half_with_CBZ", beside=("carbamazepine",), **single),
        row("s level_fall_with_CBZ", 0.71, fall, group="level_fall_with_CBZ", beside=("carbamazepine",), **single),
        row("s Cmax", 10.0, 25.0, group="Cmax", **single),
        row("other", 9.0, 1.0, victim="triazolam"),
    ]  # fmt: skip


def test_clonazepam_says_what_is_missed_and_which_way(knowledge):
    words = clonazepam_section([], clonazepam_rows(33.0, 0.79), knowledge)
    assert "in 2 of 2 values" in words and "under-predicted" in words
    assert "s t_half_with_CBZ: factor 0.69 seen, 0.92 predicted" in words
    assert "s level_fall_with_CBZ: factor 0.71 seen, 0.79 predicted" in words
    assert (
        "| s t_half_with_CBZ | t half with CBZ | 22 | 33 | 22 to 49.5 | **50 % too high**; induction too weak |"
        in words
    )
    assert "| s Cmax | Cmax | 10 | 25 | 16.7 to 37.5 | **more than twofold too high**; outside the interval |" in words
    assert "other" not in words.split("|", 1)[1]
    share = next(item for item in knowledge.dispositions["clonazepam"].shares if item.enzyme == "cyp3a4").share
    assert f"{share.value:g} ({share.lowest:g} to {share.highest:g})" in words
    wrong_way = row("felbamate", 1.14, 0.96, victim="clonazepam", perpetrator="felbamate", half=1.1)
    told = clonazepam_section([wrong_way], [], knowledge)
    assert "close; a rise was seen, a fall is predicted; outside the interval" in told
    assert "No study of clonazepam with an inducer" in told  # felbamate inhibits as well
    strong = clonazepam_section([], clonazepam_rows(15.0, 0.5), knowledge)
    assert "in 0 of 2 values" in strong and "not under-predicted" in strong
