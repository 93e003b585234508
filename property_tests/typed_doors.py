"""What annotations do not say: doors, domains of bare functions, and what is excused, with why."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from attrs import evolve
from hypothesis import strategies as st
from returns.result import Success

from astracore.bots.copying.rules import CopyRules
from astracore.events.decider import Decider
from astracore.gamification.achievements import Achievement
from astracore.gamification.catalogue import ACHIEVEMENTS
from astracore.gamification.events import XpGained
from astracore.gamification.game_rules import GameRules
from astracore.gamification.leagues import LEAGUES, LeagueTable
from astracore.gamification.levels import Polynomial, Thresholds, Triangular
from astracore.gamification.ranks import Standing
from astracore.gamification.rules import SOURCES, PerSymbol, SourceRule, XpRules
from astracore.gamification.safeguards.rules import SafeguardRules
from astracore.gamification.safeguards.state import Safeguards
from astracore.gamification.seasons import SeasonRules
from astracore.gamification.standings import Node, Standings, table_of
from astracore.gamification.state import Progress, TradeDay
from astracore.gamification.streaks import StreakRules
from astracore.gamification.tiers import TIERS, PrestigeRules, TierTable
from astracore.indicators.sma import Sma, pushed, sma
from astracore.instants import DAY, FIRST, LAST, Instant
from astracore.ledger.chart import BY_NAME
from astracore.ledger.entries import Entry
from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.marketdata.book import Grid
from astracore.marketdata.walk import Climate, Walk
from astracore.money import Money, Quote, money
from astracore.money.currencies import CURRENCIES, Currency
from astracore.social.battles.rules import BattleRules
from astracore.social.challenges.rules import ChallengeRules
from astracore.social.clans.rules import ClanRules
from astracore.social.content.rules import ContentRules
from astracore.social.friendships.friendship import FriendRules
from astracore.social.invites.rules import InviteRules
from astracore.social.limits import SocialLimits
from astracore.social.moderation.rules import ModerationRules
from astracore.social.profiles.rules import ReputationRules
from astracore.trading.contracts.kinds import Contract
from astracore.trading.lots.basis import Lot
from astracore.trading.lots.ownfills import OwnFill
from astracore.trading.state import Account
from astracore.trading.types import FEE_SCHEDULE, INSTRUMENTS, Instrument, Side
from astracore.trading.venue.matching import BookOrder, MatchingBook, submit
from property_tests import contract_makers
from property_tests.typed_makers import (
    DOORS,
    LEAVES,
    LIMIT,
    Made,
    World,
    from_fields,
    made,
    moments,
    small,
)

_DECORATOR = "a decorator: every function that wears it is called here"
_TABLE = "reads a table that is written out in its own module, when that is imported"
_STEP = "a step of the account's decider: its arguments are what `decide` has assessed"
_VENUE = "a step of the practice venue: its orders are what `decide` has accepted"
EXCUSED: dict[str, str] = {
    "numeric.context.exact": _DECORATOR,
    "metrics.frames.exactly": _DECORATOR,
    "metrics.frames.statistical": _DECORATOR,
    "ledger.chart.rows": _TABLE,
    "trading.pnl.worth": "the kernel of `valuation`, which first refuses a missing mark",
    "trading.types.listed_instrument": _TABLE,
    "trading.why.previewing.folded": _STEP,
    "trading.ruleset.with_facts": "asks for a function; `what_if` calls it with its own",
}
EXCUSED_MODULES: dict[str, str] = {
    **dict.fromkeys(
        [
            f"trading.{name}"
            for name in (
                "checks.assessing",
                "checks.field_checks",
                "checks.limit_checks",
                "checks.pretrade",
                "folding",
                "money_folding",
                "order_folding",
                "reserves",
                "steps.amending",
                "steps.cash",
                "steps.endings",
                "steps.fills",
                "steps.liquidating",
                "steps.lists",
                "steps.observing",
                "steps.placing",
                "steps.reports",
                "steps.settings",
                "why.limits",
                "why.prices",
                "why.words",
            )
        ],
        _STEP,
    ),
    "trading.venue.paper": _VENUE,
    "gamification.economy.traders": "a step of the simulation: traders are what it has made",
}
KERNEL_MODULES = frozenset({"astracore.numeric.carried", "astracore.metrics.kernels"})

amounts = LEAVES[World.BOUNDED][Decimal]


def monies(_world: World) -> Made:
    """Through `money`, both ends of its range among them."""
    texts = st.sampled_from(["0", "1", "-1", "0.01", "0." + "0" * 17 + "1", LIMIT, "-" + LIMIT])
    plain = st.integers(1, 10**6).map(str)
    return st.builds(
        lambda text, asset: money(Quote, text, asset).unwrap(),
        texts | plain,
        st.sampled_from(["USD", "BTC", "JPY"]),
    )


def averages(_world: World) -> Made:
    """Through `sma`, after some values."""
    return st.builds(_averaged, st.integers(1, 4), st.lists(amounts, max_size=6))


def _averaged(window: int, values: list[Decimal]) -> Sma:
    average = sma(window).unwrap()
    for value in values:
        average = pushed(average, value)
    return average


def instants(world: World) -> Made:
    """Within the years 1 to 9999, as `instant` lets them in."""
    edges = st.sampled_from([FIRST, 0, 1, LAST])
    return (moments if world is World.PLAUSIBLE else moments | edges).map(Instant)


def contracts(world: World) -> Made:
    """As `contract` lets them in; as nobody let them in where anything goes."""
    return from_fields(Contract, world) if world is World.HOSTILE else contract_makers.contracts


def instruments(_world: World) -> Made:
    """As `instrument` lets them in."""
    return st.sampled_from(list(INSTRUMENTS.values()))


def own_fills(_world: World) -> Made:
    """As `read_fills` lets them in."""
    return st.builds(
        lambda qty, price, side: OwnFill(
            line=1, at=Instant(0), symbol="ETH-USD", side=side, qty=qty, price=price
        ),
        small,
        small,
        st.sampled_from(Side),
    )


def books(_world: World) -> Made:
    """As `submit` fills them."""

    def filled(orders: list[BookOrder]) -> MatchingBook:
        book = MatchingBook()
        for order in orders:
            book = submit(book, order).map(lambda matched: matched.book).value_or(book)
        return book

    return st.lists(from_fields(BookOrder, World.PLAUSIBLE), max_size=4).map(filled)


def accounts(world: World) -> Made:
    """Each position under its own symbol, as the account's fold keeps them."""
    return from_fields(Account, world).map(
        lambda account: evolve(
            account,
            positions={
                symbol: held for symbol, held in account.positions.items() if held.symbol == symbol
            },
        )
    )


