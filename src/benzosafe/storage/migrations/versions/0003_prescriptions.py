"""Prescriptions, what they are judged by, and what was handed out."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# A step stays as it was written, so it names plain types and not today's tables.
_MOMENT = sa.DateTime(timezone=True)
_TABLES = (
    "records",
    "prescriptions",
    "rx_reviews",
    "rx_answers",
    "rx_tasks",
    "fills",
    "outside_fills",
)


def upgrade() -> None:
    """Apply the step."""
    _records()
    _prescriptions()
    _rx_reviews()
    _rx_answers()
    _rx_tasks()
    _fills()
    _outside_fills()


def downgrade() -> None:
    """Take the step back; what these tables hold is gone."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("patient", "version", name="uq_records_patient_version"),
    )


def _prescriptions() -> None:
    op.create_table(
        "prescriptions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("review_id", sa.String(36)),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("signed_at", _MOMENT),
        sa.Column("key_id", sa.String(36)),
        sa.Column("pharmacy", sa.Text, nullable=False),
        sa.Column("transfers", sa.Integer, nullable=False),
        sa.Column("fill", sa.Integer, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prescriptions"),
    )
    op.create_index("ix_prescriptions_patient", "prescriptions", ["patient"])
    op.create_index("ix_prescriptions_state", "prescriptions", ["state"])


def _rx_reviews() -> None:
    op.create_table(
        "rx_reviews",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("prescription_id", sa.String(36), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("could_not_run", sa.Text, nullable=False),
        sa.Column("knowledge", sa.Text, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("not_checked", sa.JSON, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rx_reviews"),
        sa.ForeignKeyConstraint(
            ["prescription_id"], ["prescriptions.id"], name="fk_rx_reviews_prescription_id_prescriptions"
        ),
    )
    op.create_index("ix_rx_reviews_prescription_id", "rx_reviews", ["prescription_id"])


def _rx_answers() -> None:
    op.create_table(
        "rx_answers",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("review_id", sa.String(36), nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rx_answers"),
        sa.ForeignKeyConstraint(["review_id"], ["rx_reviews.id"], name="fk_rx_answers_review_id_rx_reviews"),
        sa.UniqueConstraint("review_id", "rule", "action", name="uq_rx_answers_review_id_rule_action"),
    )
    op.create_index("ix_rx_answers_review_id", "rx_answers", ["review_id"])


def _rx_tasks() -> None:
    op.create_table(
        "rx_tasks",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("prescription_id", sa.String(36), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT),
        sa.Column("done_by", sa.String(36)),
        sa.Column("done_note", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_rx_tasks"),
        sa.ForeignKeyConstraint(
            ["prescription_id"], ["prescriptions.id"], name="fk_rx_tasks_prescription_id_prescriptions"
        ),
    )
    op.create_index("ix_rx_tasks_due_on", "rx_tasks", ["due_on"])
    op.create_index("ix_rx_tasks_prescription_id", "rx_tasks", ["prescription_id"])


def _fills() -> None:
    op.create_table(
        "fills",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("prescription_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("units", sa.JSON, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("dispensed_on", sa.Date, nullable=False),
        sa.Column("pharmacy", sa.Text, nullable=False),
        sa.Column("guide_given", sa.Boolean, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fills"),
        sa.ForeignKeyConstraint(
            ["prescription_id"], ["prescriptions.id"], name="fk_fills_prescription_id_prescriptions"
        ),
    )
    op.create_index("ix_fills_prescription_id", "fills", ["prescription_id"])


def _outside_fills() -> None:
    op.create_table(
        "outside_fills",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("medicine", sa.Text, nullable=False),
        sa.Column("ingredient", sa.Text, nullable=False),
        sa.Column("units", sa.Text, nullable=False),
        sa.Column("days", sa.Integer),
        sa.Column("dispensed_on", sa.Date, nullable=False),
        sa.Column("prescriber", sa.Text, nullable=False),
        sa.Column("pharmacy", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outside_fills"),
    )
    op.create_index("ix_outside_fills_patient", "outside_fills", ["patient"])
