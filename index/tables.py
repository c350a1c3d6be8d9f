"""The truth's tables, in a form that SQLite and PostgreSQL both take.

One row per article, file, place, passage and distinct passage text. Changing anything here needs a
new revision in ``index/migrations/versions`` and a new `HEAD`; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

HEAD = "0002"
"""The schema revision that this code reads and writes; later ones compare greater as strings."""

METADATA = MetaData()

VERSION = Table(
    "alembic_version",
    METADATA,
    Column("version_num", String(32), primary_key=True),
)
"""Alembic's own table, declared here so that the ordinary opening can compare it without alembic."""

META = Table(
    "meta",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Identities as JSON: the encoder, the splitter, the outlet names that attribution has seen."""

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

ARTICLES = Table(
    "articles",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("content_hash", String(64), nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("title", Text),
    Column("outlet", Text, index=True),
    Column("outlet_basis", Text, nullable=False),
    Column("author", Text),
    Column("url", Text),
    Column("published", Text),
    Column("language", Text),
    Column("cluster", Text, index=True),
)

FILES = Table(
    "files",
    METADATA,
    Column("path", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("articles", Integer, nullable=False),
)
"""Files that were read completely; an unchanged one is not parsed again."""

ORIGINS = Table(
    "origins",
    METADATA,
    Column("path", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("article_id", String(16), ForeignKey("articles.id"), primary_key=True),
    Column("present", Integer, nullable=False),
    Index("ix_origins_article_id", "article_id"),
)
"""Where each article was read; `present` is 0 once the file no longer holds it and it was kept."""

VECTORS = Table(
    "vectors",
    METADATA,
    Column("text_hash", String(64), primary_key=True),
    Column("embedded_hash", String(64), nullable=False),
    Column("vector", LargeBinary, nullable=False),
)
"""One row per distinct passage text: float32, little-endian, unit length."""

PASSAGES = Table(
    "passages",
    METADATA,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("article_id", String(16), ForeignKey("articles.id"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text_hash", String(64), ForeignKey("vectors.text_hash"), nullable=False, index=True),
    Column("outlet", Text, index=True),
    Column("outlet_basis", Text, nullable=False),
    Column("via", Text),
    Column("speaker", Text),
    sqlite_autoincrement=True,
)
"""The passages of each article; `seq` grows with every insert and is never used twice."""

COPIES = Table(
    "copies",
    METADATA,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("article_id", String(16), ForeignKey("articles.id"), nullable=False, unique=True),
    Column("bands", LargeBinary, nullable=False),
    Column("agency", Text),
)
"""One row per article: its keys (32-bit, little-endian; none when it is too short) and the agency it credits."""

COPY_KEYS = Table(
    "copy_keys",
    METADATA,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Each key of each article, by key: near-copies have some in common. `seq` is that of `COPIES`."""

CLUSTERS = Table(
    "clusters",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("agency", Text),
)
"""What is known of each group of near-copies that ``articles.cluster`` names."""

STAGED = Table(
    "staged",
    METADATA,
    Column("text_hash", String(64), primary_key=True),
    Column("embedded_hash", String(64), nullable=False),
    Column("vector", LargeBinary, nullable=False),
)
"""Vectors of an unfinished rebuild; no reader looks here."""
