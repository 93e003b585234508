"""Planted mistakes in the market: random days must turn red, or what they check is blind."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeAlias

import pytest
from attrs import evolve
from returns.result import Success

from astracore.nft import payments, sales
from astracore.nft.auctions import auction
from astracore.nft.listings import accepting, listing
from astracore.nft.payout import payout
from astracore.nft.tokens import state, token
from property_tests.bazaar_histories import history

SEEDS = range(30)
Loose: TypeAlias = Any
Wrong: TypeAlias = Callable[..., Loose]
moved, released, bid_lines = state.moved, listing.released, payments.bid_lines
extended, sale_lines, unpaid = auction._extended, payments.sale_lines, token.unpaid
bought = auction._bought


def none(*_args: object, **_kwargs: object) -> None:
    """No objection."""


def nothing(*_args: object, **_kwargs: object) -> tuple[()]:
    """No events, no lines."""
    return ()


def fine(*args: object, **_kwargs: object) -> Success[object]:
    """As if everybody could pay."""
    return Success(args[2])


def generous(*args: Loose, **kwargs: Loose) -> Loose:
    """The platform's share stays in the proceeds."""
    return payout(*args, **kwargs).map(lambda parts: evolve(parts, proceeds=args[0]))


def sticky(before: Loose, *args: Loose) -> Loose:
    """A token that is still listed when it has moved."""
    return evolve(moved(before, *args), state=before.state, market_id=before.market_id)


def stolen(before: Loose, *args: Loose) -> Loose:
    """A token that stays with the seller."""
    return evolve(moved(before, *args), owner_id=before.owner_id)


def first_only(*args: Loose) -> Loose:
    """Only a bundle's first token comes back."""
    return released(*args).map(lambda free: (free[0], *((),) * (len(free) - 1)))


def kept(event: Loose) -> Loose:
    """The beaten bid stays where it is."""
    return bid_lines(event)[-2:]


def endless(command: Loose, held: Loose, rules: Loose) -> Loose:
    """An end that may move for ever."""
    return extended(command, held, evolve(rules, snipe_most=1000))


def dear(command: Loose, held: Loose, one: Loose, _price: Loose, rules: Loose) -> Loose:
    """A falling price that takes more than was bid."""
    return bought(command, held, one, command.amount + 1, rules)


def two_payers(event: Loose) -> Loose:
    """The buyer's purse pays although the price was set aside."""
    return sale_lines(evolve(event, escrow=None))


def paid_again(held: Loose, *args: Loose) -> Loose:
    """Days that were paid are paid again."""
    return unpaid(evolve(held, paid_days=0), *args)


MUTANTS: list[tuple[str, ModuleType, str, Wrong]] = [
    ("offers that survive a sale", sales, "_offers_ended", nothing),
    ("a payout above the price", sales, "payout", generous),
    ("a sold token that stays listed", state, "moved", sticky),
    ("a sold token that stays with the seller", state, "moved", stolen),
    ("a wash sale", sales, "washed", none),
    ("a bundle that comes back in part", listing, "released", first_only),
    ("a beaten bid that is not freed", payments, "bid_lines", kept),
    ("an end that moves for ever", auction, "_extended", endless),
    ("a purse that is not asked, of a bidder", auction, "affordable", fine),
    ("a purse that is not asked, of a buyer", listing, "affordable", fine),
    ("a buyer who pays more than was bid", auction, "_bought", dear),
    ("a price that is paid twice", payments, "sale_lines", two_payers),
    ("days of a stake that are paid again", token, "unpaid", paid_again),
    ("a stranger who gives away", token, "ownable", none),
    ("a stranger who accepts an offer", accepting, "_unacceptable", none),
    ("offers that survive a gift", token, "all_ended", nothing),
]


def is_red(seed: int) -> bool:
    """Whether a day breaks."""
    try:
        return not history(seed)
    except Exception:  # noqa: BLE001 - any break is one
        return True


def test_days_that_are_right_are_green() -> None:
    assert not any(is_red(seed) for seed in range(3))


@pytest.mark.slow
@pytest.mark.parametrize(("module", "name", "wrong"), [one[1:] for one in MUTANTS],
                         ids=[one[0] for one in MUTANTS])  # fmt: skip
def test_mistakes_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, wrong: Wrong
) -> None:
    monkeypatch.setattr(module, name, wrong)
    assert any(is_red(seed) for seed in SEEDS)
