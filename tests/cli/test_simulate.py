"""`astra simulate economy` as people and scripts call it."""

import argparse
import json
from pathlib import Path

import pytest

from astracore.gamification.economy.report import report
from astracore.gamification.game_rules import GameRules
from astracore.gamification.rules import XpRules
from shell.cli import simulate
from shell.cli.main import main


def given(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    simulate.arguments(parser)
    return parser.parse_args(["economy", *words])


SMALL = ("--traders", "12", "--days", "40")


def test_it_prints_tables_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "economy", *SMALL]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("12 traders, 40 days\n")
    assert told.out.count("kept:") == 4
    assert "simulating" in told.err


def test_the_same_seed_is_the_same_run(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for seed in ("1", "1", "2"):
        assert simulate.run(given(*SMALL, "--seed", seed, "--json")) == 0
        outputs.append(json.loads(capsys.readouterr().out))
    assert outputs[0] == outputs[1] != outputs[2]
    assert [row["character"] for row in outputs[0]["characters"]] == [
        "casual",
        "grinder",
        "washer",
        "multi_accounter",
        "whale",
    ]


def test_a_picture_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "economy.svg"
    assert simulate.run(given(*SMALL, "--plot", str(path))) == 0
    assert path.read_text().startswith("<svg ")
    assert capsys.readouterr().out


@pytest.mark.parametrize("words", [("--traders", "0"), ("--days", "0"), ("--traders", "1000000")])
def test_sizes_that_cannot_be_are_refused(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate.run(given(*words)) == 2
    assert "to simulate" in capsys.readouterr().err


def test_a_broken_promise_is_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tight = GameRules(xp=XpRules(daily=0))
    monkeypatch.setattr(simulate, "report", lambda made, _rules: report(made, tight))
    assert simulate.run(given(*SMALL)) == 1
    assert "BROKEN" in capsys.readouterr().out
