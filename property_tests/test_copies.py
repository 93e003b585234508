"""A copy and a leader's listing over time: who may, what is told, when it ends, what it costs."""

from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from astracore.bots.copying.commands import (
    ChangeCopy,
    CopyCommand,
    PublishLeader,
    Replicate,
    SettleCopyFee,
    StartCopy,
    StopCopy,
    WatchCopy,
    WithdrawLeader,
)
from astracore.bots.copying.copy import COPY_DECIDER, is_lost
from astracore.bots.copying.events import (
    CopyChanged,
    CopyEvent,
    CopyFeeSettled,
    CopyOrderIntended,
    CopySkipped,
    CopyStarted,
    CopyStopped,
    LeaderPublished,
    LeaderWithdrawn,
)
from astracore.bots.copying.leader import LEADER
from astracore.bots.copying.sizing import CopyMode, CopyTerms, SkipReason
from astracore.bots.copying.state import Copy, Listing
from astracore.errors.bots import (
    AllocationLimit,
    CopyChain,
    CopyInvalid,
    CopyState,
    LeaderIneligible,
)
from astracore.events.decider import replay
from astracore.ids import AccountId, UserId
from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.trading.types import AccountMode, Side
from property_tests.test_copying import STEPS, fill, here

Loose: TypeAlias = Any  # facts by name
ADA, BOB = UserId("ada"), UserId("bob")
AT = Instant(0)


def publish(**facts: Loose) -> PublishLeader:
    """BOB may be copied: just so."""
    command = PublishLeader(
        leader_id="leader",
        actor_id=BOB,
        account_id=AccountId("bob's"),
        mode=AccountMode.PRACTICE,
        description="",
        has_identity=True,
        days=30,
        closes=50,
        drawdown=Decimal("0.4"),
        follows=0,
        at=AT,
    )
    return changed(command, **facts)


def start(**facts: Loose) -> StartCopy:
    """ADA copies BOB with 500 of 1000."""
    command = StartCopy(
        follow_id="follow",
        leader_id="leader",
        leader_user_id=BOB,
        leader_mode=AccountMode.PRACTICE,
        leader_listed=True,
        followers=499,
        actor_id=ADA,
        account_id=AccountId("ada's"),
        mode=AccountMode.PRACTICE,
        equity=Decimal(1000),
        allocated=Decimal(0),
        leaders=9,
        leads=False,
        terms=CopyTerms(),
        allocation=Decimal(500),
        at=AT,
    )
    return changed(command, **facts)


def replicate(
    leader: dict[str, Loose] | None = None, standing: dict[str, Loose] | None = None, **facts: Loose
) -> Replicate:
    """BOB was filled."""
    command = Replicate(
        follow_id="follow",
        fill=fill(**(leader or {})),
        side=Side.BUY,
        standing=here(**(standing or {})),
        steps=STEPS,
        at=AT,
    )
    return changed(command, **facts)


def change(**facts: Loose) -> ChangeCopy:
    """ADA changes her mind."""
    command = ChangeCopy(follow_id="follow", equity=Decimal(1000), allocated=Decimal(0), at=AT)
    return changed(command, **facts)


def after(*commands: CopyCommand) -> Copy:
    """The copy when all of it was allowed."""
    copy = Copy()
    for command in commands:
        copy = replay(COPY_DECIDER, told(command, copy), copy)
    return copy


def told(command: CopyCommand, copy: Copy) -> tuple[CopyEvent, ...]:
    """What happens, when it is allowed."""
    return COPY_DECIDER.decide(command, copy).unwrap()


def refusal(command: CopyCommand, copy: Copy) -> object:
    """Why it is not allowed."""
    return COPY_DECIDER.decide(command, copy).failure()


