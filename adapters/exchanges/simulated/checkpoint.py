"""Where the simulated prices stand, on disk: written beside, then moved, so never half a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.events.codec import codec
from astracore.marketdata.candles import Candle
from astracore.marketdata.prints import Print
from astracore.marketdata.walk import Walk
from astracore.outcome import is_failure


@frozen
class BadCheckpoint:
    """The file is not a checkpoint: `why` says what is wrong. Without it prices start afresh."""

    code: ClassVar[str] = "bad_checkpoint"
    path: str
    why: str


@frozen(kw_only=True)
class Checkpoint:
    """Enough to go on with the very same prices."""

    seed: int
    walks: Mapping[str, Walk]
    candles: Mapping[str, tuple[Candle, ...]]


@frozen
class Moved:
    """The newest print of an instrument, and where its price goes on from, if that is a walk."""

    traded: Print
    walk: Walk | None = None


CODEC = codec(Checkpoint)
MOVED = codec(Moved)


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the file at once and for good.  Raises: OSError."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(CODEC.encode(checkpoint))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load(path: Path) -> Result[Checkpoint | None, BadCheckpoint]:
    """What was saved last; None when nothing ever was.  Errors: BadCheckpoint.  Raises: OSError."""
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return Success(None)
    read = CODEC.decode(body)
    if is_failure(read):
        cause = read.failure()
        return Failure(BadCheckpoint(str(path), f"{cause.path}: {cause.why}"))
    return Success(read.unwrap())
