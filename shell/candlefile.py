"""A file of candles as the demo and the simulated venue take it, every fault in words."""

import hashlib
from pathlib import Path

from returns.result import Failure, Result, Success

from astracore.marketdata.candles import Candle, read_candles
from astracore.outcome import is_failure

FAULTS_SHOWN = 20


def candles_in(path: Path) -> Result[tuple[tuple[Candle, ...], str], tuple[str, ...]]:
    """The candles of a file and the digest of its bytes; else a line for each fault."""
    try:
        raw = path.read_bytes()
        text = raw.decode()
    except OSError as trouble:
        return Failure((f"{path}: {(trouble.strerror or 'cannot be read').lower()}",))
    except UnicodeDecodeError:
        return Failure((f"{path}: not text in UTF-8",))
    result = read_candles(text.splitlines())
    if is_failure(result):
        faults = result.failure()
        lines = [f"{path}:{one.line}: {one.field}: {one.fault}" for one in faults[:FAULTS_SHOWN]]
        more = len(faults) - FAULTS_SHOWN
        return Failure((*lines, *([f"and {more} more"] if more > 0 else [])))
    candles = result.unwrap()
    if not candles:
        return Failure((f"{path}: no candles",))
    return Success((candles, hashlib.sha256(raw).hexdigest()))
