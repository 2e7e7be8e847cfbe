"""Run by Alembic: the steps go through the connection, and in the transaction, that `migrate` made."""

from alembic import context

from ivr.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