def test_who_may_lead() -> None:
    made = LEADER.decide(publish(), Listing()).unwrap()
    assert [type(one) for one in made] == [LeaderPublished]
    listed = replay(LEADER, made)
    assert LEADER.decide(publish(), listed).failure() == CopyState("listed")
    gone = LEADER.decide(WithdrawLeader(leader_id="leader", reason="rest", at=AT), listed)
    assert [type(one) for one in gone.unwrap()] == [LeaderWithdrawn]
    free = replay(LEADER, gone.unwrap(), listed)
    again = WithdrawLeader(leader_id="leader", reason="rest", at=AT)
    assert LEADER.decide(again, free).failure() == CopyState("unlisted")
    assert LEADER.decide(again, Listing()).failure() == CopyState("unlisted")
    assert not is_failure(LEADER.decide(publish(), free))
    assert LEADER.decide(publish(follows=1), Listing()).failure() == CopyChain(BOB)
    poor = publish(has_identity=False, days=29, closes=49, drawdown=Decimal("0.41"))
    needs = LeaderIneligible(("identity", "days", "closes", "drawdown"))
    assert LEADER.decide(poor, Listing()).failure() == needs
    strange = publish(drawdown=Decimal("NaN"))
    assert LEADER.decide(strange, Listing()).failure() == LeaderIneligible(("drawdown",))


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"leader_listed": False}, CopyState("unlisted")),
        ({"leads": True}, CopyChain(ADA)),
        ({"leader_user_id": ADA}, CopyChain(ADA)),
        ({"mode": AccountMode.LIVE}, CopyInvalid(("mode",))),
        ({"terms": CopyTerms(figure=Decimal("0.09"))}, CopyInvalid(("figure",))),
        ({"terms": CopyTerms(figure=Decimal("3.01"))}, CopyInvalid(("figure",))),
        ({"terms": CopyTerms(most=Decimal(0))}, CopyInvalid(("most",))),
        ({"allocation": Decimal(0), "stop": Decimal(1)}, CopyInvalid(("allocation", "stop"))),
        ({"equity": Decimal("NaN")}, CopyInvalid(("equity",))),
        ({"allocation": Decimal("1E+31")}, CopyInvalid(("allocation",))),
        ({"allocated": Decimal("1E+31")}, CopyInvalid(("equity",))),
        ({"account_taken": True}, CopyInvalid(("account_id",))),
        ({"leaders": 10}, AllocationLimit("leaders", Decimal(10))),
        ({"followers": 500}, AllocationLimit("followers", Decimal(500))),
        ({"allocation": Decimal("99.99")}, AllocationLimit("least", Decimal(100))),
        ({"allocation": Decimal("500.01")}, AllocationLimit("share", Decimal(500))),
        ({"allocated": Decimal(1)}, AllocationLimit("share", Decimal(499))),
    ],
)
def test_who_may_not_copy(facts: dict[str, Loose], fault: object) -> None:
    assert refusal(start(**facts), Copy()) == fault


def test_a_copy_starts_once() -> None:
    events = told(start(), Copy())
    assert [type(one) for one in events] == [CopyStarted]
    copy = replay(COPY_DECIDER, events)
    assert [copy.mark, copy.allocation, copy.stop] == [500, 500, Decimal("0.3")]
    assert refusal(start(), copy) == CopyState("started")
    ratio = CopyTerms(mode=CopyMode.FIXED_RATIO, figure=Decimal("0.01"))
    assert not is_failure(COPY_DECIDER.decide(start(terms=ratio), Copy()))
    assert refusal(replicate(), Copy()) == CopyState("unstarted")


def test_a_fill_is_copied_or_told_why_not() -> None:
    copy = after(start())
    order = told(replicate(), copy)[0]
    assert isinstance(order, CopyOrderIntended)
    assert (order.qty, order.wanted, order.reduces) == (Decimal("0.020"), Decimal("0.02"), False)
    assert replay(COPY_DECIDER, (order,), copy) == copy
    assert (order.follow_id, order.leader_id, order.leader_fill_id) == ("follow", "leader", "fill")
    assert (order.account_id, order.symbol, order.side) == ("ada's", "BTC-USD", Side.BUY)
    assert [order.leader_qty, order.leader_price, order.leader_equity] == [
        *(Decimal("0.8"), Decimal(100)),
        Decimal(20000),
    ]
    assert [order.equity, order.available, order.price] == [500, 300, 100]
    refused = told(replicate(refusal="drawdown_limit"), copy)[0]
    assert isinstance(refused, CopySkipped)
    assert (refused.follow_id, refused.leader_id) == ("follow", "leader")
    assert (refused.leader_fill_id, refused.symbol) == ("fill", "BTC-USD")
    assert (refused.reason, refused.detail) == (SkipReason.RISK_REFUSED, "drawdown_limit")
    missing = told(replicate(steps=None), copy)[0]
    assert isinstance(missing, CopySkipped)
    assert (missing.reason, missing.wanted) == (SkipReason.SYMBOL_MISSING, Decimal("0.02"))
    small = told(replicate({"qty": Decimal("0.04")}), copy)[0]
    assert isinstance(small, CopySkipped)
    assert (small.reason, small.wanted) == (SkipReason.BELOW_MIN_QTY, Decimal("0.001"))
    assert replay(COPY_DECIDER, (small,), copy) == copy
    bad = replicate({"price": Decimal(0)})
    assert refusal(bad, copy) == CopyInvalid(("leader_price",))


def test_a_pause_stops_what_opens_and_not_what_closes() -> None:
    copy = after(start(), change(paused=True))
    held = told(replicate(), copy)[0]
    assert isinstance(held, CopySkipped)
    assert held.reason is SkipReason.PAUSED
    closing = told(replicate({"closes": Decimal(1)}, {"held": Decimal("0.02")}), copy)[0]
    assert isinstance(closing, CopyOrderIntended)
    assert (closing.qty, closing.reduces) == (Decimal("0.02"), True)
    assert not after(start(), change(paused=True), change(paused=False)).paused


