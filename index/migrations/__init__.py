"""Alembic's revisions of the truth's tables; run by `index.store_migrating`, never by hand."""
