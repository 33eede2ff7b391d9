"""What was understood is counted against what there was; nothing is left out of a count because it is rare."""

from __future__ import annotations

import json
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.population.rows import Reject
from benzosafe.population.screen.most_frequent import most_frequent
from benzosafe.population.screen.quality import STATUSES, quality_data
from benzosafe.population.screen.results import COUNTED
from benzosafe.population.screen.tables import TABLES

KEYS = st.tuples(st.sampled_from(["dose", "medicine"]), st.text(max_size=3))


def test_every_patient_has_one_status(crowd):
    patients = json.loads((crowd / "quality.json").read_text())["patients"]
    facts = pq.read_table(crowd / "facts")
    assert patients["count"] == facts.num_rows == 308
    assert patients["by_status"] == {name: facts["status"].to_pylist().count(name) for name in STATUSES}
    assert patients["by_status"]["no_medicines"] > 0 and patients["by_status"]["not_known"] > 0


def test_shares_are_of_what_was_looked_at(crowd):
    understood = json.loads((crowd / "quality.json").read_text())["understood"]
    facts = pq.read_table(crowd / "facts").to_pylist()
    for name in COUNTED:
        known = [row for row in facts if row[name] is not None]
        assert understood[name]["patients"] == len(known)
        assert understood[name]["of"] == sum(row[name] for row in known)
        assert understood[name]["understood"] == sum(row[f"{name}_understood"] for row in known)
        assert understood[name]["share"] == round(understood[name]["understood"] / understood[name]["of"], 6)
    assert understood["doses"]["patients"] < understood["medicines"]["patients"] == 308


def test_what_was_not_understood_is_told_with_its_count(crowd):
    told = json.loads((crowd / "quality.json").read_text())["not_understood"]
    rows = pq.read_table(crowd / "not_understood").to_pylist()
    counted = Counter()
    for row in rows:
        counted[row["what"], row["code"] or "", row["text"]] += row["count"]
    assert told["distinct"] == len(counted) and told["count"] == counted.total()
    assert {(row["what"], row["code"], row["text"]): row["count"] for row in told["shown"]} == dict(counted)
    assert ("medicine", "", "a medicine nobody knows") in counted


def test_rejects_are_counted_by_kind_of_reason_and_by_file(crowd):
    quality = json.loads((crowd / "quality.json").read_text())
    assert quality["rejects"] == {
        "count": 3, "by_reason": {"is not JSON: ... at ...": 2, "names nobody": 1},
        "by_file": {"a.ndjson": 2, "b.ndjson": 1},
    }  # fmt: skip
    assert quality["not_used"] == {"Device": 12, "Claim": 3}


def test_kinds_of_reason_do_not_grow_without_end(tmp_path):
    words = ["".join(chr(97 + int(digit)) for digit in str(number)) for number in range(5000)]
    rejects = quality_data(tmp_path, (Reject(f"{word}\udcff", 1, word) for word in words), {})["rejects"]
    assert rejects["count"] == 5000 == sum(rejects["by_reason"].values()) == sum(rejects["by_file"].values())
    assert len(rejects["by_reason"]) <= 201 and len(rejects["by_file"]) <= 1001
    json.dumps(rejects, ensure_ascii=False).encode()


def test_nobody_is_no_share(tmp_path):
    for name in TABLES:
        (tmp_path / name).mkdir()
    quality = quality_data(tmp_path, (), {})
    assert quality["patients"]["count"] == 0 and quality["not_understood"]["shown"] == []
    assert {found["share"] for found in quality["understood"].values()} == {None}


@given(
    st.lists(st.lists(st.tuples(KEYS, st.integers(1, 9)), max_size=20), max_size=4),
    st.integers(1, 8),
    st.integers(1, 60),
)
def test_several_passes_find_what_one_would(parts, most, keys_a_pass):
    names = ["what", "text", "count"]
    tables = [
        pa.table([[key[0] for key, _ in part], [key[1] for key, _ in part], [count for _, count in part]], names=names)
        for part in parts
    ]
    counted = Counter()
    for part in parts:
        for key, count in part:
            counted[key] += count
    found = most_frequent(lambda: iter(tables), sum(map(len, parts)), most, keys_a_pass)
    assert found.shown == sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:most]
    assert found.distinct.total() == len(counted) and found.total.total() == counted.total()
