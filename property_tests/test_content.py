"""Posts: distinct actors count once, trends fade, feeds are fair, cards keep amounts to oneself."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from random import Random
from typing import Any, TypeAlias

import pytest
from attrs import evolve as changed
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.risk import NotPermitted
from astracore.errors.social import ContentInvalid, SocialLimit
from astracore.events.decider import replay
from astracore.ids import EventId, UserId
from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from astracore.projections.social_content import FEED
from astracore.social.content.commands import (
    Comment,
    ContentCommand,
    HideContent,
    Post,
    React,
    RemoveContent,
    RestoreContent,
    Share,
    Source,
)
from astracore.social.content.content import POST
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
from astracore.social.content.feed import Audience, Circle, FeedItem, feed, told
from astracore.social.content.rules import ContentKind, ContentRules, kind_weight
from astracore.social.content.scores import Spread, trending_score, viral_name, viral_score
from astracore.social.content.state import BLANK, Content, Shown, spread_of
from astracore.social.ids import ContentId
from astracore.social.texts import folded, is_text
from property_tests.social_world import folded as folded_rows

Loose: TypeAlias = Any  # facts by name
ID = ContentId("content")
ADA, BOB = UserId("ada"), UserId("bob")
USERS = [UserId(f"u{number}") for number in range(4)]
AT = Instant(5)
TENTHS = {
    ContentKind.MEME: 15,
    ContentKind.ACHIEVEMENT: 12,
    ContentKind.TRADE_CARD: 10,
    ContentKind.BATTLE_CARD: 20,
    ContentKind.INSIGHT: 10,
    ContentKind.LESSON: 13,
}
OWN = Source(event_id=EventId("event"), owner_id=ADA, fraction=Decimal("0.08"), amount=Decimal(800))


def post(kind: ContentKind = ContentKind.MEME, **facts: Loose) -> Post:
    """ADA shows something."""
    command = Post(content_id=ID, actor_id=ADA, kind=kind, caption="to the moon", recent=(), at=AT)
    return changed(command, **facts)


def like(user: UserId = BOB, reaction: Reaction = Reaction.LIKE, busy: int = 0) -> React:
    """Somebody likes it, or no longer."""
    return React(content_id=ID, actor_id=user, reaction=reaction, recent=(AT,) * busy, at=AT)


def say(user: UserId = BOB, text: str = "nice", busy: int = 0) -> Comment:
    """Somebody says something about it."""
    return Comment(
        content_id=ID, actor_id=user, comment_id="c", text=text, recent=(AT,) * busy, at=AT
    )


def share(user: UserId = BOB, target: ShareTarget = ShareTarget.LINK) -> Share:
    """Somebody passes it on."""
    return Share(content_id=ID, actor_id=user, target=target, at=AT)


def after(*commands: ContentCommand, content: Content = BLANK) -> Content:
    """The post when all of it was allowed."""
    for command in commands:
        content = replay(POST, happened(command, content), content)
    return content


def happened(command: ContentCommand, content: Content) -> tuple[ContentEvent, ...]:
    """What happens, when it is allowed."""
    return POST.decide(command, content).unwrap()


def refusal(command: ContentCommand, content: Content) -> object:
    """Why it is not allowed."""
    return POST.decide(command, content).failure()


users = st.sampled_from([ADA, *USERS])
acts = st.lists(
    st.builds(like, users, st.sampled_from(Reaction))
    | st.builds(say, users)
    | st.builds(share, users, st.sampled_from(ShareTarget)),
    max_size=25,
)


@given(st.sampled_from(ContentKind), acts)
def test_the_score_counts_distinct_actors_without_the_author(
    kind: ContentKind, asked: list[ContentCommand]
) -> None:
    card = kind in {ContentKind.ACHIEVEMENT, ContentKind.TRADE_CARD, ContentKind.BATTLE_CARD}
    content = after(post(kind, source=OWN if card else None))
    likes: set[UserId] = set()
    others: set[tuple[str, UserId]] = set()
    points = {"comment": 5, "link": 10, "feed": 15}
    for command in asked:
        events = happened(command, content)
        content = replay(POST, events, content)
        match command:
            case React(reaction=Reaction.LIKE):
                likes |= {command.actor_id}
            case React():
                likes -= {command.actor_id}
            case Comment():
                others |= {("comment", command.actor_id)}
            case Share():
                others |= {(command.target.value, command.actor_id)}
            case _:
                raise AssertionError
        total = 2 * len(likes - {ADA}) + sum(points[act] for act, who in others if who != ADA)
        score = total * TENTHS[kind] // 10
        assert viral_score(spread_of(content), kind) == score
        for event in events:
            assert isinstance(event, ContentReacted | ContentCommented | ContentShared)
            assert event.score == score


counts = st.integers(-3, 10**6)


@given(counts, counts, counts, counts, st.sampled_from(ContentKind))
def test_every_reaction_spreads_further(
    shares: int, likes: int, comments: int, reshares: int, kind: ContentKind
) -> None:
    spread = Spread(shares=shares, likes=likes, comments=comments, reshares=reshares)
    score = viral_score(spread, kind)
    assert score >= 0
    for name in ("shares", "likes", "comments", "reshares"):
        assert viral_score(changed(spread, **{name: getattr(spread, name) + 1}), kind) >= score
    assert kind_weight(kind) * 10 == TENTHS[kind]
    assert kind_weight(kind, ContentRules(weights=())) == 1


@given(st.integers(0, 10**6), st.integers(-5, 8 * DAY), st.integers(0, DAY))
@example(427, DAY, 0)
@example(427, 7 * DAY - 1, 1)
def test_news_fade(score: int, age: int, more: int) -> None:
    found = trending_score(score, age)
    assert found >= trending_score(score, age + more)
    if age < 7 * DAY:
        with localcontext(Context(prec=80)):
            base = 1 + Decimal(max(0, age)) / DAY
            exact = Decimal(score) / (base**3).sqrt()
            assert found == exact.quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
    else:
        assert found == 0


def test_names_of_scores() -> None:
    named = [viral_name(one) for one in (1000, 999, 500, 499, 100, 99, 25, 24)]
    assert named == ["star", *["hit"] * 2, *["popular"] * 2, *["rising"] * 2, None]


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"caption": "x" * 280}, ()),
        ({"caption": ""}, ()),
        ({"caption": "x" * 281, "source": OWN}, ("caption", "source_event_id")),
        ({"caption": "\ud800"}, ("caption",)),
        ({"kind": ContentKind.TRADE_CARD}, ("source_event_id",)),
        ({"kind": ContentKind.TRADE_CARD, "actor_id": BOB, "source": OWN}, ("source_event_id",)),
        (
            {"kind": ContentKind.BATTLE_CARD, "source": changed(OWN, amount=Decimal("NaN"))},
            ("figures",),
        ),
    ],
)
def test_forms_name_all_their_faults(facts: dict[str, Loose], wrong: tuple[str, ...]) -> None:
    decided = POST.decide(post(**facts), BLANK)
    if wrong:
        assert decided.failure() == ContentInvalid(wrong)
    else:
        assert not is_failure(decided)


def test_a_card_shows_fractions_and_amounts_only_if_asked() -> None:
    for show, amount in ((False, None), (True, Decimal(800))):
        events = happened(post(ContentKind.TRADE_CARD, source=OWN, show_amounts=show), BLANK)
        posted = events[0]
        assert isinstance(posted, ContentPosted)
        assert (posted.fraction, posted.amount) == (Decimal("0.08"), amount)
        assert posted.source_event_id == "event"
    bare = happened(post(show_amounts=True), BLANK)[0]
    assert isinstance(bare, ContentPosted)
    assert (bare.fraction, bare.amount, bare.source_event_id) == (None, None, None)


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        (like(busy=60), SocialLimit("like", 60)),
        (say(busy=20), SocialLimit("comment", 20)),
        (say(text=""), ContentInvalid(("text",))),
        (say(text="x" * 281), ContentInvalid(("text",))),
    ],
)
def test_what_may_not_be_answered(command: ContentCommand, fault: object) -> None:
    assert refusal(command, after(post())) == fault


def test_the_nth_is_allowed() -> None:
    content = after(post(recent=(AT,) * 19))
    assert refusal(post(recent=(AT,) * 20), BLANK) == SocialLimit("post", 20)
    liked = after(like(busy=59), say(busy=19), content=content)
    back = happened(like(reaction=Reaction.NONE, busy=99), liked)
    assert [type(one) for one in back] == [ContentReacted]
    assert happened(like(busy=99), liked) == ()
    assert happened(like(reaction=Reaction.NONE), content) == ()
    assert happened(share(), after(share(), content=content)) == ()


def test_hiding_restoring_removing() -> None:
    content = after(post())
    hide, back = HideContent(content_id=ID, at=AT), RestoreContent(content_id=ID, at=AT)
    assert happened(hide, content) == (ContentHidden(content_id=ID, at=AT),)
    hidden = after(hide, content=content)
    assert hidden.shown is Shown.HIDDEN
    assert happened(hide, hidden) == happened(back, content) == ()
    assert happened(back, hidden) == (ContentRestored(content_id=ID, at=AT),)
    assert after(back, content=hidden) == content
    for command in (like(), say(), share()):
        assert refusal(command, hidden) == ContentInvalid(("state",))
        assert refusal(command, BLANK) == ContentInvalid(("state",))
    remove = RemoveContent(content_id=ID, actor_id=BOB, moderates=False, reason="", at=AT)
    assert refusal(remove, content) == NotPermitted("owner or role:moderator")
    for removal in (changed(remove, actor_id=ADA), changed(remove, moderates=True)):
        assert [type(one) for one in happened(removal, hidden)] == [ContentRemoved]
    long = changed(remove, moderates=True, reason="x" * 501)
    assert refusal(long, content) == ContentInvalid(("reason",))
    gone = after(changed(remove, actor_id=ADA), content=content)
    assert refusal(hide, gone) == ContentInvalid(("state",))
    assert refusal(post(), content) == ContentInvalid(("state",))
    assert spread_of(BLANK) == Spread()


items = st.lists(
    st.builds(
        FeedItem,
        item_id=st.uuids().map(str),
        actor_id=st.sampled_from([*USERS, ADA]),
        kind=st.sampled_from(["post", "like"]),
        object_id=st.sampled_from("abcdefgh"),
        at=st.integers(0, 20).map(Instant),
        author_id=st.none() | st.sampled_from([*USERS, ADA, BOB]),
    ),
    max_size=40,
    unique_by=lambda one: one.item_id,
)
groups = st.frozensets(st.sampled_from([*USERS, ADA]), max_size=4)


@given(items, groups, groups, groups, st.randoms(use_true_random=False))
def test_a_feed_is_the_circle_newest_first(
    found: list[FeedItem],
    follows: frozenset[UserId],
    muted: frozenset[UserId],
    blocked: frozenset[UserId],
    luck: Random,
) -> None:
    circle = Circle(
        viewer_id=ADA,
        follows=follows,
        friends=frozenset(USERS[:1]),
        clan=frozenset(USERS[1:2]),
        muted=muted,
        blocked=blocked,
    )
    shown = feed(found, circle)
    mixed = list(found)
    luck.shuffle(mixed)
    assert feed(mixed, circle) == shown
    wanted = {*follows, *USERS[:2]} - muted - blocked - {ADA}
    times = [one.at.micros for one in shown]
    marks = [(one.actor_id, one.kind, one.object_id) for one in shown]
    assert times == sorted(times, reverse=True)
    assert len(set(marks)) == len(marks)
    assert {one.actor_id for one in shown} <= wanted
    assert not {one.author_id for one in shown} & (muted | blocked)
    actors = [one.actor_id for one in shown]
    assert all(len(set(actors[start : start + 4])) > 1 for start in range(len(actors) - 3))
    for actor in wanted:
        read = [one for one in found if one.author_id not in muted | blocked]
        own = {(one.kind, one.object_id) for one in read if one.actor_id == actor}
        assert actors.count(actor) >= min(3, len(own)) or len(wanted) > 1


def test_a_feed_tells_a_thing_once_and_no_more_than_three_in_a_row() -> None:
    circle = Circle(viewer_id=ADA, follows=frozenset(USERS[:2]))

    def item(actor: int, thing: str, at: int) -> FeedItem:
        return FeedItem(
            item_id=f"{thing}{at}",
            actor_id=USERS[actor],
            kind="post",
            object_id=thing,
            at=Instant(at),
        )

    found = [item(0, "a", 9), item(0, "a", 8), item(0, "b", 7), item(0, "c", 6), item(0, "d", 5)]
    found += [item(1, "a", 4), item(0, "e", 3)]
    shown = [(one.object_id, one.at.micros) for one in feed(found, circle)]
    assert shown == [("a", 9), ("b", 7), ("c", 6), ("a", 4), ("e", 3)]


def test_a_friend_passes_on_nothing_by_somebody_who_is_blocked_or_muted() -> None:
    friend, author = USERS[0], USERS[1]
    posted = happened(post(actor_id=author), BLANK)
    shared = happened(share(friend, target=ShareTarget.FEED), after(post(actor_id=author)))
    items = tuple(folded_rows(FEED, [*posted, *shared]).values())
    reads = Circle(viewer_id=ADA, friends=frozenset({friend}), follows=frozenset({author}))
    assert len(feed(items, reads)) == 2
    for shunning in (
        changed(reads, blocked=frozenset({author})),
        changed(reads, muted=frozenset({author})),
    ):
        assert feed(items, shunning) == ()


def test_who_is_told() -> None:
    audience = Audience(
        actor_id=ADA,
        followers=frozenset({USERS[0], USERS[1]}),
        friends=frozenset({USERS[1], ADA}),
        clan=frozenset({USERS[2], USERS[3]}),
        silent=frozenset({USERS[3]}),
    )
    assert told(audience) == frozenset(USERS[:3])


@pytest.mark.parametrize(
    ("text", "sound"),
    [("a", True), ("a\nb", True), (" a", False), ("a\t", False), ("a\x00b", False), ("", False)],
)
def test_what_may_be_written(text: str, *, sound: bool) -> None:
    assert is_text(text, 1, 9) is sound
    assert folded("Straße") == folded("STRASSE")
