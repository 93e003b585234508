"""The post as a decider."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.risk import NotPermitted
from astracore.errors.social import ContentFault, ContentInvalid, SocialLimit
from astracore.events.decider import Decider
from astracore.numeric import bounded
from astracore.social.content.commands import (
    Comment,
    ContentCommand,
    HideContent,
    Post,
    React,
    RemoveContent,
    RestoreContent,
    Share,
)
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
from astracore.social.content.rules import CARDS, CONTENT, ContentRules
from astracore.social.content.scores import viral_score
from astracore.social.content.state import (
    BLANK,
    Content,
    Piece,
    Shown,
    evolve,
    spread_of,
    with_comment,
    with_like,
    with_share,
)
from astracore.social.limits import Act, over_limit
from astracore.social.texts import is_text

REASON_MOST = 500
Decided: TypeAlias = Result[tuple[ContentEvent, ...], ContentFault]


def content_decider(
    rules: ContentRules,
) -> Decider[ContentCommand, Content, ContentEvent, ContentFault]:
    """The decider under these rules."""

    def decide(command: ContentCommand, content: Content) -> Decided:
        """Errors: ContentInvalid, NotPermitted, SocialLimit."""
        if isinstance(command, Post):
            return _posted(command, content, rules)
        piece = content.piece
        if piece is None or content.shown is Shown.REMOVED:
            return Failure(ContentInvalid(("state",)))
        match command:
            case React() | Comment() | Share():
                if content.shown is not Shown.VISIBLE:
                    return Failure(ContentInvalid(("state",)))
                return _answered(command, content, piece, rules)
            case RemoveContent():
                return _removed(command, piece)
            case HideContent():
                hidden = ContentHidden(content_id=piece.content_id, at=command.at)
                return Success((hidden,) if content.shown is Shown.VISIBLE else ())
            case RestoreContent():
                back = ContentRestored(content_id=piece.content_id, at=command.at)
                return Success((back,) if content.shown is Shown.HIDDEN else ())
            case _:
                assert_never(command)

    return Decider("social.content", BLANK, decide, evolve)


POST = content_decider(CONTENT)


def _posted(command: Post, content: Content, rules: ContentRules) -> Decided:
    wrong = _faults(command, content, rules)
    if wrong:
        return Failure(ContentInvalid(wrong))
    fault = over_limit(Act.POST, command.recent, command.at, rules.limits)
    if fault is not None:
        return Failure(fault)
    source = command.source
    posted = ContentPosted(
        content_id=command.content_id,
        actor_id=command.actor_id,
        kind=command.kind,
        caption=command.caption,
        source_event_id=None if source is None else source.event_id,
        fraction=None if source is None else source.fraction,
        amount=source.amount if source is not None and command.show_amounts else None,
        at=command.at,
    )
    return Success((posted,))


# All faults of the form at once.
def _faults(command: Post, content: Content, rules: ContentRules) -> tuple[str, ...]:
    source, card = command.source, command.kind in CARDS
    owned = source is not None and source.owner_id == command.actor_id
    figures = () if source is None else (source.fraction, source.amount)
    checks = (
        ("state", content.piece is None),
        ("caption", is_text(command.caption, 0, rules.caption_most)),
        ("source_event_id", owned if card else source is None),
        ("figures", all(_is_figure(one) for one in figures)),
    )
    return tuple(name for name, sound in checks if not sound)


def _is_figure(figure: Decimal | None) -> bool:
    return figure is None or bounded(figure)


def _answered(
    command: React | Comment | Share, content: Content, piece: Piece, rules: ContentRules
) -> Decided:
    match command:
        case React():
            return _reacted(command, content, piece, rules)
        case Comment():
            return _commented(command, content, piece, rules)
        case Share():
            return _shared(command, content, piece, rules)
        case _:
            assert_never(command)


# Each actor's reaction counts once; saying it again changes nothing.
def _reacted(command: React, content: Content, piece: Piece, rules: ContentRules) -> Decided:
    liked = command.reaction is Reaction.LIKE
    if liked is (command.actor_id in content.likers):
        return Success(())
    fault = over_limit(Act.LIKE, command.recent, command.at, rules.limits) if liked else None
    if fault is not None:
        return Failure(fault)
    after = with_like(content, command.actor_id, command.reaction)
    reacted = ContentReacted(
        content_id=piece.content_id,
        actor_id=command.actor_id,
        reaction=command.reaction,
        kind=piece.kind,
        score=viral_score(spread_of(after), piece.kind, rules),
        at=command.at,
        author_id=piece.author_id,
    )
    return Success((reacted,))


def _commented(command: Comment, content: Content, piece: Piece, rules: ContentRules) -> Decided:
    if not is_text(command.text, 1, rules.comment_most):
        return Failure(ContentInvalid(("text",)))
    fault: SocialLimit | None = over_limit(Act.COMMENT, command.recent, command.at, rules.limits)
    if fault is not None:
        return Failure(fault)
    after = with_comment(content, command.actor_id)
    commented = ContentCommented(
        content_id=piece.content_id,
        actor_id=command.actor_id,
        comment_id=command.comment_id,
        text=command.text,
        kind=piece.kind,
        score=viral_score(spread_of(after), piece.kind, rules),
        at=command.at,
        author_id=piece.author_id,
    )
    return Success((commented,))


def _shared(command: Share, content: Content, piece: Piece, rules: ContentRules) -> Decided:
    feed = command.target is ShareTarget.FEED
    if command.actor_id in (content.resharers if feed else content.sharers):
        return Success(())
    after = with_share(content, command.actor_id, command.target)
    shared = ContentShared(
        content_id=piece.content_id,
        actor_id=command.actor_id,
        target=command.target,
        kind=piece.kind,
        score=viral_score(spread_of(after), piece.kind, rules),
        at=command.at,
        author_id=piece.author_id,
    )
    return Success((shared,))


def _removed(command: RemoveContent, piece: Piece) -> Decided:
    if not (command.moderates or command.actor_id == piece.author_id):
        return Failure(NotPermitted("owner or role:moderator"))
    if not is_text(command.reason, 0, REASON_MOST):
        return Failure(ContentInvalid(("reason",)))
    removed = ContentRemoved(
        content_id=piece.content_id,
        actor_id=command.actor_id,
        reason=command.reason,
        at=command.at,
    )
    return Success((removed,))
