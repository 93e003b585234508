"""Short ways to write trading commands, and an independent account in fractions."""

from decimal import Decimal
from fractions import Fraction

from attrs import define, evolve, field

from astracore.ids import AccountId, FillId, OrderId, UserId
from astracore.instants import Instant
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import (
    AccountCommand,
    CancelOrder,
    ClosePosition,
    Facts,
    Mark,
    OpenAccount,
    PlaceOrder,
    RecordAck,
    RecordCancel,
    RecordFill,
    RecordRefusal,
    SetAccountStatus,
    SetLeverage,
)
from astracore.trading.events import AccountEvent, OrderAccepted
from astracore.trading.state import Account
from astracore.trading.types import (
    INSTRUMENTS,
    AccountMode,
    AccountStatus,
    Instrument,
    InstrumentStatus,
    Liquidity,
    OrderType,
    Side,
    TimeInForce,
)

NOW = Instant(1_772_618_400_000_000)
ME = AccountId("a1")
ETH = INSTRUMENTS["ETH-USD"]
D = Decimal


def facts(mark: str | None = "2000", instrument: Instrument | None = ETH, **more: object) -> Facts:
    """Facts about ETH at `mark`, seen now."""
    marks = () if mark is None else (Mark(symbol="ETH-USD", price=D(mark), at=NOW),)
    chosen: dict[str, object] = {
        "instrument": instrument,
        "marks": marks,
        "maker_rate": D("0.0002"),
        "taker_rate": D("0.0005"),
    }
    return Facts(**{**chosen, **more})  # type: ignore[arg-type]


def opening(balance: str = "10000", **more: object) -> OpenAccount:
    """A practice account."""
    chosen: dict[str, object] = {
        "account_id": ME,
        "user_id": UserId("u1"),
        "mode": AccountMode.PRACTICE,
        "currency": "PUSD",
        "initial_balance": D(balance),
        "at": NOW,
    }
    return OpenAccount(**{**chosen, **more})  # type: ignore[arg-type]


def leverage(of: int, known: Facts | None = None) -> SetLeverage:
    """Leverage in ETH."""
    return SetLeverage(account_id=ME, symbol="ETH-USD", leverage=of, facts=known or facts(), at=NOW)


def order(name: str, side: Side, qty: str | Decimal, **more: object) -> PlaceOrder:
    """A market order in ETH, or a limit order when `limit_price` is given."""
    limited = more.get("limit_price") is not None
    chosen: dict[str, object] = {
        "account_id": ME,
        "order_id": OrderId(name),
        "symbol": "ETH-USD",
        "side": side,
        "type": OrderType.LIMIT if limited else OrderType.MARKET,
        "qty": D(qty),
        "facts": facts(),
        "at": NOW,
    }
    return PlaceOrder(**{**chosen, **more})  # type: ignore[arg-type]


def limit(name: str, side: Side, qty: str | Decimal, price: str, **more: object) -> PlaceOrder:
    """A limit order in ETH."""
    return order(name, side, qty, limit_price=D(price), tif=TimeInForce.GTC, **more)


def fill(
    order_id: str, name: str, side: Side, qty: str | Decimal, price: str | Decimal, **more: object
) -> RecordFill:
    """A taker's fill in ETH."""
    chosen: dict[str, object] = {
        "account_id": ME,
        "order_id": OrderId(order_id),
        "fill_id": FillId(name),
        "symbol": "ETH-USD",
        "side": side,
        "qty": D(qty),
        "price": D(price),
        "liquidity": Liquidity.TAKER,
        "at": NOW,
    }
    return RecordFill(**{**chosen, **more})  # type: ignore[arg-type]


def status(to: AccountStatus) -> SetAccountStatus:
    """A change of the account's status."""
    return SetAccountStatus(account_id=ME, status=to, reason="test", at=NOW)


def listed(to: InstrumentStatus) -> Facts:
    """Facts with ETH in another status."""
    return facts(instrument=evolve(ETH, status=to))


def closing(qty: str | None, name: str = "c") -> ClosePosition:
    """A close of ETH."""
    return ClosePosition(
        account_id=ME,
        order_id=OrderId(name),
        symbol="ETH-USD",
        facts=facts(),
        at=NOW,
        qty=None if qty is None else D(qty),
    )


def asked_cancel(name: str) -> CancelOrder:
    """A request to cancel."""
    return CancelOrder(account_id=ME, order_id=OrderId(name), at=NOW)


def acked(name: str) -> RecordAck:
    """The venue took it."""
    return RecordAck(account_id=ME, order_id=OrderId(name), venue_order_id="v", at=NOW)


def turned_down(name: str) -> RecordRefusal:
    """The venue said no."""
    return RecordRefusal(account_id=ME, order_id=OrderId(name), reason="no", at=NOW)


def gone(name: str, *, expired: bool = False) -> RecordCancel:
    """The venue has none of it any more."""
    return RecordCancel(
        account_id=ME, order_id=OrderId(name), reason="done", at=NOW, expired=expired
    )


def after(*commands: AccountCommand, start: Account | None = None) -> Account:
    """The account once all of `commands` were accepted."""
    state = Account() if start is None else start
    for command in commands:
        for event in happened(state, command):
            state = ACCOUNT.evolve(state, event)
    return state


def happened(state: Account, command: AccountCommand) -> tuple[AccountEvent, ...]:
    """The events of a command that must be accepted."""
    return ACCOUNT.decide(command, state).unwrap()


def codes(state: Account, command: AccountCommand) -> list[str]:
    """The codes of a refusal, in order."""
    return [cause.code for cause in ACCOUNT.decide(command, state).failure().causes]


def placed(state: Account, command: AccountCommand) -> OrderAccepted:
    """The one order_accepted of a command."""
    (found,) = [e for e in happened(state, command) if isinstance(e, OrderAccepted)]
    return found


@define
class Oracle:
    """A linear position in fractions: signed lots, first in first out; it knows no decimals.

    Profit over a whole life does not depend on which lots go first, so it checks the
    average-cost books whenever the position is flat, and their sum with unrealised at any time.
    """

    lots: list[tuple[Fraction, Fraction]] = field(factory=list)  # signed qty, price
    realised: Fraction = Fraction(0)
    cash: Fraction = Fraction(0)  # of the trades alone: − signed qty × price

    def fill(self, signed: Fraction, price: Fraction) -> None:
        """Take one fill."""
        self.cash -= signed * price
        while signed and self.lots and (self.lots[0][0] > 0) != (signed > 0):
            held, entry = self.lots[0]
            closed = min(abs(held), abs(signed)) * (1 if held > 0 else -1)
            self.realised += closed * (price - entry)
            signed += closed
            self.lots[0] = (held - closed, entry)
            if not self.lots[0][0]:
                self.lots.pop(0)
        if signed:
            self.lots.append((signed, price))

    @property
    def qty(self) -> Fraction:
        """The signed position."""
        return sum((held for held, _ in self.lots), Fraction(0))

    def total(self, mark: Fraction) -> Fraction:
        """Realised and unrealised profit together: what liquidating at `mark` leaves."""
        return self.cash + self.qty * mark
