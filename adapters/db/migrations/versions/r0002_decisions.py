"""Decision records: each command of an account with hashes of state, rules and outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # in the order of its bytes


def text(name: str) -> "sa.Column[str]":
    return sa.Column(name, TEXT, nullable=False)


def number(name: str) -> "sa.Column[int]":
    return sa.Column(name, BIG, nullable=False)


def upgrade() -> None:
    op.create_table(
        "decisions",
        text("command_id"),
        number("seq"),
        text("category"),
        text("key"),
        number("version"),
        text("subject"),
        number("at"),
        sa.Column("command", sa.LargeBinary(), nullable=False),
        text("state_hash"),
        text("rules_hash"),
        text("outcome_hash"),
        sa.PrimaryKeyConstraint("command_id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_category_key_seq", "decisions", ["category", "key", "seq"])
    op.create_index("ix_decisions_subject_seq", "decisions", ["subject", "seq"])


def downgrade() -> None:
    op.drop_table("decisions")
