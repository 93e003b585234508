"""What the command line is given by mistake or malice: a sentence, exit code 2, nothing made."""

import socket
import stat
from pathlib import Path

import pytest

from shell.cli.main import main
from shell.stores import store_in
from tests.cli.playing import sawtooth

pytestmark = pytest.mark.slow  # in the gate, not in ./run check

FILLS = "time,symbol,side,qty,price\n"


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a refusal says; it has no output and no traceback."""
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert all(line.startswith(("astra: ", "audit ")) for line in said.err.splitlines()), said.err
    assert "Errno" not in said.err
    return said.err


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["token", "--data", "{file}"], "no such folder"),
        (["token", "--data", "{none}"], "no such folder"),
        (["token", "--name", "a\nb", "--data", "{folder}"], "--name"),
        (["token", "--name", "x" * 65, "--data", "{folder}"], "--name"),
        (["migrate", "--data", "{file}"], "file exists"),
        (["migrate", "--data", "{file}/under"], "not a directory"),
        (["serve", "--port", "0", "--data", "{file}"], "file exists"),
        (["serve", "--port", "0", "--data", "{new}", "--candles", "{binary}"], "not text in UTF-8"),
        (["serve", "--port", "0", "--data", "{new}", "--candles", "{none}"], "no such file"),
        (["serve", "--port", "0", "--data", "{new}", "--candles", "{fills}"], "unknown_columns"),
        (["serve", "--port", "{taken}", "--data", "{new}"], "already in use"),
        (
            ["serve", "--data", "{new}", "--symbol", "DOGE", "--candles", "{candles}"],
            "DOGE is not one of BTC-USD",
        ),
        (["demo", "--data", "{file}", "--candles", "{candles}"], "file exists"),
        (["demo", "--data", "{none}", "--candles", "{binary}"], "not text in UTF-8"),
        (["demo", "--data", "{none}", "--candles", "{folder}"], "is a directory"),
        (["demo", "--data", "{none}", "--candles", "{candles}", "--fast", "0"], "invalid_window"),
        (["pnl", "{binary}"], "not text in UTF-8"),
        (["pnl", "{fills}"], "no fills"),
        (["pnl", "{none}"], "no such file"),
        (["audit", "verify", "--data", "{none}"], "no such file"),
        (["audit", "prove", "9" * 30, "--data", "{good}"], "there is no entry"),
        (["audit", "verify", "--data", "{good}", "--head", "{none}/head"], "no such file"),
        (["migrate", "--data", "{garbage}"], "not a database"),
        (["replay", "--data", "{garbage}"], "not a database"),
    ],
)
def test_refused_in_words(
    command: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "binary").write_bytes(bytes(range(128, 256)))
    (tmp_path / "fills").write_text(FILLS)
    sawtooth(tmp_path / "candles", 3)
    (tmp_path / "garbage").mkdir()
    (tmp_path / "garbage" / "astra.sqlite").write_bytes(b"garbage" * 1000)
    assert main(["migrate", "--data", str(tmp_path / "good")]) == 0
    capsys.readouterr()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        places = {found.name: str(found) for found in tmp_path.iterdir()}
        places |= {"none": str(tmp_path / "none"), "new": str(tmp_path / "new")}
        places |= {"folder": str(tmp_path), "taken": str(taken.getsockname()[1])}
        assert why in refused([word.format(**places) for word in command], capsys)
    assert not (tmp_path / "none").exists()


def test_a_second_process_is_told_who_holds_the_books(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = store_in(tmp_path).unwrap()
    try:
        for words in (["serve", "--port", "0"], ["migrate"]):
            said = refused([*words, "--data", str(tmp_path)], capsys)
            assert "is being served by another process" in said
    finally:
        store.close()


def test_a_key_that_others_may_read_is_not_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "token.key"
    key.symlink_to(tmp_path / "nowhere")
    assert "no such file" in refused(["token", "--data", str(tmp_path)], capsys)
    key.unlink()
    key.write_bytes(bytes(32))
    key.chmod(stat.S_IRUSR | stat.S_IROTH)
    assert "only its owner" in refused(["token", "--data", str(tmp_path)], capsys)


def test_a_folder_may_have_any_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strange = tmp_path / "a?b=c#d %41"
    assert main(["migrate", "--data", str(strange)]) == 0
    assert (strange / "astra.sqlite").exists()
    assert main(["audit", "verify", "--data", str(strange)]) == 0
    assert "the chain holds" in capsys.readouterr().out


def test_lists_in_the_environment_are_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASTRA_ORIGINS", "https://astra.example")
    assert "JSON" in refused(["serve", "--port", "0", "--data", str(tmp_path / "new")], capsys)
    assert not (tmp_path / "new").exists()
