"""Care for the player: scores by hand, the first row that matches, limits that only tighten."""

import decimal
import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.gamification import ExclusionRunning, InvalidSafeguards
from astracore.errors.values import NumericLimit
from astracore.gamification.safeguards.commands import (
    Limits,
    ObserveBehaviour,
    SafeguardCommand,
    SelfExclude,
    SetSafeguards,
)
from astracore.gamification.safeguards.events import (
    BehaviourWarned,
    CoolOffStarted,
    SafeguardEvent,
    SafeguardsSet,
    SelfExcluded,
    ShowsPaused,
)
from astracore.gamification.safeguards.pacing import Act, delay, first_match, next_show
from astracore.gamification.safeguards.rules import RULES, Cause, ShowKind, Strain
from astracore.gamification.safeguards.safeguard import SAFEGUARDS
from astracore.gamification.safeguards.scores import (
    Behaviour,
    Scores,
    habit,
    is_night,
    overtrading,
    scores,
    strain,
    stress,
)
from astracore.gamification.safeguards.state import (
    Safeguards,
    limits_at,
    opening_refused_until,
)
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant
from astracore.outcome import is_failure

ME = UserId("u")
NOON = 20_000 * DAY + DAY // 2
NIGHT = 20_000 * DAY + 2 * HOUR
shares = st.integers(0, 1500).map(lambda n: Decimal(n).scaleb(-3))
behaviours = st.builds(
    Behaviour,
    shows_hour=st.integers(0, 6),
    shows_run=st.integers(0, 5),
    shows_day=st.integers(0, 30),
    educational=st.none() | shares,
    trades_hour=st.integers(0, 40).map(Decimal),
    hold_minutes=shares,
    risk_trade=shares,
    session_hours=st.integers(0, 12).map(Decimal),
    weekend_hours=st.integers(0, 6).map(Decimal),
    loss_run=st.integers(0, 7),
    stress_marks=st.integers(0, 7),
    errors_hour=st.integers(0, 14).map(Decimal),
    breaks_hour=shares,
    days_run=st.integers(0, 40),
)
CALM = Behaviour()
CRITICAL = Behaviour(
    trades_hour=Decimal(60),
    hold_minutes=Decimal(0),
    risk_trade=Decimal(1),
)
STRESSED = Behaviour(
    loss_run=5, stress_marks=5, errors_hour=Decimal(8), breaks_hour=Decimal(1), days_run=10
)


def told(state: Safeguards, command: SafeguardCommand) -> tuple[Safeguards, list[SafeguardEvent]]:
    events = SAFEGUARDS.decide(command, state).unwrap()
    for event in events:
        state = SAFEGUARDS.evolve(state, event)
    return state, list(events)


def observe(seen: Behaviour, at: int = NOON) -> ObserveBehaviour:
    return ObserveBehaviour(user_id=ME, behaviour=seen, at=Instant(at))


def choose(at: int = NOON, **limits: object) -> SetSafeguards:
    return SetSafeguards(user_id=ME, limits=Limits(**limits), at=Instant(at))  # type: ignore[arg-type]


def test_the_examples_of_the_scores() -> None:
    shown = Behaviour(shows_hour=2, shows_run=1, shows_day=6, educational=Decimal("0.3"))
    assert habit(shown, night=True, rules=RULES) == Decimal("0.504167")
    traded = Behaviour(
        trades_hour=Decimal(24),
        hold_minutes=Decimal(2),
        risk_trade=Decimal("0.03"),
        session_hours=Decimal(4),
    )
    assert overtrading(traded) == Decimal("0.55")
    tense = Behaviour(
        loss_run=3,
        stress_marks=1,
        errors_hour=Decimal(2),
        breaks_hour=Decimal("0.5"),
        days_run=15,
    )
    assert stress(tense) == Decimal("0.395")
    found = scores(traded, night=False, rules=RULES)
    assert strain(found, RULES) is Strain.MODERATE
    assert habit(CALM, night=False, rules=RULES) == 0
    assert scores(CALM, night=False, rules=RULES) == Scores(
        habit=Decimal(0), overtrading=Decimal(0), stress=Decimal(0)
    )


def plain(value: object, whole: object) -> Fraction:
    return min(Fraction(str(value)) / Fraction(str(whole)), Fraction(1))


