"""Clans over time: one owner, nobody in two, room for all, a treasury that the books confirm."""

from collections.abc import Mapping
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from astracore.catalog.examples import AT
from astracore.events.decider import replay
from astracore.events.envelope import Envelope, StreamId
from astracore.events.policy import reactions
from astracore.ids import CommandId, EntryId, EventId, UserId, derived_id
from astracore.instants import DAY, HOUR, Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Entry, Line
from astracore.ledger.state import Books, signed_balance
from astracore.policies.social_postings import SOCIAL_POSTINGS
from astracore.social.clans.claims import (
    CLAIM,
    clan_move,
    user_key,
)
from astracore.social.clans.clan import CLAN, capacity
from astracore.social.clans.commands import (
    AnswerJoin,
    ClanCommand,
    Donate,
    EditClan,
    EndClan,
    JoinClan,
    KickMember,
    LeaveClan,
    RequestJoin,
    SetRole,
    SpendTreasury,
    TransferClan,
)
from astracore.social.clans.events import (
    ClanEvent,
    JoinPolicy,
    Role,
)
from astracore.social.clans.state import FREE, Clan, Held, owner_of
from astracore.social.ids import ClanId
from property_tests.test_clans import found

USERS = [UserId(f"u{number}") for number in range(5)]


def envelope(event: ClanEvent, number: int) -> Envelope[ClanEvent]:
    """The event as it would lie in a log."""
    return Envelope(
        event_id=EventId(derived_id(number, "event")),
        type="",
        schema_version=1,
        stream=StreamId("social.clan", "clan"),
        version=1,
        position=number,
        occurred_at=AT,
        recorded_at=AT,
        correlation_id="",
        causation_id="",
        command_id=CommandId("command"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


class Clans(RuleBasedStateMachine):
    """Five users, three clans, their claims, and the books that policies keep."""

    users = st.sampled_from(USERS)
    ids = st.sampled_from([ClanId("alpha"), ClanId("beta"), ClanId("gamma")])

    @initialize()
    def start(self) -> None:
        self.clans: dict[ClanId, Clan] = {}
        self.claims: dict[str, Held] = {}
        self.books = Books()
        self.now, self.number = 0, 0
        for user in USERS:
            lines = (
                Line(account="issued", currency="CREDIT", amount=Decimal(100)),
                Line(account=f"wallet/{user}", currency="CREDIT", amount=Decimal(-100)),
            )
            self.post(
                Entry(
                    journal_id=EntryId(derived_id(0, user)),
                    at=AT,
                    reason="issue",
                    reference="issue",
                    lines=lines,
                )
            )

        alpha, beta = ClanId("alpha"), ClanId("beta")
        self.create(alpha, USERS[0])
        self.create(beta, USERS[1])
        self.join(alpha, USERS[2])
        self.join(alpha, USERS[3])
        self.now = 8 * DAY

    def post(self, entry: Entry) -> None:
        command = PostEntry(book=Book.GAME, entry=entry)
        self.books = replay(BOOKS, BOOKS.decide(command, self.books).unwrap(), self.books)

    def ask(self, clan_id: ClanId, command: ClanCommand) -> tuple[ClanEvent, ...]:
        clan = self.clans.get(clan_id, Clan())
        move = clan_move(command, clan, self.claims).value_or(None)
        if move is None:
            return ()
        self.clans[clan_id] = replay(CLAN, move.clan, clan)
        for one in move.claims:
            self.claims[one.key] = replay(CLAIM, one.events, self.claims.get(one.key, FREE))
        for event in move.clan:
            self.number += 1
            self.settle(envelope(event, self.number))
        return move.clan

    def settle(self, told: Envelope[ClanEvent]) -> None:
        for policy in SOCIAL_POSTINGS:
            for reaction in reactions(policy, told):
                self.post(reaction.command.entry)

    @rule(hours=st.integers(1, 200))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule(clan_id=ids, actor=users)
    def create(self, clan_id: ClanId, actor: UserId) -> None:
        if clan_id not in self.clans:
            self.ask(clan_id, found(clan_id, actor, self.now))

    @rule(clan_id=ids, actor=users, policy=st.sampled_from(JoinPolicy))
    def edit(self, clan_id: ClanId, actor: UserId, policy: JoinPolicy) -> None:
        at = Instant(self.now)
        self.ask(clan_id, EditClan(clan_id=clan_id, actor_id=actor, policy=policy, at=at))

    @rule(clan_id=ids, actor=users)
    def join(self, clan_id: ClanId, actor: UserId) -> None:
        self.ask(clan_id, JoinClan(clan_id=clan_id, actor_id=actor, at=Instant(self.now)))

    @rule(clan_id=ids, actor=users, user=users)
    def request_and_admit(self, clan_id: ClanId, actor: UserId, user: UserId) -> None:
        at = Instant(self.now)
        self.ask(clan_id, RequestJoin(clan_id=clan_id, actor_id=user, message="", at=at))
        self.ask(
            clan_id,
            AnswerJoin(clan_id=clan_id, actor_id=actor, user_id=user, accept=True, at=at),
        )

    @rule(clan_id=ids, actor=users, deleted=st.booleans())
    def leave(self, clan_id: ClanId, actor: UserId, *, deleted: bool) -> None:
        at = Instant(self.now)
        self.ask(clan_id, LeaveClan(clan_id=clan_id, actor_id=actor, deleted=deleted, at=at))

    @rule(clan_id=ids, actor=users, user=users)
    def kick(self, clan_id: ClanId, actor: UserId, user: UserId) -> None:
        at = Instant(self.now)
        self.ask(clan_id, KickMember(clan_id=clan_id, actor_id=actor, user_id=user, at=at))

    @rule(clan_id=ids, actor=users, user=users, role=st.sampled_from(Role))
    def set_role(self, clan_id: ClanId, actor: UserId, user: UserId, role: Role) -> None:
        at = Instant(self.now)
        self.ask(clan_id, SetRole(clan_id=clan_id, actor_id=actor, user_id=user, role=role, at=at))

    @rule(clan_id=ids, actor=users, user=users)
    def transfer(self, clan_id: ClanId, actor: UserId, user: UserId) -> None:
        at = Instant(self.now)
        self.ask(clan_id, TransferClan(clan_id=clan_id, actor_id=actor, user_id=user, at=at))

    @rule(clan_id=ids, actor=users)
    def end(self, clan_id: ClanId, actor: UserId) -> None:
        self.ask(clan_id, EndClan(clan_id=clan_id, actor_id=actor, at=Instant(self.now)))

    @rule(clan_id=ids, actor=users, amount=st.integers(-5, 120))
    def donate(self, clan_id: ClanId, actor: UserId, amount: int) -> None:
        command = Donate(
            clan_id=clan_id,
            actor_id=actor,
            amount=amount,
            balance=self.wallet(actor),
            at=Instant(self.now),
        )
        self.ask(clan_id, command)

    @rule(clan_id=ids, actor=users, amount=st.integers(-5, 120))
    def spend(self, clan_id: ClanId, actor: UserId, amount: int) -> None:
        command = SpendTreasury(
            clan_id=clan_id,
            actor_id=actor,
            amount=amount,
            purpose="banner",
            at=Instant(self.now),
        )
        self.ask(clan_id, command)

    def wallet(self, user: UserId) -> int:
        return -int(signed_balance(self.books, f"wallet/{user}", "CREDIT"))

    def living(self) -> Mapping[ClanId, Clan]:
        return {clan_id: clan for clan_id, clan in self.clans.items() if not clan.ended}

    @invariant()
    def one_owner_each(self) -> None:
        for clan in self.living().values():
            owners = [user for user, one in clan.members.items() if one.role is Role.OWNER]
            assert owners == [owner_of(clan)]

    @invariant()
    def nobody_is_in_two_and_claims_say_the_same(self) -> None:
        homes: dict[UserId, ClanId] = {}
        for clan_id, clan in self.living().items():
            for user in clan.members:
                assert user not in homes
                homes[user] = clan_id
        held = {user: self.claims.get(user_key(user), FREE).clan_id for user in USERS}
        assert {user: home for user, home in held.items() if home is not None} == homes

    @invariant()
    def there_is_room(self) -> None:
        assert all(len(clan.members) <= capacity(clan) for clan in self.clans.values())

    @invariant()
    def the_treasury_is_what_the_books_say(self) -> None:
        for clan_id, clan in self.clans.items():
            booked = -signed_balance(self.books, f"treasury/{clan_id}", "CREDIT")
            assert clan.treasury == booked >= 0
        total = sum(self.books.balances.values(), Decimal(0))
        assert total == 0


TestClans = Clans.TestCase
TestClans.settings = settings(deadline=None, stateful_step_count=40)
