"""kill -9 while jobs run: every job is completed, its effect is there once, whoever had it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.db.postgres import connect_store
from astracore.jobs.rules import Stage
from shell.store import Store
from tests.jobs.killed_pool import Fast, opened
from tests.jobs.yard import Yard, yard
from tests.servers.postgres import Server
from tests.servers.stores import database

JOBS = 60
KILLS = 8 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 2
PATIENCE_S = 90
ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "killed_pool.py"


@contextmanager
def pool(name: str, place: str) -> Iterator[subprocess.Popen[str]]:
    """A process at work; killed at the end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), name, place],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def filled(store: Store) -> Yard:
    """A queue with work in it: some of it makes more work."""
    there = yard(store, Fast())
    for number in range(JOBS):
        task = "chain" if number % 3 == 0 else "count"
        there.put(task, {"name": f"k{number}"}, max_retries=10)
    return there


def all_done(there: Yard) -> bool:
    """Whether nothing waits and nothing runs."""
    return all(one.phase == "completed" for one in there.counts())


def check(there: Yard) -> None:
    """Each effect once, and nothing dead."""
    assert {one.stage for one in there.counts()} == {Stage.COMPLETED.value}
    counts = there.notes("count:")
    assert {note.at for note in counts} == {1}
    assert len(counts) == JOBS


@pytest.mark.slow
def test_two_processes_one_killed_again_and_again(postgres: Server) -> None:
    rng = random.Random(5)
    with database(postgres) as address:
        store = connect_store(address).unwrap()
        there = filled(store)
        with pool("steady", address):
            for turn in range(KILLS):
                with pool(f"killed{turn}", address):
                    time.sleep(rng.uniform(0.05, 0.5))
            until = time.monotonic() + PATIENCE_S
            while not all_done(there) and time.monotonic() < until:
                time.sleep(0.05)
        check(there)
        store.close()


@pytest.mark.slow
def test_one_process_on_a_file_killed_and_started_again(tmp_path: Path) -> None:
    rng, path = random.Random(6), tmp_path / "store.db"
    store = opened(str(path))
    filled(store)
    store.close()
    for turn in range(KILLS):
        with pool(f"killed{turn}", str(path)):
            time.sleep(rng.uniform(0.05, 0.5))
    for turn in range(PATIENCE_S):
        with pool(f"last{turn}", str(path)):
            time.sleep(1.0)
        if looked_at(path):
            return
    raise AssertionError("not done in time")


def looked_at(path: Path) -> bool:
    """Whether all is done; then it is done right."""
    store = opened(str(path))
    there = yard(store, Fast())
    is_done = all_done(there)
    if is_done:
        check(there)
    store.close()
    return is_done
