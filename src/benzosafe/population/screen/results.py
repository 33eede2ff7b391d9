"""What a screen says of one patient, as one nested row; and the flat tables it is taken apart into."""

from __future__ import annotations

import pyarrow as pa

_WORDS = pa.list_(pa.string())

FINDING = pa.struct([
    pa.field("rule", pa.string()),
    pa.field("version", pa.int32()),
    pa.field("topic", pa.string()),
    pa.field("state", pa.string()),  # shown | excluded (a documented exclusion holds) | covered (said by another)
    pa.field("why", pa.string()),  # why it is not shown, or shown less loudly
    pa.field("tier", pa.int8()),  # 0 hard stop, 1 interruptive, 2 in line, 3 on demand; none when not shown
    pa.field("severity", pa.string()),
    pa.field("severity_possible", pa.string()),
    pa.field("ingredients", _WORDS),
    pa.field("orders", _WORDS),
    pa.field("missing", _WORDS),
    pa.field("reason", pa.string()),
])  # fmt: skip

GAP = pa.struct([
    pa.field("kind", pa.string()),  # a kind of DataGap, or not_checked: a rule that could not be decided
    pa.field("where", pa.string()),
    pa.field("what", pa.string()),
    pa.field("text", pa.string()),
    pa.field("rule", pa.string()),
    pa.field("severity_possible", pa.string()),
    pa.field("missing", _WORDS),
])  # fmt: skip

NOT_UNDERSTOOD = pa.struct([
    pa.field("what", pa.string()),  # medicine | condition | dose | supply
    pa.field("system", pa.string()),
    pa.field("code", pa.string()),
    pa.field("text", pa.string()),
])  # fmt: skip

RANGES = (
    "bzra_days_of_use", "bzra_diazepam_equivalent_mg_per_day", "opioid_mme_per_day", "cns_depressant_count",
    "sedative_load",
)  # fmt: skip
COUNTED = ("medicines", "doses", "supplies", "conditions")
"""Of these it is counted how many there are and how many were understood."""

FACTS = pa.struct([
    # reviewed | nothing_at_stake (no rule can say anything of what is on record) | not_known (a medicine could not be
    # told, so it could be at stake) | no_medicines (none is on record, which is not that none is taken) | refused |
    # deceased (a review would have been needed, but the record says that the person has died)
    pa.field("status", pa.string()),
    pa.field("age_years", pa.float64()),
    pa.field("sex", pa.string()),
    pa.field("bzra", _WORDS),  # active benzodiazepines and Z-drugs
    *(pa.field(f"{name}_{end}", pa.float64()) for name in RANGES for end in ("low", "high")),
    pa.field("dose_band", _WORDS),
    pa.field("physical_dependence", _WORDS),
    pa.field("do_not_taper", _WORDS),  # reasons on record
    pa.field("first_order_on", pa.date32()),
    pa.field("last_order_on", pa.date32()),
    pa.field("worst_severity", pa.string()),
    pa.field("worst_tier", pa.int8()),
    pa.field("burden", pa.float64()),  # the review's own weight of all findings shown
    pa.field("undecided", pa.int32()),  # rules that could not be decided
    *(pa.field(f"{name}{end}", pa.int32()) for name in COUNTED for end in ("", "_understood")),
])  # fmt: skip

RESULTS = pa.schema([
    pa.field("patient", pa.string(), nullable=False),
    pa.field("facts", FACTS, nullable=False),
    pa.field("findings", pa.list_(FINDING), nullable=False),
    pa.field("gaps", pa.list_(GAP), nullable=False),
    pa.field("not_understood", pa.list_(NOT_UNDERSTOOD), nullable=False),
])  # fmt: skip


def flat(struct: pa.DataType) -> pa.Schema:
    """The columns of the flat table of these: the patient first."""
    return pa.schema([pa.field("patient", pa.string(), nullable=False), *struct.fields])
