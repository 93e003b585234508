"""Walks through copy trading: terms, sizes, fees; and through what feeds and ratings show."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

from decimal import Decimal

from attrs import evolve

from astracore.bots.copying.commands import (
    ChangeCopy,
    PublishLeader,
    Replicate,
    SettleCopyFee,
    StartCopy,
    StopCopy,
    WatchCopy,
    WithdrawLeader,
)
from astracore.bots.copying.copy import COPY_DECIDER
from astracore.bots.copying.leader import LEADER
from astracore.bots.copying.sizing import (
    CopyMode,
    CopyTerms,
    LeaderFill,
    Standing,
    Steps,
)
from astracore.ids import AccountId, UserId
from astracore.instants import DAY
from astracore.trading.types import AccountMode, Side
from tests.kept.walking import Dice, walk_all

D = Decimal
ADA, BOB = UserId("ada"), UserId("bob")
PRACTICE, LIVE = AccountMode.PRACTICE, AccountMode.LIVE
STEPS = Steps(lot=D("0.01"), min_qty=D("0.02"), min_notional=D(5))


def terms(d: Dice) -> CopyTerms:
    return CopyTerms(
        mode=d.one(*CopyMode),
        figure=D(d.odd("1", "0.1", "3", "3.01", "0.09", "50", "0")),
        most=d.odd(None, None, D(40), D(0)),
    )


def start(d: Dice) -> StartCopy:
    mode = d.one(PRACTICE, PRACTICE, LIVE)
    return StartCopy(
        follow_id="f",
        leader_id="l",
        leader_user_id=d.odd(BOB, BOB, BOB, ADA),
        leader_mode=d.odd(mode, mode, mode, LIVE),
        leader_listed=d.odd(True, True, True, False),
        followers=d.odd(0, 499, 499, 500),
        actor_id=ADA,
        account_id=AccountId("a"),
        mode=mode,
        equity=D(d.odd("1000", "2000")),
        allocated=D(d.odd("0", "0", "400", "401")),
        leaders=d.odd(0, 9, 9, 10),
        leads=d.odd(False, False, False, True),
        terms=evolve(terms(d), figure=D(1), most=None) if d.odd(0, 1) else terms(d),
        allocation=D(d.odd("100", "100", "500", "99.99", "600", "100.001")),
        stop=D(d.odd("0.3", "0.3", "1", "0", "1.1")),
        copy_open=d.odd(True, False),
        at=d.now,
    )


def fill(d: Dice) -> LeaderFill:
    return LeaderFill(
        fill_id=f"x{d.random.randrange(9)}",
        symbol="ETH-USD",
        qty=D(d.odd("0.8", "0.8", "0.015", "0")),
        price=D(d.odd("100", "100", "0")),
        equity=D(d.odd("1000", "1000", "0")),
        closes=D(d.odd("0", "0", "0.5", "1", "1.1")),
    )


def where(d: Dice) -> Standing:
    return Standing(
        equity=D(d.odd("500", "100", "0")),
        available=D(d.odd("100", "50", "5", "1", "0", "-1")),
        held=D(d.odd("0", "1", "0.555")),
        price=D(d.odd("100", "100.5", "100.51", "99.5", "99.49")),
    )


COPIES = (
    start,
    lambda d: ChangeCopy(
        follow_id="f",
        terms=d.odd(None, terms(d)),
        allocation=d.odd(None, D(100), D(150), D("99.99"), D(501)),
        stop=d.odd(None, D("0.5"), D(0), D("1.01")),
        paused=d.odd(None, True, False, False),
        equity=D(1000),
        allocated=D(d.odd("0", "350", "400")),
        at=d.now,
    ),
    *(
        lambda d: Replicate(
            follow_id="f",
            fill=fill(d),
            side=d.one(*Side),
            standing=where(d),
            steps=d.odd(STEPS, STEPS, STEPS, None),
            refusal=d.odd(None, None, None, "kill_switch"),
            at=d.now,
        ),
    )
    * 5,
    lambda d: (
        WatchCopy(follow_id="f", equity=D(d.odd("100", "70.01", "70", "69.99")), at=d.now)
        if d.one(0, 0, 1)
        else WatchCopy(follow_id="f", equity=D("71"), at=d.now)
    ),
    lambda d: SettleCopyFee(
        follow_id="f", equity=D(d.odd("100", "123.45", "150.07", "90", "-1")), at=d.now
    ),
    lambda d: (
        StopCopy(
            follow_id="f",
            reason="enough",
            close_positions=d.odd(True, False),
            equity=D(d.odd("100", "160.55")),
            at=d.now,
        )
        if d.one(0, 0, 1)
        else start(d)
    ),
)
LEADERS = (
    *(
        lambda d: PublishLeader(
            leader_id="l",
            actor_id=d.odd(ADA, ADA, BOB),
            account_id=AccountId("a"),
            mode=d.odd(PRACTICE, LIVE),
            description=d.odd("d", "d", "d" * 500, "d" * 501, ""),
            has_identity=d.odd(True, True, False),
            days=d.odd(30, 30, 29),
            closes=d.odd(50, 50, 49),
            drawdown=D(d.odd("0.4", "0.39", "0.41")),
            follows=d.one(0, 0, 0, 1),
            at=d.now,
        ),
    )
    * 4,
    lambda d: WithdrawLeader(leader_id="l", reason="tired", at=d.now),
)


WALKS = {
    "copies": lambda: walk_all(
        COPY_DECIDER, COPIES, *range(1, 21), waits=(0, 1, DAY, 31 * DAY), steps=16
    ),
    "leaders": lambda: walk_all(LEADER, LEADERS, *range(1, 9), waits=(0, DAY), steps=14),
}
