"""Nobody farms XP: adversarial traces earn nothing, and the rule table itself rewards no harm."""

from decimal import Decimal
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.gamification.commands import (
    AwardXp,
    CheckIn,
    DeedFacts,
    ProgressCommand,
    RecordActivity,
    TradeFacts,
)
from astracore.gamification.events import XpGained
from astracore.gamification.game_rules import GameRules
from astracore.gamification.leagues import LEAGUES
from astracore.gamification.measures import Measure
from astracore.gamification.rules import SOURCES, PerSymbol, SourceRule, XpRules
from astracore.gamification.sources import LeagueName, XpSource
from astracore.gamification.state import DayTally, Place, Progress, TradeDay, with_trade
from astracore.gamification.streaks import Streak
from astracore.gamification.unlocking import facts_of
from astracore.gamification.xp import qualifies, raw_xp, trade_xp
from astracore.ids import EventId, UserId
from astracore.instants import DAY, SECOND, Instant, utc_day
from property_tests.game_makers import CENT, NOON, SYMBOLS, award, close, counted, told, total

RULES = XpRules()
ME = UserId("u")
TRADES = [rule for rule in SOURCES if isinstance(rule.worth, PerSymbol)]
FEE = Decimal("0.0005")


def trade(
    *,
    price: Decimal = Decimal(2000),
    move: Decimal = Decimal("0.02"),
    size: Decimal = Decimal(1),
    held: int = 600,
    linked: bool = False,
    symbol: str = SYMBOLS[0],
) -> TradeFacts:
    """A round trip with fees of 5 basis points a side, told as the account tells it."""
    leave = price * (1 + move)
    fees = size * (price + leave) * FEE
    return TradeFacts(
        symbol=symbol,
        quantity=size,
        entry=price,
        exit=leave,
        notional=size * price,
        fees=fees,
        net=size * (leave - price) - fees,
        peak_margin=size * price / 5,
        opened_at=Instant(NOON - held * SECOND),
        closed_at=Instant(NOON),
        linked=linked,
    )


def paid(traces: list[TradeFacts], source: XpSource = XpSource.TRADE_LIVE) -> int:
    return total([award(facts, source) for facts in traces])


moves = st.integers(-9, 9).map(lambda n: Decimal(n).scaleb(-4))
sources = st.sampled_from([XpSource.TRADE_LIVE, XpSource.TRADE_PRACTICE])
sizes = st.integers(1, 10**6).map(lambda n: Decimal(n) / 100)


@given(st.lists(st.tuples(moves, sizes, st.integers(0, 299)), max_size=12), sources)
@example([(Decimal(0), Decimal(10_000), 299)], XpSource.TRADE_LIVE)
def test_washing_earns_nothing(rows: list[tuple[Decimal, Decimal, int]], source: XpSource) -> None:
    """A move that fees alone explain, within five minutes: nothing is left of it."""
    traces = [trade(move=move, size=size, held=held) for move, size, held in rows]
    assert paid(traces, source) == 0
    state = Progress()
    for facts in traces:
        state, events = told(state, award(facts, source))
        assert events == ()
    assert facts_of(state, GameRules()).of(Measure.CLOSED) == 0


@given(st.lists(st.tuples(sizes, st.integers(0, 10**5), sources), max_size=12))
def test_trading_with_oneself_through_a_second_account_earns_nothing(
    rows: list[tuple[Decimal, int, XpSource]],
) -> None:
    """One account wins what the other loses; both are linked, so neither is paid."""
    for size, held, source in rows:
        winner = trade(size=size, held=held, linked=True)
        loser = evolve(winner, net=-winner.net)
        assert paid([winner], source) == paid([loser], source) == 0


@given(st.lists(st.integers(1, 999), min_size=1, max_size=30), sources)
@example([999], XpSource.TRADE_LIVE)
def test_tiny_trades_earn_nothing(cents: list[int], source: XpSource) -> None:
    traces = [trade(size=Decimal(each) * CENT / 2000) for each in cents]
    assert paid(traces, source) == 0


@given(st.lists(st.integers(0, 59), min_size=1, max_size=30), moves, sources)
@example([59], Decimal("0.0009"), XpSource.TRADE_LIVE)
def test_rapid_in_and_out_earns_nothing(
    seconds: list[int], move: Decimal, source: XpSource
) -> None:
    wide = [trade(move=move * 100, held=each) for each in seconds]
    assert paid(wide, source) == 0


