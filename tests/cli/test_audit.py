"""`astra audit` and `astra replay` find what somebody did to the file behind our back."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.playing import astra, sawtooth


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a history."""
    folder = tmp_path_factory.mktemp("played")
    candles = sawtooth(folder / "candles.csv", 120)
    assert astra("demo", "--candles", candles, "--data", folder).returncode == 0
    assert astra("audit", "verify", "--data", folder).returncode == 0
    return folder


def copied(played: Path, tmp_path: Path, change: str) -> Path:
    """The same folder after an SQL statement of somebody's."""
    with (
        sqlite3.connect(played / "astra.sqlite") as source,
        sqlite3.connect(tmp_path / "astra.sqlite") as target,
    ):
        source.backup(target)
        target.execute(change)
    (tmp_path / "audit-head.json").write_bytes((played / "audit-head.json").read_bytes())
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("update events set body = replace(body, '7', '8') where position = 9", "entry 9"),
        ("delete from events where position = 5", "entry 5"),
        ("update audit set actor = 'nobody' where seq = 3", "entry 3"),
        ("delete from audit where seq > 20", "entry 21"),
        ("update events set occurred_at = 0 where position = 12", "entry 12"),
    ],
)
def test_tampering_is_found_where_it_was_done(
    played: Path, tmp_path: Path, change: str, named: str
) -> None:
    run = astra("audit", "verify", "--data", copied(played, tmp_path, change))
    assert run.returncode == 1
    assert f"BROKEN at {named}:" in run.stdout


@pytest.mark.slow
def test_a_cut_tail_is_found_by_the_noted_head(played: Path, tmp_path: Path) -> None:
    """Also when the head row was cut along with the entries: the note outside shows it."""
    data = copied(played, tmp_path, "delete from events where position > 20")
    with sqlite3.connect(data / "astra.sqlite") as connection:
        connection.execute("delete from audit where seq > 20")
        connection.execute(
            "update heads set position = 20, seq = 20,"
            " hash = (select hash from audit where seq = 20)"
        )
    run = astra("audit", "verify", "--data", data)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "BROKEN" in run.stdout


@pytest.mark.slow
def test_a_changed_read_model_is_found_by_replay(played: Path, tmp_path: Path) -> None:
    change = 'update read_rows set body = replace(body, \'"cash":"\', \'"cash":"1\')'
    data = copied(played, tmp_path, f"{change} where model = 'portfolio'")
    run = astra("replay", "--data", data)
    assert run.returncode == 1
    assert "portfolio" in run.stdout
    assert "DIFFERS" in run.stdout


@pytest.mark.slow
def test_proof_and_export_are_given(played: Path) -> None:
    proof = astra("audit", "prove", "7", "--data", played)
    assert '"seq": 7' in proof.stdout
    assert astra("audit", "prove", "100000", "--data", played).returncode == 2
    assert len(astra("audit", "export", "--data", played).stdout.splitlines()) > 20


def test_a_folder_without_a_store_is_said_to_be_one(tmp_path: Path) -> None:
    for command in (("audit", "verify"), ("replay",)):
        run = astra(*command, "--data", tmp_path)
        assert run.returncode == 2
        assert "no such file" in run.stderr
        assert "Traceback" not in run.stderr
