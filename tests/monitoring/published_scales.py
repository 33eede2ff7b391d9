"""How scales are scored as published, typed in from the sources and not from the knowledge of this program."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from itertools import product

FOUR, FIVE = (0, 1, 2, 3), (0, 1, 2, 3, 4)
# Spitzer 2006; Kroenke 2007; Kroenke 2001; Kroenke 2003; Busto 1989 (20 of 22 items count); Tyrer 1990; Bush 1998;
# WHO AUDIT manual 2001 (items 9 and 10 have the answers 0, 2 and 4); Skinner 1982; Gossop 1995.
ANSWERS = {
    "gad7": [FOUR] * 7, "gad2": [FOUR] * 2, "phq9": [FOUR] * 9, "phq2": [FOUR] * 2, "ciwa_b": [FIVE] * 20,
    "bwsq": [(0, 1, 2)] * 20, "audit_c": [FIVE] * 3, "audit": [FIVE] * 8 + [(0, 2, 4)] * 2, "dast10": [(0, 1)] * 10,
    "sds": [FOUR] * 5,
}  # fmt: skip
TOTAL_ONLY = {"pdss_sr": 28, "isi": 28, "epworth": 24, "stop_bang": 8}
HIGHEST = {
    "gad7": 21, "gad2": 6, "phq9": 27, "phq2": 6, "ciwa_b": 80, "bwsq": 40, "audit_c": 12, "audit": 40, "dast10": 10,
    "sds": 15, **TOTAL_ONLY,
}  # fmt: skip
# Where each band begins; a band ends before the next or at the highest total. PDSS: Furukawa 2009, first without and
# then with agoraphobia; ISI: Morin; Epworth: Johns; STOP-Bang: Chung.
BANDS = {
    "gad7": [[0, 5, 10, 15]], "phq9": [[0, 5, 10, 15, 20]], "ciwa_b": [[1, 21, 41, 61]], "audit": [[0, 8, 16, 20]],
    "dast10": [[0, 1, 3, 6, 9]], "isi": [[0, 8, 15, 22]], "epworth": [[0, 6, 11, 13, 16]], "stop_bang": [[0, 3, 5]],
    "pdss_sr": [[0, 2, 6, 10, 14], [3, 8, 11, 16]],
}  # fmt: skip
CUT_OFFS = {
    "gad7": [(None, 10)], "gad2": [(None, 3)], "phq9": [(None, 10)], "phq2": [(None, 2), (None, 3)],
    "audit_c": [("female", 3), ("male", 4)], "audit": [(None, 8)], "sds": [(None, 7), (None, 6)], "isi": [(None, 10)],
    "epworth": [(None, 11)], "pdss_sr": [(None, 8)],
}  # fmt: skip


def points(name, answers):
    """The published sum; DAST-10 gives the point of its third question for a no."""
    if name == "dast10":
        return sum(answers) - answers[2] + (1 - answers[2])
    return sum(answers)


def bands(name, total):
    """The first and last total of the band a total is in, for each set of bands."""
    found = []
    for starts in BANDS.get(name, []):
        begun = [start for start in starts if start <= total]
        if begun:
            after = starts[len(begun) :]
            found.append((begun[-1], after[0] - 1 if after else HIGHEST[name]))
    return found


def cut_offs(name, total, sex):
    """Whether each cut-off that holds for the sex is reached; both where the sex is not known."""
    return [(of, start, total >= start) for of, start in CUT_OFFS.get(name, []) if not of or not sex or of == sex]


def every_filling(name):
    """Every combination of answers."""
    return product(*ANSWERS[name])


def ways(name):
    """How many combinations give each total."""
    if name == "dast10":
        return Counter(points(name, answers) for answers in every_filling(name))
    counted = Counter({0: 1})
    for allowed in ANSWERS[name]:
        counted = Counter({
            total: sum(counted.get(total - answer, 0) for answer in allowed)
            for total in range(max(counted) + max(allowed) + 1)
        })  # fmt: skip
    return +counted


def fillings_with(name, total, count):
    """So many combinations that give a total, drawn evenly from all of them, the same at every run."""
    lots = random.Random(f"{name} {total}")
    return [_drawn(name, total, lots) for _ in range(count)]


def _drawn(name, total, lots):
    left, answers = total, []
    for place in range(len(ANSWERS[name])):
        allowed = [answer for answer in ANSWERS[name][place] if _ways_from(name, place + 1, left - answer)]
        weights = [_ways_from(name, place + 1, left - answer) for answer in allowed]
        answers.append(lots.choices(allowed, weights)[0])
        left -= answers[-1]
    return answers


@cache
def _ways_from(name, place, left):
    """In how many ways the items from a place on make what is left."""
    if place == len(ANSWERS[name]):
        return int(left == 0)
    return sum(_ways_from(name, place + 1, left - answer) for answer in ANSWERS[name][place] if answer <= left)