@given(behaviours, st.booleans())
def test_scores_are_the_weighted_sums_between_0_and_1(seen: Behaviour, night: bool) -> None:  # noqa: FBT001
    """The rules written once more in fractions, whatever the caller's decimal context."""
    with decimal.localcontext(decimal.Context(prec=1, rounding=decimal.ROUND_UP)):
        found = scores(seen, night=night, rules=RULES)
    lacking = Fraction(0)
    if seen.educational is not None:
        lacking = max(Fraction(0), Fraction("0.6") - Fraction(seen.educational)) / Fraction("0.6")
    tenth = Fraction(1, 10)
    expected = {
        "habit": 3 * tenth * plain(seen.shows_hour, 4)
        + 2 * tenth * plain(seen.shows_run, 3)
        + 2 * tenth * lacking
        + Fraction("0.15") * plain(seen.shows_day, 24)
        + Fraction("0.15") * night,
        "overtrading": 4 * tenth * plain(seen.trades_hour, 30)
        + 2 * tenth * (1 - plain(seen.hold_minutes, 5))
        + 2 * tenth * plain(seen.risk_trade, "0.1")
        + tenth * plain(seen.session_hours, 8)
        + tenth * plain(seen.weekend_hours, 4),
        "stress": 3 * tenth * plain(seen.loss_run, 5)
        + Fraction("0.25") * plain(seen.stress_marks, 5)
        + 2 * tenth * plain(seen.errors_hour, 10)
        + Fraction("0.15") * (1 - plain(seen.breaks_hour, 1))
        + tenth * plain(seen.days_run, 30),
    }
    for name, exact in expected.items():
        score = getattr(found, name)
        assert 0 <= score <= 1
        assert abs(Fraction(score) - exact) <= Fraction(1, 2_000_000)


@given(behaviours, st.booleans())
def test_the_first_row_that_matches_is_done(seen: Behaviour, night: bool) -> None:  # noqa: FBT001
    found = scores(seen, night=night, rules=RULES)
    measure = first_match(seen, found, night=night, rules=RULES)
    taught = seen.educational
    ladder = [
        (max(found.habit, found.overtrading, found.stress) >= Decimal("0.8"), Cause.CRITICAL),
        (seen.shows_hour >= 4, Cause.SHOWS),
        (seen.shows_run >= 3, Cause.RUN),
        (taught is not None and taught < Decimal("0.3"), Cause.SHALLOW),
        (found.overtrading > Decimal("0.6"), Cause.OVERTRADING),
        (found.stress > Decimal("0.7"), Cause.STRESS),
        (night, Cause.NIGHT),
    ]
    expected = [cause for matches, cause in ladder if matches]
    assert (None if measure is None else measure.cause) == (expected[0] if expected else None)


@pytest.mark.parametrize(
    ("score", "level"),
    [("0.399999", "low"), ("0.4", "moderate"), ("0.6", "high"), ("0.8", "critical")],
)
def test_a_level_begins_at_its_score(score: str, level: str) -> None:
    for name in ("habit", "overtrading", "stress"):
        none = Scores(habit=Decimal(0), overtrading=Decimal(0), stress=Decimal(0))
        found = evolve(none, **{name: Decimal(score)})
        assert strain(found, RULES).value == level


@pytest.mark.parametrize(
    ("seen", "at", "act", "minutes"),
    [
        (CRITICAL, NOON, Act.COOL_OFF, 60),
        (Behaviour(shows_hour=4), NOON, Act.NO_SHOWS, 15),
        (Behaviour(shows_run=3), NOON, Act.NO_SHOWS, 15),
        (Behaviour(educational=Decimal("0.29")), NOON, Act.ONLY_EDUCATIONAL, 5),
        (
            Behaviour(
                trades_hour=Decimal(30),
                hold_minutes=Decimal(0),
                risk_trade=Decimal("0.01"),
            ),
            NOON,
            Act.WARNING,
            0,
        ),
        (STRESSED, NOON, Act.COOL_OFF, 5),
        (CALM, NIGHT, Act.SUGGESTION, 0),
    ],
)
def test_what_is_done_is_done_once(seen: Behaviour, at: int, act: Act, minutes: int) -> None:
    state, (event,) = told(Safeguards(), observe(seen, at))
    if isinstance(event, CoolOffStarted | ShowsPaused):
        assert event.until == Instant(at + minutes * MINUTE)
    kinds = {Act.COOL_OFF: CoolOffStarted, Act.NO_SHOWS: ShowsPaused}
    kinds |= {Act.ONLY_EDUCATIONAL: ShowsPaused}
    assert type(event) is kinds.get(act, BehaviourWarned)
    if isinstance(event, ShowsPaused):
        assert event.only_educational is (act is Act.ONLY_EDUCATIONAL)
    assert told(state, observe(seen, at))[1] == []
    later = at + max(minutes * MINUTE, HOUR if act in {Act.WARNING, Act.SUGGESTION} else 0)
    assert told(state, observe(seen, later - 1))[1] == []
    assert len(told(state, observe(seen, later))[1]) == 1
    opening = opening_refused_until(state, Instant(at))
    assert opening == (Instant(at + minutes * MINUTE) if act is Act.COOL_OFF else None)


