"""Schema migrations, run by function on a connection that the caller hands in."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

SCRIPTS = Path(__file__).parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Where the scripts are, and the connection they run on."""
    settings = Config()
    settings.set_main_option("script_location", str(SCRIPTS))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


@cache
def scripts() -> ScriptDirectory:
    """All revisions, oldest to newest."""
    return ScriptDirectory.from_config(config())


def newest() -> str:
    """The revision this program works with."""
    head = scripts().get_current_head()
    if head is None:
        raise LookupError(f"no migrations in {SCRIPTS.name}")
    return head


def knows(revision_id: str) -> bool:
    """Whether this program has the script of that revision."""
    return revision_id in {script.revision for script in scripts().walk_revisions()}


def revision(connection: Connection) -> str | None:
    """The revision a database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, target: str = "head") -> None:
    """Bring the schema up to `target`; nothing happens when it is there already."""
    if target == "head" and revision(connection) == newest():
        return
    command.upgrade(config(connection), target)


def downgrade(connection: Connection, target: str) -> None:
    """Take the schema back to `target`."""
    command.downgrade(config(connection), target)


def check(connection: Connection) -> None:
    """Raise when the tables of the program and the schema of the database differ."""
    command.check(config(connection))
