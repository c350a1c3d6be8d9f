"""Brings a truth of an older version up to this one, after setting a copy aside.

Imported only when there is something to migrate: alembic is not loaded on the ordinary way.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, select

from index.store_copying import set_aside
from index.store_engine import WRITES, Target
from index.tables import HEAD, VERSION

REVISIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, target: Target, *, revisions: Path = REVISIONS, head: str = HEAD) -> Path | None:
    """Take the truth to `head` in one transaction; return the copy made of it before, if any.

    Killed at any moment, it leaves the old version. Another process that does the same waits, then
    finds nothing left to do. A server's database is not copied: its own tools back it up.
    """
    copy = set_aside(target.path, f"before-{head}") if target.path else None
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        if connection.execute(select(VERSION.c.version_num)).scalar() != head:
            config = Config()
            config.set_main_option("script_location", str(revisions).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, head)
    return copy