def test_what_is_graver_replaces_what_runs() -> None:
    state, _ = told(Safeguards(), observe(STRESSED))
    state, events = told(state, observe(CRITICAL, NOON + MINUTE))
    assert [type(event) for event in events] == [CoolOffStarted]
    assert opening_refused_until(state, Instant(NOON + MINUTE)) == Instant(NOON + 61 * MINUTE)
    assert told(state, observe(STRESSED, NOON + 2 * MINUTE))[1] == []
    assert told(state, observe(CALM, NOON + 2 * MINUTE))[1] == []
    state, _ = told(Safeguards(), observe(Behaviour(educational=Decimal(0))))
    _, events = told(state, observe(Behaviour(shows_run=3), NOON + MINUTE))
    assert [type(event) for event in events] == [ShowsPaused]
    state, _ = told(Safeguards(), observe(Behaviour(shows_run=3)))
    assert told(state, observe(Behaviour(educational=Decimal(0)), NOON + MINUTE))[1] == []
    state, _ = told(Safeguards(), observe(CALM, NIGHT))
    warm = Behaviour(trades_hour=Decimal(30), hold_minutes=Decimal(0), risk_trade=Decimal("0.01"))
    assert len(told(state, observe(warm, NIGHT + MINUTE))[1]) == 1


def test_figures_that_are_no_numbers_are_refused() -> None:
    for name in ("trades_hour", "educational", "breaks_hour"):
        seen = evolve(CALM, **{name: Decimal("NaN")})  # type: ignore[arg-type]
        assert SAFEGUARDS.decide(observe(seen), Safeguards()).failure() == NumericLimit("behaviour")


@given(st.integers(0, 10 * DAY), st.integers(-12, 14))
def test_night_is_where_the_player_is(micros: int, hours: int) -> None:
    local = (micros // HOUR + hours) % 24
    assert is_night(Instant(micros), hours * 3600, RULES) == (local in {23, 0, 1, 2, 3, 4, 5})


limits = st.builds(
    Limits,
    daily_loss=st.none() | st.integers(1, 5).map(Decimal),
    orders_day=st.none() | st.integers(0, 5),
    session_minutes=st.none() | st.integers(1, 5),
)


def is_tighter(one: Limits, other: Limits) -> bool:
    """No limit of `one` is looser than the other's."""
    pairs = (
        (one.daily_loss, other.daily_loss),
        (one.orders_day, other.orders_day),
        (one.session_minutes, other.session_minutes),
    )
    return all(b is None or (a is not None and a <= b) for a, b in pairs)


@given(st.lists(st.tuples(limits, st.integers(0, 30)), min_size=1, max_size=8))
def test_limits_tighten_at_once_and_loosen_after_a_day(rows: list[tuple[Limits, int]]) -> None:
    state, at = Safeguards(), NOON
    for asked, hours in rows:
        at += hours * HOUR
        before = limits_at(state, Instant(at))
        state, (event,) = told(state, SetSafeguards(user_id=ME, limits=asked, at=Instant(at)))
        assert isinstance(event, SafeguardsSet)
        now = limits_at(state, Instant(at))
        assert is_tighter(now, before)
        assert is_tighter(now, asked)
        assert limits_at(state, Instant(at + DAY - 1)) == now
        assert limits_at(state, Instant(at + DAY)) == asked
        assert event.effective_at == Instant(at if now == asked else at + DAY)


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"daily_loss": Decimal(0)}, ("daily_loss",)),
        ({"daily_loss": Decimal("NaN"), "orders_day": -1}, ("daily_loss", "orders_day")),
        ({"session_minutes": 1441}, ("session_minutes",)),
        ({"session_minutes": 0}, ("session_minutes",)),
    ],
)
def test_what_no_limit_can_be_is_named(fields: dict[str, object], faulty: tuple[str, ...]) -> None:
    assert SAFEGUARDS.decide(choose(**fields), Safeguards()).failure() == InvalidSafeguards(faulty)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.integers(-1, 40), st.integers(0, 30)), min_size=1, max_size=8))
