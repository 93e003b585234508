"""`astra pnl` on good files, on bad ones, and beside sums done by hand in fractions."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.playing import astra

pytestmark = pytest.mark.slow  # in the gate, not in ./run check

GOOD = """\
time,symbol,side,qty,price,fee,fee_currency
2026-01-01T00:00:00Z,BTC-USD,buy,1,100,0.1,USD
2026-01-02T00:00:00Z,BTC-USD,buy,1,130.5,0.001,BTC
2026-01-03T00:00:00Z,BTC-USD,buy,1,120,0.1,

2026-01-04T00:00:00Z,BTC-USD,sell,1.3333,150,0.1,USD
2026-01-05T00:00:00Z,ETH-USD,sell,3,10,0,USD
"""


def written(folder: Path, text: str | bytes) -> Path:
    """A file with this content."""
    path = folder / "fills.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_every_method_gives_the_same_whole(tmp_path: Path) -> None:
    run = astra("pnl", written(tmp_path, GOOD), "--mark", "ETH-USD=9", "--json")
    assert run.returncode == 0, run.stderr
    reports = json.loads(run.stdout)
    assert list(reports) == ["fifo", "lifo", "hifo", "average"]
    cash = Fraction(-100) - Fraction("130.5") - 120 - Fraction("0.3") + Fraction("1.3333") * 150
    net = cash + Fraction("1.6657") * 150 + 3 * (10 - 9)
    for report in reports.values():
        (total,) = report["totals"]
        assert Fraction(total["net"]) == net
        realised, unrealised, fees = (
            Fraction(total[name]) for name in ("realised", "unrealised", "fees")
        )
        assert realised + unrealised - fees == net
    fifo = reports["fifo"]["symbols"][0]
    assert Fraction(fifo["realised"]) == 50 + Fraction("0.3333") * Fraction("19.5")
    assert Fraction(reports["hifo"]["symbols"][0]["realised"]) == (
        Fraction("0.999") * Fraction("19.5") + Fraction("0.3343") * 30
    )


def test_people_get_a_table(tmp_path: Path) -> None:
    run = astra("pnl", written(tmp_path, GOOD), "--method", "fifo")
    assert (
        "BTC-USD: 4 fills, bought 2.999, sold 1.3333, position 1.6657 marked at 150" in run.stdout
    )
    assert "lifo" not in run.stdout


def test_every_faulty_line_is_named(tmp_path: Path) -> None:
    bad = (
        "time,symbol,side,qty,price\n"
        "x,BTC,hold,-1,1e5\n"
        "2026-01-01T00:00:00Z,BTC-USD,buy,1\n"
        "2026-01-01T00:00:00Z,BTC-USD,buy,٣,1\n"
        f"2026-01-01T00:00:00Z,BTC-USD,buy,{'9' * 40},NaN\n"
    )
    run = astra("pnl", written(tmp_path, bad))
    assert run.returncode == 2
    assert run.stdout == ""
    named = [line.rpartition("fills.csv:")[2] for line in run.stderr.splitlines()]
    assert named == [
        "2: time: bad_instant",
        "2: symbol: bad_symbol",
        "2: side: bad_side",
        "2: price: bad_amount",
        "2: qty: not_positive",
        "3: line: wrong_number_of_fields",
        "4: qty: bad_amount",
        "5: qty: bad_amount",
        "5: price: bad_amount",
    ]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"", ()),
        (b"\xff\xfe\x00", ()),
        (b"a,b\n1,2\n", ()),
        (b'time,symbol,side,qty,price\n"', ()),
        (GOOD.encode(), ("--mark", "BTC-USD")),
        (GOOD.encode(), ("--mark", "BTC-USD=0")),
        (GOOD.encode(), ("--mark", "DOGE-USD=1")),
    ],
)
def test_what_cannot_be_used_is_refused_without_a_trace(
    tmp_path: Path, content: bytes, options: tuple[str, ...]
) -> None:
    run = astra("pnl", written(tmp_path, content), *options)
    assert run.returncode == 2
    assert run.stderr.startswith("astra: ")
    assert "Traceback" not in run.stderr
