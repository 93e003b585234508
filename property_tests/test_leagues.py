"""Leagues: reachable by construction, one step at a time; verified tiers; the spotlight."""

from decimal import Decimal

import pytest
from attrs import evolve, fields
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.gamification import RequirementsNotMet
from astracore.errors.values import NumericLimit
from astracore.gamification.achievements import Category, Rarity, Reach
from astracore.gamification.catalogue import ACHIEVEMENTS
from astracore.gamification.commands import (
    EvaluateLeague,
    Figure,
    RecordSpotlight,
    RequestVerification,
    SubmitQuiz,
    TraderFacts,
    UnlockAchievement,
)
from astracore.gamification.events import (
    DemotionWarned,
    LeagueChanged,
    VerificationGranted,
    VerificationLost,
)
from astracore.gamification.leagues import LEAGUES, league_of, least_active, needs, neighbour
from astracore.gamification.lessons import LESSONS
from astracore.gamification.measures import OWN, Measure
from astracore.gamification.progress import PROGRESS
from astracore.gamification.sources import LeagueName, LeagueReason, Tier, XpSource
from astracore.gamification.state import Place, Progress, Trophies, Unlocked, points
from astracore.gamification.tiers import (
    TIERS,
    Candidate,
    PrestigeRules,
    SpotlightRules,
    due,
    kept,
    missing,
    prestige,
    spotlight,
)
from astracore.ids import EventId, UserId
from astracore.instants import DAY, Instant
from property_tests.game_makers import award, close, gained, told
from property_tests.test_awards import lesson

ME = UserId("u")
MONDAY = 20_003 * DAY  # a Monday, 00:00 UTC
NAMES = tuple(LeagueName)


def look(week: int, **facts: object) -> EvaluateLeague:
    """The look of a Monday at somebody who did everything, unless said otherwise."""
    plain = EvaluateLeague(
        user_id=ME,
        tournaments=50,
        win_rate=Decimal("0.5"),
        active_days=30,
        at=Instant(MONDAY + week * 7 * DAY + 600_000_000),
    )
    return evolve(plain, **facts)  # type: ignore[arg-type]


def decorated(league: LeagueName = LeagueName.CADET) -> Progress:
    """Somebody with every achievement that is not legendary, since long ago."""
    unlocked = {
        one.achievement_id: Unlocked(category=one.category, points=one.points, day=0)
        for one in ACHIEVEMENTS
        if one.rarity is not Rarity.LEGENDARY
    }
    return Progress(
        user_id=ME,
        trophies=Trophies(unlocked=unlocked),
        place=Place(league=league, since=19_000),
        first_day=19_000,
    )


