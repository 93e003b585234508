"""What a clan owns together: donations, spending, stakes, and the members' contribution."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.funds import InsufficientFunds
from astracore.errors.social import ClanFault, ClanInvalid, ClanPermission, ClanState
from astracore.money.currencies import CREDIT
from astracore.social.clans.commands import (
    Contribute,
    Donate,
    SettleClan,
    SpendTreasury,
    StakeClan,
)
from astracore.social.clans.events import (
    ClanContributed,
    ClanDonated,
    ClanEvent,
    ClanSettled,
    ClanSpent,
    ClanStaked,
    Role,
)
from astracore.social.clans.rules import ClanRules, clan_level, contribution_of
from astracore.social.clans.state import Clan, rank, role_at
from astracore.social.ids import ClanId
from astracore.social.texts import is_text

BOUND = 2**53  # integers beyond it do not survive every JSON reader
PURPOSE_MOST = 40
MoneyCommand: TypeAlias = Donate | SpendTreasury | Contribute | StakeClan | SettleClan
Decided: TypeAlias = Result[tuple[ClanEvent, ...], ClanFault]


def decide_money(command: MoneyCommand, clan: Clan, clan_id: ClanId, rules: ClanRules) -> Decided:
    """What a command does to the treasury or the contribution of a clan that stands.

    Errors: ClanInvalid, ClanPermission, ClanState, InsufficientFunds.
    Invariant: the treasury is never below 0 and is what the events add up to.
    """
    match command:
        case Donate():
            return _donated(command, clan, clan_id)
        case SpendTreasury():
            return _spent(command, clan, clan_id, rules)
        case Contribute():
            return _contributed(command, clan, clan_id, rules)
        case StakeClan():
            return _staked(command, clan, clan_id)
        case SettleClan():
            return _settled(command, clan, clan_id)
        case _:
            assert_never(command)


def _donated(command: Donate, clan: Clan, clan_id: ClanId) -> Decided:
    actor, amount = command.actor_id, command.amount
    if actor not in clan.members:
        return Failure(ClanPermission("none"))
    if amount < 1 or clan.treasury + amount >= BOUND:
        return Failure(ClanInvalid(("amount",)))
    if amount > command.balance:
        return Failure(_short(f"wallet/{actor}", command.balance, amount))
    donated = ClanDonated(
        clan_id=clan_id,
        user_id=actor,
        amount=amount,
        treasury=clan.treasury + amount,
        at=command.at,
    )
    return Success((donated,))


def _spent(command: SpendTreasury, clan: Clan, clan_id: ClanId, rules: ClanRules) -> Decided:
    actor, amount = command.actor_id, command.amount
    member = clan.members.get(actor)
    role = None if member is None else role_at(member, command.at, rules)
    if role is None or rank(role) < rank(Role.ADMIN):
        return Failure(ClanPermission("none" if role is None else role.value))
    checks = (("amount", amount >= 1), ("purpose", is_text(command.purpose, 1, PURPOSE_MOST)))
    wrong = tuple(name for name, sound in checks if not sound)
    if wrong:
        return Failure(ClanInvalid(wrong))
    if amount > clan.treasury:
        return Failure(_short(f"treasury/{clan_id}", clan.treasury, amount))
    spent = ClanSpent(
        clan_id=clan_id,
        user_id=actor,
        purpose=command.purpose,
        amount=amount,
        treasury=clan.treasury - amount,
        at=command.at,
    )
    return Success((spent,))


def _contributed(command: Contribute, clan: Clan, clan_id: ClanId, rules: ClanRules) -> Decided:
    amount = contribution_of(command.xp, rules)
    if command.user_id not in clan.members or amount == 0:
        return Success(())
    total = clan.contribution + amount
    return Success(
        (
            ClanContributed(
                clan_id=clan_id,
                user_id=command.user_id,
                amount=amount,
                contribution=total,
                level=clan_level(total, rules),
                at=command.at,
            ),
        )
    )


def _staked(command: StakeClan, clan: Clan, clan_id: ClanId) -> Decided:
    amount = command.amount
    if command.battle_id in clan.battles or command.opponent_id in clan.battles.values():
        return Failure(ClanState("in_battle"))
    if amount < 0:
        return Failure(ClanInvalid(("amount",)))
    if amount > clan.treasury:
        return Failure(_short(f"treasury/{clan_id}", clan.treasury, amount))
    staked = ClanStaked(
        clan_id=clan_id,
        battle_id=command.battle_id,
        opponent_id=command.opponent_id,
        amount=amount,
        treasury=clan.treasury - amount,
        at=command.at,
    )
    return Success((staked,))


def _settled(command: SettleClan, clan: Clan, clan_id: ClanId) -> Decided:
    if command.battle_id not in clan.battles:
        return Failure(ClanState("not_in_battle"))
    amount = max(0, command.amount)
    settled = ClanSettled(
        clan_id=clan_id,
        battle_id=command.battle_id,
        rating=command.rating,
        amount=amount,
        treasury=clan.treasury + amount,
        at=command.at,
    )
    return Success((settled,))


def _short(account: str, balance: int, asked: int) -> InsufficientFunds:
    return InsufficientFunds(account, CREDIT, Decimal(balance), Decimal(asked))