def test_a_loss_ends_the_copy_before_anything_opens() -> None:
    copy = after(start())
    low = {"equity": Decimal(350)}
    for command in (
        replicate(standing=low),
        WatchCopy(follow_id="follow", equity=Decimal(350), at=AT),
    ):
        events = told(command, copy)
        assert [type(one) for one in events] == [CopyFeeSettled, CopyStopped]
        stopped = events[1]
        assert isinstance(stopped, CopyStopped)
        assert (stopped.reason, stopped.close_positions) == ("stop_loss", True)
        assert refusal(command, replay(COPY_DECIDER, events, copy)) == CopyState("ended")
    assert told(WatchCopy(follow_id="follow", equity=Decimal("350.01"), at=AT), copy) == ()
    strange = WatchCopy(follow_id="follow", equity=Decimal("NaN"), at=AT)
    assert refusal(strange, copy) == CopyInvalid(("equity",))
    leaving = replicate({"closes": Decimal(1)}, {"equity": Decimal(1), "held": Decimal(1)})
    assert isinstance(told(leaving, copy)[0], CopyOrderIntended)
    assert refusal(start(), after(start(), stop())) == CopyState("ended")


def stop(equity: int = 500) -> StopCopy:
    """ADA has had enough."""
    return StopCopy(
        follow_id="follow", reason="own", close_positions=False, equity=Decimal(equity), at=AT
    )


@given(st.integers(100, 100_000), st.integers(1, 99))
def test_the_stop_is_a_share_of_the_allocation(allocation: int, percent: int) -> None:
    stop_at = Decimal(percent) / 100
    edge = Decimal(allocation) * (100 - percent) / 100
    assert is_lost(edge, Decimal(allocation), stop_at)
    assert not is_lost(edge + Decimal("0.01"), Decimal(allocation), stop_at)


def test_fees_of_the_worked_example_and_at_the_end() -> None:
    settle = SettleCopyFee(follow_id="follow", equity=Decimal(560), at=Instant(9))
    first = told(settle, after(start()))[0]
    assert isinstance(first, CopyFeeSettled)
    assert (first.fee, first.leader_share, first.house_share) == (
        Decimal(6),
        Decimal("4.8"),
        Decimal("1.2"),
    )
    assert (first.follow_id, first.leader_id) == ("follow", "leader")
    assert (first.user_id, first.account_id, first.equity) == (ADA, "ada's", Decimal(560))
    copy = after(start(), settle)
    assert copy.mark == 554
    assert copy.settled_at == Instant(9)
    second = told(changed(settle, equity=Decimal(550)), copy)[0]
    assert isinstance(second, CopyFeeSettled)
    assert second.fee == 0
    ended = told(stop(574), copy)
    assert isinstance(ended[0], CopyFeeSettled)
    assert ended[0].fee == 2
    assert isinstance(ended[1], CopyStopped)


def test_changes_move_the_mark_with_the_money() -> None:
    copy = after(start())
    events = told(change(allocation=Decimal(300), stop=Decimal("0.5")), copy)
    changes = events[0]
    assert isinstance(changes, CopyChanged)
    assert [changes.flow, changes.mark] == [-200, 300]
    smaller = replay(COPY_DECIDER, events, copy)
    assert [smaller.allocation, smaller.stop] == [300, Decimal("0.5")]
    assert not smaller.paused
    terms = CopyTerms(mode=CopyMode.FIXED_AMOUNT, figure=Decimal(20), most=Decimal(25))
    assert after(start(), change(terms=terms)).terms == terms
    more = change(allocation=Decimal(501))
    assert refusal(more, copy) == AllocationLimit("share", Decimal(500))
    poorer = change(equity=Decimal(10), paused=True)
    assert not is_failure(COPY_DECIDER.decide(poorer, copy))
    assert refusal(change(stop=Decimal(0)), copy) == CopyInvalid(("stop",))
    for fact in ("equity", "allocated"):
        unknown = change(**{fact: Decimal("NaN")})
        assert refusal(unknown, copy) == CopyInvalid(("equity",))
    lost = replicate(standing={"equity": Decimal("NaN")})
    assert refusal(lost, copy) == CopyInvalid(("equity",))


def test_who_became_poorer_may_lower_the_allocation_and_not_raise_it() -> None:
    """500 are allocated where 300 would be the most: 400, 300 and 100 are steps down."""
    copy = after(start())
    for amount in (Decimal("499.99"), Decimal(300), Decimal(100)):
        lower = change(equity=Decimal(600), allocation=amount)
        assert replay(COPY_DECIDER, told(lower, copy), copy).allocation == amount
    raised = change(equity=Decimal(600), allocation=Decimal("500.01"))
    assert refusal(raised, copy) == AllocationLimit("share", Decimal(300))
    least = change(equity=Decimal(600), allocation=Decimal("99.99"))
    assert refusal(least, copy) == AllocationLimit("least", Decimal(100))
