"""What one deed sets going in a running service, told once however often it is started."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import Connection

from adapters.db import log
from astracore.catalog.aggregates import EVENTS
from astracore.catalog.examples import sample
from astracore.events.envelope import Envelope, Origin, StreamId
from astracore.events.policy import Policy
from astracore.events.stored import opened
from astracore.gamification.commands import AwardXp, PrizeFacts
from astracore.gamification.events import LevelUp, XpGained
from astracore.gamification.leaderboards.events import LeaderboardUpdated
from astracore.gamification.sources import XpSource
from astracore.ids import CommandId, EventId, UserId
from astracore.ledger.entries import Book
from astracore.ledger.events import JournalPosted
from astracore.policies.registry import INSTEAD, POLICIES, ROW_POLICIES, WAITING_POLICIES
from astracore.projections.finance import TRIAL_BALANCE
from astracore.projections.funds import WALLET
from astracore.revenue.wallets.events import CreditsGranted, CreditsSpent
from astracore.risk.profiles.events import LimitCreated
from astracore.social.clans.commands import CreateClan, Donate
from astracore.social.clans.events import ClanContributed, JoinPolicy
from astracore.social.ids import ClanId, InviteId
from astracore.social.invites.commands import CreateInvite
from astracore.social.invites.events import InviteCreated, InviteUsed
from astracore.social.profiles.commands import Follow, Unfollow
from astracore.trading.events import AccountOpened
from astracore.users.commands import Register
from shell import runtime as runtime_module
from shell.asked import Asked, Command
from shell.runtime import Runtime, running
from shell.stores import store_in
from shell.workers.facts import Look
from shell.workers.served import NOT_HERE, ROWS, SERVED
from tests.domains.desk import StoppedClock
from tests.domains.town import NOON
from tests.shell.conftest import House, serve

ADA, BOB = UserId("ada"), UserId("bob")


@asynccontextmanager
async def life(data: Path) -> AsyncIterator[Runtime]:
    """One process's life, ended without a goodbye of its policies."""
    async with running(store_in(data).unwrap(), StoppedClock()) as runtime:
        await runtime.follower.quiet()
        yield runtime
        await runtime.follower.quiet()


async def deed(runtime: Runtime, command: Command, name: str) -> None:
    """Somebody does something, and all that it causes happens."""
    key = CommandId(name)
    origin = Origin(command_id=key, correlation_id=key, causation_id=key, actor="u", at=NOON)
    asked = Asked(command=command, origin=origin, digest=name)
    (await runtime.commands.run(asked)).unwrap()
    await runtime.follower.quiet()


def told(runtime: Runtime) -> tuple[Envelope[Any], ...]:
    """The whole log."""
    found = runtime.store.read(lambda connection: log.after(connection, 0, 10_000))
    return tuple(opened(one, EVENTS.decode).unwrap() for one in found)


def of(runtime: Runtime, shape: type) -> list[Any]:
    """The events of one class."""
    return [one.event for one in told(runtime) if isinstance(one.event, shape)]


def award(user: UserId, xp: int, name: str) -> AwardXp:
    return AwardXp(
        user_id=user,
        source=XpSource.TOURNAMENT,
        source_event_id=EventId(name),
        facts=PrizeFacts(xp=xp),
        at=NOON,
    )


def held(runtime: Runtime, user: str) -> tuple[int, Decimal]:
    """What somebody's wallet says, and what the book of points says of it."""

    def look(connection: Connection) -> tuple[int, Decimal]:
        found = Look(connection)
        row = found.row(WALLET, user)
        balances = {
            one.account: one.balance for one in found.rows(TRIAL_BALANCE) if one.book is Book.GAME
        }
        return (0 if row is None else row.credits), -balances.get(f"wallet/{user}", Decimal(0))

    return runtime.store.read(look)


async def test_xp_reaches_boards_wallet_and_book_once_however_often_it_starts(
    tmp_path: Path,
) -> None:
    async with life(tmp_path) as runtime:
        await deed(runtime, Register(user_id=ADA, username="ada-one", at=NOON), "c1")
        await deed(runtime, award(ADA, 450, "e1"), "c2")
        log_once = told(runtime)
        assert len(of(runtime, AccountOpened)) == 1
        assert len(of(runtime, LimitCreated)) > 5
        by_id = {one.event_id: one for one in log_once}
        gained = next(one for one in log_once if isinstance(one.event, XpGained))
        scores = [one for one in log_once if isinstance(one.event, LeaderboardUpdated)]
        assert {one.causation_id for one in scores} == {gained.event_id}
        assert len(scores) == 5
        ups = [one for one in log_once if isinstance(one.event, LevelUp)]
        granted = [one for one in log_once if isinstance(one.event, CreditsGranted)]
        assert {one.causation_id for one in granted} == {one.event_id for one in ups}
        posted = [one for one in log_once if isinstance(one.event, JournalPosted)]
        causes = {type(by_id[EventId(one.causation_id)].event) for one in posted}
        assert CreditsGranted in causes
        assert LevelUp not in causes  # the book hears of rewards from the wallet alone
        assert held(runtime, ADA) == (50, Decimal(50))
    for _ in range(2):
        async with life(tmp_path) as runtime:
            assert told(runtime) == log_once


