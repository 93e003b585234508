"""What is said to commands drawn by a seed, most of them at the edge of a rule: every word.

The words stand in `walks_told_*.txt`; a rule that is changed on purpose writes them anew with
`python -m tests.kept.test_kept_walks`, and whoever reads the change sees each figure move.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.kept import (
    battle_walks,
    billing_walks,
    books_walks,
    copy_walks,
    game_grids,
    game_walks,
    gate_grids,
    money_walks,
    name_walks,
    nft_walks,
    price_grids,
    show_grids,
    social_walks,
    user_walks,
)
from tests.kept.telling import keep, kept

HERE = Path(__file__).parent
ROOMS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "billing": {**billing_walks.WALKS, **price_grids.GRIDS},
    "copying": {**copy_walks.WALKS, **show_grids.GRIDS},
    "game": game_walks.WALKS,
    "game_grids": game_grids.GRIDS,
    "money": {**money_walks.WALKS, **books_walks.WALKS},
    "nft": nft_walks.WALKS,
    "social": {**social_walks.WALKS, **battle_walks.WALKS},
    "users": {**user_walks.WALKS, **name_walks.WALKS, **gate_grids.GRIDS},
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
