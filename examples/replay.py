"""A decision is a pure function, so history can be read again: decide, store, replay, compare.

Prints:
    open     account_opened
    leverage leverage_set
    order    order_accepted
    fill     trade_executed, position_opened
    too big  refused: order_too_large, insufficient_margin
    5 lines of canonical JSON, the first 80 letters of the first:
    {"account_id":"ada","at":"2026-03-04T10:00:00.000000Z","currency":"PUSD","initia
    the account read from them equals the live one: True
    worth 9999 at a mark of 2000, 10099 at 2100
"""

from decimal import Decimal

from astracore.catalog.aggregates import ACCOUNT_EVENTS
from astracore.events.decider import replay
from astracore.ids import AccountId, FillId, OrderId, UserId
from astracore.instants import instant
from astracore.numeric import to_text
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import (
    AccountCommand,
    Facts,
    Mark,
    OpenAccount,
    PlaceOrder,
    RecordFill,
    SetLeverage,
)
from astracore.trading.events import AccountEvent
from astracore.trading.pnl import valuation
from astracore.trading.state import Account
from astracore.trading.types import INSTRUMENTS, AccountMode, Liquidity, OrderType, Side

AT = instant("2026-03-04T10:00:00Z").unwrap()
ADA = AccountId("ada")
FACTS = Facts(
    instrument=INSTRUMENTS["ETH-USD"],
    marks=(Mark(symbol="ETH-USD", price=Decimal(2000), at=AT),),
    maker_rate=Decimal("0.0002"),
    taker_rate=Decimal("0.0005"),
)


def order(name: str, quantity: str) -> PlaceOrder:
    """Buy at the market."""
    return PlaceOrder(
        account_id=ADA,
        order_id=OrderId(name),
        symbol="ETH-USD",
        side=Side.BUY,
        type=OrderType.MARKET,
        qty=Decimal(quantity),
        facts=FACTS,
        at=AT,
    )


COMMANDS: dict[str, AccountCommand] = {
    "open": OpenAccount(
        account_id=ADA,
        user_id=UserId("u1"),
        mode=AccountMode.PRACTICE,
        currency="PUSD",
        initial_balance=Decimal(10000),
        at=AT,
    ),
    "leverage": SetLeverage(account_id=ADA, symbol="ETH-USD", leverage=5, facts=FACTS, at=AT),
    "order": order("order-1", "1"),
    "fill": RecordFill(
        account_id=ADA,
        order_id=OrderId("order-1"),
        fill_id=FillId("fill-1"),
        symbol="ETH-USD",
        side=Side.BUY,
        qty=Decimal(1),
        price=Decimal(2000),
        liquidity=Liquidity.TAKER,
        at=AT,
    ),
    "too big": order("order-2", "100"),
}


def decided(name: str, command: AccountCommand, account: Account) -> tuple[AccountEvent, ...]:
    """What the command makes happen; a refusal makes nothing happen and names every cause."""
    outcome = ACCOUNT.decide(command, account)
    if is_failure(outcome):
        causes = ", ".join(cause.code for cause in outcome.failure().causes)
        print(f"{name:<8} refused: {causes}")
        return ()
    events = outcome.unwrap()
    print(f"{name:<8} {', '.join(type(event).TYPE.split('.')[2] for event in events)}")
    return events


def worth(account: Account, mark: str) -> str:
    """Equity at a mark."""
    return to_text(valuation(account, {"ETH-USD": Decimal(mark)}).unwrap().equity)


def main() -> None:
    """Decide and store; then read the account again from what was stored."""
    account, stored = ACCOUNT.initial, list[tuple[str, bytes]]()
    for name, command in COMMANDS.items():
        events = decided(name, command, account)
        stored += [(type(event).TYPE, ACCOUNT_EVENTS.encode(event)) for event in events]
        account = replay(ACCOUNT, events, account)
    print(f"{len(stored)} lines of canonical JSON, the first 80 letters of the first:")
    print(stored[0][1].decode()[:80])
    read = [ACCOUNT_EVENTS.decode(kind, body).unwrap() for kind, body in stored]
    print(f"the account read from them equals the live one: {replay(ACCOUNT, read) == account}")
    print(f"worth {worth(account, '2000')} at a mark of 2000, {worth(account, '2100')} at 2100")


if __name__ == "__main__":
    main()
