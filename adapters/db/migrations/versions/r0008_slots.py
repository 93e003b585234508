"""Read models are rebuilt in a slot of their own; each domain has its leader."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NEVER = 2**62
# A process of the version before leads all by one lease: its next write finds a newer token.
RETIRE = sa.text(
    "INSERT INTO leases (name, holder, token, until) VALUES ('leader', 'retired', 1, :never) "
    "ON CONFLICT (name) DO UPDATE SET holder = 'retired', token = leases.token + 1, "
    "until = excluded.until"
)
BACK = (
    "DELETE FROM checkpoints WHERE name LIKE 'rebuild:%'",
    "DELETE FROM read_rows WHERE model NOT IN (SELECT slot FROM checkpoints)",
    "DELETE FROM rank_nodes WHERE model NOT IN (SELECT slot FROM checkpoints)",
    "UPDATE read_rows SET model = (SELECT name FROM checkpoints WHERE slot = read_rows.model)",
    "UPDATE rank_nodes SET model = (SELECT name FROM checkpoints WHERE slot = rank_nodes.model)",
)


def upgrade() -> None:
    op.add_column("checkpoints", sa.Column("slot", TEXT, nullable=False, server_default=""))
    op.execute("UPDATE checkpoints SET slot = name")
    op.execute(RETIRE.bindparams(never=NEVER))


def downgrade() -> None:
    """What is shown stands under the model's own name again; what was being built is gone."""
    for statement in BACK:
        op.execute(statement)
    op.drop_column("checkpoints", "slot")
    op.execute("UPDATE leases SET until = 0 WHERE name = 'leader'")
