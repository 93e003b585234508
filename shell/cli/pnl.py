"""`astra pnl FILE`: exact profit and loss of your own fills, by every method side by side."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import attrs
from returns.result import Failure, Result

from astracore.errors.files import LineFault
from astracore.errors.values import BadAmount, NumericLimit
from astracore.numeric import parse_amount, to_text
from astracore.outcome import collect, is_failure
from astracore.trading.lots.basis import LotMethod
from astracore.trading.lots.ownfills import OwnFill, read_fills
from astracore.trading.lots.statement import METHODS, PnlReport, QuoteTotal, SymbolPnl, pnl_report
from shell.cli.main import complain

HELP = """\
The file is CSV with a header: time, symbol, side, qty, price, and if wanted fee, fee_currency.
time is RFC 3339 with Z or milliseconds, symbol is BASE-QUOTE, side is buy or sell. Fees are in the
quote unless fee_currency names the base. Open positions are marked at --mark, else the last price.
"""
COLUMNS = ("method", "realised", "unrealised", "fees", "net")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and how to look at it."""
    parser.epilog = HELP
    parser.add_argument("file", type=Path, help="CSV of fills")
    parser.add_argument(
        "--mark", action="append", default=[], metavar="SYMBOL=PRICE", help="as often as needed"
    )
    parser.add_argument(
        "--method", choices=[method.value for method in METHODS], help="this one alone"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(given: argparse.Namespace) -> int:
    """0 with the report, 2 when the file or a mark cannot be used: every fault is named."""
    fills = fills_of(given.file)
    if isinstance(fills, int):
        return fills
    marks = collect(mark_of(text) for text in given.mark)
    if is_failure(marks):
        return complain(f"--mark {marks.failure().text}: SYMBOL=PRICE is needed")
    prices = dict(marks.unwrap())
    strange = sorted(prices.keys() - {fill.symbol for fill in fills})
    if strange:
        return complain(*(f"--mark {symbol}: the file has no such symbol" for symbol in strange))
    methods = [LotMethod(given.method)] if given.method else METHODS
    reports = collect(pnl_report(fills, method, prices) for method in methods)
    return shown(reports, as_json=given.json)


def fills_of(path: Path) -> tuple[OwnFill, ...] | int:
    """The fills of a file, or an exit code after every faulty line was named."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return complain(f"{path}: not text in UTF-8")
    result = read_fills(text.splitlines())
    if is_failure(result):
        return complain(*(named(path, fault) for fault in result.failure()))
    return result.unwrap() or complain(f"{path}: no fills")


def named(path: Path, fault: LineFault) -> str:
    """A fault as compilers write it."""
    return f"{path}:{fault.line}: {fault.field}: {fault.fault}"


def mark_of(text: str) -> Result[tuple[str, Decimal], BadAmount]:
    """`BTC-USD=7000.5` as a symbol and a price above 0.  Errors: BadAmount."""
    symbol, _, price = text.partition("=")
    parsed = parse_amount(price)
    if is_failure(parsed) or parsed.unwrap() <= 0:
        return Failure(BadAmount(text))
    return parsed.map(lambda amount: (symbol.upper(), amount))


def shown(reports: Result[tuple[PnlReport, ...], NumericLimit], *, as_json: bool) -> int:
    """Print the reports, or why there is none."""
    if is_failure(reports):
        return complain(f"the numbers leave the bounds of exact arithmetic: {reports.failure()}")
    found = reports.unwrap()
    if as_json:
        sys.stdout.write(json.dumps({one.method.value: plain(one) for one in found}) + "\n")
        return 0
    for place, symbol in enumerate(found[0].symbols):
        sys.stdout.write(heading(symbol))
        rows = [(report.method, report.symbols[place]) for report in found]
        sys.stdout.write(table([(m.value, *figures(one)) for m, one in rows]) + "\n")
    for place, total in enumerate(found[0].totals):
        sys.stdout.write(f"all symbols in {total.quote}\n")
        rows_of = [(report.method, report.totals[place]) for report in found]
        lines = [
            (m.value, *map(to_text, (t.realised, t.unrealised, t.fees, t.net))) for m, t in rows_of
        ]
        sys.stdout.write(table(lines))
    return 0


def heading(one: SymbolPnl) -> str:
    """What is true of a symbol whatever the method."""
    held = f"position {to_text(one.position)} marked at {to_text(one.mark)}"
    traded = f"bought {to_text(one.bought)}, sold {to_text(one.sold)}"
    return f"{one.symbol}: {one.fills} fills, {traded}, {held}\n"


def figures(one: SymbolPnl) -> tuple[str, ...]:
    """The columns of one symbol."""
    return tuple(map(to_text, (one.realised, one.unrealised, one.fees, one.net)))


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest figure, figures to the right.

    >>> print(table([("fifo", "1", "0", "0", "1")]), end="")
      method  realised  unrealised  fees  net
      fifo           1           0     0    1
    """
    lines = [COLUMNS, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    text = ""
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        text += "  " + "  ".join(cells) + "\n"
    return text


def plain(report: PnlReport) -> Mapping[str, object]:
    """A report as JSON takes it: every amount a string."""
    return {
        "symbols": [text_fields(one) for one in report.symbols],
        "totals": [text_fields(one) for one in report.totals],
    }


def text_fields(value: SymbolPnl | QuoteTotal) -> Mapping[str, object]:
    """The fields of a value, decimals as text."""
    fields: Mapping[str, object] = attrs.asdict(value)
    return {
        name: to_text(found) if isinstance(found, Decimal) else found
        for name, found in fields.items()
    }
