"""What the bell keeps in memory is the end of the log, without a gap, or nothing."""

from pathlib import Path

import pytest

from adapters.db import log
from astracore.events.envelope import Envelope
from shell import bell as ringing
from shell.bell import Bell
from shell.workers.folding import decoded
from tests.domains.counter import Add, Take
from tests.domains.desk import Desk, desk
from tests.shell.test_follower import CATALOG


async def grown(path: Path) -> Desk:
    """A log of five events, a replay and a refusal."""
    sat = desk(path)
    await sat.ask("c1", Add(counter="a", amount=3, parts=3))
    await sat.ask("c2", Add(counter="b", amount=1))
    await sat.ask("c1", Add(counter="a", amount=3, parts=3))
    await sat.ask("c3", Take(counter="b", amount=5))
    await sat.ask("c4", Take(counter="b", amount=1))
    return sat


def in_log(sat: Desk) -> tuple[Envelope[object], ...]:
    return decoded(CATALOG, sat.store.read(lambda c: log.after(c, 0, 100))).unwrap()


async def test_memory_says_what_the_log_says(tmp_path: Path) -> None:
    sat = await grown(tmp_path / "store.db")
    events = in_log(sat)
    assert len(events) == 5
    assert [sat.bell.since(place, 100) for place in range(6)] == [events[n:] for n in range(6)]
    assert sat.bell.since(1, 2) == events[1:3]
    await sat.close()


async def test_what_is_not_in_memory_has_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ringing, "KEPT", 2)
    sat = await grown(tmp_path / "store.db")
    events = in_log(sat)
    assert sat.bell.since(2, 100) is None
    assert sat.bell.since(3, 100) == events[3:]
    sat.bell.forget()
    assert sat.bell.since(5, 100) is None
    await sat.close()


async def test_a_gap_is_never_jumped(tmp_path: Path) -> None:
    sat = await grown(tmp_path / "store.db")
    events, bell = in_log(sat), Bell()
    bell.ring(events[:2])
    bell.ring(events[3:])
    assert bell.since(1, 100) is None
    assert bell.since(2, 100) is None
    assert bell.since(3, 100) == events[3:]
    await sat.close()
