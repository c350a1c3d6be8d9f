"""Runs the revisions on the connection that the caller put into the configuration."""

from __future__ import annotations

from alembic import context

from index.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=False,  # the caller's one transaction holds all of it
)
context.run_migrations()
