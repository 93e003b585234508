"""64 withdrawers at once are never given what is not there: 100,000 attempts under `deep`."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.db.postgres import connect_store
from shell.store import Store
from tests.cli.playing import ROOT, deep
from tests.servers.postgres import Server
from tests.servers.stores import database, grand, lite
from tests.service.withdrawing import ON_ONE, Purses, crowded, purses

ATTEMPTS = 100_000 if deep() else 1_000
WITHDRAWERS = 64


def right(found: Purses, deposits: int) -> None:
    """Never below zero, exact at the end, and there was something to do."""
    assert found.wrong == []
    assert {name: one for name, one in found.ended().items() if one} == {}
    assert found.came == deposits * 100
    assert found.withdrawals > ATTEMPTS // 100


async def alone(store: Store) -> None:
    """All of them in this process."""
    crowd = await crowded(store, "alone", ATTEMPTS, WITHDRAWERS)
    assert set(crowd.refused) == {"InsufficientFunds"}
    right(purses(store), ATTEMPTS // ON_ONE)


@pytest.mark.slow
async def test_never_below_zero_on_sqlite(tmp_path: Path) -> None:
    with lite(tmp_path) as store:
        await alone(store)


@pytest.mark.slow
async def test_never_below_zero_on_postgresql(postgres: Server) -> None:
    with grand(postgres) as store:
        await alone(store)


@pytest.mark.slow
async def test_never_below_zero_by_two_processes(postgres: Server) -> None:
    with database(postgres) as address:
        connect_store(address).unwrap().close()
        words = [sys.executable, "-m", "tests.service.withdrawing", address]
        counts = [str(ATTEMPTS // 2), str(WITHDRAWERS // 2)]
        both = [
            await asyncio.create_subprocess_exec(
                *words, name, *counts, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            for name in ("first", "second")
        ]
        for one in both:
            assert one.stdout is not None
            assert await one.stdout.readline() == b"ready\n"
        said = await asyncio.gather(*(one.communicate(b"go\n") for one in both))
        assert [one.returncode for one in both] == [0, 0]
        assert [out for out, _ in said] == [b"InsufficientFunds\n"] * 2
        store = connect_store(address).unwrap()
        right(purses(store), 2 * -(-ATTEMPTS // 2 // ON_ONE))
        store.close()