@example([(10, 0), (10, 0), (9, 1), (9, 0)])
def test_an_exclusion_is_never_shortened(rows: list[tuple[int, int]]) -> None:
    state, at, until = Safeguards(), NOON, 0
    for days, passed in rows:
        at += passed * DAY
        command = SelfExclude(user_id=ME, days=days, at=Instant(at))
        outcome = SAFEGUARDS.decide(command, state)
        if days < 1:
            assert outcome.failure() == InvalidSafeguards(("days",))
            continue
        end = at + days * DAY
        if at < until and end <= until:
            assert outcome.failure() == ExclusionRunning(until)
        else:
            assert outcome.unwrap() == (
                SelfExcluded(user_id=ME, until=Instant(end), at=Instant(at)),
            )
            until = end
            state, _ = told(state, command)
        assert opening_refused_until(state, Instant(at)) == Instant(until)
        assert is_failure(SAFEGUARDS.decide(choose(at), state))
        assert not is_failure(SAFEGUARDS.decide(choose(until), state))


def test_five_years_are_the_most() -> None:
    for days, good in ((1826, True), (1827, False)):
        command = SelfExclude(user_id=ME, days=days, at=Instant(0))
        assert is_failure(SAFEGUARDS.decide(command, Safeguards())) is not good


@given(st.lists(st.integers(0, 3000), max_size=30), st.sampled_from(ShowKind), st.booleans())
def test_shows_keep_their_distance(
    minutes: list[int],
    kind: ShowKind,
    stressed: bool,  # noqa: FBT001
) -> None:
    """Whoever always waits never has more than 4 in an hour, 24 in a day, 3 in ten minutes."""
    shows: list[int] = []
    at = 0
    for wait in minutes:
        at += wait * SECOND
        bound = next_show([Instant(each) for each in shows], kind, stressed=stressed, rules=RULES)
        at = at if bound is None else max(at, bound.micros)
        shows.append(at)
    for most, span in ((4, HOUR), (24, DAY), (3, 10 * MINUTE)):
        for last in shows:
            assert sum(last - span < each <= last for each in shows) <= most
    pause = delay(kind, stressed=stressed, rules=RULES)
    assert all(after - before >= pause for before, after in itertools.pairwise(shows))
    plainly = {ShowKind.CRITICAL: 30, ShowKind.EDUCATIONAL: 45, ShowKind.OTHER: 60}[kind]
    assert pause == plainly * SECOND * (2 if stressed else 1)


def test_enough_teaching_is_left_alone() -> None:
    for share, cause in (("0.299", Cause.SHALLOW), ("0.3", None)):
        seen = evolve(CALM, educational=Decimal(share))
        found = scores(seen, night=False, rules=RULES)
        measure = first_match(seen, found, night=False, rules=RULES)
        assert (None if measure is None else measure.cause) is cause


def test_the_longest_session_is_a_day() -> None:
    assert not is_failure(SAFEGUARDS.decide(choose(session_minutes=1440), Safeguards()))


def test_opening_waits_for_whatever_ends_last() -> None:
    state = Safeguards(cool_until=Instant(NOON + HOUR), excluded_until=Instant(NOON + DAY))
    assert opening_refused_until(state, Instant(NOON)) == Instant(NOON + DAY)
    other = Safeguards(cool_until=Instant(NOON + DAY), excluded_until=Instant(NOON + HOUR))
    assert opening_refused_until(other, Instant(NOON)) == Instant(NOON + DAY)
    assert opening_refused_until(other, Instant(NOON + DAY)) is None
