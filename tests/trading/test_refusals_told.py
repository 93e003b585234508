"""What each refusal of an account says, word for word: field by field in its place."""

from pathlib import Path

import pytest

from astracore.trading.account import ACCOUNT
from tests.trading.test_cash import REFUSED
from tests.trading.test_pretrade_ladder import CASES

TOLD = Path(__file__).with_name("refusals_told.txt").read_text(encoding="utf-8").splitlines()
ASKED = [(name, state, command) for name, state, command, _ in (*CASES, *REFUSED)]


@pytest.mark.parametrize("place", range(len(ASKED)), ids=[case[0] for case in ASKED])
def test_a_refusal_says_what_was_wrong(place: int) -> None:
    """A new case adds its line to refusals_told.txt, at the same place."""
    name, state, command = ASKED[place]
    causes = " and ".join(map(str, ACCOUNT.decide(command(), state).failure().causes))
    assert f"{name}: {causes}" == TOLD[place]


def test_no_line_is_left_over() -> None:
    assert len(TOLD) == len(ASKED)
