"""Figures that jobs and policies are told: worked by hand, and what they refuse."""

from decimal import Decimal

from attrs import evolve

from astracore.catalog.aggregates import ACCOUNT_AGGREGATE
from astracore.catalog.examples import example
from astracore.errors.events import Unfoldable
from astracore.errors.trading import UnknownMark
from astracore.events.decider import Decider
from astracore.events.past import Cut, past
from astracore.ids import AccountId, UserId
from astracore.instants import Instant
from astracore.nft.tokens.events import MarketplaceSale
from astracore.policies.claims import recorded
from astracore.projections.daily import DayPnl, worst_fall
from astracore.projections.exposure import Seen, risk_snapshot
from astracore.projections.portfolio import PortfolioRow
from astracore.trading.events import AccountEvent
from astracore.trading.state import Account, Position
from astracore.trading.types import INSTRUMENTS, AccountMode, AccountStatus
from property_tests.policy_examples import ask
from property_tests.test_past import STREAM, kept

D = Decimal
AT = Instant(1_772_618_400_000_000)


def day(net: str, flow: str = "0") -> DayPnl:
    return DayPnl(
        account_id=AccountId("a"), user_id=UserId("u"), day="2026-03-04", ends_at=AT,
        net=D(net), flow=D(flow),
    )  # fmt: skip


def test_a_fall_is_measured_from_its_peak_and_flows_move_both() -> None:
    days = (day("50"), day("-30"), day("0", "100"), day("-55"), day("10"))
    # 100 → 150 → 120 (30/150) → 220 of a peak of 250 → 165 (85/250)
    assert worst_fall(D(100), days).unwrap() == D("0.34")
    assert worst_fall(D(100), ()).unwrap() == 0
    assert worst_fall(D(0), (day("-1"),)).unwrap() == 0


def test_a_record_of_trades() -> None:
    none = recorded(0, 0, ())
    assert (none.trades, none.win_rate, none.drawdown) == (0, D(0), D(0))
    some = recorded(4, 1, (D("0.1"), D("0.3")))
    assert (some.trades, some.win_rate, some.drawdown) == (4, D("0.25"), D("0.3"))


def test_what_is_held_must_be_listed_and_have_a_mark() -> None:
    held = evolve(example(Position), symbol="ETH-USD", qty=D(1))
    row = PortfolioRow(
        account_id=AccountId("a"), user_id=UserId("u"), mode=AccountMode.PRACTICE,
        status=AccountStatus.OPEN, currency="USD", initial_balance=D(100), cash=D(100),
        opened_at=AT, positions={"ETH-USD": held},
    )  # fmt: skip
    seen = Seen(account=row, days=(), orders=(), open_orders=0, closes=())
    listed = {"ETH-USD": INSTRUMENTS["ETH-USD"]}
    assert risk_snapshot(seen, {"ETH-USD": D(2000)}, {}, AT).failure() == UnknownMark("ETH-USD")
    assert risk_snapshot(seen, {}, listed, AT).failure() == UnknownMark("ETH-USD")


def test_a_share_is_burned_in_credit_alone() -> None:
    sale = evolve(example(MarketplaceSale), currency="USD", escrow="e", platform=D(2))
    assert ask("burn_share", sale) == []
    assert ask("burn_share", evolve(sale, currency="CREDIT", escrow=None)) == []
    assert len(ask("burn_share", evolve(sale, currency="CREDIT"))) == 1


def test_an_event_that_cannot_be_folded_is_named() -> None:
    def broken(_state: Account, _event: AccountEvent) -> Account:
        raise LookupError

    decider = ACCOUNT_AGGREGATE.decider
    wrong = evolve(
        ACCOUNT_AGGREGATE,
        decider=Decider(decider.name, decider.initial, decider.decide, broken),
    )
    rows = kept(1)
    fault = past(wrong, STREAM, Cut(), (0, decider.initial), rows).failure()
    assert fault == Unfoldable(str(STREAM), 1, "LookupError")
