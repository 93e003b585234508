"""What may be asked of a post. `recent` are the instants of the actor's earlier acts."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import EventId, UserId
from astracore.instants import Instant
from astracore.social.content.events import Reaction, ShareTarget
from astracore.social.content.rules import ContentKind
from astracore.social.ids import ContentId


@frozen(kw_only=True)
class Source:
    """The event that a card tells of, whose it is, and its figures."""

    event_id: EventId
    owner_id: UserId
    fraction: Decimal | None = None
    amount: Decimal | None = None


@frozen(kw_only=True)
class Post:
    """Show something. Cards need a source of the actor's own; amounts only with `show_amounts`."""

    content_id: ContentId
    actor_id: UserId
    kind: ContentKind
    caption: str
    source: Source | None = None
    show_amounts: bool = False
    recent: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class React:
    """Like it, or no longer."""

    content_id: ContentId
    actor_id: UserId
    reaction: Reaction
    recent: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class Comment:
    """Say something about it."""

    content_id: ContentId
    actor_id: UserId
    comment_id: str
    text: str
    recent: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class Share:
    """Pass it on."""

    content_id: ContentId
    actor_id: UserId
    target: ShareTarget
    at: Instant


@frozen(kw_only=True)
class RemoveContent:
    """Take it away: its author, a moderator, or the policy that follows a decision."""

    content_id: ContentId
    actor_id: UserId
    moderates: bool
    reason: str
    at: Instant


@frozen(kw_only=True)
class HideContent:
    """Let nobody see it for now. Policies ask it."""

    content_id: ContentId
    at: Instant


@frozen(kw_only=True)
class RestoreContent:
    """Let it be seen again. Policies ask it."""

    content_id: ContentId
    at: Instant


ContentCommand: TypeAlias = (
    Post | React | Comment | Share | RemoveContent | HideContent | RestoreContent
)
