"""XP pays for risk and skill under caps; it cannot be milked, and it never falls."""

import decimal
import itertools
from decimal import Decimal
from fractions import Fraction
from math import isqrt

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.events.decider import replay
from astracore.gamification.commands import (
    CloseStreak,
    DeedFacts,
    DepositFacts,
    PrizeFacts,
    ProgressCommand,
    RarityFacts,
    RecordActivity,
    ScoreFacts,
    TradeFacts,
)
from astracore.gamification.events import (
    LevelUp,
    ProgressEvent,
    StreakBroken,
    StreakUpdated,
    XpGained,
)
from astracore.gamification.levels import level_at
from astracore.gamification.progress import PROGRESS
from astracore.gamification.rules import PerSymbol, XpRules
from astracore.gamification.sources import XpSource
from astracore.gamification.state import DayTally, Progress, TradeDay, with_trade
from astracore.gamification.streaks import Streak
from astracore.gamification.xp import trade_xp
from astracore.ids import EventId, UserId
from astracore.instants import SECOND, Instant, utc_day
from astracore.outcome import is_failure
from astracore.verification.progress import (
    caps_hold,
    days_are_counted_once,
    levels_follow_xp,
    xp_never_falls,
)
from property_tests.game_makers import CENT, NOON, SYMBOLS, award, close, counted, told, total

RULES = XpRules()


cents = st.integers(0, 10**9).map(lambda n: n * CENT)
closes = st.builds(
    lambda symbol, net, margin: close(symbol=symbol, net=net, peak_margin=margin),
    st.sampled_from(SYMBOLS),
    st.integers(-(10**6), 10**6).map(lambda n: n * CENT),
    cents,
)
facts_of = st.one_of(
    closes,
    st.builds(ScoreFacts, score=st.decimals(-1, 500, places=2)),
    st.builds(DepositFacts, amount=st.decimals(-10, 10**6, places=2)),
    st.builds(PrizeFacts, xp=st.integers(-1, 400)),
    st.builds(RarityFacts, rarity=st.sampled_from(["common", "legendary", "dust"])),
    st.just(DeedFacts()),
)
moments = st.integers(0, 40 * 24).map(lambda hour: NOON + hour * 3_600 * SECOND)
awards = st.builds(award, facts_of, st.sampled_from(XpSource), moments)
activities = st.builds(
    RecordActivity,
    user_id=st.just(UserId("u")),
    source_event_id=st.just(EventId("e")),
    at=moments.map(Instant),
)
endings = st.builds(CloseStreak, user_id=st.just(UserId("u")), at=moments.map(Instant))
commands = st.lists(awards | activities | endings, max_size=40)
histories = commands.map(lambda asked: sorted(asked, key=lambda command: command.at)) | commands


def run(asked: list[ProgressCommand]) -> tuple[Progress, list[ProgressEvent]]:
    """What a player's commands came to; refused ones leave nothing."""
    state = Progress()
    events: list[ProgressEvent] = []
    for command in asked:
        outcome = PROGRESS.decide(command, state)
        if not is_failure(outcome):
            events += outcome.unwrap()
            state = replay(PROGRESS, outcome.unwrap(), state)
    return state, events


@given(histories)
def test_xp_never_falls_and_levels_follow_from_it_once_each(asked: list[ProgressCommand]) -> None:
    """Invariant 45."""
    state, events = run(asked)
    assert xp_never_falls(events)
    assert levels_follow_xp(events, RULES)
    gains = [event for event in events if isinstance(event, XpGained)]
    assert state.xp == sum(event.amount for event in gains)
    assert all(event.level == level_at(RULES.curve, event.total_xp) for event in gains)


@given(histories)
def test_no_cap_is_ever_exceeded(asked: list[ProgressCommand]) -> None:
    _, events = run(asked)
    assert caps_hold(events, RULES)
    assert all(one.amount <= one.base * 3 for one in events if isinstance(one, XpGained))


@given(histories)
def test_a_day_has_one_streak_step_and_none_is_back_dated(asked: list[ProgressCommand]) -> None:
    """Invariant 47, and a break is told once."""
    _, events = run(asked)
    assert days_are_counted_once(events)
    turns = [event for event in events if isinstance(event, StreakUpdated | StreakBroken)]
    for before, after in itertools.pairwise(turns):
        assert not (isinstance(before, StreakBroken) and isinstance(after, StreakBroken))