async def test_rows_tell_policies_who_takes_part(tmp_path: Path) -> None:
    async with life(tmp_path) as runtime:
        await deed(runtime, Register(user_id=ADA, username="ada-one", at=NOON), "c1")
        founded = CreateClan(
            clan_id=ClanId("nova"),
            actor_id=ADA,
            level=50,
            name="Nova Nine",
            tag="NOVA",
            description="",
            policy=JoinPolicy.OPEN,
            colour="#112233",
            emblem="star",
            at=NOON,
        )
        await deed(runtime, founded, "c2")
        await deed(runtime, award(ADA, 450, "e1"), "c3")
        gained = [one.amount for one in of(runtime, XpGained)]
        given = [one.amount for one in of(runtime, ClanContributed)]
        assert sorted(given) == sorted(
            amount // 10 for amount in gained
        )  # achievements pay XP too, and the clan hears of it
        before = held(runtime, ADA)[0]
        donated = Donate(clan_id=ClanId("nova"), actor_id=ADA, amount=20, balance=20, at=NOON)
        await deed(runtime, donated, "c4")
        assert [one.amount for one in of(runtime, CreditsSpent)] == [20]
        assert held(runtime, ADA) == (before - 20, Decimal(before - 20))


async def test_a_code_brings_a_friend_in_and_what_is_undone_earns_nothing(tmp_path: Path) -> None:
    async with life(tmp_path) as runtime:
        await deed(runtime, Register(user_id=ADA, username="ada-one", at=NOON), "c1")
        made = CreateInvite(
            invite_id=InviteId("i1"),
            actor_id=ADA,
            seed=7,
            taken=frozenset(),
            live=0,
            recent=(),
            at=NOON,
        )
        await deed(runtime, made, "c2")
        (code,) = (one.code for one in of(runtime, InviteCreated))
        came = Register(user_id=BOB, username="bob-one", at=NOON, invite_code=code)
        await deed(runtime, came, "c3")
        assert [one.user_id for one in of(runtime, InviteUsed)] == [BOB]
        follow = Follow(actor_id=BOB, target_id=ADA, blocked_by_target=False, recent=(), at=NOON)
        await deed(runtime, follow, "c4")
        earned = [one for one in of(runtime, XpGained) if one.user_id == BOB]
        assert [one.source for one in earned] == [XpSource.FOLLOW]
        await deed(runtime, Unfollow(actor_id=BOB, target_id=ADA, at=NOON), "c5")
        taken = [one.event for one in told(runtime) if type(one.event).__name__ == "XpReversed"]
        assert [one.amount for one in taken] == [earned[0].amount]


async def test_who_takes_anothers_place_begins_where_that_one_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a service without wallets has paid is not paid a second time by one that has them."""
    with monkeypatch.context() as before:
        before.setattr(runtime_module, "SERVED", POLICIES)
        async with life(tmp_path) as runtime:
            await deed(runtime, Register(user_id=ADA, username="ada-one", at=NOON), "c1")
            await deed(runtime, award(ADA, 450, "e1"), "c2")
            assert held(runtime, ADA) == (0, Decimal(50))
    async with life(tmp_path) as runtime:
        assert held(runtime, ADA) == (0, Decimal(50))
        await deed(runtime, award(ADA, 500, "e2"), "c3")
        more = of(runtime, CreditsGranted)
        assert held(runtime, ADA) == (more[-1].balance, Decimal(50 + more[-1].balance))


def test_every_policy_is_served_but_those_that_are_replaced_or_said_not_to_be() -> None:
    plain: tuple[Policy[Any, Any], ...] = (*POLICIES, *WAITING_POLICIES)
    every = {one.name for one in plain} | {one.name for one in ROW_POLICIES}
    served = [one.name for one in SERVED]
    assert len(served) == len(set(served))
    assert every - set(served) == set(INSTEAD) | NOT_HERE
    assert {new for names in INSTEAD.values() for new in names} <= set(served)


def told_row(name: str, envelope: Envelope[Any], connection: Connection) -> object:
    """What a policy is told of an event."""
    return ROWS[name](Look(connection), envelope)


async def test_a_row_is_of_the_kind_that_its_policy_names(tmp_path: Path) -> None:
    """Where nothing is known there is no row, or one that says so; never another's."""
    async with life(tmp_path) as runtime:
        assert await runtime.follower.begun(30)
        for policy in ROW_POLICIES:
            if policy.name in NOT_HERE:
                continue
            for shape in policy.events:
                envelope = Envelope(
                    event=sample(shape, "event"),
                    event_id=EventId("e"),
                    type="t",
                    stream=StreamId("a.b", "c"),
                    version=1,
                    position=1,
                    occurred_at=NOON,
                    recorded_at=NOON,
                    correlation_id="c",
                    causation_id="c",
                    command_id=CommandId("c"),
                    actor="a",
                    config_version="1",
                    producer="p",
                    schema_version=1,
                )
                row = runtime.store.read(partial(told_row, policy.name, envelope))
                assert row is None or isinstance(row, policy.row), policy.name


async def test_a_registration_over_http_reaches_risk_and_the_book(tmp_path: Path) -> None:
    with closing(serve(tmp_path)) as served:
        house: House = next(served)
        async with ClientSession(house.url) as client:
            player = await house.player(client)
        await asyncio.to_thread(house.quiet)
        before = house.state()
        await house.still()
        assert house.state() == before
    with closing(serve(tmp_path)) as served:
        house = next(served)
        await asyncio.to_thread(house.quiet)
        await house.still()
        assert house.state() == before
    async with life(tmp_path) as runtime:
        created = [one for one in told(runtime) if isinstance(one.event, LimitCreated)]
        opening = next(one for one in told(runtime) if isinstance(one.event, AccountOpened))
        assert {one.causation_id for one in created} == {opening.event_id}
        assert {one.event.account_id for one in created} == {player.account_id}
