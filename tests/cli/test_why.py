"""`astra why` and `astra replay --decisions | --limits` on a store that was played."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from shell.cli.main import main
from tests.cli.playing import sawtooth


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a history."""
    folder = tmp_path_factory.mktemp("played")
    candles = sawtooth(folder / "candles.csv", 120)
    assert main(["demo", "--candles", str(candles), "--data", str(folder)]) == 0
    return folder


def orders_of(data: Path) -> list[str]:
    """The ids of what was judged, oldest first."""
    with sqlite3.connect(data / "astra.sqlite") as connection:
        query = "select subject from decisions where subject != '' order by seq"
        return [found for (found,) in connection.execute(query)]


def said(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    """What a command prints."""
    capsys.readouterr()
    assert main(words) == code
    return capsys.readouterr().out


def test_an_order_is_explained(played: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = orders_of(played)[0]
    text = said(["why", order, "--data", str(played)], capsys)
    assert text.startswith(f"order {order} of account ")
    assert "accepted (the same again)" in text
    assert re.search(r"passed    insufficient_margin +needed [0-9.]+ <= [0-9.]+, headroom", text)
    assert re.search(r"fee [0-9.]+ = [0-9.]+ x 0\.0005 \(level 0\); reserve released", text)
    whole = json.loads(said(["why", order, "--json", "--data", str(played)], capsys))
    assert whole["order_id"] == order
    assert whole["decisions"][0]["replays"] is True
    assert len(whole["fills"]) == text.count(" fill ")


def test_nobody_knows_it(played: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(["why", "nothing", "--data", str(played)], capsys, 2) == ""
    assert said(["why", "nothing", "--data", str(played / "none")], capsys, 2) == ""


def test_every_decision_is_the_same_again(
    played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(["replay", "--decisions", "--data", str(played)], capsys)
    assert re.search(r"[1-9][0-9]+ decisions are the same", text)
    with (
        sqlite3.connect(played / "astra.sqlite") as source,
        sqlite3.connect(tmp_path / "astra.sqlite") as target,
    ):
        source.backup(target)
        query = "select command_id, command from decisions order by subject desc limit 1"
        name, command = target.execute(query).fetchone()
        changed = command.replace(b'"qty":"', b'"qty":"1')
        target.execute("update decisions set command = ? where command_id = ?", (changed, name))
    text = said(["replay", "--decisions", "--data", str(tmp_path)], capsys, 1)
    assert text.count("DIFFERS") == 1
    order = max(orders_of(tmp_path))
    assert "DIFFERS when taken again" in said(["why", order, "--data", str(tmp_path)], capsys)


def test_what_would_have_happened(
    played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = tmp_path / "limits.json"
    words = ["replay", "--limits", str(limits), "--data", str(played)]
    limits.write_text("{}")
    assert ", 0 differ" in said(words, capsys)
    limits.write_text('{"risk": {"exposure": "1"}}')
    text = said(words, capsys, 1)
    assert "differs PlaceOrder: OrderAccepted -> refused: exposure_limit" in text
    assert "follows RecordFill: TradeExecuted" in text
    assert "would be 0\n" in text
    first = re.search(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text)
    assert first
    day = said([*words, "--day", first[0]], capsys, 1)
    assert "exposure_limit" in day
    assert ", 0 differ" in said([*words, "--day", "2000-01-01"], capsys)
    account = text.partition(" ")[0]
    assert said([*words, "--account", account], capsys, 1).startswith(account)
    assert "0 commands" in said([*words, "--account", "nobody"], capsys)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[]", "limits"),
        ('{"risk": {"exposure": 5}}', "risk.exposure"),
        ('{"unknown": 1}', "unknown"),
        ('{"risk": {"exposure": "NaN"}}', "risk.exposure"),
    ],
)
def test_limits_that_cannot_be_read(
    text: str, why: str, played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = tmp_path / "limits.json"
    limits.write_text(text)
    capsys.readouterr()
    assert main(["replay", "--limits", str(limits), "--data", str(played)]) == 2
    assert why in capsys.readouterr().err


def test_other_misuse(played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    limits = tmp_path / "limits.json"
    limits.write_text("{}")
    words = ["replay", "--limits", str(limits), "--data", str(played)]
    assert said([*words, "--day", "yesterday"], capsys, 2) == ""
    words[2] = str(tmp_path / "absent")
    assert said(words, capsys, 2) == ""
