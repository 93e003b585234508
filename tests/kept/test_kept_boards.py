"""Edges of tournaments, boards, lessons and books that walks do not come by."""

from decimal import Decimal

from attrs import evolve

from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.gamification.commands import SubmitQuiz
from astracore.gamification.leaderboards.periods import window_of
from astracore.gamification.leaderboards.state import EMPTY, PERIOD_STATE
from astracore.gamification.leaderboards.types import Cadence
from astracore.gamification.leagues import LEAGUES, LeagueTable, neighbour
from astracore.gamification.lessons import LESSONS
from astracore.gamification.levels import Polynomial, level_at, root
from astracore.gamification.matchings import perfect_matching
from astracore.gamification.pairing import Match, next_round
from astracore.gamification.progress import PROGRESS
from astracore.gamification.sources import LeagueName
from astracore.gamification.state import tries_of
from astracore.gamification.tournaments.state import TOURNAMENT_STATE
from astracore.gamification.tournaments.types import entry_account
from astracore.ids import EntryId, EventId, UserId
from astracore.instants import DAY, Instant, instant
from astracore.ledger.checks import CEILING, overdraft
from astracore.ledger.entries import Entry, Line
from astracore.ledger.periods import born_in
from astracore.ledger.state import Books
from astracore.nft.eligibility.commands import FailMint
from astracore.nft.eligibility.eligibility import ELIGIBILITY
from astracore.nft.eligibility.state import Claim, Pinned
from astracore.nft.types import Kind, MintState, NftClass
from property_tests.tournament_makers import BEGIN, CLOSE, JOIN, NAME, OPEN, TRADE, played
from tests.kept.walking import START

D = Decimal
ME = UserId("u")


def test_a_closed_tournament_is_written_and_read() -> None:
    state, _ = played(OPEN, JOIN, TRADE, CLOSE)
    assert state.list_hash != state.merkle_root
    assert TOURNAMENT_STATE.decode(TOURNAMENT_STATE.encode(state)).unwrap() == state


def test_a_closed_board_is_written_and_read() -> None:
    closed = evolve(EMPTY, list_hash="a", merkle_root="b", closed_at=START)
    assert PERIOD_STATE.decode(PERIOD_STATE.encode(closed)).unwrap() == closed


def test_the_account_of_an_entry_bears_the_time_of_the_begin() -> None:
    assert entry_account(NAME, ME, BEGIN) == "019cb624-f000-7b5b-951b-f18ead32c32b"


def test_the_last_months_of_the_calendar() -> None:
    last = instant("9999-12-31T00:00:00Z").unwrap()
    before = instant("9999-11-30T00:00:00Z").unwrap()
    assert window_of(Cadence.MONTHLY, before).end == Instant(last.micros - 30 * DAY)
    assert window_of(Cadence.MONTHLY, last).begin == Instant(last.micros - 30 * DAY)


def test_a_league_that_is_not_in_the_table_has_no_neighbour() -> None:
    short = LeagueTable(leagues=LEAGUES.leagues[1:])
    assert neighbour(short, LeagueName.CADET, 1) is None
    assert neighbour(short, LeagueName.CADET, 2) is None


def test_roots_of_one_and_levels_of_cubes() -> None:
    assert [root(value, 3) for value in (0, 1, 7, 8, 26, 27, 10**30)] == [0, 1, 1, 2, 2, 3, 10**10]
    cubic = Polynomial(factor=10, shift=1, power=3)
    assert [level_at(cubic, xp) for xp in (0, 9, 10, 79, 80)] == [1, 1, 2, 2, 3]


def test_an_even_round_has_no_bye() -> None:
    matches = [Match(first=a, second=b) for a, b in ("ab", "cd", "ef", "gh")]
    assert next_round(matches, frozenset("aceg")).unwrap() == (
        Match(first="a", second="c"),
        Match(first="e", second="g"),
    )
    assert next_round(matches[:3], frozenset("ace")).unwrap()[-1] == Match(first="e", second=None)


def test_tries_of_other_days_are_forgotten() -> None:
    one, two = [lesson for lesson in LESSONS.lessons if lesson.quiz][:2]
    state = PROGRESS.initial
    for number, (lesson, day) in enumerate(((one, 0), (two, 1), (two, 1), (one, 1))):
        asked = SubmitQuiz(
            user_id=ME,
            lesson_id=lesson.lesson_id,
            answers=(9,) * len(lesson.quiz),
            source_event_id=EventId(f"e{number}"),
            at=Instant(START.micros + day * DAY),
        )
        state = replay(PROGRESS, PROGRESS.decide(asked, state).unwrap(), state)
    today = START.micros // DAY + 1
    assert len(state.learning.tries) == 2
    assert [tries_of(state.learning, each.lesson_id, today) for each in (one, two)] == [1, 2]


def test_a_balance_has_a_bound_on_both_sides() -> None:
    for amount in (CEILING, -CEILING):
        entry = Entry(
            journal_id=EntryId("e"),
            at=START,
            reason="r",
            reference="f",
            lines=(Line(account="bank", currency="USD", amount=amount),),
        )
        assert overdraft(entry, Books()) == NumericLimit("balance")


def test_the_month_in_an_id_ends_with_its_last_millisecond() -> None:
    april = instant("2026-04-01T00:00:00Z").unwrap().micros // 1000
    for millis, month in ((april - 1, "2026-03"), (april, "2026-04")):
        told = f"{millis:012x}"
        name = EntryId(f"{told[:8]}-{told[8:]}-7000-8000-000000000000")
        assert born_in(name) == month


def test_a_failed_mint_tells_its_reference_and_its_reason() -> None:
    pinned = Pinned(
        token_id="t", level=1, power=1, traits=(), metadata_hash="h", kind=Kind.TRADEABLE
    )
    claim = Claim(status=MintState.REQUESTED, owner_id=ME, reference="one", pinned=pinned)
    asked = FailMint(user_id=ME, class_=NftClass.FIRST_TRADE, reason="gas", at=START)
    (failed,) = ELIGIBILITY.decide(asked, claim).unwrap()
    assert (failed.reference, failed.reason) == ("one", "gas")  # type: ignore[union-attr]


def test_the_same_players_are_paired_the_same_way() -> None:
    near = (
        (3, 4, 9),
        (2, 4, 5, 8),
        (1, 3, 5, 6, 8, 9),
        (0, 2, 4, 8, 9),
        (0, 1, 3, 5, 6, 7, 9),
        (1, 2, 4, 7),
        (2, 4),
        (4, 5, 8, 9),
        (1, 2, 3, 7),
        (0, 2, 3, 4, 7),
    )
    assert perfect_matching(near) == (3, 5, 9, 0, 6, 1, 4, 8, 7, 2)
