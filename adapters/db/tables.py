"""The tables. Bodies are canonical JSON bytes; instants are integer microseconds of UTC."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
BIG = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by INTEGER alone
BYTES = Text().with_variant(Text(collation="C"), "postgresql")  # in the order of its bytes


class EventColumns(TypedColumns):
    """The log: truth and outbox in one. `position` is gapless, `version` gapless in a stream."""

    position: Named[int] = Column(BIG, primary_key=True, autoincrement=False)
    category: Named[str] = Column(BYTES)
    key: Named[str] = Column(BYTES)
    version: Named[int] = Column(BIG)
    event_id: Named[str] = Column(BYTES)
    type: Named[str] = Column(BYTES)
    schema_version: Named[int] = Column(Integer)
    occurred_at: Named[int] = Column(BIG)
    recorded_at: Named[int] = Column(BIG)
    correlation_id: Named[str] = Column(BYTES)
    causation_id: Named[str] = Column(BYTES)
    command_id: Named[str] = Column(BYTES)
    actor: Named[str] = Column(BYTES)
    config_version: Named[str] = Column(BYTES)
    producer: Named[str] = Column(BYTES)
    body: Named[bytes] = Column(LargeBinary)
    __row_pos__: tuple[
        int, str, str, int, str, str, int, int, int, str, str, str, str, str, str, bytes
    ]


class AuditColumns(TypedColumns):
    """The audit chain: one entry for each event and each stored refusal."""

    seq: Named[int] = Column(BIG, primary_key=True, autoincrement=False)
    at: Named[int] = Column(BIG)
    actor: Named[str] = Column(BYTES)
    kind: Named[str] = Column(BYTES)
    ref: Named[str] = Column(BYTES)
    body_hash: Named[str] = Column(BYTES)
    hash: Named[bytes] = Column(LargeBinary)
    __row_pos__: tuple[int, int, str, str, str, str, bytes]


class KeyColumns(TypedColumns):
    """Command ids and what was answered. The events of the command are `first` … `last`.

    `kept` rows (policies' commands) are exempt from retention: their ids make events act once.
    """

    command_id: Named[str] = Column(BYTES, primary_key=True)
    digest: Named[str] = Column(BYTES)
    refused: Named[bool] = Column(Boolean)
    kept: Named[bool] = Column(Boolean)
    first: Named[int] = Column(BIG)
    last: Named[int] = Column(BIG)
    version: Named[int] = Column(BIG)
    at: Named[int] = Column(BIG)
    answer: Named[bytes] = Column(LargeBinary)
    __row_pos__: tuple[str, str, bool, bool, int, int, int, int, bytes]


class DecisionColumns(TypedColumns):
    """Commands as they were decided. `seq` is where the audit chain stood, `version` the stream's;
    `subject` is the order that was judged, or empty."""

    command_id: Named[str] = Column(BYTES, primary_key=True)
    seq: Named[int] = Column(BIG)
    category: Named[str] = Column(BYTES)
    key: Named[str] = Column(BYTES)
    version: Named[int] = Column(BIG)
    subject: Named[str] = Column(BYTES)
    at: Named[int] = Column(BIG)
    command: Named[bytes] = Column(LargeBinary)
    state_hash: Named[str] = Column(BYTES)
    rules_hash: Named[str] = Column(BYTES)
    outcome_hash: Named[str] = Column(BYTES)
    __row_pos__: tuple[str, int, str, str, int, str, int, bytes, str, str, str]


class SnapshotColumns(TypedColumns):
    """The newest snapshot of each stream."""

    category: Named[str] = Column(BYTES, primary_key=True)
    key: Named[str] = Column(BYTES, primary_key=True)
    version: Named[int] = Column(BIG)
    schema: Named[str] = Column(BYTES)
    body: Named[bytes] = Column(LargeBinary)
    body_hash: Named[str] = Column(BYTES)
    __row_pos__: tuple[str, str, int, str, bytes, str]


class RowColumns(TypedColumns):
    """Every read model's rows. `owner` is whose it is, `sort` an order-preserving text.

    `model` is the model's slot: while it is rebuilt there are two, of which one is shown.
    """

    model: Named[str] = Column(BYTES, primary_key=True)
    key: Named[str] = Column(BYTES, primary_key=True)
    owner: Named[str] = Column(BYTES)
    sort: Named[str] = Column(BYTES)
    body: Named[bytes] = Column(LargeBinary)
    __row_pos__: tuple[str, str, str, str, bytes]


class RankNodeColumns(TypedColumns):
    """How many rows of a ranked model and owner stand from `low` up to the next node's `low`:
    level 0 counts rows, level 1 the rows of several nodes of level 0."""

    model: Named[str] = Column(BYTES, primary_key=True)
    owner: Named[str] = Column(BYTES, primary_key=True)
    level: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    low: Named[str] = Column(BYTES, primary_key=True)
    size: Named[int] = Column(BIG)
    __row_pos__: tuple[str, str, int, str, int]


class CheckpointColumns(TypedColumns):
    """How far each read model and policy has come; `version` is the model's.

    `slot` is the word under which the model's rows stand in `read_rows`.
    """

    name: Named[str] = Column(BYTES, primary_key=True)
    version: Named[int] = Column(Integer)
    position: Named[int] = Column(BIG)
    slot: Named[str] = Column(BYTES, server_default="")
    __row_pos__: tuple[str, int, int, str]


class HeadColumns(TypedColumns):
    """One row: where the log and the audit chain end."""

    id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    position: Named[int] = Column(BIG)
    seq: Named[int] = Column(BIG)
    hash: Named[bytes] = Column(LargeBinary)
    __row_pos__: tuple[int, int, int, bytes]


class LeaseColumns(TypedColumns):
    """Who does what only one process may do, until when; each new holder has a higher token."""

    name: Named[str] = Column(BYTES, primary_key=True)
    holder: Named[str] = Column(BYTES)
    token: Named[int] = Column(BIG)
    until: Named[int] = Column(BIG)
    __row_pos__: tuple[str, str, int, int]


class NoteColumns(TypedColumns):
    """The newest word of one process to the others. Nothing depends on it for its truth."""

    name: Named[str] = Column(BYTES, primary_key=True)
    at: Named[int] = Column(BIG)
    body: Named[bytes] = Column(LargeBinary)
    __row_pos__: tuple[str, int, bytes]


class SubjectKeyColumns(TypedColumns):
    """Persons' keys, wrapped by the master key; an empty one was destroyed, at `at`."""

    subject: Named[str] = Column(BYTES, primary_key=True)
    wrapped: Named[bytes] = Column(LargeBinary)
    at: Named[int] = Column(BIG)
    __row_pos__: tuple[str, bytes, int]


class SubscriberColumns(TypedColumns):
    """Groups that read the bus: all of `streams` up to `position` was answered."""

    name: Named[str] = Column(BYTES, primary_key=True)
    position: Named[int] = Column(BIG)
    streams: Named[str] = Column(BYTES)
    __row_pos__: tuple[str, int, str]


class LetterColumns(TypedColumns):
    """Dead letters: events that a reader could not handle in `deliveries` tries."""

    id: Named[str] = Column(BYTES, primary_key=True)
    reader: Named[str] = Column(BYTES)
    position: Named[int] = Column(BIG)
    event_id: Named[str] = Column(BYTES)
    type: Named[str] = Column(BYTES)
    deliveries: Named[int] = Column(Integer)
    why: Named[str] = Column(BYTES)
    at: Named[int] = Column(BIG)
    state: Named[str] = Column(BYTES)
    __row_pos__: tuple[str, str, int, str, str, int, str, int, str]


class JobColumns(TypedColumns):
    """The job queue. `body` is the whole job; the other columns are what it is looked up by.

    `phase` is waiting, held, completed, dead or cancelled; `once` names what is enqueued once.
    """

    seq: Named[int] = Column(BIG, primary_key=True, autoincrement=True)
    job_id: Named[str] = Column(BYTES)
    task: Named[str] = Column(BYTES)
    phase: Named[str] = Column(BYTES)
    stage: Named[str] = Column(BYTES)
    rank: Named[int] = Column(Integer)
    run_at: Named[int] = Column(BIG)
    until: Named[int] = Column(BIG)
    ended_at: Named[int] = Column(BIG)
    once: Named[str | None] = Column(BYTES)
    schedule: Named[str | None] = Column(BYTES)
    in_line: Named[bool] = Column(Boolean)
    body: Named[bytes] = Column(LargeBinary)
    __row_pos__: tuple[
        int, str, str, str, str, int, int, int, int, str | None, str | None, bool, bytes
    ]


class ScheduleColumns(TypedColumns):
    """What is enqueued when. `next_due` is null when nothing comes; `body` the whole schedule."""

    name: Named[str] = Column(BYTES, primary_key=True)
    is_enabled: Named[bool] = Column(Boolean)
    next_due: Named[int | None] = Column(BIG)
    body: Named[bytes] = Column(LargeBinary)
    __row_pos__: tuple[str, bool, int | None, bytes]


events = Table(
    "events",
    metadata,
    EventColumns,
    UniqueConstraint("category", "key", "version"),
    UniqueConstraint("event_id"),
)
audit = Table("audit", metadata, AuditColumns)
command_keys = Table("command_keys", metadata, KeyColumns, Index(None, "kept", "at"))
decisions = Table(
    "decisions",
    metadata,
    DecisionColumns,
    Index(None, "category", "key", "seq"),
    Index(None, "subject", "seq"),
)
snapshots = Table("snapshots", metadata, SnapshotColumns)
read_rows = Table(
    "read_rows",
    metadata,
    RowColumns,
    Index(None, "model", "owner", "sort", "key"),
    Index(None, "model", "sort", "key"),
)
rank_nodes = Table("rank_nodes", metadata, RankNodeColumns)
checkpoints = Table("checkpoints", metadata, CheckpointColumns)
heads = Table("heads", metadata, HeadColumns)
leases = Table("leases", metadata, LeaseColumns)
notes = Table("notes", metadata, NoteColumns)
subject_keys = Table("subject_keys", metadata, SubjectKeyColumns)
subscribers = Table("subscribers", metadata, SubscriberColumns)
dead_letters = Table(
    "dead_letters",
    metadata,
    LetterColumns,
    Index(None, "reader", "at", "id"),
    Index(None, "at", "id"),
    Index(None, "state", "at", "id"),
)
jobs = Table(
    "jobs",
    metadata,
    JobColumns,
    UniqueConstraint("job_id"),
    UniqueConstraint("task", "once"),
    Index(None, "phase", "rank", "run_at", "seq"),
    Index(None, "phase", "ended_at", "seq"),
    Index(None, "schedule", "phase", "seq"),
)
schedules = Table(
    "schedules", metadata, ScheduleColumns, Index(None, "is_enabled", "next_due", "name")
)
