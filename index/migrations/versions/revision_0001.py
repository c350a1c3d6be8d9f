"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("content_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("outlet", sa.Text, index=True),
        sa.Column("outlet_basis", sa.Text, nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("published", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("cluster", sa.Text),
    )
    op.create_table(
        "files",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("articles", sa.Integer, nullable=False),
    )
    op.create_table(
        "origins",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("article_id", sa.String(16), sa.ForeignKey("articles.id"), primary_key=True),
        sa.Column("present", sa.Integer, nullable=False),
    )
    op.create_index("ix_origins_article_id", "origins", ["article_id"])
    for name in ("vectors", "staged"):
        op.create_table(
            name,
            sa.Column("text_hash", sa.String(64), primary_key=True),
            sa.Column("embedded_hash", sa.String(64), nullable=False),
            sa.Column("vector", sa.LargeBinary, nullable=False),
        )
    op.create_table(
        "passages",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(16), nullable=False, unique=True),
        sa.Column("article_id", sa.String(16), sa.ForeignKey("articles.id"), nullable=False, index=True),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("text_hash", sa.String(64), sa.ForeignKey("vectors.text_hash"), nullable=False, index=True),
        sa.Column("outlet", sa.Text, index=True),
        sa.Column("outlet_basis", sa.Text, nullable=False),
        sa.Column("via", sa.Text),
        sa.Column("speaker", sa.Text),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    raise NotImplementedError("a truth is never taken back to an older form; restore the backup made beside it")
