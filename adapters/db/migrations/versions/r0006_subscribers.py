"""Who reads the bus and how far each has come; dead letters."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "subscribers",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("streams", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_subscribers"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("reader", TEXT, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letters"),
    )
    op.create_index("ix_dead_letters_reader_at_id", "dead_letters", ["reader", "at", "id"])
    op.create_index("ix_dead_letters_at_id", "dead_letters", ["at", "id"])
    op.create_index("ix_dead_letters_state_at_id", "dead_letters", ["state", "at", "id"])


def downgrade() -> None:
    op.drop_table("dead_letters")
    op.drop_table("subscribers")
