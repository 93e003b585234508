"""One's own fills from a CSV file: every faulty line named, all at once."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.files import FileFault, LineFault
from astracore.instants import Instant, instant
from astracore.numeric import parse_amount
from astracore.outcome import is_failure
from astracore.trading.types import ZERO, Side

NEEDED = ("time", "symbol", "side", "qty", "price")
OPTIONAL = ("fee", "fee_currency")
MARKET = re.compile(r"[A-Z0-9]{1,15}[-/][A-Z0-9]{2,10}", re.ASCII)
MILLISECONDS = re.compile(r"[0-9]{12,14}", re.ASCII)
EPOCH = Instant(0)


@frozen(kw_only=True)
class OwnFill:
    """One fill: `fee` [fee_currency] is paid when above 0 and a rebate when below."""

    line: int
    at: Instant
    symbol: str
    side: Side
    qty: Decimal  # [base]
    price: Decimal  # [quote per base]
    fee: Decimal = ZERO
    fee_currency: str = ""

    @property
    def base(self) -> str:
        """What is traded."""
        return re.split("[-/]", self.symbol)[0]

    @property
    def quote(self) -> str:
        """What it is paid in."""
        return re.split("[-/]", self.symbol)[1]


def read_fills(lines: Iterable[str]) -> Result[tuple[OwnFill, ...], tuple[FileFault, ...]]:
    """A CSV with a header: time, symbol, side, qty, price, and if wanted fee, fee_currency.

    Columns come in any order. `time` is RFC 3339 with Z, or milliseconds; `symbol` is BASE-QUOTE;
    `side` is buy or sell; a fee is in the quote unless fee_currency names the base. Blank lines
    are skipped. The fills come out by time, those of one instant as in the file.
    Errors: a LineFault for every faulty field of every line, in file order.
    >>> text = ["time,symbol,side,qty,price", "2026-01-01T00:00:00Z,ETH-USD,buy,1,2000"]
    >>> [str(fill.price) for fill in read_fills(text).unwrap()]
    ['2000']
    """
    fills: list[OwnFill] = []
    faults: list[FileFault] = []
    columns: tuple[str, ...] | None = None
    misnamed: tuple[FileFault, ...] = ()
    for number, text in enumerate(lines, start=1):
        cells = _cells(text)
        if cells is None:
            faults.append(LineFault(number, "line", "not_csv"))
        elif columns is None and any(cells):
            columns = tuple(cell.lower() for cell in cells)
            misnamed = _header_faults(number, columns)
        elif columns is not None and any(cells) and not misnamed:
            found = fill_of(number, columns, cells)
            fills += found.map(lambda fill: [fill]).value_or([])
            faults += found.failure() if is_failure(found) else ()
    if columns is None:
        return Failure((*faults, LineFault(1, "header", "empty_file")))
    if misnamed or faults:
        return Failure(misnamed or tuple(faults))
    return Success(tuple(sorted(fills, key=lambda fill: fill.at)))


def _cells(text: str) -> tuple[str, ...] | None:
    """The cells of one line, trimmed; None when the line is not CSV."""
    try:
        rows = list(csv.reader([text.strip("\r\n\ufeff")], strict=True))
    except csv.Error:
        return None
    return tuple(cell.strip() for row in rows for cell in row)


def _header_faults(number: int, columns: Sequence[str]) -> tuple[FileFault, ...]:
    """Missing, unknown and doubled columns."""
    missing = [LineFault(number, name, "missing_column") for name in NEEDED if name not in columns]
    unknown = [
        LineFault(number, name[:32], "unknown_column")
        for name in columns
        if name not in NEEDED + OPTIONAL
    ]
    doubled = [
        LineFault(number, name[:32], "doubled_column")
        for place, name in enumerate(columns)
        if name in columns[:place]
    ]
    return (*missing, *unknown, *doubled)


def fill_of(
    number: int, columns: Sequence[str], cells: Sequence[str]
) -> Result[OwnFill, tuple[FileFault, ...]]:
    """One line as a fill, or every fault in it; a needed column that is missing is one."""
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        return Failure(tuple(LineFault(number, name, "missing_column") for name in missing))
    if len(cells) != len(columns):
        return Failure((LineFault(number, "line", "wrong_number_of_fields"),))
    row = dict(zip(columns, cells, strict=True))
    faults: list[FileFault] = []
    at = _time(row["time"], number, faults)
    symbol, side = row["symbol"].upper(), row["side"].lower()
    if MARKET.fullmatch(symbol) is None:
        faults.append(LineFault(number, "symbol", "bad_symbol"))
    if side not in {"buy", "sell"}:
        faults.append(LineFault(number, "side", "bad_side"))
    qty = _amount(row, "qty", number, faults)
    price = _amount(row, "price", number, faults)
    fee = _amount(row, "fee", number, faults) if row.get("fee") else ZERO
    faults += [
        LineFault(number, name, "not_positive")
        for name, value in (("qty", qty), ("price", price))
        if value is not None and value <= ZERO
    ]
    if faults or qty is None or price is None or fee is None:
        return Failure(tuple(faults))
    fill = OwnFill(
        line=number,
        at=at,
        symbol=symbol,
        side=Side(side),
        qty=qty,
        price=price,
        fee=fee,
        fee_currency=row.get("fee_currency", "").upper(),
    )
    fee_faults = _fee_faults(fill)
    return Failure(fee_faults) if fee_faults else Success(fill)


def _time(text: str, number: int, faults: list[FileFault]) -> Instant:
    """The instant of a cell, or one more fault."""
    if MILLISECONDS.fullmatch(text) is not None:
        return Instant(int(text) * 1000)
    read = instant(text)
    if is_failure(read):
        faults.append(LineFault(number, "time", "bad_instant"))
    return read.value_or(EPOCH)


def _amount(
    row: Mapping[str, str], name: str, number: int, faults: list[FileFault]
) -> Decimal | None:
    """The decimal of a cell, or None and one more fault."""
    read = parse_amount(row[name])
    if is_failure(read):
        faults.append(LineFault(number, name, "bad_amount"))
        return None
    return read.unwrap()


def _fee_faults(fill: OwnFill) -> tuple[FileFault, ...]:
    """A fee in a third currency has no value here; a base fee may not eat up a whole buy."""
    if fill.fee_currency not in {"", fill.base, fill.quote}:
        return (LineFault(fill.line, "fee_currency", "neither_base_nor_quote"),)
    in_base = fill.fee_currency == fill.base
    if in_base and fill.side is Side.BUY and fill.fee >= fill.qty:
        return (LineFault(fill.line, "fee", "above_quantity"),)
    if in_base and fill.side is Side.SELL and -fill.fee >= fill.qty:
        return (LineFault(fill.line, "fee", "above_quantity"),)
    return ()
