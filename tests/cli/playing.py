"""Candles to play, and the command line as a user calls it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "data" / "market" / "BTC-USD-1m-2018-04.csv"
HEADER = "open_time,open,high,low,close,volume,close_time"


def sawtooth(path: Path, count: int) -> Path:
    """A file of `count` minutes whose price climbs and falls, with a gap in the middle."""
    lines = [HEADER]
    for place in range(count):
        minute = place + (5 if place > count // 2 else 0)
        price = 7000 + 5 * abs(place % 40 - 20) + place % 3
        start = 1_522_800_000_000 + 60_000 * minute
        lines.append(
            f"{start},{price},{price + 3}.5,{price - 2},{price + 1}.25,1.5,{start + 59_999}"
        )
    path.write_text("\n".join(lines) + "\n")
    return path


def astra(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        command(*arguments), check=False, cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def started(*arguments: object) -> subprocess.Popen[bytes]:
    """Run the command line, to be killed."""
    return subprocess.Popen(
        command(*arguments), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def command(*arguments: object) -> list[str]:
    """The words of a command."""
    return [sys.executable, "-m", "shell.cli", *map(str, arguments)]


def deep() -> bool:
    """Whether the long counts are wanted."""
    return os.environ.get("HYPOTHESIS_PROFILE") == "deep"
