"""Posts, what feeds are made of, invites, and cases."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.catalog import classes_of
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import EventId, UserId
from astracore.instants import Instant
from astracore.projections.sorting import ascending, descending, newest_first
from astracore.social.content.events import (
    ContentCommented,
    ContentEvent,
    ContentHidden,
    ContentPosted,
    ContentReacted,
    ContentRemoved,
    ContentRestored,
    ContentShared,
)
from astracore.social.content.feed import FeedItem
from astracore.social.content.rules import ContentKind
from astracore.social.content.scores import trending_score
from astracore.social.content.state import Shown
from astracore.social.ids import CaseId, ContentId, InviteId
from astracore.social.invites.events import (
    InviteCreated,
    InviteEvent,
    InviteUsed,
    ReferralActivated,
)
from astracore.social.moderation.events import (
    CaseAppealed,
    CaseDecided,
    CaseEvent,
    Decision,
    ObjectKind,
    Reported,
)
from astracore.social.moderation.state import Stage

FeedEvent: TypeAlias = ContentPosted | ContentShared | ContentRemoved


@frozen(kw_only=True)
class ContentRow:
    """A post with its viral score."""

    content_id: ContentId
    author_id: UserId
    kind: ContentKind
    caption: str
    source_event_id: EventId | None
    fraction: Decimal | None
    amount: Decimal | None
    shown: Shown
    score: int
    posted_at: Instant


@frozen(kw_only=True)
class InviteRow:
    """An invite of `user_id`: who came by it, and whom it was rewarded for."""

    invite_id: InviteId
    user_id: UserId
    code: str
    uses: int
    used_by: tuple[UserId, ...] = ()
    activated: tuple[UserId, ...] = ()
    expires_at: Instant


@frozen(kw_only=True)
class CaseRow:
    """A case as moderators see it."""

    case_id: CaseId
    object_kind: ObjectKind
    object_id: str
    owner_id: UserId
    stage: Stage
    reports: int
    total: int
    decision: Decision | None = None
    moderator_id: UserId | None = None
    opened_at: Instant


def evolve_content(
    row: ContentRow | None, envelope: Envelope[ContentEvent], _key: str
) -> ContentRow | None:
    """There until it is removed."""
    event = envelope.event
    if isinstance(event, ContentPosted):
        return ContentRow(
            content_id=event.content_id,
            author_id=event.actor_id,
            kind=event.kind,
            caption=event.caption,
            source_event_id=event.source_event_id,
            fraction=event.fraction,
            amount=event.amount,
            shown=Shown.VISIBLE,
            score=0,
            posted_at=event.at,
        )
    if row is None:
        return None
    match event:
        case ContentReacted() | ContentCommented() | ContentShared():
            return changed(row, score=event.score)
        case ContentHidden():
            return changed(row, shown=Shown.HIDDEN)
        case ContentRestored():
            return changed(row, shown=Shown.VISIBLE)
        case ContentRemoved():
            return None
        case _:
            assert_never(event)


def trending(rows: Iterable[ContentRow], at: Instant) -> tuple[ContentRow, ...]:
    """What trends at `at`: visible, younger than seven days, the highest first, the newer first."""
    fresh = [
        (trending_score(row.score, at.micros - row.posted_at.micros), row)
        for row in rows
        if row.shown is Shown.VISIBLE
    ]
    found = [(score, row) for score, row in fresh if score > 0]
    found.sort(
        key=lambda pair: (pair[0].copy_negate(), -pair[1].posted_at.micros, pair[1].content_id)
    )
    return tuple(row for _, row in found)


def feed_keys(envelope: Envelope[FeedEvent]) -> tuple[str, ...]:
    """A post has one item; each who shares it in a feed has one more."""
    event = envelope.event
    if isinstance(event, ContentShared):
        return (f"share:{event.content_id}:{event.actor_id}",)
    return (f"post:{event.content_id}",)


def evolve_feed(_row: FeedItem | None, envelope: Envelope[FeedEvent], key: str) -> FeedItem | None:
    """There until the post is removed."""
    event = envelope.event
    if isinstance(event, ContentRemoved):
        return None
    return FeedItem(
        item_id=key,
        actor_id=event.actor_id,
        kind="share" if isinstance(event, ContentShared) else "post",
        object_id=event.content_id,
        at=event.at,
        author_id=event.author_id if isinstance(event, ContentShared) else event.actor_id,
    )


def evolve_invite(
    row: InviteRow | None, envelope: Envelope[InviteEvent], _key: str
) -> InviteRow | None:
    """Who came by it and who became active."""
    event = envelope.event
    if isinstance(event, InviteCreated):
        return InviteRow(
            invite_id=event.invite_id,
            user_id=event.actor_id,
            code=event.code,
            uses=event.uses,
            expires_at=event.expires_at,
        )
    if row is None:
        return None
    match event:
        case InviteUsed():
            return changed(row, used_by=(*row.used_by, event.user_id))
        case ReferralActivated():
            return changed(row, activated=(*row.activated, event.user_id))
        case _:
            assert_never(event)


def evolve_case(row: CaseRow | None, envelope: Envelope[CaseEvent], _key: str) -> CaseRow | None:
    """From the first report to the last decision."""
    event = envelope.event
    match event:
        case Reported():
            return CaseRow(
                case_id=event.case_id,
                object_kind=event.object_kind,
                object_id=event.object_id,
                owner_id=event.owner_id,
                stage=Stage.OPEN,
                reports=1 if row is None else row.reports + 1,
                total=event.total,
                opened_at=event.at if row is None else row.opened_at,
            )
        case CaseDecided():
            return None if row is None else decided(row, event)
        case CaseAppealed():
            return None if row is None else changed(row, stage=Stage.APPEALED)
        case _:
            assert_never(event)


def decided(row: CaseRow, event: CaseDecided) -> CaseRow:
    """The case after a decision."""
    cleared = event.decision is Decision.APPROVE and not event.on_appeal
    last = Stage.CLOSED if event.on_appeal else Stage.DECIDED
    return changed(
        row,
        stage=Stage.CLEARED if cleared else last,
        total=0,
        decision=event.decision,
        moderator_id=event.moderator_id,
    )


CONTENTS: Projection[ContentEvent, ContentRow] = Projection(
    name="contents",
    version=1,
    events=classes_of(ContentEvent),
    keys=lambda envelope: (envelope.event.content_id,),
    evolve=evolve_content,
    row=codec(ContentRow),
    owner=lambda row: row.author_id,
    sort=lambda row: descending(row.score) + newest_first(row.posted_at),
)
FEED: Projection[FeedEvent, FeedItem] = Projection(
    name="feed",
    version=2,
    events=classes_of(FeedEvent),
    keys=feed_keys,
    evolve=evolve_feed,
    row=codec(FeedItem),
    owner=lambda row: row.actor_id,
    sort=lambda row: newest_first(row.at),
)
INVITES: Projection[InviteEvent, InviteRow] = Projection(
    name="invites",
    version=1,
    events=classes_of(InviteEvent),
    keys=lambda envelope: (envelope.event.invite_id,),
    evolve=evolve_invite,
    row=codec(InviteRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.expires_at),
)
CASES: Projection[CaseEvent, CaseRow] = Projection(
    name="cases",
    version=1,
    events=classes_of(CaseEvent),
    keys=lambda envelope: (envelope.event.case_id,),
    evolve=evolve_case,
    row=codec(CaseRow),
    owner=lambda row: row.owner_id,
    sort=lambda row: ascending(row.opened_at.micros),
)
