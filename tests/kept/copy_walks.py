"""Walks through copy trading: terms, sizes, fees; and through what feeds and ratings show."""

import itertools
from collections.abc import Iterator
from decimal import Decimal

from attrs import evolve

from astracore.bots.copying.audit import (
    CopyRecord,
    LeaderClose,
    drift,
    is_explained,
    track_record,
    unexplained,
)
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
from astracore.bots.copying.fees import moved_mark, performance_fee
from astracore.bots.copying.leader import LEADER
from astracore.bots.copying.sizing import (
    CopyMode,
    CopyTerms,
    LeaderFill,
    Standing,
    Steps,
    copy_size,
    wanted_qty,
)
from astracore.bots.copying.turns import block_parts, turn
from astracore.ids import AccountId, UserId
from astracore.instants import DAY, Instant
from astracore.social.content.feed import Audience, Circle, FeedItem, feed, told
from astracore.social.content.rules import ContentKind
from astracore.social.content.scores import Spread, trending_score, viral_name, viral_score
from astracore.social.profiles.reputation import influence, influence_name, rating
from astracore.social.profiles.visibility import (
    Outcome,
    Relation,
    Sharing,
    Visibility,
    shared,
    visible_fields,
)
from astracore.trading.types import AccountMode, Side
from tests.kept.telling import Tale
from tests.kept.walking import START, Dice, walk_all

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
    lambda d: WatchCopy(follow_id="f", equity=D(d.odd("100", "70.01", "70", "69.99")), at=d.now)
    if d.one(0, 0, 1)
    else WatchCopy(follow_id="f", equity=D("71"), at=d.now),
    lambda d: SettleCopyFee(
        follow_id="f", equity=D(d.odd("100", "123.45", "150.07", "90", "-1")), at=d.now
    ),
    lambda d: StopCopy(
        follow_id="f",
        reason="enough",
        close_positions=d.odd(True, False),
        equity=D(d.odd("100", "160.55")),
        at=d.now,
    )
    if d.one(0, 0, 1)
    else start(d),
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


def sizes() -> str:
    """A grid of terms, fills and standings; what the sizes, fees and turns come to."""
    tale = Tale()
    d = Dice(1)
    for number in range(160):
        asked, made, stands = terms(d), fill(d), where(d)
        if number % 3:
            asked = evolve(asked, figure=D(d.odd("1", "0.5", "2")))
            made = evolve(made, qty=D("0.8"), price=D(100), equity=D(1000), closes=D(d.odd("0", "0", "1")))
            stands = evolve(stands, equity=D(500))
        tale.lines.append(f"{number}: {asked} {made} {stands}")
        tale.answer("wanted", wanted_qty(asked, made, stands))
        sized = tale.answer("size", copy_size(asked, made, stands, STEPS))
        if sized is not None:
            record = CopyRecord(
                leader_event_id="e", terms=asked, fill=made, standing=stands, steps=STEPS, sized=sized
            )
            other = evolve(record, sized=evolve(sized, qty=sized.qty + 1))
            tale.answer("explained", (is_explained(record), is_explained(other)))
            tale.answer("not", len(unexplained((record, other, record))))
    for equity, mark in itertools.product(("100", "123.45", "150.07", "-1", "NaN"), ("100", "0", "NaN")):
        tale.answer(f"fee {equity} {mark}", performance_fee(D(equity), D(mark)))
        tale.answer("mark", moved_mark(D(mark), D(equity)))
        tale.answer("drift", drift(D(equity), D(mark)))
    for place in range(-1, 7):
        tale.answer(f"turn {place}", turn("abcd", place))
        for filled, wanted in ((7, (3, 3, 3)), (9, (3, 3, 3)), (10, (3, 3)), (1, (5, 5)), (-1, (1,)), (3, (0, 2, -1)), (2, ())):
            tale.answer(f"block {filled} {wanted}", block_parts(filled, wanted, place))
    records(tale)
    return tale.text()


def records(tale: Tale) -> None:
    for nets in ((), (10, -20, 5, 40), (-100, 10), (-300,), (0, 0), (5,)):
        closes = [
            LeaderClose(net=D(net), equity=D(200), closed_at=Instant(START.micros + place))
            for place, net in enumerate(nets)
        ]
        tale.answer(f"record {nets}", track_record(closes))
    poor = LeaderClose(net=D(1), equity=D(0), closed_at=START)
    tale.answer("poor", track_record([poor]))


def shown() -> str:
    """What feeds show, who is told, what spreads, whose word counts."""
    tale = Tale()
    names = [UserId(name) for name in "abcdef"]
    for taken in subsets(names):
        circle = Circle(
            viewer_id=names[0],
            follows=frozenset(names[:3]),
            friends=frozenset(names[2:4]),
            clan=frozenset(names[3:5]),
            muted=taken,
            blocked=frozenset(names[4:5]),
        )
        tale.answer("feed", [one.item_id for one in feed(items(names), circle)])
        crowd = Audience(
            actor_id=names[0],
            followers=frozenset(names[:3]),
            friends=frozenset(names[2:4]),
            clan=frozenset(names[3:]),
            silent=taken,
        )
        tale.answer("told", told(crowd))
    for kind, counts in itertools.product(ContentKind, ((0, 0, 0, 0), (1, 2, 3, 4), (-1, 5, -2, 7))):
        spread = Spread(shares=counts[0], likes=counts[1], comments=counts[2], reshares=counts[3])
        tale.answer(f"viral {kind} {counts}", viral_score(spread, kind))
    for score in (0, 24, 25, 99, 100, 499, 500, 999, 1000):
        tale.answer(f"name {score}", (viral_name(score), influence_name(score)))
        for age in (-1, 0, DAY, 7 * DAY - 1, 7 * DAY):
            tale.answer(f"trend {score} {age}", trending_score(score, age))
    for plus, minus in itertools.product(("0", "1", "7.25", "1000", "-1"), repeat=2):
        tale.answer(f"rating {plus} {minus}", rating(D(plus), D(minus)))
    for people, viral, owns in itertools.product((-1, 0, 3, 4, 99), (-1, 49, 50, 5050), (True, False)):
        tale.answer("reach", influence(followers=people, endorsers=people, viral=viral, owns_clan=owns))
    for setting, relation in itertools.product(Visibility, Relation):
        tale.answer(f"{setting} {relation}", visible_fields({"f": setting}, relation))
    for sharing, picked in itertools.product(Sharing, (True, False)):
        one = Outcome(user_id=ADA, alias="x", fraction=D("0.1"), lesson="l", selected=picked)
        tale.answer(f"{sharing} {picked}", shared(one, sharing))
    return tale.text()


def subsets(names: list[UserId]) -> Iterator[frozenset[UserId]]:
    yield frozenset()
    yield from (frozenset({name}) for name in names)


def items(names: list[UserId]) -> list[FeedItem]:
    d = Dice(4)
    return [
        FeedItem(
            item_id=f"i{place}",
            actor_id=d.one(*names, names[1], names[1], names[1]),
            kind=d.odd("like", "post"),
            object_id=d.odd("o", f"o{place}"),
            at=Instant(d.random.randrange(12)),
        )
        for place in range(30)
    ]


WALKS = {
    "copies": lambda: walk_all(COPY_DECIDER, COPIES, *range(1, 21), waits=(0, 1, DAY, 31 * DAY), steps=16),
    "leaders": lambda: walk_all(LEADER, LEADERS, *range(1, 9), waits=(0, DAY), steps=14),
    "sizes": sizes,
    "shown": shown,
}
