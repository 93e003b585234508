"""What readers may rely on, on every bus."""

import asyncio
from random import Random

import pytest

from astracore.errors.events import BusUnopened, TooManyGroups
from astracore.events.delivery import GROUPS_MAX, RETRIES_S, Group, trimmed_below
from tests.adapters.bus.conftest import PATIENCE_S, Stage
from tests.adapters.bus.talk import A, B, event, floors, given, gone, opened, places, reader, told


async def test_nothing_can_be_read_before_a_service_has_opened_the_bus(stage: Stage) -> None:
    bus = stage.bus
    assert (await bus.join("g", (A,))).failure() == BusUnopened()
    assert (await bus.standing()).unwrap() is None
    assert (await bus.publish(0, 1, [event(1)])).unwrap() is None


async def test_every_group_is_told_of_its_streams_in_order_byte_for_byte(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g", "h")
    (await bus.join("both", (A, B))).unwrap()
    messages = [event(1), event(2, B), event(3), event(4, B)]
    await told(bus, 0, *messages)
    for group in ("g", "h"):
        found = await given(bus, reader(group))
        assert [one.message for one in found] == [messages[0], messages[2]]
        assert [one.count for one in found] == [1, 1]
    both = await given(bus, reader("both", streams=(A, B)))
    assert sorted(places(both)) == [1, 2, 3, 4]
    assert [one.message for one in both if one.message.stream == B] == [messages[1], messages[3]]


async def test_readers_of_a_group_share_what_there_is(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g")
    await told(bus, 0, *(event(n) for n in range(1, 7)))
    one = await given(bus, reader(name="one"), 2)
    two = await given(bus, reader(name="two"), 3)
    rest = await given(bus, reader(name="one"))
    assert [places(one), places(two), places(rest)] == [[1, 2], [3, 4, 5], [6]]
    assert await given(bus, reader(name="two")) == []


async def test_a_group_is_told_what_comes_after_it_joined(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "early")
    await told(bus, 0, event(1), event(2))
    (await bus.join("late", (A,))).unwrap()
    (await bus.join("early", (A, B))).unwrap()
    await told(bus, 2, event(3), event(4, B))
    assert places(await given(bus, reader("late"))) == [3]
    assert sorted(places(await given(bus, reader("early", streams=(A, B))))) == [1, 2, 3, 4]


async def test_who_publishes_from_elsewhere_publishes_nothing(stage: Stage) -> None:
    """A publisher that slept, or that asks again after an unclear answer."""
    bus = stage.bus
    await opened(bus, "g")
    await told(bus, 0, event(1), event(2))
    assert (await bus.publish(0, 2, [event(1), event(2)])).unwrap() == 2
    assert (await bus.publish(1, 3, [event(2), event(3)])).unwrap() == 2
    assert (await bus.publish(3, 4, [event(4)])).unwrap() == 2
    assert places(await given(bus, reader())) == [1, 2]


async def test_without_groups_it_moves_on_and_keeps_nothing(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus)
    assert (await bus.publish(0, 50, ())).unwrap() == 50
    (await bus.join("g", (A,))).unwrap()
    assert (await bus.publish(50, 60, ())).unwrap() == 50
    await told(bus, 50, event(51))
    assert places(await given(bus, reader())) == [51]


async def test_what_was_answered_does_not_come_again(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g")
    await told(bus, 0, event(1), event(2))
    (await bus.done("g", await given(bus, reader()))).unwrap()
    await stage.later(1000)
    assert await given(bus, reader()) == []
    assert await floors(bus) == {"g": 2}


async def test_what_nobody_answers_goes_to_another_reader(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g")
    await told(bus, 0, event(1))
    await given(bus, reader(name="dying"))
    await stage.later(59)
    assert await given(bus, reader(name="heir")) == []
    await stage.later(2)
    found = await given(bus, reader(name="heir"))
    assert [(one.message.position, one.count) for one in found] == [(1, 2)]
    assert await given(bus, reader(name="third")) == []
    (await bus.done("g", found)).unwrap()
    await stage.later(100)
    assert await given(bus, reader(name="third")) == []


async def test_what_fails_comes_again_later_each_time_and_is_dead_in_the_end(stage: Stage) -> None:
    """Retries after 1, 5, 25 and 125 s. Others go on meanwhile."""
    bus, who = stage.bus, reader()
    await opened(bus, "g")
    await told(bus, 0, event(1))
    for count, wait in enumerate(RETRIES_S, 1):
        (poison,) = await given(bus, who)
        assert (poison.message, poison.count) == (event(1), count)
        (await bus.failed("g", poison, "cannot")).unwrap()
        await told(bus, count, event(count + 1))
        (other,) = await given(bus, who)
        assert other.message.position == count + 1
        (await bus.done("g", [other])).unwrap()
        assert await floors(bus) == {"g": 0}
        await stage.later(wait - 0.5)
        assert await given(bus, reader(name="second")) == []
        await stage.later(1.5)
    (poison,) = await given(bus, reader(name="second"))
    assert poison.count == 5
    assert (await bus.dead("g", 10)).unwrap() == ()
    (await bus.failed("g", poison, "never")).unwrap()
    await stage.later(1000)
    assert await given(bus, who) == []
    (letter,) = (await bus.dead("g", 10)).unwrap()
    assert (letter.message, letter.deliveries, letter.why) == (event(1), 5, "never")
    assert await floors(bus) == {"g": 5}


async def test_what_kills_its_readers_is_dead_after_five(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g")
    await told(bus, 0, event(1), event(2))
    for count in range(1, 6):
        found = await given(bus, reader(name=f"r{count}"))
        assert {one.message.position: one.count for one in found}[1] == count
        (await bus.done("g", [one for one in found if one.message.position == 2])).unwrap()
        await stage.later(61)
    assert await given(bus, reader(name="r6")) == []
    (letter,) = (await bus.dead("g", 10)).unwrap()
    assert (letter.message.position, letter.deliveries) == (1, 5)
    assert await floors(bus) == {"g": 2}


async def test_only_who_holds_it_may_fail_it(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g")
    await told(bus, 0, event(1))
    (one,) = await given(bus, reader())
    (await bus.done("g", [one])).unwrap()
    (await bus.failed("g", one, "too late")).unwrap()
    await stage.later(10)
    assert await given(bus, reader()) == []


async def test_a_dead_letter_is_fetched_and_given_again_to_its_group_alone(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g", "h")
    await told(bus, 0, event(1))
    for _ in range(5):
        (one,) = await given(bus, reader())
        (await bus.failed("g", one, "no")).unwrap()
        await stage.later(126)
    (letter,) = (await bus.dead("g", 10)).unwrap()
    (await bus.buried("g", [letter.entry])).unwrap()
    assert (await bus.dead("g", 10)).unwrap() == ()
    (await bus.again("g", letter.message)).unwrap()
    assert places(await given(bus, reader("h"))) == [1]
    (one,) = await given(bus, reader())
    assert (one.message, one.count) == (event(1), 1)
    (await bus.failed("g", one, "not yet")).unwrap()
    await stage.later(2)
    (one,) = await given(bus, reader())
    assert (one.message, one.count) == (event(1), 2)
    (await bus.done("g", [one])).unwrap()
    await stage.later(1000)
    assert await given(bus, reader()) == []


async def test_a_group_stands_behind_its_oldest_open_message(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g", streams=(A, B))
    await told(bus, 0, event(1), event(2, B), event(3), event(4))
    who = reader(streams=(A, B))
    assert await floors(bus) == {"g": 0}
    found = {one.message.position: one for one in await given(bus, who)}
    (await bus.done("g", [found[1], found[3]])).unwrap()
    assert await floors(bus) == {"g": 1}
    (await bus.failed("g", found[2], "later")).unwrap()
    assert await floors(bus) == {"g": 1}
    await stage.later(2)
    (again,) = await given(bus, who)
    (await bus.done("g", [again])).unwrap()
    assert await floors(bus) == {"g": 3}
    (await bus.done("g", [found[4]])).unwrap()
    await told(bus, 4, event(5, "astra.test.unread"))
    assert await floors(bus) == {"g": 5}


async def test_what_the_slowest_group_needs_is_not_trimmed(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "fast", "slow")
    await told(bus, 0, *(event(n) for n in range(1, 11)))
    (await bus.done("fast", await given(bus, reader("fast")))).unwrap()
    (await bus.done("slow", await given(bus, reader("slow"), 4))).unwrap()
    groups = (await bus.standing()).unwrap()
    assert groups is not None
    (await bus.trim(trimmed_below(groups))).unwrap()
    (await bus.join("new", (A,))).unwrap()
    assert places(await given(bus, reader("slow"))) == [5, 6, 7, 8, 9, 10]
    assert await given(bus, reader("new")) == []


async def test_emptied_it_is_opened_again_with_its_groups(stage: Stage) -> None:
    """What a group has not answered comes again, the rest does not; nobody opens it twice."""
    bus = stage.bus
    await opened(bus, "g", "h")
    await told(bus, 0, *(event(n) for n in range(1, 9)))
    (await bus.clear()).unwrap()
    assert await gone(bus, reader())
    groups = (
        Group(name="g", position=5, streams=(A,)),
        Group(name="h", position=3, streams=(A, B)),
    )
    assert (await bus.open(3, groups)).unwrap() == 3
    assert (await bus.open(0, ())).unwrap() == 3
    await told(bus, 3, *(event(n) for n in range(4, 10)))
    assert places(await given(bus, reader())) == [6, 7, 8, 9]
    assert places(await given(bus, reader("h", streams=(A, B)))) == [4, 5, 6, 7, 8, 9]


async def test_who_leaves_is_forgotten(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g", "h")
    assert (await bus.leave("g")).unwrap()
    assert not (await bus.leave("g")).unwrap()
    assert await gone(bus, reader())
    await told(bus, 0, event(1))
    assert places(await given(bus, reader("h"))) == [1]
    assert await floors(bus) == {"h": 0}


async def test_a_reader_of_more_streams_than_its_group_is_refused(stage: Stage) -> None:
    await opened(stage.bus, "g")
    assert await gone(stage.bus, reader(streams=(A, B)))


async def test_there_are_so_many_groups_and_no_more(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, *(f"g{n}" for n in range(GROUPS_MAX)))
    assert (await bus.join("one-more", (A,))).failure() == TooManyGroups(GROUPS_MAX)
    (await bus.join("g0", (B,))).unwrap()


async def test_a_waiting_reader_is_woken_by_what_comes(stage: Stage) -> None:
    bus = stage.bus
    await opened(bus, "g")
    waiting = asyncio.create_task(bus.take(reader(), 10, PATIENCE_S))
    await asyncio.sleep(0)
    await told(bus, 0, event(1))
    assert places((await waiting).unwrap()) == [1]


async def test_a_word_is_heard_by_all_who_listen(stage: Stage) -> None:
    heard: list[list[str]] = [[], []]
    ears = [asyncio.create_task(stage.bus.listen(one.append)) for one in heard]
    async with asyncio.timeout(PATIENCE_S):
        while not all(heard):
            (await stage.bus.ring("ding")).unwrap()
            await asyncio.sleep(0.01)
    for ear in ears:
        ear.cancel()
    assert set(heard[0]) == set(heard[1]) == {"ding"}


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_readers_do_every_message_is_answered_or_dead(
    stage: Stage, seed: int
) -> None:
    """Readers answer, fail, or die; the bus is trimmed at any time. Nothing is lost."""
    bus, rng = stage.bus, Random(seed)
    await opened(bus, "g", "h", streams=(A, B))
    answered: dict[str, set[int]] = {"g": set(), "h": set()}
    position = 0

    async def turn(*, well: bool) -> None:
        group = rng.choice(("g", "h"))
        who = reader(group, f"r{rng.randint(0, 2)}", (A, B))
        for one in await given(bus, who, rng.randint(1, 5)):
            fate = 0.0 if well else rng.random()
            if fate < 0.5:
                (await bus.done(group, [one])).unwrap()
                answered[group].add(one.message.position)
            elif fate < 0.8:
                (await bus.failed(group, one, "no")).unwrap()

    for _ in range(60):
        size = rng.randint(1, 4)
        told_now = [event(position + n, rng.choice((A, B))) for n in range(1, size + 1)]
        await told(bus, position, *told_now)
        position += size
        await turn(well=False)
        if rng.random() < 0.2:
            (await bus.trim(trimmed_below((await bus.standing()).unwrap() or ()))).unwrap()
        if rng.random() < 0.3:
            await stage.later(rng.choice((1, 30, 70)))
    while set((await floors(bus)).values()) != {position}:
        await stage.later(130)
        for _ in range(20):
            await turn(well=True)
    for group, seen in answered.items():
        dead = {one.message.position for one in (await bus.dead(group, 1000)).unwrap()}
        assert seen | dead == set(range(1, position + 1))
        assert not dead or len(seen) > len(dead)
