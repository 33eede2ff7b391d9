"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# A step stays as it was written, so it names plain types and not today's tables.
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply the step."""
    _calls()
    _shown_and_silent()
    _answers()
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("value", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )
    op.create_table(
        "used_tokens",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_used_tokens"),
    )
    op.create_index("ix_used_tokens_expires_at", "used_tokens", ["expires_at"])


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer, nullable=False),
        *_texts("instance", "service", "hook"),
        sa.Column("called_at", _MOMENT, nullable=False),
        sa.Column("patient_key", sa.String(64), nullable=False),
        sa.Column("user_key", sa.String(64), nullable=False),
        sa.Column("orders", sa.Integer, nullable=False),
        sa.Column("not_checked", sa.JSON, nullable=False),
        *_texts("knowledge_version", "patient"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_called_at", "calls", ["called_at"])
    op.create_index("ix_calls_patient_key_called_at", "calls", ["patient_key", "called_at"])


def _shown_and_silent() -> None:
    for table, first, last in (("showings", ["card"], "position"), ("silences", [], "why")):
        op.create_table(
            table,
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("call_id", sa.Integer, nullable=False),
            *_texts(*first, "rule", "fingerprint"),
            sa.Column("tier", sa.Integer, nullable=False),
            sa.Column(last, sa.Integer if last == "position" else sa.Text, nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=f"fk_{table}_call_id_calls", ondelete="CASCADE"),
        )
        op.create_index(f"ix_{table}_call_id", table, ["call_id"])
    op.create_index("ix_showings_card", "showings", ["card"])


def _answers() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, nullable=False),
        *_texts("service", "card", "outcome"),
        sa.Column("outcome_at", _MOMENT, nullable=False),
        sa.Column("accepted_suggestions", sa.JSON, nullable=False),
        *_texts("reason_system", "reason_code", "comment"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint("card", "outcome", "outcome_at", name="uq_feedback_card_outcome_outcome_at"),
    )
    op.create_index("ix_feedback_outcome_at", "feedback", ["outcome_at"])
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer, nullable=False),
        *_texts("card", "rule", "kind", "patient"),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_follow_ups"),
        sa.UniqueConstraint("card", "rule", "kind", name="uq_follow_ups_card_rule_kind"),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def downgrade() -> None:
    """Take the step back; what was remembered is gone."""
    for table in ("used_tokens", "secrets", "follow_ups", "feedback", "silences", "showings", "calls"):
        op.drop_table(table)
