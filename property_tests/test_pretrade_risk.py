"""The pre-trade check: looser is never stricter, and a stopped account only reduces."""

from decimal import Decimal
from fractions import Fraction

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from astracore.risk.pretrade import (
    Book,
    MarketFacts,
    ProposedOrder,
    TradeLimits,
    TradingState,
    check,
    is_reducing,
)
from property_tests.risk_makers import decimals, prices, signs


@st.composite
def books(draw: st.DrawFn) -> Book:
    """An account with a position, open orders on both sides, and other exposures."""
    open_orders = decimals("0", "5", 2)
    beside = draw(decimals("0", "2000", 2))
    return Book(
        position=draw(decimals("-10", "10", 2)),
        open_buys=draw(open_orders),
        open_sells=draw(open_orders),
        gross_beside=beside,
        net_beside=beside * draw(st.sampled_from([1, -1])),
        equity=draw(decimals("-10", "5000", 2)),
        available=draw(decimals("0", "500", 2)),
        daily_loss=draw(decimals("0", "1", 3)),
        drawdown=draw(decimals("0", "1", 3)),
        orders=draw(st.integers(0, 70)),
        open_orders=draw(st.integers(0, 70)),
        losses=draw(st.integers(0, 12)),
        open_loss=draw(decimals("0", "100", 2)),
    )


orders = st.builds(
    ProposedOrder,
    symbol=st.just("ETH-USD"),
    quantity=decimals("-15", "15", 2).filter(bool),
    price=decimals("1", "200", 2),
    margin=decimals("0", "500", 2),
    filters=st.sampled_from([(), ("price_off_tick",)]),
    fee=decimals("0", "5", 2),
)
markets = st.builds(
    MarketFacts,
    mark=decimals("1", "200", 2),
    is_open=st.booleans(),
    collar=st.none() | decimals("0", "0.5", 2),
)
AMOUNTS = ("position", "gross", "net", "leverage", "concentration", "daily_loss", "drawdown")
COUNTS = ("orders", "open_orders", "losses")
limit_sets = st.builds(
    TradeLimits,
    **{name: st.none() | decimals("0", "1000", 2) for name in AMOUNTS},
    **{name: st.none() | st.integers(0, 60) for name in COUNTS},
)


def causes(answer: object) -> set[str]:
    """What was breached, limit by limit."""
    failed = answer.swap().value_or(())  # type: ignore[attr-defined]
    return {f"{each.code}/{getattr(each, 'limit', '')}" for each in failed}


@given(
    orders, books(), markets, limit_sets, st.sampled_from([*AMOUNTS, *COUNTS]), st.integers(0, 9)
)
def test_loosening_a_limit_never_adds_a_breach(
    order: ProposedOrder, book: Book, market: MarketFacts, limits: TradeLimits, name: str, by: int
) -> None:
    """The check is deterministic, and taking a limit away is the loosest change."""
    fields = {each: getattr(limits, each) for each in (*AMOUNTS, *COUNTS)}
    before = causes(check(order, book, market, limits))
    assert before == causes(check(order, book, market, limits))
    raised = None if fields[name] is None else fields[name] + by
    for value in (raised, None):
        looser = TradeLimits(**{**fields, name: value})
        assert causes(check(order, book, market, looser)) <= before


@given(orders, books(), markets, limit_sets, decimals("0.01", "1", 2))
def test_shrinking_an_order_that_opens_never_adds_a_breach(
    drawn: ProposedOrder, book: Book, market: MarketFacts, limits: TradeLimits, share: Decimal
) -> None:
    """Where its side already holds the position and the net, so that less is less."""
    way = book.net_beside or Decimal(1)
    order = evolve(drawn, quantity=drawn.quantity.copy_sign(way))
    book = evolve(book, position=book.position.copy_sign(way))
    smaller = ProposedOrder(
        symbol=order.symbol,
        quantity=order.quantity * share,
        price=order.price,
        margin=order.margin * share,
        filters=order.filters,
    )
    assert causes(check(smaller, book, market, limits)) <= causes(
        check(order, book, market, limits)
    )


