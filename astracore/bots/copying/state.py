"""What a copy and a leader's listing remember."""

from decimal import Decimal
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.bots.copying.events import (
    CopyChanged,
    CopyEvent,
    CopyFeeSettled,
    CopyOrderIntended,
    CopySkipped,
    CopyStarted,
    CopyStopped,
    LeaderEvent,
    LeaderPublished,
    LeaderWithdrawn,
)
from astracore.bots.copying.sizing import CopyTerms
from astracore.ids import AccountId, UserId
from astracore.instants import Instant

ZERO = Decimal(0)


@frozen(kw_only=True)
class Parties:
    """Who copies whom, and where."""

    follow_id: str
    leader_id: str
    user_id: UserId
    account_id: AccountId


@frozen(kw_only=True)
class Copy:
    """Nothing until `parties` is there; `mark` is the high-water mark [account currency]."""

    parties: Parties | None = None
    terms: CopyTerms = CopyTerms()  # noqa: RUF009 - frozen, without arguments
    allocation: Decimal = ZERO
    stop: Decimal = ZERO
    mark: Decimal = ZERO
    paused: bool = False
    ended: bool = False
    settled_at: Instant | None = None


@frozen(kw_only=True)
class Listing:
    """A leader's listing; `leader_id` is None until it is published."""

    leader_id: str | None = None
    user_id: UserId | None = None
    withdrawn: bool = False


def evolve(copy: Copy, event: CopyEvent) -> Copy:
    """The copy after `event`."""
    match event:
        case CopyStarted():
            return Copy(
                parties=Parties(
                    follow_id=event.follow_id,
                    leader_id=event.leader_id,
                    user_id=event.user_id,
                    account_id=event.account_id,
                ),
                terms=CopyTerms(mode=event.mode, figure=event.figure, most=event.most),
                allocation=event.allocation,
                stop=event.stop,
                mark=event.allocation,
            )
        case CopyChanged():
            return changed(
                copy,
                terms=CopyTerms(mode=event.mode, figure=event.figure, most=event.most),
                allocation=event.allocation,
                stop=event.stop,
                mark=event.mark,
                paused=event.paused,
            )
        case CopyStopped():
            return changed(copy, ended=True)
        case CopyFeeSettled():
            return changed(copy, mark=event.mark, settled_at=event.at)
        case CopyOrderIntended() | CopySkipped():
            return copy
        case _:
            assert_never(event)


def evolve_listing(listing: Listing, event: LeaderEvent) -> Listing:
    """The listing after `event`."""
    match event:
        case LeaderPublished():
            return Listing(leader_id=event.leader_id, user_id=event.user_id)
        case LeaderWithdrawn():
            return changed(listing, withdrawn=True)
        case _:
            assert_never(event)
