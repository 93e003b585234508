"""`astra show` on a store that was played, beside the events themselves."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from astracore.catalog.aggregates import ACCOUNT_AGGREGATE, ACCOUNT_EVENTS, PROFILE_AGGREGATE
from astracore.events.decider import replay
from astracore.events.envelope import StreamId
from astracore.events.personal import ERASED
from astracore.events.snapshot import snapshot
from astracore.ids import UserId
from astracore.instants import Instant, instant_text
from astracore.trading.account import ACCOUNT
from astracore.users.commands import Register
from shell.asked import Asked
from shell.cli.main import main
from shell.runtime import running
from shell.stores import MASTER, store_in
from tests.cli.playing import sawtooth
from tests.domains.counter import origin
from tests.domains.desk import StoppedClock


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a history."""
    folder = tmp_path_factory.mktemp("played")
    candles = sawtooth(folder / "candles.csv", 120)
    assert main(["demo", "--candles", str(candles), "--data", str(folder)]) == 0
    return folder


def rows(data: Path) -> list[tuple[str, int, int, str, bytes]]:
    """(key, position, recorded, type, body) of the account's events, read by SQL alone."""
    with sqlite3.connect(data / "astra.sqlite") as connection:
        query = (
            "select key, position, recorded_at, type, body from events"
            " where category = 'trading.account' order by version"
        )
        return connection.execute(query).fetchall()


def state(found: list[tuple[str, int, int, str, bytes]]) -> object:
    """What those events fold to."""
    events = [ACCOUNT_EVENTS.decode(name, body).unwrap() for _, _, _, name, body in found]
    return json.loads(ACCOUNT_AGGREGATE.state.encode(replay(ACCOUNT, events)))


def told(data: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    """The JSON that `astra show` prints."""
    capsys.readouterr()
    assert main(["show", *words, "--json", "--data", str(data)]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_every_point_of_an_account(played: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = rows(played)
    stream = f"trading.account/{events[0][0]}"
    half = len(events) // 2
    _, position, recorded, _, _ = events[half - 1]
    whole = told(played, capsys, stream)
    assert (whole["version"], whole["state"]) == (len(events), state(events))
    for words in (["--version", str(half)], ["--position", str(position)]):
        part = told(played, capsys, stream, *words)
        assert (part["version"], part["state"]) == (half, state(events[:half]))
    then = told(played, capsys, stream, "--recorded", instant_text(Instant(recorded)))
    known = [row for row in events if row[2] <= recorded]
    assert (then["version"], then["state"]) == (len(known), state(known))


def test_text_for_people(played: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stream = f"trading.account/{rows(played)[0][0]}"
    capsys.readouterr()
    assert main(["show", stream, "--version", "1", "--data", str(played)]) == 0
    first, second, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{stream} at version 1, position ")
    assert second.startswith("occurred 20")
    assert json.loads("\n".join(rest)) == state(rows(played)[:1])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nothing/a"], "no streams are of the category nothing"),
        (["jobs.job/a"], "no streams are of the category"),
        (["trading.account"], "which one? trading.account/ID"),
        (["trading.account/nobody"], "nothing was ever stored in trading.account/nobody"),
        (["{}", "--at", "2001-01-01T00:00:00Z"], "had not begun by then"),
        (["{}", "--version", "999999"], "has only"),
    ],
)
def test_refusals(
    played: Path, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    stream = f"trading.account/{rows(played)[0][0]}"
    capsys.readouterr()
    named = [word.replace("{}", stream) for word in words]
    assert main(["show", *named, "--data", str(played)]) == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--version", "0"], ["--position", "-1"], ["--version", "٣"], ["--at", "yesterday"]]
)
def test_misuse(played: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["show", "trading.account/a", *words, "--data", str(played)])
    assert left.value.code == 2


async def test_personal_fields_are_sealed_without_the_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(store_in(tmp_path).unwrap(), StoppedClock()) as runtime:
        command = Register(user_id=UserId("u7"), username="ada-lovelace", at=StoppedClock().now())
        asked = Asked(command=command, origin=origin("c1"), digest="d")
        (await runtime.commands.run(asked)).unwrap()
        await runtime.follower.quiet()
    assert "ada-lovelace" in json.dumps(told(tmp_path, capsys, "user.user/u7"))
    claim = told(tmp_path, capsys, "user.username/ada-lovelace")
    assert "ada-lovelace" not in str(claim["stream"])  # an alias stands in the log
    sealed = tmp_path / "elsewhere"
    sealed.mkdir()
    shutil.copy(tmp_path / "astra.sqlite", sealed)
    assert not (sealed / MASTER).exists()
    found = told(sealed, capsys, "user.user/u7")
    assert found["version"] == 1
    assert "ada-lovelace" not in json.dumps(found)
    assert ERASED in json.dumps(found)


def test_a_wrong_snapshot_of_any_aggregate_is_found(
    played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that no account's, user's or book's is: the profile of somebody's risk."""
    shutil.copy(played / "astra.sqlite", tmp_path)
    aggregate = PROFILE_AGGREGATE
    with sqlite3.connect(tmp_path / "astra.sqlite") as database:
        query = "select category, key, version from events where category = ? limit 1"
        category, key, version = database.execute(query, (aggregate.decider.name,)).fetchone()
        wrong = snapshot(aggregate, StreamId(category, key), version, aggregate.decider.initial)
        values = (category, key, version, wrong.schema, wrong.body, wrong.body_hash)
        database.execute("insert into snapshots values (?, ?, ?, ?, ?, ?)", values)
    capsys.readouterr()
    assert main(["replay", "--data", str(tmp_path)]) == 1
    assert f"snapshot of {category}/{key} DIFFERS" in capsys.readouterr().out
