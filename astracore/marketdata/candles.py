"""Candles from outside: every faulty line named, gaps named and kept as gaps."""

import itertools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.files import FileFault, LineFault
from astracore.instants import Instant
from astracore.numeric import parse_amount
from astracore.outcome import is_failure

COLUMNS = ("open_time", "open", "high", "low", "close", "volume", "close_time")
MILLISECONDS = re.compile(r"[0-9]{1,14}", re.ASCII)
ZERO = Decimal(0)


@frozen(kw_only=True)
class Candle:
    """What was traded in [open_time, close_time]. Outside data enters through `candle`."""

    open_time: Instant
    close_time: Instant  # the last instant that belongs to it
    open: Decimal  # [quote per base]
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal  # [base]


@frozen(kw_only=True)
class Gap:
    """`missing` candles are absent between two neighbours."""

    after: Instant  # open time of the last candle before the gap
    before: Instant  # open time of the first candle after it
    missing: int


def candle(line: int, cells: Sequence[str]) -> Result[Candle, tuple[FileFault, ...]]:
    """One row in the order of COLUMNS: times in ms UTC, the rest decimals.

    Errors: LineFault for every field at fault (bad_instant, bad_amount, not_positive, negative,
    out_of_range); `line` is only for naming.  Invariant: low <= open, close <= high.
    >>> candle(2, "0,1,3,1,2,0.5,59999".split(",")).unwrap().high
    Decimal('3')
    """
    if len(cells) != len(COLUMNS):
        return Failure((LineFault(line, "line", "wrong_number_of_fields"),))
    faults: list[LineFault] = []
    times = {name: _time(cells, name, line, faults) for name in ("open_time", "close_time")}
    amounts = {name: _amount(cells, name, line, faults) for name in COLUMNS[1:6]}
    if not faults:
        faults += _contradictions(line, times, amounts)
    if faults:
        return Failure(tuple(faults))
    return Success(
        Candle(
            open_time=Instant(times["open_time"] * 1000),
            close_time=Instant(times["close_time"] * 1000 + 999),
            open=amounts["open"],
            high=amounts["high"],
            low=amounts["low"],
            close=amounts["close"],
            volume=amounts["volume"],
        )
    )


def _time(cells: Sequence[str], name: str, line: int, faults: list[LineFault]) -> int:
    """Milliseconds of one cell, or one more fault."""
    text = cells[COLUMNS.index(name)]
    if MILLISECONDS.fullmatch(text) is None:
        faults.append(LineFault(line, name, "bad_instant"))
        return 0
    return int(text)


def _amount(cells: Sequence[str], name: str, line: int, faults: list[LineFault]) -> Decimal:
    """The decimal of one cell, or one more fault."""
    parsed = parse_amount(cells[COLUMNS.index(name)])
    if is_failure(parsed):
        faults.append(LineFault(line, name, "bad_amount"))
    return parsed.value_or(ZERO)


def _contradictions(
    line: int, times: dict[str, int], amounts: dict[str, Decimal]
) -> list[LineFault]:
    """What no candle can be, though every cell reads well."""
    low, high = amounts["low"], amounts["high"]
    faults = [
        LineFault(line, name, "not_positive")
        for name in ("open", "high", "low", "close")
        if amounts[name] <= ZERO
    ]
    faults += [
        LineFault(line, name, "out_of_range")
        for name in ("open", "close")
        if not low <= amounts[name] <= high
    ]
    if amounts["volume"] < ZERO:
        faults.append(LineFault(line, "volume", "negative"))
    if times["close_time"] < times["open_time"]:
        faults.append(LineFault(line, "close_time", "before_open_time"))
    return faults


def read_candles(lines: Iterable[str]) -> Result[tuple[Candle, ...], tuple[FileFault, ...]]:
    """A whole file: a header with COLUMNS, then candles with rising open times.

    Errors: LineFault for every fault of every line, in order; blank lines are skipped.
    Invariant: open times rise strictly.
    """
    candles: list[Candle] = []
    faults: list[FileFault] = []
    header: tuple[str, ...] | None = None
    for number, text in enumerate(lines, start=1):
        cells = tuple(cell.strip() for cell in text.strip("\r\n\ufeff").split(","))
        if cells == ("",):
            continue
        if header is None and cells != COLUMNS:
            return Failure((LineFault(number, "header", "unknown_columns"),))
        if header is None:
            header = cells
            continue
        read = candle(number, cells)
        if is_failure(read):
            faults += read.failure()
            continue
        one = read.unwrap()
        if candles and one.open_time <= candles[-1].open_time:
            faults.append(LineFault(number, "open_time", "not_rising"))
        candles.append(one)
    if header is None:
        return Failure((LineFault(1, "header", "empty_file"),))
    return Failure(tuple(faults)) if faults else Success(tuple(candles))


def interval_of(candles: Sequence[Candle]) -> int:
    """The length of the candles [µs], by the first one; 0 when there is none."""
    return candles[0].close_time.micros + 1 - candles[0].open_time.micros if candles else 0


def gaps(candles: Sequence[Candle]) -> tuple[Gap, ...]:
    """Where candles of one length are missing, in order: nothing is ever filled in.

    >>> minute = [candle(1, f"{t},1,1,1,1,1,{t + 59999}".split(",")).unwrap() for t in (0, 180000)]
    >>> [gap.missing for gap in gaps(minute)]
    [2]
    """
    length = interval_of(candles)
    found: list[Gap] = []
    for earlier, later in itertools.pairwise(candles):
        missing = (later.open_time.micros - earlier.open_time.micros) // length - 1
        if missing > 0:
            found.append(Gap(after=earlier.open_time, before=later.open_time, missing=missing))
    return tuple(found)