@given(orders, books(), markets, limit_sets, st.sampled_from(list(TradingState)))
def test_a_stopped_account_lets_only_reducing_orders_pass(
    order: ProposedOrder, book: Book, market: MarketFacts, limits: TradeLimits, state: TradingState
) -> None:
    """And they meet no exposure limit, no margin, no loss limit."""
    reduces = is_reducing(order.quantity, book)
    found = causes(check(order, book, market, limits, state=state, reason="test"))
    gates = {"kill_switch_active/", "instrument_halted/", "filter_broken/", "price_collar/"}
    if reduces:
        assert found <= {"filter_broken/", "price_collar/"}
        filled = book.position + order.quantity
        assert abs(filled) < abs(book.position)
    else:
        assert ("kill_switch_active/" in found) == (state is not TradingState.ACTIVE)
        assert ("instrument_halted/" in found) == (not market.is_open)
    stopped = causes(check(order, book, market, limits)) - gates
    assert stopped <= found


@given(st.lists(st.tuples(orders, prices), max_size=12), limit_sets, signs)
def test_no_sequence_of_admitted_orders_breaks_the_position_limit(
    attempts: list[tuple[ProposedOrder, Decimal]], limits: TradeLimits, way: int
) -> None:
    """Each admitted order stays open and may fill at any time; the worst state keeps the limit."""
    position, buys, sells = Decimal(0), Decimal(0), Decimal(0)
    for order, mark in attempts:
        book = Book(
            position=position,
            open_buys=buys,
            open_sells=sells,
            gross_beside=Decimal(0),
            net_beside=Decimal(0),
            equity=Decimal(1000),
            available=Decimal(10**6),
            daily_loss=Decimal(0),
            drawdown=Decimal(0),
            orders=0,
            open_orders=0,
            losses=0,
        )
        admitted = check(order, book, MarketFacts(mark=mark, is_open=True), limits)
        if not causes(admitted) and not order.filters:
            buys += max(Decimal(0), order.quantity)
            sells += max(Decimal(0), -order.quantity)
        if way > 0:
            position, buys = position + buys, Decimal(0)
        if limits.position is not None:
            assert position <= limits.position or position <= 0
            assert position + buys <= limits.position or buys == 0


def expected(
    order: ProposedOrder, book: Book, market: MarketFacts, limits: TradeLimits
) -> set[str]:
    """What an opening order breaks, in fractions and from the definitions alone."""
    ahead = book.open_buys if order.quantity > 0 else -book.open_sells
    position = Fraction(book.position) + Fraction(ahead) + Fraction(order.quantity)
    value = position * Fraction(max(market.mark, order.price))
    gross = Fraction(book.gross_beside) + abs(value)
    share = abs(value) / gross if book.gross_beside and gross else Fraction(0)
    used: dict[str, tuple[Fraction, Decimal | int | None]] = {
        "exposure_limit/position": (abs(position), limits.position),
        "exposure_limit/gross": (gross, limits.gross),
        "exposure_limit/net": (abs(Fraction(book.net_beside) + value), limits.net),
        "concentration_limit/": (share, limits.concentration),
        "margin_limit/": (Fraction(order.margin), book.available),
        "order_rate_limit/rate": (Fraction(book.orders + 1), limits.orders),
        "order_rate_limit/open": (Fraction(book.open_orders + 1), limits.open_orders),
    }
    found = {
        name for name, (most, allowed) in used.items() if allowed is not None and most > allowed
    }
    lost = max(Fraction(0), Fraction(order.quantity) * Fraction(order.price - market.mark))
    equity = Fraction(book.equity) - Fraction(book.open_loss) - lost - Fraction(order.fee)
    if limits.leverage is not None and gross > Fraction(limits.leverage) * max(Fraction(0), equity):
        found.add("exposure_limit/leverage")
    reached: dict[str, tuple[Decimal, Decimal | int | None]] = {
        "daily_loss_limit/": (book.daily_loss, limits.daily_loss),
        "drawdown_limit/": (book.drawdown, limits.drawdown),
        "loss_run_limit/": (Decimal(book.losses), limits.losses),
    }
    return found | {
        name for name, (most, allowed) in reached.items() if allowed is not None and most >= allowed
    }


@given(orders, books(), markets, limit_sets)
def test_an_opening_order_breaks_exactly_what_the_definitions_say(
    order: ProposedOrder, book: Book, market: MarketFacts, limits: TradeLimits
) -> None:
    """Beside the gates, which have their own tests."""
    assume(not is_reducing(order.quantity, book))
    answer = check(order, book, market, limits)
    gates = {"instrument_halted/", "filter_broken/", "price_collar/"}
    assert causes(answer) - gates == expected(order, book, market, limits)
