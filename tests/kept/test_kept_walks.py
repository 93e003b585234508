"""What is said to commands drawn by a seed, most of them at the edge of a rule: every word.

The words stand in `walks_told_*.txt`; a rule that is changed on purpose writes them anew with
`python -m tests.kept.test_kept_walks`, and whoever reads the change sees each figure move.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.kept.battle_walks import WALKS as BATTLE_WALKS
from tests.kept.billing_walks import WALKS as BILLING_WALKS
from tests.kept.books_walks import WALKS as BOOKS_WALKS
from tests.kept.copy_walks import WALKS as COPY_WALKS
from tests.kept.game_grids import GRIDS as GAME_GRIDS
from tests.kept.game_walks import WALKS as GAME_WALKS
from tests.kept.gate_grids import GRIDS as GATE_GRIDS
from tests.kept.money_walks import WALKS as MONEY_WALKS
from tests.kept.name_walks import WALKS as NAME_WALKS
from tests.kept.nft_walks import WALKS as NFT_WALKS
from tests.kept.price_grids import GRIDS as PRICE_GRIDS
from tests.kept.show_grids import GRIDS as SHOW_GRIDS
from tests.kept.social_walks import WALKS as SOCIAL_WALKS
from tests.kept.telling import keep, kept
from tests.kept.user_walks import WALKS as USER_WALKS

HERE = Path(__file__).parent
ROOMS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "billing": {**BILLING_WALKS, **PRICE_GRIDS},
    "copying": {**COPY_WALKS, **SHOW_GRIDS},
    "game": GAME_WALKS,
    "game_grids": GAME_GRIDS,
    "money": {**MONEY_WALKS, **BOOKS_WALKS},
    "nft": NFT_WALKS,
    "social": {**SOCIAL_WALKS, **BATTLE_WALKS},
    "users": {**USER_WALKS, **NAME_WALKS, **GATE_GRIDS},
}
NAMES = [(room, name) for room, walks in ROOMS.items() for name in walks]


def file_of(room: str) -> Path:
    return HERE / f"walks_told_{room}.txt"


@pytest.mark.parametrize(("room", "name"), NAMES)
def test_every_word_is_kept(room: str, name: str) -> None:
    assert ROOMS[room][name]() == kept(file_of(room))[name]


@pytest.mark.parametrize("room", ROOMS)
def test_no_walk_is_forgotten(room: str) -> None:
    assert list(kept(file_of(room))) == list(ROOMS[room])


if __name__ == "__main__":
    for room, walks in ROOMS.items():
        keep(file_of(room), {name: walk() for name, walk in walks.items()})
