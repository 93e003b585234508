"""The demo as its user runs it: the same bytes every time, also when it is killed on the way."""

import random
import sqlite3
import time
from pathlib import Path

import pytest

from tests.cli.playing import HEADER, REAL, astra, deep, sawtooth, started

pytestmark = pytest.mark.slow  # in the gate, not in ./run check

FACTS = (
    "select category, key, version, event_id, type, occurred_at, body from events order by 1, 2, 3"
)


def facts(data: Path) -> list[tuple[object, ...]]:
    """Everything that happened, stream by stream, without the times at which it was stored."""
    with sqlite3.connect(data / "astra.sqlite") as connection:
        return connection.execute(FACTS).fetchall()


def sound(data: Path) -> None:
    """The chain holds and every read model is the fold of the events."""
    audit = astra("audit", "verify", "--data", data)
    assert audit.returncode == 0, audit.stdout + audit.stderr
    replayed = astra("replay", "--data", data)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert "every read model is equal" in replayed.stdout


@pytest.mark.slow
def test_two_runs_print_the_same_bytes_and_a_third_one_changes_nothing(tmp_path: Path) -> None:
    candles = sawtooth(tmp_path / "candles.csv", 300)
    runs = [
        astra("demo", "--candles", candles, "--data", tmp_path / data) for data in ("a", "b", "b")
    ]
    assert [run.returncode for run in runs] == [0, 0, 0], runs[0].stderr
    assert len({run.stdout for run in runs}) == 1
    assert "unexplained: 0\n" in runs[0].stdout
    assert facts(tmp_path / "a") == facts(tmp_path / "b")
    sound(tmp_path / "b")


@pytest.mark.slow
def test_killed_at_random_moments_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """At full count: 50 kills over the real candles."""
    real = deep() and REAL.exists()
    candles = REAL if real else sawtooth(tmp_path / "candles.csv", 600)
    kills, moments = (50 if real else 4), random.Random(20_180_404)
    whole = astra("demo", "--candles", candles, "--data", tmp_path / "whole")
    assert whole.returncode == 0, whole.stderr
    killed = 0
    for trial in range(kills):
        data = tmp_path / f"killed-{trial // 5}"
        running = started("demo", "--candles", candles, "--data", data)
        time.sleep(moments.uniform(0.8, 4.0 if real else 1.8))
        killed += running.poll() is None
        running.kill()
        running.wait()
        if trial % 5 == 4 or trial == kills - 1:
            finished = astra("demo", "--candles", candles, "--data", data)
            assert finished.stdout == whole.stdout, finished.stderr
            assert facts(data) == facts(tmp_path / "whole")
            sound(data)
    assert killed > kills // 4


def test_every_fault_of_a_candle_file_is_named_with_its_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(f"{HEADER}\n0,1,3,1,2,NaN,59999\n60000,1,3,1,9,1e5,x\n")
    run = astra("demo", "--candles", bad, "--data", tmp_path / "data")
    assert run.returncode == 2
    named = [line.rpartition("bad.csv:")[2] for line in run.stderr.splitlines()]
    assert named == [
        "2: volume: bad_amount",
        "3: close_time: bad_instant",
        "3: volume: bad_amount",
    ]
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--candles", "absent.csv"), "no such file"),
        (("--candles", "README.md"), "unknown_columns"),
        (("--candles", "{good}", "--fast", "30", "--slow", "10"), "invalid_window"),
        (("--candles", "{good}", "--qty", "1e5"), "bad_amount"),
        (("--candles", "{good}", "--qty", "0"), "quantity_out_of_range"),
    ],
)
def test_what_cannot_be_played_is_refused(
    tmp_path: Path, options: tuple[str, ...], why: str
) -> None:
    good = sawtooth(tmp_path / "good.csv", 3)
    filled = [option.format(good=good) for option in options]
    run = astra("demo", *filled, "--data", tmp_path / "data")
    assert run.returncode == 2
    assert why in run.stderr
    assert "Traceback" not in run.stderr
