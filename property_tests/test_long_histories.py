"""Histories of two hundred events: the identities hold at every prefix."""

import pytest

from property_tests.random_histories import history

pytestmark = pytest.mark.slow  # in the gate, not in ./run check


@pytest.mark.parametrize("seed", range(60))
def test_the_account_holds(seed: int) -> None:
    """Cash, margin, reserves, orders, lists and replay, after every event of a long history."""
    machine = history(seed)
    assert machine.world.events
