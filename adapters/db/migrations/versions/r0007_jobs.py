"""The job queue and its schedules."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, TEXT, nullable=nullable)


def number(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, BIG, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        text("job_id"),
        text("task"),
        text("phase"),
        text("stage"),
        sa.Column("rank", sa.Integer(), nullable=False),
        number("run_at"),
        number("until"),
        number("ended_at"),
        text("once", nullable=True),
        text("schedule", nullable=True),
        sa.Column("in_line", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_jobs"),
        sa.UniqueConstraint("job_id", name="uq_jobs_job_id"),
        sa.UniqueConstraint("task", "once", name="uq_jobs_task_once"),
    )
    for columns in (
        ("phase", "rank", "run_at", "seq"),
        ("phase", "ended_at", "seq"),
        ("schedule", "phase", "seq"),
    ):
        op.create_index(f"ix_jobs_{'_'.join(columns)}", "jobs", list(columns))
    op.create_table(
        "schedules",
        text("name"),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        number("next_due", nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_schedules"),
    )
    op.create_index(
        "ix_schedules_is_enabled_next_due_name", "schedules", ["is_enabled", "next_due", "name"]
    )


def downgrade() -> None:
    op.drop_table("schedules")
    op.drop_table("jobs")