@given(st.sampled_from(["washer", "linked", "tiny", "rapid", "free"]), st.integers(1, 50), sources)
def test_no_farm_beats_one_honest_trade(kind: str, times: int, source: XpSource) -> None:
    """However often it is done, and whatever honest trade stands beside it."""
    farm = {
        "washer": trade(move=Decimal("0.0001"), held=120),
        "linked": trade(linked=True),
        "tiny": trade(size=Decimal("0.001")),
        "rapid": trade(held=59),
        "free": evolve(trade(), fees=Decimal(0)),
    }[kind]
    honest = trade(symbol=SYMBOLS[1])
    assert not qualifies(farm, RULES.closes)
    assert paid([farm] * times, source) == 0
    assert paid([farm] * times + [honest], source) == paid([honest], source)


# What the rule table promises, as a property of each row of it (GAM-12).


def test_no_worth_of_the_table_reads_a_loss_or_leverage() -> None:
    """A row pays for a first close, for a day in profit, for margin: each field is named here."""
    for rule in TRADES:
        worth = rule.worth
        assert isinstance(worth, PerSymbol)
        assert min(worth.first, worth.profit, worth.symbols, worth.growth) >= 0
        assert worth.growth_unit > 0
    practice = next(rule for rule in TRADES if rule.source is XpSource.TRADE_PRACTICE)
    assert isinstance(practice.worth, PerSymbol)
    assert practice.worth.growth == 0


@given(
    st.sampled_from(TRADES),
    st.lists(st.tuples(st.sampled_from(SYMBOLS), st.integers(-500, 500), sizes), max_size=6),
    st.integers(1, 10**6),
    st.integers(0, 10**6),
    sizes,
)
def test_a_larger_loss_never_pays_more(
    rule: SourceRule,
    earlier: list[tuple[str, int, Decimal]],
    loss: int,
    more: int,
    margin: Decimal,
) -> None:
    """At equal margin; after any day; and for all that the day pays afterwards."""
    worth = rule.worth
    assert isinstance(worth, PerSymbol)
    tally = TradeDay(source=rule.source)
    for symbol, net, size in earlier:
        tally = after(tally, close(symbol=symbol, net=Decimal(net), peak_margin=size))
    small = close(net=Decimal(-loss), peak_margin=margin)
    large = close(net=Decimal(-loss - more), peak_margin=margin)
    assert trade_xp(worth, tally, large) <= trade_xp(worth, tally, small)
    win = close(net=Decimal(loss), peak_margin=margin)
    assert trade_xp(worth, tally, small) <= trade_xp(worth, tally, win)
    later = close(net=Decimal(loss) + more, peak_margin=margin)
    whole = [
        trade_xp(worth, tally, each) + trade_xp(worth, after(tally, each), later)
        for each in (large, small)
    ]
    assert whole[0] <= whole[1]


def after(tally: TradeDay, facts: TradeFacts) -> TradeDay:
    """The day's closes with one more."""
    event = evolve(counted(facts), source=tally.source)
    day = with_trade(DayTally(day=0, trades=(tally,)), event)
    return next(each for each in day.trades if each.source is tally.source)


@given(st.sampled_from(TRADES), sizes, st.integers(1, 50), st.integers(1, 50))
def test_more_leverage_never_pays_more(
    rule: SourceRule, notional: Decimal, low: int, more: int
) -> None:
    """The same position carried by less of one's own money is worth no more XP."""
    worth = rule.worth
    assert isinstance(worth, PerSymbol)
    none = TradeDay(source=rule.source)
    plain = close(notional=notional, peak_margin=notional / low)
    geared = close(notional=notional, peak_margin=notional / (low + more))
    assert trade_xp(worth, none, geared) <= trade_xp(worth, none, plain)


@given(
    st.lists(st.tuples(sizes, st.integers(-9, 9).map(Decimal)), min_size=1, max_size=6),
    st.sampled_from(TRADES),
    st.integers(0, 30),
    st.sampled_from(LeagueName),
)
def test_parts_of_a_trade_never_pay_more_than_the_whole(
    parts: list[tuple[Decimal, Decimal]], rule: SourceRule, days: int, league: LeagueName
) -> None:
    """At any multiplier: each part is rounded down by itself."""
    state = Progress(
        streak=Streak(count=days, last_day=utc_day(Instant(NOON))), place=Place(league=league)
    )
    margin = sum((size for size, _ in parts), Decimal(0))
    net = sum((each for _, each in parts), Decimal(0))
    whole = total([award(close(net=net, peak_margin=margin), rule.source)], state)
    if net <= 0 and any(each > 0 for _, each in parts):
        return  # cut at one price, no part of a trade that won nothing wins: no split of one
    pieces = [award(close(net=each, peak_margin=size), rule.source) for size, each in parts]
    assert total(list(pieces), state) <= whole


