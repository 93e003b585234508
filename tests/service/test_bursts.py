"""A key that comes 32 times at once has one effect and one answer: 500 bursts under `deep`."""

from pathlib import Path
from random import Random

import aiohttp
import pytest

from tests.cli.playing import deep
from tests.servers.postgres import Server
from tests.service.bursts import AT_ONCE, burst
from tests.service.fleet import Player
from tests.service.trials import Kind, site
from tests.service.verdicts import closed, one_counted

BURSTS = 500 if deep() else 8
ONE = Kind(name="one", victim="", kills=0, grand=False)
TWO = Kind(name="two", victim="", kills=0, members=2)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [ONE, TWO], ids=lambda kind: kind.name)
async def test_one_effect_and_one_answer(kind: Kind, postgres: Server, tmp_path: Path) -> None:
    rng = Random(5)
    async with site(kind, tmp_path, postgres) as here, aiohttp.ClientSession() as session:
        player = Player("eager", here.fleet, session, rng)
        await player.join()
        wrong = []
        for number in range(BURSTS):
            made = await burst(player, number, rng)
            wrong += [made] if made.wrong() else []
        assert [one.wrong() for one in wrong] == []
        assert player.seen.statuses.total() == BURSTS * AT_ONCE
        found = await closed(here.fleet, await one_counted(player), None)
    assert (found.acknowledged, found.lost, found.doubled) == (BURSTS, 0, 0)
    assert (found.broken, found.unequal, found.exits) == ("", (), (0,) * kind.members)
    assert player.seen.changed == player.seen.odd == []
