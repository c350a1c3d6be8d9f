"""Keys by which near-copies are found, and what is known of each cluster of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "copies",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("article_id", sa.String(16), sa.ForeignKey("articles.id"), nullable=False, unique=True),
        sa.Column("bands", sa.LargeBinary, nullable=False),
        sa.Column("agency", sa.Text),
    )
    op.create_table(
        "copy_keys",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clusters",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("agency", sa.Text),
    )
    op.create_index("ix_articles_cluster", "articles", ["cluster"])


def downgrade() -> None:
    raise NotImplementedError("a truth is never taken back to an older form; restore the backup made beside it")