def curves(_world: World) -> dict[object, Made]:
    """As `curve` lets them in."""
    rising = st.sets(st.integers(1, 10**6), max_size=5).map(lambda xp: (0, *sorted(xp)))
    return {
        Triangular: st.integers(1, 10**6).map(Triangular),
        Polynomial: st.builds(
            lambda factor, divisor, shift, power: Polynomial(
                factor=factor + divisor, shift=shift, power=power, divisor=divisor
            ),
            st.integers(0, 1000),
            st.integers(1, 10),
            st.integers(0, 1),
            st.integers(1, 5),
        ),
        Thresholds: rising.map(Thresholds),
    }


def on_the_chart(entry: Entry) -> Entry:
    """The same on accounts that are there, as `faulty_entry` makes sure."""
    names = sorted(BY_NAME)
    lines = tuple(
        evolve(line, account=names[place % len(names)]) for place, line in enumerate(entry.lines)
    )
    return evolve(entry, lines=lines)


def tables(_world: World) -> Made:
    """As `put` keeps them, of standings that `standing` lets in."""
    return st.lists(made(Standing, World.BOUNDED), max_size=6).map(table_of)


def trees(world: World) -> Made:
    """The root of a table of somebody."""
    one = made(Standing, World.BOUNDED)
    return one.map(lambda held: table_of((held,)).ranked)


DOORS.update(
    {
        Contract: contracts,
        Currency: lambda _world: st.sampled_from(list(CURRENCIES.values())),
        Instant: instants,
        Instrument: instruments,
        MatchingBook: books,
        Money: monies,
        OwnFill: own_fills,
        Polynomial: lambda world: curves(world)[Polynomial],
        LeagueTable: lambda _world: st.just(LEAGUES),
        TierTable: lambda _world: st.just(TIERS),
        PrestigeRules: lambda _world: st.just(PrestigeRules()),
        Achievement: lambda _world: st.sampled_from(ACHIEVEMENTS),
        SafeguardRules: lambda _world: st.just(SafeguardRules()),
        SeasonRules: lambda _world: st.just(SeasonRules()),
        StreakRules: lambda _world: st.just(StreakRules()),
        Thresholds: lambda world: curves(world)[Thresholds],
        Triangular: lambda world: curves(world)[Triangular],
        XpRules: lambda _world: st.just(XpRules()),
        GameRules: lambda _world: st.just(GameRules()),
        Sma: averages,
        Standings: tables,
        Node: trees,
        SourceRule: lambda _world: st.sampled_from(SOURCES),
    }
)

RULES = (
    *(BattleRules, ChallengeRules, ClanRules, ContentRules, CopyRules, FriendRules, InviteRules),
    *(ModerationRules, ReputationRules, SocialLimits),
)


def published(rules: Callable[[], object]) -> Callable[[World], Made]:
    """The rules as they were published, whatever the world."""
    return lambda _world: st.just(rules())


DOORS.update({rules: published(rules) for rules in RULES})

