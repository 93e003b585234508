"""The event spine: log, audit chain, command keys, snapshots, read models."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its bytes


def number(name: str) -> "sa.Column[int]":
    return sa.Column(name, BIG, nullable=False)


def text(name: str) -> "sa.Column[str]":
    return sa.Column(name, TEXT, nullable=False)


def blob(name: str) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    log()
    keys()
    op.create_table(
        "snapshots",
        text("category"),
        text("key"),
        number("version"),
        text("schema"),
        blob("body"),
        text("body_hash"),
        sa.PrimaryKeyConstraint("category", "key", name="pk_snapshots"),
    )
    models()


def log() -> None:
    op.create_table(
        "events",
        sa.Column("position", BIG, autoincrement=False, nullable=False),
        text("category"),
        text("key"),
        number("version"),
        text("event_id"),
        text("type"),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        number("occurred_at"),
        number("recorded_at"),
        text("correlation_id"),
        text("causation_id"),
        text("command_id"),
        text("actor"),
        text("config_version"),
        text("producer"),
        blob("body"),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.UniqueConstraint("category", "key", "version", name="uq_events_category_key_version"),
        sa.UniqueConstraint("event_id", name="uq_events_event_id"),
    )
    op.create_table(
        "audit",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        number("at"),
        text("actor"),
        text("kind"),
        text("ref"),
        text("body_hash"),
        blob("hash"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_table(
        "heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        number("position"),
        number("seq"),
        blob("hash"),
        sa.PrimaryKeyConstraint("id", name="pk_heads"),
    )


def keys() -> None:
    op.create_table(
        "command_keys",
        text("command_id"),
        text("digest"),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        number("first"),
        number("last"),
        number("version"),
        number("at"),
        blob("answer"),
        sa.PrimaryKeyConstraint("command_id", name="pk_command_keys"),
    )
    op.create_index("ix_command_keys_kept_at", "command_keys", ["kept", "at"])


def models() -> None:
    op.create_table(
        "read_rows",
        text("model"),
        text("key"),
        text("owner"),
        text("sort"),
        blob("body"),
        sa.PrimaryKeyConstraint("model", "key", name="pk_read_rows"),
    )
    op.create_index(
        "ix_read_rows_model_owner_sort_key", "read_rows", ["model", "owner", "sort", "key"]
    )
    op.create_index("ix_read_rows_model_sort_key", "read_rows", ["model", "sort", "key"])
    op.create_table(
        "checkpoints",
        text("name"),
        sa.Column("version", sa.Integer(), nullable=False),
        number("position"),
        sa.PrimaryKeyConstraint("name", name="pk_checkpoints"),
    )


def downgrade() -> None:
    for table in (
        "checkpoints",
        "read_rows",
        "snapshots",
        "command_keys",
        "heads",
        "audit",
        "events",
    ):
        op.drop_table(table)