def test_the_predicates_see_planted_mistakes() -> None:
    """Each invariant has a history that breaks it."""
    _, events = run([award(PrizeFacts(xp=150), XpSource.TOURNAMENT)])
    gain, up = events
    assert isinstance(gain, XpGained)
    assert isinstance(up, LevelUp)
    assert not xp_never_falls([gain, evolve(gain, amount=-1, total_xp=149)])
    assert not xp_never_falls([evolve(gain, total_xp=151)])
    assert not levels_follow_xp([gain], RULES)
    assert not levels_follow_xp([gain, up, up], RULES)
    assert not levels_follow_xp([gain, evolve(up, credits=0)], RULES)
    capped = evolve(gain, source=XpSource.CHECK_IN)
    assert not caps_hold([evolve(capped, amount=6), evolve(capped, amount=5)], RULES)
    wide = evolve(RULES, daily=9)
    assert caps_hold([evolve(capped, amount=9)], wide)
    assert not caps_hold([evolve(capped, amount=10)], wide)
    _, counted_days = run(
        [RecordActivity(user_id=UserId("u"), source_event_id=EventId("e"), at=Instant(NOON))]
    )
    assert not days_are_counted_once([*counted_days, *counted_days])


@given(st.lists(closes, max_size=30))
def test_a_days_base_is_its_symbols_its_profits_and_its_margin(seen: list[TradeFacts]) -> None:
    """An independent count: sets of symbols and one root, instead of a telescoping sum."""
    worth = PerSymbol(first=20, profit=10, symbols=8, growth=5, growth_unit=10)
    tally, base = DayTally(), 0
    for facts in seen:
        trades = next(iter(tally.trades), TradeDay(source=XpSource.TRADE_LIVE))
        base += trade_xp(worth, trades, facts)
        tally = with_trade(tally, counted(facts))
    order = list(dict.fromkeys(facts.symbol for facts in seen))[:8]
    profits = 0
    for symbol in order:
        nets = [Fraction(facts.net) for facts in seen if facts.symbol == symbol]
        profits += any(sum(nets[: n + 1]) > 0 for n in range(len(nets)))
    margin = sum((Fraction(facts.peak_margin) for facts in seen), Fraction(0))
    assert base == 20 * len(order) + 10 * profits + 5 * isqrt(margin.__floor__() // 10)


def parts_of(amount: int, weights: list[int]) -> list[int]:
    """Integers that add up to `amount` and share its sign."""
    sign, left, parts = (1 if amount >= 0 else -1), abs(amount), []
    for place, weight in enumerate(weights):
        part = left * weight // sum(weights[place:])
        parts.append(sign * part)
        left -= part
    return parts


@given(
    st.lists(closes, max_size=5),
    st.integers(-(10**7), 10**7),
    st.integers(0, 10**9),
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    st.sampled_from([XpSource.TRADE_PRACTICE, XpSource.TRADE_LIVE]),
    st.integers(0, 40),
)
def test_splitting_a_trade_never_raises_xp(
    earlier: list[TradeFacts],
    net: int,
    margin: int,
    weights: list[int],
    source: XpSource,
    days: int,
) -> None:
    today = utc_day(Instant(NOON))
    state = Progress(streak=Streak(count=days, last_day=today))
    for facts in earlier:
        state, _ = told(state, award(facts, source))
    whole = total([award(close(net=net * CENT, peak_margin=margin * CENT), source)], state)
    pieces = zip(parts_of(net, weights), parts_of(margin, weights), strict=True)
    parts = [
        award(close(net=part * CENT, peak_margin=share * CENT), source) for part, share in pieces
    ]
    assert total(list(parts), state) <= whole


@given(st.lists(closes, max_size=5), closes, cents, st.sampled_from([1, 2, 5, 20]))
def test_xp_grows_neither_with_a_loss_nor_with_leverage(
    earlier: list[TradeFacts], facts: TradeFacts, loss: Decimal, leverage: int
) -> None:
    state = Progress()
    for seen in earlier:
        state, _ = told(state, award(seen))
    plain = total([award(facts)], state)
    assert total([award(evolve(facts, net=facts.net - loss))], state) <= plain
    geared = evolve(facts, peak_margin=facts.peak_margin / leverage // CENT * CENT)
    assert total([award(geared)], state) <= plain


@given(closes, cents)
def test_practice_xp_does_not_depend_on_size(facts: TradeFacts, margin: Decimal) -> None:
    other = evolve(facts, peak_margin=margin)
    practice = XpSource.TRADE_PRACTICE
    assert total([award(facts, practice)]) == total([award(other, practice)])


@given(histories)
def test_the_callers_decimal_context_changes_nothing(asked: list[ProgressCommand]) -> None:
    def everything() -> list[object]:
        state, seen = Progress(), []
        for command in asked:
            outcome = PROGRESS.decide(command, state)
            seen.append(outcome)
            if not is_failure(outcome):
                state = replay(PROGRESS, outcome.unwrap(), state)
        return [*seen, state]

    expected = everything()
    with decimal.localcontext(decimal.Context(prec=1, rounding=decimal.ROUND_UP)):
        assert everything() == expected
