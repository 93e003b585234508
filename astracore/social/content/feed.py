"""What a feed shows, and who is told of something."""

from collections.abc import Iterable

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.content.rules import CONTENT, ContentRules


@frozen(kw_only=True)
class FeedItem:
    """`actor_id` did something of `kind` with `object_id`, which is by `author_id`."""

    item_id: str
    actor_id: UserId
    kind: str
    object_id: str
    at: Instant
    author_id: UserId | None = None


@frozen(kw_only=True)
class Circle:
    """Whom a viewer reads, and whom not. `blocked` in either direction."""

    viewer_id: UserId
    follows: frozenset[UserId] = frozenset()
    friends: frozenset[UserId] = frozenset()
    clan: frozenset[UserId] = frozenset()
    muted: frozenset[UserId] = frozenset()
    blocked: frozenset[UserId] = frozenset()


@frozen(kw_only=True)
class Audience:
    """Who might be told of what `actor_id` does; `silent` have muted or blocked, or are blocked."""

    actor_id: UserId
    followers: frozenset[UserId] = frozenset()
    friends: frozenset[UserId] = frozenset()
    clan: frozenset[UserId] = frozenset()
    silent: frozenset[UserId] = frozenset()


def feed(
    items: Iterable[FeedItem], circle: Circle, rules: ContentRules = CONTENT
) -> tuple[FeedItem, ...]:
    """The items of a viewer's circle, newest first.

    One for each (actor, kind, object), the newest; muted and blocked people are left out, also
    where somebody else passes on what they wrote, and so is what would be more than `in_a_row` of
    one actor.
    Invariant: does not depend on the order of `items`.
    """
    sources = circle.follows | circle.friends | circle.clan
    shunned = circle.muted | circle.blocked
    readable = sources - shunned - {circle.viewer_id}
    newest = sorted(
        (item for item in items if item.actor_id in readable and item.author_id not in shunned),
        key=lambda item: (-item.at.micros, item.item_id, item.kind, item.object_id, item.actor_id),
    )
    seen: set[tuple[str, str, str]] = set()
    shown: list[FeedItem] = []
    for item in newest:
        mark = (item.actor_id, item.kind, item.object_id)
        last = shown[-rules.in_a_row :]
        run = len(last) == rules.in_a_row and all(one.actor_id == item.actor_id for one in last)
        if mark not in seen and not run:
            seen.add(mark)
            shown.append(item)
    return tuple(shown)


def told(audience: Audience) -> frozenset[UserId]:
    """Who is told: followers, friends and clan, each once, without the silent and the actor."""
    all_of_them = audience.followers | audience.friends | audience.clan
    return all_of_them - audience.silent - {audience.actor_id}
