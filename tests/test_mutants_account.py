"""Planted mistakes in the account: long histories must turn red, or their properties are blind."""

from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from astracore.trading import money_folding, order_folding
from astracore.trading.steps import fills, observing, payments
from property_tests.random_histories import history

SEEDS = range(40)
Wrong = Callable[..., Any]


def never(*_args: object, **_kwargs: object) -> Decimal:
    """Nothing at all."""
    return Decimal(0)


def same(told: object, *_args: object, **_kwargs: object) -> object:
    """The first argument, as if nothing was to be done."""
    return told


def none(*_args: object, **_kwargs: object) -> None:
    """No step."""


def whole(held: Decimal, _side: object) -> Decimal:
    """As if everything could be reduced by anybody."""
    return abs(held) + 1


MUTANTS: list[tuple[str, ModuleType, str, Wrong]] = [
    ("a closing fee forgotten", payments, "fee_split", lambda _f, _c, _q: (Decimal(0), Decimal(0))),
    ("margin that never comes back", payments, "part_of", never),
    ("reduce-only that opens", fills, "reducible", whole),
    ("lists that lower nobody", fills, "carried", same),
    ("funding that nobody counts", money_folding, "funded", lambda account, _event: account),
    ("a reset that keeps the profit", money_folding, "reset", lambda account, _event: account),
    ("fills that lists do not hear of", order_folding, "filled_step", none),
    ("a trigger that lists do not hear of", observing, "triggered_step", none),
]


def is_red(seed: int) -> bool:
    """Whether a history breaks."""
    try:
        return history(seed) is None
    except Exception:  # noqa: BLE001 - any break is one
        return True


@pytest.mark.slow
@pytest.mark.parametrize(("module", "name", "wrong"), [one[1:] for one in MUTANTS],
                         ids=[one[0] for one in MUTANTS])  # fmt: skip
def test_mistakes_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, wrong: Wrong
) -> None:
    assert not is_red(0)
    monkeypatch.setattr(module, name, wrong, raising=False)
    assert any(is_red(seed) for seed in SEEDS)
