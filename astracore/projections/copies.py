"""Who may be copied, who copies whom, and what was not copied."""

from decimal import Decimal
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.bots.copying.copy import COPY_DECIDER
from astracore.bots.copying.events import (
    CopyEvent,
    CopyFeeSettled,
    CopyOrderIntended,
    CopySkipped,
    CopyStarted,
    LeaderEvent,
    LeaderPublished,
    LeaderWithdrawn,
)
from astracore.bots.copying.sizing import SkipReason
from astracore.bots.copying.state import Copy
from astracore.events.catalog import classes_of
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Model, Projection, model
from astracore.ids import AccountId, UserId
from astracore.instants import Instant
from astracore.numeric import EXACT
from astracore.projections.sorting import newest_first
from astracore.trading.types import AccountMode


@frozen(kw_only=True)
class LeaderRow:
    """Somebody who may be copied."""

    leader_id: str
    user_id: UserId
    account_id: AccountId
    mode: AccountMode
    description: str
    since: Instant


@frozen(kw_only=True)
class FollowRow:
    """One copy: `copy` is the folded aggregate; fees and counts over its whole life."""

    follow_id: str
    leader_id: str
    user_id: UserId
    account_id: AccountId
    copied: int = 0
    skipped: int = 0
    fees: Decimal = Decimal(0)
    since: Instant
    copy: Copy


@frozen(kw_only=True)
class SkipRow:
    """One fill of a leader that was not copied, and why."""

    follow_id: str
    leader_id: str
    leader_fill_id: str
    symbol: str
    reason: SkipReason
    detail: str
    wanted: Decimal
    price: Decimal
    at: Instant


def evolve_leader(
    _row: LeaderRow | None, envelope: Envelope[LeaderEvent], _key: str
) -> LeaderRow | None:
    """There while it is listed."""
    event = envelope.event
    match event:
        case LeaderPublished():
            return LeaderRow(
                leader_id=event.leader_id,
                user_id=event.user_id,
                account_id=event.account_id,
                mode=event.mode,
                description=event.description,
                since=event.at,
            )
        case LeaderWithdrawn():
            return None
        case _:
            assert_never(event)


def evolve_follow(
    row: FollowRow | None, envelope: Envelope[CopyEvent], _key: str
) -> FollowRow | None:
    """The aggregate's own fold, with what it came to; it stays after the end."""
    event = envelope.event
    if isinstance(event, CopyStarted):
        return FollowRow(
            follow_id=event.follow_id,
            leader_id=event.leader_id,
            user_id=event.user_id,
            account_id=event.account_id,
            since=event.at,
            copy=COPY_DECIDER.evolve(Copy(), event),
        )
    if row is None:
        return None
    after = changed(row, copy=COPY_DECIDER.evolve(row.copy, event))
    match event:
        case CopyOrderIntended():
            return changed(after, copied=row.copied + 1)
        case CopySkipped():
            return changed(after, skipped=row.skipped + 1)
        case CopyFeeSettled():
            return changed(after, fees=EXACT.add(row.fees, event.fee))
        case _:
            return after


def evolve_skip(_row: SkipRow | None, envelope: Envelope[CopySkipped], _key: str) -> SkipRow | None:
    """One row for each fill that was not copied."""
    event = envelope.event
    return SkipRow(
        follow_id=event.follow_id,
        leader_id=event.leader_id,
        leader_fill_id=event.leader_fill_id,
        symbol=event.symbol,
        reason=event.reason,
        detail=event.detail,
        wanted=event.wanted,
        price=event.price,
        at=event.at,
    )


LEADERS: Projection[LeaderEvent, LeaderRow] = Projection(
    name="leaders",
    version=1,
    events=classes_of(LeaderEvent),
    keys=lambda envelope: (envelope.event.leader_id,),
    evolve=evolve_leader,
    row=codec(LeaderRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.since),
)
FOLLOWS: Projection[CopyEvent, FollowRow] = Projection(
    name="follows",
    version=1,
    events=classes_of(CopyEvent),
    keys=lambda envelope: (envelope.event.follow_id,),
    evolve=evolve_follow,
    row=codec(FollowRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.since),
)
SKIPS: Projection[CopySkipped, SkipRow] = Projection(
    name="copy_skips",
    version=1,
    events=(CopySkipped,),
    keys=lambda envelope: (f"{envelope.event.follow_id}:{envelope.event.leader_fill_id}",),
    evolve=evolve_skip,
    row=codec(SkipRow),
    owner=lambda row: row.follow_id,
    sort=lambda row: newest_first(row.at),
)
COPY_MODELS: tuple[Model, ...] = (model(LEADERS), model(FOLLOWS), model(SKIPS))