counts = st.integers(0, 10**12)
places = st.integers(0, 50)
divisors = st.integers(0, 1)
shares = st.sampled_from([Decimal(0), Decimal("0.05"), Decimal("0.5"), Decimal(1)])
threes = st.lists(amounts, min_size=3, max_size=3).map(tuple)
grids = made(Grid, World.PLAUSIBLE).map(lambda grid: evolve(grid, depth=min(grid.depth, 32)))
close_times = st.integers(0, DAY - 1)
lots = st.lists(made(Lot, World.PLAUSIBLE), min_size=3, max_size=3).map(tuple)
players = made(Progress, World.PLAUSIBLE)
TALLY: Decider[int, int, int, None] = Decider(
    "test", 0, lambda command, _: Success((command,)), lambda state, event: state + event
)
graphs = st.integers(0, 6).flatmap(
    lambda count: st.lists(
        st.lists(st.integers(0, max(0, count - 1)), max_size=5), min_size=count, max_size=count
    )
)
GIVEN: dict[str, Mapping[str, Made]] = {
    "gamification.matchings.perfect_matching": {"near": graphs},
    "gamification.curves.summed": {"divisor": st.integers(1, 100)},
    "gamification.levels.level_at": {"xp": counts},
    "gamification.levels.progress": {"xp": counts},
    "gamification.levels.root": {"value": counts, "power": st.integers(1, 6)},
    "gamification.levels.threshold": {"level": st.integers(1, 300)},
    "gamification.earning.with_levels": {
        "gained": made(XpGained, World.BOUNDED),
        "state": players,
    },
    **{
        f"gamification.{step}": {"state": players}
        for step in (
            "days.activity",
            "days.check_in",
            "days.streak_close",
            "earning.award",
            "earning.reversal",
            "earning.worth_of",
            "learning.lesson_completion",
            "learning.quiz_submission",
            "leagues.needs",
            "standing.standing",
            "unlocking.badge_choice",
            "unlocking.facts_of",
            "unlocking.granting",
            "unlocking.unlocking",
            "local.local",
        )
    },
    "gamification.safeguards.safeguard.limits_set": {"state": made(Safeguards, World.PLAUSIBLE)},
    "gamification.xp.granted": {"rule": st.sampled_from(SOURCES)},
    "gamification.xp.growth": {"worth": made(PerSymbol, World.PLAUSIBLE), "margin": small},
    "gamification.xp.trade_xp": {
        "worth": made(PerSymbol, World.PLAUSIBLE),
        "trades": made(TradeDay, World.PLAUSIBLE),
    },
    "ledger.checks.overdraft": {"entry": made(Entry, World.BOUNDED).map(on_the_chart)},
    "margin.brackets.bracket_of": {"brackets": st.just(MARGIN_BRACKETS)},
    "marketdata.book.ladder": {"price": small, "grid": grids},
    "marketdata.prints.opened": {"length": st.integers(1, DAY)},
    "marketdata.prints.rolled": {"length": st.integers(1, DAY)},
    "marketdata.walk.dithered": {"denominator": st.integers(1, 10**30)},
    "marketdata.walk.stride": {
        "walk": made(Walk, World.PLAUSIBLE),
        "climate": made(Climate, World.PLAUSIBLE),
    },
    "metrics.kernels.covariance_of": {"left": threes, "right": threes, "ddof": divisors},
    "metrics.kernels.dot": {"left": threes, "right": threes},
    "metrics.kernels.mean_of": {"values": threes},
    "metrics.kernels.moments_of": {"values": threes},
    "metrics.kernels.quantile_of": {"ordered": threes.map(sorted), "q": shares},
    "metrics.kernels.times": {"matrix": st.lists(threes, max_size=3), "vector": threes},
    "metrics.kernels.variance_of": {"values": threes, "ddof": divisors},
    "numeric.rounding.down": {"places": places},
    "numeric.rounding.even": {"places": places},
    "numeric.rounding.half_up": {"places": places},
    "numeric.rounding.rounded_ratio": {"denominator": st.integers(1, 10**60)},
    "numeric.rounding.up": {"places": places},
    "portfolio.history.portfolio_at": {"decider": st.just(TALLY)},
    "sizing.lots.in_lots": {
        "bounds": st.lists(st.tuples(amounts, amounts), min_size=1, max_size=3).map(tuple)
    },
    "sizing.matrices.solved_by": {
        "lower": st.builds(
            lambda a, b, c: ((a, Decimal(0)), (b, c)), *[made(Decimal, World.PLAUSIBLE)] * 3
        ),
        "right": st.tuples(amounts, amounts),
    },
    "risk.whatif.what_if": {"start": accounts(World.PLAUSIBLE)},
    "trading.contracts.costs.fee_level": {"schedule": st.just(FEE_SCHEDULE)},
    "trading.orders.expiry.next_close": {"now": moments.map(Instant), "close": close_times},
    "trading.contracts.fees.flat_per_order": {"fills": st.integers(0, 1000)},
    "trading.lots.statement.symbol_pnl": {
        "fills": st.lists(made(OwnFill, World.PLAUSIBLE), min_size=1)
    },
    "trading.lots.basis.ordered": {"lots": lots},
    "trading.types.instrument": {"listed": from_fields(Instrument, World.HOSTILE)},
    "trading.lots.basis.taken_from": {"lots": lots, "places": st.permutations(range(3))},
}


def given_for(name: str) -> Mapping[str, Made]:
    """The domain of a function, where it is narrower than its types."""
    return GIVEN.get(name, {})


def excuse_of(name: str) -> str | None:
    """Why a function is not called here, or None when it is."""
    return EXCUSED.get(name) or EXCUSED_MODULES.get(name.rpartition(".")[0])
