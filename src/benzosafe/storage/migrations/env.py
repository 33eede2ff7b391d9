"""Runs migrations on the connection it is handed."""

from alembic import context

from benzosafe.storage import rx_tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=rx_tables.accounts.metadata, render_as_batch=True, transactional_ddl=True,
    compare_type=True,
)  # fmt: skip
with context.begin_transaction():
    context.run_migrations()
