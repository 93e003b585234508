"""Alembic's environment: one transaction, on the connection that `migrate` was given."""

from alembic import context

from adapters.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
