"""${message}."""

from alembic import op
import sqlalchemy as sa

from benzosafe.storage.tables import Moment, Words
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Apply the step."""
    ${upgrades if upgrades else "pass"}
