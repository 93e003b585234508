"""An asked order beside everything that its checks look at, computed once."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen

from astracore.numeric import ceiling_to, floor_to
from astracore.outcome import is_failure
from astracore.trading.commands import PlaceOrder
from astracore.trading.contracts.hedging import LegName
from astracore.trading.contracts.kinds import ONE, Contract
from astracore.trading.facts import Facts, Mark, TradingLimits
from astracore.trading.orders.slices import quote_quantity
from astracore.trading.orders.terms import RULES, Family, OrderTerms, TypeRule, trail_by, trails
from astracore.trading.orders.trailing import Trail, level_behind
from astracore.trading.orders.triggers import Prices, Trigger, TriggerSource, watched
from astracore.trading.reserves import reference_price, reserve_of, unclaimed
from astracore.trading.settlement import key_of, terms_of
from astracore.trading.state import Account
from astracore.trading.types import (
    ZERO,
    ContractKind,
    Instrument,
    MarginMode,
    OrderType,
    Side,
    TimeInForce,
)


@frozen(kw_only=True)
class Assessed:
    """An asked order beside everything that its checks look at, computed once."""

    asked: PlaceOrder
    account: Account
    instrument: Instrument
    contract: Contract
    mark: Mark | None
    marks: Mapping[str, Decimal]
    tif: TimeInForce
    reduce_only: bool
    qty: Decimal  # [base] after the reduce-only cut
    opens: Decimal  # [base] the part that would open or grow a position
    leverage: int
    margin_mode: MarginMode
    level: Decimal | None  # [quote per base] where it fires
    reference: Decimal | None  # R [quote per base]; None when there is no price
    reserve: Decimal  # [account currency]

    @property
    def limits(self) -> TradingLimits:
        """The numbers of the ladder that belong to no instrument."""
        return self.asked.facts.limits

    @property
    def reducing(self) -> bool:
        """Whether a full fill opens nothing."""
        return self.opens == ZERO

    @property
    def rule(self) -> TypeRule:
        """What its type wants."""
        return RULES[self.asked.type]

    @property
    def key(self) -> str:
        """Which position it concerns."""
        return key_of(self.asked.symbol, self.asked.terms.leg)


def assessed(asked: PlaceOrder, account: Account, instrument: Instrument) -> Assessed:
    """Gather what the ladder looks at. Kernel: call it inside an exact context."""
    marks = {mark.symbol: mark for mark in asked.facts.marks}
    mark = marks.get(asked.symbol)
    price = None if mark is None else mark.price
    rule, contract = RULES[asked.type], terms_of(instrument)
    only = asked.reduce_only or rule.reduces or closes_leg(asked.side, asked.terms.leg)
    left = unclaimed(account, key_of(asked.symbol, asked.terms.leg), asked.side)
    wanted = wanted_qty(asked, instrument, price)
    qty = min(wanted, left) if only else wanted
    opens = max(ZERO, qty - left)
    spot = instrument.kind is ContractKind.SPOT
    leverage = 1 if spot else account.leverage.get(asked.symbol, 1)
    crossed = asked.symbol in account.cross and not spot
    level = first_level(asked, price)
    reference = reference_of(asked, instrument, price)
    rate = asked.facts.taker_rate
    behind = None if crossed else leverage
    return Assessed(
        asked=asked,
        account=account,
        instrument=instrument,
        contract=contract,
        mark=mark,
        marks={symbol: seen.price for symbol, seen in marks.items()},
        tif=rule.times[0] if asked.tif is None else asked.tif,
        reduce_only=only,
        qty=qty,
        opens=opens,
        leverage=leverage,
        margin_mode=MarginMode.CROSS if crossed else MarginMode.ISOLATED,
        level=level,
        reference=reference,
        reserve=ZERO
        if reference is None or reference <= ZERO
        else reserve_of(contract, opens, reference, behind, rate),
    )


def closes_leg(side: Side, leg: LegName | None) -> bool:
    """Whether this side makes the named leg smaller: such an order never opens. Kernel."""
    return leg is not None and (side is Side.BUY) is (leg is LegName.SHORT)


def wanted_qty(asked: PlaceOrder, listed: Instrument, mark: Decimal | None) -> Decimal:
    """The quantity asked for, or what the money buys: floor(amount/P, lot). Kernel.

    P is the protective price for a buy, the mark for a sell.
    """
    amount = asked.terms.quote_amount
    if asked.type is not OrderType.MARKET_QUOTE or amount is None or mark is None:
        return asked.qty
    price = protective_price(asked.side, mark, listed) if asked.side is Side.BUY else mark
    bought = quote_quantity(amount, price, listed.lot)
    return ZERO if is_failure(bought) else bought.unwrap()


def prices_of(facts: Facts, mark: Decimal | None) -> Prices:
    """What triggers may look at; the newest print is the mark where no other is known. Kernel."""
    last = mark if facts.last is None else facts.last
    return Prices(last=last, mark=mark, index=facts.index, bid=facts.best_bid, ask=facts.best_ask)


def trail_of(kind: OrderType, side: Side, terms: OrderTerms) -> Trail | None:
    """The terms of a trailing order as the formulas take them; None of others. Kernel."""
    if not trails(kind) or terms.trail is None:
        return None
    return Trail(
        side=side,
        by=trail_by(kind, terms),
        distance=terms.trail,
        activation=terms.activation_price,
    )


def trigger_of(kind: OrderType, side: Side, terms: OrderTerms, level: Decimal) -> Trigger:
    """What a conditional order waits for. Kernel: `kind` has a trigger."""
    source = terms.trigger_source or TriggerSource.LAST
    rule = RULES[kind].trigger
    if rule is None:
        return Trigger(side=side, level=level, source=source)
    return Trigger(side=side, level=level, kind=rule, source=source)


def first_level(asked: PlaceOrder, mark: Decimal | None) -> Decimal | None:
    """Where the order would fire now; a trail that waits for its activation has no level yet.

    Kernel.
    """
    trail = trail_of(asked.type, asked.side, asked.terms)
    if trail is None:
        return asked.terms.stop_price
    price = watched(
        trigger_of(asked.type, asked.side, asked.terms, ZERO), prices_of(asked.facts, mark)
    )
    waits = trail.activation is not None and price is not None and not reached(trail, price)
    return None if price is None or waits else level_behind(trail, price)


def reached(trail: Trail, price: Decimal) -> bool:
    """Whether a price starts the trail: a sell's at or above its activation. Kernel."""
    if trail.activation is None:
        return True
    return price >= trail.activation if trail.side is Side.SELL else price <= trail.activation


