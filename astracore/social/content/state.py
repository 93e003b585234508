"""What a post remembers: who did what with it, each kind once for each actor."""

from enum import StrEnum
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.ids import UserId
from astracore.social.content.events import (
    ContentCommented,
    ContentEvent,
    ContentHidden,
    ContentPosted,
    ContentReacted,
    ContentRemoved,
    ContentRestored,
    ContentShared,
    Reaction,
    ShareTarget,
)
from astracore.social.content.rules import ContentKind
from astracore.social.content.scores import Spread
from astracore.social.ids import ContentId


class Shown(StrEnum):
    """Whether others see it."""

    NONE = "none"
    VISIBLE = "visible"
    HIDDEN = "hidden"
    REMOVED = "removed"


@frozen(kw_only=True)
class Piece:
    """What was posted."""

    content_id: ContentId
    author_id: UserId
    kind: ContentKind


@frozen(kw_only=True)
class Content:
    """A post; nothing until `piece` is there."""

    piece: Piece | None = None
    shown: Shown = Shown.NONE
    likers: frozenset[UserId] = frozenset()
    commenters: frozenset[UserId] = frozenset()
    sharers: frozenset[UserId] = frozenset()
    resharers: frozenset[UserId] = frozenset()


BLANK = Content()


def spread_of(content: Content) -> Spread:
    """How far it has spread: distinct actors, its author apart."""
    author = set() if content.piece is None else {content.piece.author_id}
    return Spread(
        shares=len(content.sharers - author),
        likes=len(content.likers - author),
        comments=len(content.commenters - author),
        reshares=len(content.resharers - author),
    )


def evolve(content: Content, event: ContentEvent) -> Content:
    """The post after `event`."""
    match event:
        case ContentPosted():
            piece = Piece(content_id=event.content_id, author_id=event.actor_id, kind=event.kind)
            return Content(piece=piece, shown=Shown.VISIBLE)
        case ContentReacted():
            return with_like(content, event.actor_id, event.reaction)
        case ContentCommented():
            return with_comment(content, event.actor_id)
        case ContentShared():
            return with_share(content, event.actor_id, event.target)
        case ContentHidden():
            return changed(content, shown=Shown.HIDDEN)
        case ContentRestored():
            return changed(content, shown=Shown.VISIBLE)
        case ContentRemoved():
            return changed(content, shown=Shown.REMOVED)
        case _:
            assert_never(event)


def with_like(content: Content, actor: UserId, reaction: Reaction) -> Content:
    """The post after a like, or after it was taken back."""
    if reaction is Reaction.LIKE:
        return changed(content, likers=content.likers | {actor})
    return changed(content, likers=content.likers - {actor})


def with_comment(content: Content, actor: UserId) -> Content:
    """The post after a comment."""
    return changed(content, commenters=content.commenters | {actor})


def with_share(content: Content, actor: UserId, target: ShareTarget) -> Content:
    """The post after it was passed on."""
    if target is ShareTarget.FEED:
        return changed(content, resharers=content.resharers | {actor})
    return changed(content, sharers=content.sharers | {actor})
