"""What may have happened to a post. `score` is its viral score afterwards."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.events.personal import ERASED, Personal
from astracore.ids import EventId, UserId
from astracore.instants import Instant
from astracore.social.content.rules import ContentKind
from astracore.social.ids import ContentId


class Reaction(StrEnum):
    """A like, or none any longer."""

    LIKE = "like"
    NONE = "none"


class ShareTarget(StrEnum):
    """Outside, or again in the own feed: a reshare."""

    LINK = "link"
    FEED = "feed"


@frozen(kw_only=True)
class ContentPosted:
    """A post; a card tells of `source_event_id`, an amount only where the author opted in."""

    TYPE: ClassVar[str] = "astra.social.content_posted.v1"
    PERSONAL: ClassVar[Personal] = Personal("actor_id", {"caption": ERASED})
    content_id: ContentId
    actor_id: UserId
    kind: ContentKind
    caption: str
    source_event_id: EventId | None
    fraction: Decimal | None
    amount: Decimal | None
    at: Instant


@frozen(kw_only=True)
class ContentReacted:
    """`actor_id` likes the post, or no longer."""

    TYPE: ClassVar[str] = "astra.social.content_reacted.v1"
    content_id: ContentId
    actor_id: UserId
    reaction: Reaction
    kind: ContentKind
    score: int
    at: Instant
    author_id: UserId | None = None  # of the post


@frozen(kw_only=True)
class ContentCommented:
    """`actor_id` said something about it."""

    TYPE: ClassVar[str] = "astra.social.content_commented.v1"
    PERSONAL: ClassVar[Personal] = Personal("actor_id", {"text": ERASED})
    content_id: ContentId
    actor_id: UserId
    comment_id: str
    text: str
    kind: ContentKind
    score: int
    at: Instant
    author_id: UserId | None = None  # of the post


@frozen(kw_only=True)
class ContentShared:
    """`actor_id` passed it on."""

    TYPE: ClassVar[str] = "astra.social.content_shared.v1"
    content_id: ContentId
    actor_id: UserId
    target: ShareTarget
    kind: ContentKind
    score: int
    at: Instant
    author_id: UserId | None = None  # of the post


@frozen(kw_only=True)
class ContentHidden:
    """Reports weigh so much that nobody sees it until it is decided."""

    TYPE: ClassVar[str] = "astra.social.content_hidden.v1"
    content_id: ContentId
    at: Instant


@frozen(kw_only=True)
class ContentRestored:
    """It was found to be in order."""

    TYPE: ClassVar[str] = "astra.social.content_restored.v1"
    content_id: ContentId
    at: Instant


@frozen(kw_only=True)
class ContentRemoved:
    """It is gone for good."""

    TYPE: ClassVar[str] = "astra.social.content_removed.v1"
    content_id: ContentId
    actor_id: UserId
    reason: str
    at: Instant


ContentEvent: TypeAlias = (
    ContentPosted
    | ContentReacted
    | ContentCommented
    | ContentShared
    | ContentHidden
    | ContentRestored
    | ContentRemoved
)
