"""kill -9 at random moments: nothing acknowledged is lost, nothing is doubled, no answer changes.

30 kills under the profile `deep`, 3 in the gate.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adapters.db import log
from adapters.db.sqlite import open_store
from astracore.events.canonical import canonical
from astracore.events.decider import replay
from astracore.events.envelope import StreamId
from astracore.ids import CommandId
from shell.audit import verify
from tests.domains.counter import COUNTER, COUNTER_EVENTS

KILLS = 30 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 3
WRITER = Path(__file__).parent / "killed_writer.py"
ROOT = Path(__file__).parents[3]


def killed_run(path: Path, round_: int, moment: float) -> dict[str, str]:
    """Start the writer, kill it `moment` [s] after it is ready; what it was told, by key."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path), str(round_)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(moment)
        writer.send_signal(signal.SIGKILL)
        said = writer.stdout.read()
    whole = said[: said.rfind("\n") + 1].splitlines()
    return dict(line.split("\t", 1) for line in whole)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    path, rng = tmp_path / "store.db", random.Random(11)
    acknowledged: dict[str, str] = {}
    for round_ in range(KILLS):
        acknowledged |= killed_run(path, round_, rng.uniform(0.05, 0.5))
        check(path, acknowledged)
    assert len(acknowledged) > KILLS


def check(path: Path, acknowledged: dict[str, str]) -> None:
    """The file, opened again, against what its writers were told."""
    store = open_store(path).unwrap()
    try:
        ids = [CommandId(key) for key in acknowledged]
        found = {
            key: row
            for start in range(0, len(ids), 500)
            for key, row in store.read(lambda c: log.keys(c, ids[start : start + 500])).items()  # noqa: B023
        }
        events = store.read(lambda c: log.after(c, 0, 1_000_000))
        by_command: dict[str, list[str]] = {}
        for one in events:
            by_command.setdefault(one.command_id, []).append(f"{one.position}:{one.event_id}")
        for key, answer in acknowledged.items():
            row = found[CommandId(key)]
            if answer == "refused":
                assert row.refused
                assert key not in by_command
            else:
                assert row.answer.decode() == answer
                assert canonical(by_command[key]).decode() == answer
        assert len({one.event_id for one in events}) == len(events)
        assert [one.position for one in events] == list(range(1, len(events) + 1))
        verify(store).unwrap()
        for number in range(4):
            stream = StreamId("test.counter", f"counter{number}")
            tail = store.read(lambda c: log.stream(c, stream))  # noqa: B023
            assert [one.version for one in tail] == list(range(1, len(tail) + 1))
            state = replay(COUNTER, [COUNTER_EVENTS.decode(e.type, e.body).unwrap() for e in tail])
            assert state.total >= 0
    finally:
        store.close()
