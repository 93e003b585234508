"""Killed while it starts, rebuilds or migrates, the next try succeeds: 50 kills each in `deep`."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.playing import deep
from tests.servers.postgres import Server
from tests.servers.stores import database
from tests.service.interrupted import KILLS, WHATS, Place, interrupted

ALL = [(what, where) for what in WHATS for where in ("sqlite", "postgresql")]
GATE = [("start", "sqlite"), ("rebuild", "postgresql"), ("migration", "postgresql")]


@pytest.mark.slow
@pytest.mark.parametrize(("what", "where"), ALL if deep() else GATE)
async def test_the_next_try_succeeds_and_finds_everything(
    what: str, where: str, postgres: Server, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        address = stack.enter_context(database(postgres)) if where == "postgresql" else ""
        kills = KILLS if deep() else 1
        found = await interrupted(Place(tmp_path, address), what, range(kills), 1)
    assert found.wrong == []
    assert found.kills == kills