def test_every_league_is_reachable_from_the_catalogue() -> None:
    """By construction: nothing but commands, from nobody to master, without a legendary one."""
    state = Progress()
    for one in LESSONS.lessons:
        state, _ = told(state, lesson(one.lesson_id, f"l{one.lesson_id}", MONDAY - 40 * DAY))
        if one.quiz:
            answers = tuple(question.answer for question in one.quiz)
            quiz = SubmitQuiz(
                user_id=ME,
                lesson_id=one.lesson_id,
                answers=answers,
                source_event_id=EventId(f"q{one.lesson_id}"),
                at=Instant(MONDAY - 40 * DAY),
            )
            state, _ = told(state, quiz)
    ordinary = [one for one in ACHIEVEMENTS if one.rarity is not Rarity.LEGENDARY]
    figures = tuple(
        Figure(measure=condition.measure, value=condition.least)
        for one in ordinary
        for condition in one.conditions
        if isinstance(condition, Reach) and condition.measure not in OWN
    )
    for n in range(100):
        facts = close(had_stop=True, risk_fraction=Decimal("0.01"), symbol=f"S{n % 7}-USD")
        deed = award(facts, XpSource.TRADE_LIVE, MONDAY - (30 - n // 4) * DAY, f"t{n}")
        state, _ = told(state, deed)
    unlock = UnlockAchievement(user_id=ME, figures=figures, at=Instant(MONDAY))
    state, _ = told(state, unlock)
    legendary = {one.achievement_id for one in ACHIEVEMENTS if one.rarity is Rarity.LEGENDARY}
    assert legendary.isdisjoint(state.trophies.unlocked)
    assert points(state.trophies) >= 1200
    reached, factors = [], []
    for week in range(20):
        state, events = told(state, look(week))
        reached += [event.new for event in events if isinstance(event, LeagueChanged)]
        deed = award(close(), XpSource.TRADE_PRACTICE, MONDAY + week * 7 * DAY, f"w{week}")
        state, events = told(state, deed)
        factors += [gain.multiplier for gain in gained(events)]
    assert reached == list(NAMES[1:])
    assert sorted(set(factors)) == [league.multiplier for league in LEAGUES.leagues[1:]]


def test_the_table_asks_for_no_more_than_there_is() -> None:
    ordinary = [one for one in ACHIEVEMENTS if one.rarity is not Rarity.LEGENDARY]
    for lower, upper in zip(LEAGUES.leagues, LEAGUES.leagues[1:], strict=False):
        assert upper.multiplier > lower.multiplier
        assert upper.points > lower.points
        assert upper.points <= sum(one.points for one in ordinary)
        for category, asked in ((Category.EDUCATION, upper.education), (Category.RISK, upper.risk)):
            assert asked <= sum(one.category is category for one in ordinary)
        assert upper.active_days <= 30
    assert [league.name for league in LEAGUES.leagues] == list(NAMES)


@given(
    st.sampled_from(NAMES[:-1]),
    st.sampled_from(["points", "education", "risk", "tournaments", "win", "active", "below"]),
)
def test_one_thing_that_is_missing_keeps_one_where_one_is(league: LeagueName, what: str) -> None:
    above = neighbour(LEAGUES, league, 1)
    assert above is not None
    state, command = decorated(league), look(0)
    assert told(state, command)[0].place.league is above.name
    few = {
        Category.EDUCATION: above.education - 1,
        Category.RISK: above.risk - 1,
    }
    left = state.trophies.unlocked
    match what:
        case "points":
            left = {n: evolve(one, points=0) for n, one in left.items()}
        case "education" | "risk":
            category = Category(what)
            mine = [n for n, one in left.items() if one.category is category]
            gone = set(mine[max(0, few[category]) :])
            extra = Unlocked(category=Category.SOCIAL, points=2000, day=0)
            left = {**{n: one for n, one in left.items() if n not in gone}, "x": extra}
        case "tournaments":
            command = evolve(command, tournaments=above.tournaments - 1)
        case "win":
            if above.win_rate is None:
                return
            command = evolve(command, win_rate=above.win_rate - Decimal("0.001"))
            assert told(state, evolve(command, win_rate=None))[1] == ()
        case "active":
            command = evolve(command, active_days=above.active_days - 1)
        case _:
            since = (MONDAY // DAY) - above.days_below + 1
            state = evolve(state, place=Place(league=league, since=since))
    state = evolve(state, trophies=Trophies(unlocked=left))
    assert told(state, command)[0].place.league is league
    unmet = [need.name for need in needs(above, state, command) if not need.met]
    assert len(unmet) == 1


@given(st.sampled_from(NAMES), st.lists(st.integers(0, 20), min_size=1, max_size=12))
@example(LeagueName.MASTER, [8, 8, 8, 8])
@example(LeagueName.VOYAGER, [2, 3, 2, 2])
def test_two_idle_weeks_in_a_row_lead_down_one(league: LeagueName, weeks: list[int]) -> None:
    state = evolve(decorated(league), trophies=Trophies())
    row, low = NAMES.index(league), 0
    for week, active in enumerate(weeks):
        state, events = told(state, look(week, active_days=active))
        needed = [0, 3, 4, 7, 9][row]
        if row and active < needed:
            low += 1
            expected = [LeagueChanged if low % 2 == 0 else DemotionWarned]
            row -= low % 2 == 0
        else:
            low, expected = 0, []
        assert [type(event) for event in events] == expected
        assert state.place.league is NAMES[row]
        assert told(state, look(week, active_days=active))[1] == ()
        assert all(one.reason is LeagueReason.INACTIVE for one in events if hasattr(one, "reason"))


@pytest.mark.parametrize("back", [0, 1, 2, 9])
def test_a_clock_that_goes_back_hurries_nobody_down(back: int) -> None:
    """A warning, a look at an earlier Monday, and the same Monday again: still one idle week."""
    state = decorated(LeagueName.VOYAGER)
    state, _ = told(state, look(10, active_days=0))
    state, events = told(state, look(10 - back, active_days=0))
    assert events == ()
    assert told(state, look(10, active_days=0))[1] == ()
    assert [type(one) for one in told(state, look(11, active_days=0))[1]] == [LeagueChanged]


def test_the_corners_of_the_table() -> None:
    assert [least_active(league, LEAGUES) for league in LEAGUES.leagues] == [0, 3, 4, 7, 9]
    assert neighbour(LEAGUES, LeagueName.MASTER, 1) is None
    assert neighbour(LEAGUES, LeagueName.CADET, -1) is None
    short = evolve(LEAGUES, leagues=LEAGUES.leagues[:1])
    assert neighbour(short, LeagueName.ELITE, 1) is None
    assert league_of(short, LeagueName.ELITE).multiplier == 1
    refused = PROGRESS.decide(look(0, win_rate=Decimal("NaN")), Progress()).failure()
    assert refused == NumericLimit("facts")
    fresh = needs(LEAGUES.leagues[1], Progress(), look(0))
    assert next(need.have for need in fresh if need.name == "days_below") == 0


GOOD = TraderFacts(
    closed=500,
    live=500,
    volume=Decimal(500_000),
    win_rate=Decimal("0.55"),
    active_days=180,
    drawdown=Decimal("0.25"),
)


def ask(tier: Tier | None, facts: TraderFacts = GOOD) -> RequestVerification:
    return RequestVerification(user_id=ME, tier=tier, facts=facts, at=Instant(0))


def test_a_tier_is_granted_when_asked_for_and_earned() -> None:
    state, events = told(Progress(), ask(Tier.SILVER))
    assert events == (VerificationGranted(user_id=ME, tier=Tier.SILVER),)
    assert told(state, ask(Tier.BRONZE))[1] == ()
    state, events = told(state, ask(None))
    assert events == (VerificationGranted(user_id=ME, tier=Tier.GOLD),)
    assert told(state, ask(None))[1] == ()
    assert told(state, ask(Tier.NONE))[1] == ()


@given(st.sampled_from(TIERS.rows), st.sampled_from([one.name for one in fields(TraderFacts)]))
def test_every_requirement_of_a_tier_binds(row: object, name: str) -> None:
    """The facts that are just enough are; a little less of any one is not."""
    found = next(each for each in TIERS.rows if each == row)
    just = TraderFacts(
        closed=found.closed,
        live=found.live,
        volume=found.volume,
        win_rate=found.win_rate,
        active_days=found.active_days,
        drawdown=found.drawdown,
    )
    assert missing(found, just) == ()
    assert due(TIERS, just) in {found.tier, Tier.BRONZE, Tier.SILVER, Tier.GOLD}
    step = Decimal("0.001") if isinstance(getattr(just, name), Decimal) else 1
    worse = getattr(just, name) + (step if name == "drawdown" else -step)
    less = evolve(just, **{name: worse})
    assert missing(found, less) == (name,)
    refused = PROGRESS.decide(ask(found.tier, less), Progress()).failure()
    assert refused == RequirementsNotMet(found.tier.value, (name,))


@pytest.mark.parametrize(
    ("drawdown", "left"),
    [
        ("0.35", Tier.GOLD),
        ("0.351", Tier.SILVER),
        ("0.4", Tier.SILVER),
        ("0.41", Tier.BRONZE),
        ("0.5", Tier.BRONZE),
        ("0.51", Tier.NONE),
    ],
)
def test_a_deep_drawdown_takes_a_tier(drawdown: str, left: Tier) -> None:
    assert kept(TIERS, Tier.GOLD, Decimal(drawdown)) is left
    held = Progress(place=Place(tier=Tier.GOLD))
    facts = evolve(GOOD, drawdown=Decimal(drawdown), closed=0, live=0)
    state, events = told(held, ask(None, facts))
    lost = () if left is Tier.GOLD else (VerificationLost(user_id=ME, tier=Tier.GOLD, left=left),)
    assert events == lost
    assert state.place.tier is left


def test_facts_that_are_no_numbers_are_refused() -> None:
    for name in ("volume", "win_rate", "drawdown"):
        facts = evolve(GOOD, **{name: Decimal("sNaN")})  # type: ignore[arg-type]
        assert PROGRESS.decide(ask(None, facts), Progress()).failure() == NumericLimit("facts")
    unknown = evolve(TIERS, rows=())
    assert due(unknown, GOOD) is Tier.NONE


def test_the_example_of_prestige() -> None:
    assert prestige(Tier.GOLD, 2, 120, 430, PrestigeRules()) == 258
    assert prestige(Tier.NONE, 0, 900, 9, PrestigeRules()) == 500


candidates = st.builds(
    Candidate,
    user_id=st.sampled_from("abcdef").map(UserId),
    tier=st.sampled_from(Tier),
    rating=st.sampled_from([Decimal("79.9"), Decimal(80), Decimal(99)]),
    prestige=st.integers(0, 3),
    shown=st.none() | st.sampled_from([69, 70]),
)


@given(st.lists(candidates, max_size=6, unique_by=lambda one: one.user_id), st.randoms())
def test_the_spotlight_is_on_the_best_who_may_be_shown(
    found: list[Candidate], shuffle: object
) -> None:
    rules = SpotlightRules()
    chosen = spotlight(found, 100, rules)
    mixed = list(found)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert spotlight(mixed, 100, rules) == chosen
    allowed = [
        one
        for one in found
        if one.tier is not Tier.NONE and one.rating >= 80 and one.shown in (None, 69)
    ]
    most = max((one.prestige for one in allowed), default=None)
    best = sorted(one.user_id for one in allowed if one.prestige == most)
    assert chosen == (best[0] if best else None)


def test_a_day_in_the_spotlight_counts_once() -> None:
    show = RecordSpotlight(user_id=ME, at=Instant(MONDAY))
    state, events = told(Progress(), show)
    assert len(events) == 1
    assert told(state, show)[1] == ()
    state, _ = told(state, evolve(show, at=Instant(MONDAY + DAY)))
    assert (state.place.spotlights, state.place.shown) == (2, MONDAY // DAY + 1)
    assert Measure.TOURNAMENT_WINS not in OWN
