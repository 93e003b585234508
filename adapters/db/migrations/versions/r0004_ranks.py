"""Ranked read models: counts from which ranks are summed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "rank_nodes",
        sa.Column("model", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("low", TEXT, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.PrimaryKeyConstraint("model", "owner", "level", "low", name="pk_rank_nodes"),
    )


def downgrade() -> None:
    # Models whose counts go are built anew, by whichever program comes next.
    op.execute("DELETE FROM checkpoints WHERE name IN (SELECT model FROM rank_nodes)")
    op.drop_table("rank_nodes")
