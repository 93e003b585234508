"""When funding is due: beside a plain count of instants, and never twice."""

from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.instants import DAY, HOUR, MINUTE, Instant
from astracore.trading.account import ACCOUNT
from astracore.trading.money_commands import ApplyFunding
from astracore.trading.state import Account, Position
from astracore.trading.types import ContractKind, InstrumentStatus, Side, instrument
from astracore.trading.venue.funding import (
    MOST,
    FundingRules,
    due_since,
    next_instant,
    practice_rate,
    unpaid,
)
from property_tests.trading_makers import ETH, ME, NOW, D, after, fill, opening, order

HELD = after(opening(), order("o", Side.BUY, "1.5"), fill("o", "f", Side.BUY, "1.5", "2050"))
POSITION = HELD.positions["ETH-USD"]
moments = st.integers(NOW.micros - 3 * DAY, NOW.micros + 20 * DAY)
intervals = st.sampled_from([0, MINUTE, HOUR, 8 * HOUR, DAY])


@given(moments, moments, intervals)
@example(NOW.micros, NOW.micros, 8 * HOUR)
@example(16 * HOUR, 16 * HOUR, 8 * HOUR)
@example(16 * HOUR + 1, 24 * HOUR - 1, 8 * HOUR)
def test_the_instants_beside_a_plain_count(since: int, now: int, interval: int) -> None:
    found = [at.micros for at in due_since(Instant(since), Instant(now), interval)]
    if interval == 0:
        assert found == []
        return
    day = since // DAY * DAY
    grid = range(day, max(now, day) + interval, interval)
    assert found == [at for at in grid if since <= at <= now][-MOST:]


@given(moments, intervals)
def test_the_next_instant_is_the_first_one_later(now: int, interval: int) -> None:
    following = next_instant(Instant(now), interval)
    if following is None:
        assert interval == 0
        return
    assert now < following.micros <= now + interval
    assert due_since(Instant(now + 1), following, interval) == (following,)


def test_an_answer_is_bounded() -> None:
    found = due_since(Instant(0), Instant(100_000 * MINUTE), MINUTE)
    assert (len(found), found[-1]) == (MOST, Instant(100_000 * MINUTE))


def paid(account: Account, at: Instant) -> Account:
    """The account after the funding of one instant."""
    command = ApplyFunding(account_id=ME, symbol="ETH-USD", rate=D("0.0001"), mark=D(2050), at=at)
    for event in ACCOUNT.decide(command, account).unwrap():
        account = ACCOUNT.evolve(account, event)
    return account


@given(st.integers(0, 20 * DAY), st.integers(1, 30))
@example(0, 7)
@example(20 * DAY, 7)
def test_paid_one_after_the_other_nothing_is_left(later: int, days: int) -> None:
    """Whoever was away for long owes what lies within the rules' reach, each instant once."""
    now, rules = Instant(NOW.micros + later), FundingRules(back=days * DAY)
    account, count = HELD, 0
    while owed := unpaid(account.positions["ETH-USD"], ETH, now, rules):
        account = paid(account, owed[0])
        assert paid(account, owed[0]) == account
        count += 1
    first = max(NOW.micros, now.micros - days * DAY)
    assert count == len(due_since(Instant(first), now, 8 * HOUR))
    assert account.funding == count * D("-0.3075")


def test_the_worked_payment() -> None:
    """Long 1.5 at 2050, rate 0.0001: −0.3075."""
    assert practice_rate().unwrap() == D("0.0001")
    at = next_instant(NOW, ETH.funding_interval)
    assert at is not None
    assert paid(HELD, at).funding == D("-0.3075")


def test_a_position_takes_part_from_the_instant_it_was_opened_at() -> None:
    at = Instant(NOW.micros // DAY * DAY + DAY)
    on_time, late = (evolve(POSITION, opened_at=one) for one in (at, Instant(at.micros + 1)))
    assert unpaid(on_time, ETH, at) == (at,)
    assert unpaid(late, ETH, at) == ()
    assert unpaid(evolve(on_time, funded_at=at), ETH, at) == ()


def test_spot_pays_none() -> None:
    held: Position = evolve(POSITION, contract=ContractKind.SPOT)
    assert unpaid(held, ETH, Instant(NOW.micros + DAY)) == ()


def test_rates_outside_the_clamp_are_cut() -> None:
    rules = FundingRules(interest=D("0.01"))
    assert practice_rate(rules).unwrap() == D("0.0005")
    assert practice_rate(FundingRules(clamp=D(-1))).failure().code == "invalid_fraction"


def test_an_interval_divides_the_day() -> None:
    for interval in (0, MINUTE, HOUR, 8 * HOUR, DAY):
        made = instrument(evolve(ETH, funding_interval=interval)).unwrap()
        assert made.funding_interval == interval
    for interval in (-1, 1, 7 * HOUR, 2 * DAY, MINUTE - 1):
        refused = instrument(evolve(ETH, funding_interval=interval)).failure()
        assert refused.field == "funding_interval"


def test_what_was_taken_off_for_good_pays_none() -> None:
    gone, halted = (
        evolve(ETH, status=one) for one in (InstrumentStatus.DELISTED, InstrumentStatus.HALTED)
    )
    after_a_day = Instant(NOW.micros + DAY)
    assert unpaid(POSITION, gone, after_a_day) == ()
    assert unpaid(POSITION, halted, after_a_day) == unpaid(POSITION, ETH, after_a_day) != ()


def test_an_interval_counts_from_when_it_was_changed() -> None:
    """From eight hours to one at 15:30: nothing is due for 09:00 to 15:00."""
    start = NOW.micros // DAY * DAY + DAY
    paid_at, change = Instant(start + 8 * HOUR), Instant(start + 15 * HOUR + 30 * MINUTE)
    held, hourly = evolve(POSITION, funded_at=paid_at), evolve(ETH, funding_interval=HOUR)
    now = Instant(start + 17 * HOUR)
    later = (Instant(start + 16 * HOUR), now)
    assert unpaid(held, hourly, now, changed=change) == later
    assert unpaid(evolve(held, funded_at=later[0]), hourly, now, changed=change) == (now,)
