"""Grids of what feeds, ratings and profiles show, and of the sizes and fees of copies."""

import itertools
from collections.abc import Iterator

from attrs import evolve

from astracore.bots.copying.audit import (
    CopyRecord,
    LeaderClose,
    drift,
    is_explained,
    track_record,
    unexplained,
)
from astracore.bots.copying.fees import moved_mark, performance_fee
from astracore.bots.copying.sizing import (
    copy_size,
    wanted_qty,
)
from astracore.bots.copying.turns import block_parts, turn
from astracore.ids import UserId
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
from tests.kept.copy_walks import ADA, STEPS, D, fill, terms, where
from tests.kept.telling import Tale
from tests.kept.walking import START, Dice


def sizes() -> str:
    """A grid of terms, fills and standings; what the sizes, fees and turns come to."""
    tale = Tale()
    d = Dice(1)
    for number in range(160):
        asked, made, stands = terms(d), fill(d), where(d)
        if number % 3:
            asked = evolve(asked, figure=D(d.odd("1", "0.5", "2")))
            made = evolve(
                made, qty=D("0.8"), price=D(100), equity=D(1000), closes=D(d.odd("0", "0", "1"))
            )
            stands = evolve(stands, equity=D(500))
        tale.lines.append(f"{number}: {asked} {made} {stands}")
        tale.answer("wanted", wanted_qty(asked, made, stands))
        sized = tale.answer("size", copy_size(asked, made, stands, STEPS))
        if sized is not None:
            record = CopyRecord(
                leader_event_id="e",
                terms=asked,
                fill=made,
                standing=stands,
                steps=STEPS,
                sized=sized,
            )
            other = evolve(record, sized=evolve(sized, qty=sized.qty + 1))
            tale.answer("explained", (is_explained(record), is_explained(other)))
            tale.answer("not", len(unexplained((record, other, record))))
    fees(tale)
    records(tale)
    return tale.text()


def fees(tale: Tale) -> None:
    """Fees, marks, drifts; whose turn it is."""
    for equity, mark in itertools.product(
        ("100", "123.45", "150.07", "-1", "NaN"), ("100", "0", "NaN")
    ):
        tale.answer(f"fee {equity} {mark}", performance_fee(D(equity), D(mark)))
        tale.answer("mark", moved_mark(D(mark), D(equity)))
        tale.answer("drift", drift(D(equity), D(mark)))
    for place in range(-1, 7):
        tale.answer(f"turn {place}", turn("abcd", place))
        for filled, wanted in (
            (7, (3, 3, 3)),
            (9, (3, 3, 3)),
            (10, (3, 3)),
            (1, (5, 5)),
            (-1, (1,)),
            (3, (0, 2, -1)),
            (2, ()),
        ):
            tale.answer(f"block {filled} {wanted}", block_parts(filled, wanted, place))


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
    scores(tale)
    for setting, relation in itertools.product(Visibility, Relation):
        tale.answer(f"{setting} {relation}", visible_fields({"f": setting}, relation))
    for sharing, picked in itertools.product(Sharing, (True, False)):
        one = Outcome(user_id=ADA, alias="x", fraction=D("0.1"), lesson="l", selected=picked)
        tale.answer(f"{sharing} {picked}", shared(one, sharing))
    return tale.text()


def scores(tale: Tale) -> None:
    """What spreads, whose word counts."""
    for kind, counts in itertools.product(
        ContentKind, ((0, 0, 0, 0), (1, 2, 3, 4), (-1, 5, -2, 7))
    ):
        spread = Spread(shares=counts[0], likes=counts[1], comments=counts[2], reshares=counts[3])
        tale.answer(f"viral {kind} {counts}", viral_score(spread, kind))
    for score in (0, 24, 25, 99, 100, 499, 500, 999, 1000):
        tale.answer(f"name {score}", (viral_name(score), influence_name(score)))
        for age in (-1, 0, DAY, 7 * DAY - 1, 7 * DAY):
            tale.answer(f"trend {score} {age}", trending_score(score, age))
    for plus, minus in itertools.product(("0", "1", "7.25", "1000", "-1"), repeat=2):
        tale.answer(f"rating {plus} {minus}", rating(D(plus), D(minus)))
    for people, viral, owns in itertools.product(
        (-1, 0, 3, 4, 99), (-1, 49, 50, 5050), (True, False)
    ):
        tale.answer(
            "reach", influence(followers=people, endorsers=people, viral=viral, owns_clan=owns)
        )


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


GRIDS = {"sizes": sizes, "shown": shown}