# Order (GAM-8).

ORDERLESS = [
    award(DeedFacts(), XpSource.LESSON, NOON, "o1"),
    award(DeedFacts(), XpSource.LIKE, NOON, "o2"),
    award(DeedFacts(), XpSource.CLAN_JOIN, NOON, "o3"),
    award(close(symbol="A-USD"), XpSource.TRADE_PRACTICE, NOON, "o4"),
    award(close(symbol="B-USD", net=Decimal(-1)), XpSource.TRADE_PRACTICE, NOON, "o5"),
]


@pytest.mark.parametrize("league", [LeagueName.CADET, LeagueName.CHAMPION, LeagueName.MASTER])
def test_deeds_of_one_instant_pay_the_same_in_any_order(league: LeagueName) -> None:
    """Deeds of a fixed worth, and one close of each symbol: whatever the multiplier."""
    state = Progress(
        streak=Streak(count=7, last_day=utc_day(Instant(NOON))), place=Place(league=league)
    )
    results = {
        (total(list(order), state), final(order, state)) for order in permutations(ORDERLESS)
    }
    assert len(results) == 1


def final(order: tuple[AwardXp, ...], state: Progress) -> int:
    """The highest level told."""
    for command in order:
        state, _ = told(state, command)
    return state.top_level


@given(
    st.lists(
        st.tuples(
            st.sampled_from([XpSource.LESSON, XpSource.LIKE, XpSource.SHARE, XpSource.CHECK_IN]),
            st.just(DeedFacts()),
        ),
        max_size=30,
    ),
    st.randoms(use_true_random=False),
    st.sampled_from(LeagueName),
)
def test_caps_cut_the_same_total_in_any_order(
    rows: list[tuple[XpSource, DeedFacts]], shuffle: object, league: LeagueName
) -> None:
    state = Progress(place=Place(league=league))
    deeds: list[ProgressCommand] = [award(facts, source) for source, facts in rows]
    mixed = list(deeds)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert total(deeds, state) == total(mixed, state)


@given(
    st.lists(st.tuples(st.sampled_from(SYMBOLS[:8]), sizes), max_size=12),
    st.randoms(use_true_random=False),
)
def test_live_closes_of_one_instant_pay_the_same_in_any_order(
    rows: list[tuple[str, Decimal]], shuffle: object
) -> None:
    """At multiplier 1 and without losses: up to eight symbols, any margins."""
    deeds: list[ProgressCommand] = [
        award(close(symbol=symbol, peak_margin=size)) for symbol, size in rows
    ]
    mixed = list(deeds)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert total(deeds) == total(mixed)


# A day's ceiling.


@given(st.integers(1, 60), st.sampled_from(LeagueName), st.integers(0, 400))
def test_a_day_of_everything_stays_under_the_stated_ceiling(
    times: int, league: LeagueName, days: int
) -> None:
    """1,000 a day over all capped sources, and each source under its own cap."""
    today = utc_day(Instant(NOON))
    state = Progress(streak=Streak(count=days, last_day=today - 1), place=Place(league=league))
    asked: list[ProgressCommand] = [
        CheckIn(user_id=ME, source_event_id=EventId("c"), at=Instant(NOON)),
        RecordActivity(user_id=ME, source_event_id=EventId("a"), at=Instant(NOON)),
    ]
    for n in range(times):
        symbol = SYMBOLS[n % len(SYMBOLS)]
        rich = close(symbol=symbol, peak_margin=Decimal(10**6))
        asked += [award(rich), award(rich, XpSource.TRADE_PRACTICE)]
        asked += [award(DeedFacts(), XpSource.LESSON), award(DeedFacts(), XpSource.SHARE)]
    by_source: dict[XpSource, int] = {}
    for command in asked:
        state, events = told(state, command)
        for event in events:
            if isinstance(event, XpGained):
                by_source[event.source] = by_source.get(event.source, 0) + event.amount
    assert state.xp == sum(by_source.values()) <= RULES.daily
    caps = dict(RULES.caps)
    for rule in SOURCES:
        if rule.cap is not None:
            assert by_source.get(rule.source, 0) <= caps[rule.cap]
    assert state.tally.day == NOON // DAY


@given(st.integers(0, 10**9), st.sampled_from(LEAGUES.leagues), st.integers(0, 10**4))
def test_no_multiplier_exceeds_three(base: int, league: object, days: int) -> None:
    found = next(each for each in LEAGUES.leagues if each == league)
    factor = min(Decimal(3), (1 + Decimal("0.05") * min(days, 20)) * found.multiplier)
    assert raw_xp(base, factor) <= 3 * base