def anchor_of(asked: PlaceOrder, listed: Instrument, mark: Decimal | None) -> Decimal | None:
    """The price that an order without a limit is counted at: the worse of mark, level. Kernel."""
    trail = trail_of(asked.type, asked.side, asked.terms)
    level = asked.terms.stop_price
    if trail is not None and mark is not None:
        start = mark if trail.activation is None else max(mark, trail.activation)
        level = level_behind(trail, start) + (asked.terms.limit_offset or ZERO)
    if mark is None or level is None:
        return mark
    return min(mark, level) if listed.kind is ContractKind.INVERSE else max(mark, level)


def reference_of(asked: PlaceOrder, listed: Instrument, mark: Decimal | None) -> Decimal | None:
    """R [quote per base]: what the order reserves at. Kernel."""
    contract = terms_of(listed)
    limited = RULES[asked.type].family is Family.LIMIT
    limit = asked.limit_price if limited else None
    anchor = anchor_of(asked, listed, mark) if limit is None else mark
    return reference_price(contract, asked.side, limit, anchor, listed.price_band)


def protective_price(side: Side, mark: Decimal, listed: Instrument) -> Decimal:
    """How far a market order may reach: buy floor(mark(1 + band)), sell ceil(mark(1 − band)).

    >>> from astracore.trading.types import INSTRUMENTS
    >>> btc = INSTRUMENTS["BTC-USD"]
    >>> [protective_price(side, Decimal("45123.4"), btc) for side in Side]
    [Decimal('47379.5'), Decimal('42867.3')]
    """
    if side is Side.BUY:
        return floor_to(mark * (ONE + listed.price_band), listed.tick)
    return ceiling_to(mark * (ONE - listed.price_band), listed.tick)
