"""The clan as a decider: who may do what, and how many there are."""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.social import (
    ClanFault,
    ClanFull,
    ClanInvalid,
    ClanPermission,
    ClanState,
    LevelTooLow,
    OwnerMustTransfer,
)
from astracore.events.decider import Decider
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.clans.commands import (
    AnswerJoin,
    ClanCommand,
    Contribute,
    CreateClan,
    Donate,
    EditClan,
    EndClan,
    InviteToClan,
    JoinClan,
    KickMember,
    LeaveClan,
    RequestJoin,
    SetRole,
    SettleClan,
    SpendTreasury,
    StakeClan,
    TransferClan,
)
from astracore.social.clans.events import (
    ClanCreated,
    ClanEdited,
    ClanEnded,
    ClanEvent,
    ClanInvited,
    ClanJoined,
    ClanLeft,
    ClanRequestDeclined,
    ClanRequested,
    ClanRoleChanged,
    ClanTransferred,
    JoinPolicy,
    Role,
)
from astracore.social.clans.forms import ClanForm, form_fault
from astracore.social.clans.rules import CLANS, ClanRules, clan_level, clan_size
from astracore.social.clans.state import (
    UNFOUNDED,
    Clan,
    evolve,
    heir_of,
    rank,
    role_at,
)
from astracore.social.clans.treasury import decide_money
from astracore.social.ids import ClanId
from astracore.social.limits import Act, over_limit
from astracore.social.texts import is_text

Decided: TypeAlias = Result[tuple[ClanEvent, ...], ClanFault]
Staffing: TypeAlias = InviteToClan | AnswerJoin | KickMember | SetRole | TransferClan | EndClan


def clan_decider(rules: ClanRules) -> Decider[ClanCommand, Clan, ClanEvent, ClanFault]:
    """The decider under these rules. Claims are decided beside it: see `clan_move`."""

    def decide(command: ClanCommand, clan: Clan) -> Decided:
        """Errors: ClanState, then as ClanFault names them."""
        if isinstance(command, CreateClan):
            return _created(command, clan, rules)
        clan_id = clan.clan_id
        if clan_id is None or clan.ended:
            return Failure(ClanState("ended" if clan.ended else "unfounded"))
        match command:
            case Donate() | SpendTreasury() | Contribute() | StakeClan() | SettleClan():
                return decide_money(command, clan, clan_id, rules)
            case EditClan():
                return _edited(command, clan, clan_id, rules)
            case RequestJoin() | JoinClan():
                return _entered(command, clan, clan_id, rules)
            case LeaveClan():
                return _left(command, clan, clan_id, rules)
            case _:
                return _staffed(command, clan, clan_id, rules)

    return Decider("social.clan", UNFOUNDED, decide, evolve)


def standing_of(clan: Clan, user_id: UserId, at: Instant, rules: ClanRules = CLANS) -> Role | None:
    """The role that counts of `user_id` at `at`; None for strangers."""
    member = clan.members.get(user_id)
    return None if member is None else role_at(member, at, rules)


def capacity(clan: Clan, rules: ClanRules = CLANS) -> int:
    """How many members the clan has room for."""
    return clan_size(clan_level(clan.contribution, rules), rules)


def _created(command: CreateClan, clan: Clan, rules: ClanRules) -> Decided:
    if clan.clan_id is not None:
        return Failure(ClanState("founded"))
    form = ClanForm(
        name=command.name,
        tag=command.tag,
        description=command.description,
        colour=command.colour,
        emblem=command.emblem,
    )
    fault = form_fault(form, rules)
    if fault is not None:
        return Failure(fault)
    if command.level < rules.creator_level:
        return Failure(LevelTooLow(command.level, rules.creator_level))
    return Success(
        (
            ClanCreated(
                clan_id=command.clan_id,
                user_id=command.actor_id,
                name=command.name,
                tag=command.tag,
                description=command.description,
                policy=command.policy,
                colour=command.colour,
                emblem=command.emblem,
                rating=rules.rating,
                at=command.at,
            ),
        )
    )


def _edited(command: EditClan, clan: Clan, clan_id: ClanId, rules: ClanRules) -> Decided:
    role = standing_of(clan, command.actor_id, command.at, rules)
    if role is None or rank(role) < rank(Role.ADMIN):
        return Failure(_forbidden(role))
    form = ClanForm(description=command.description, colour=command.colour, emblem=command.emblem)
    fault = form_fault(form, rules)
    if fault is not None:
        return Failure(fault)
    edited = ClanEdited(
        clan_id=clan_id,
        user_id=command.actor_id,
        description=_or(command.description, clan.description),
        policy=clan.policy if command.policy is None else command.policy,
        colour=_or(command.colour, clan.colour),
        emblem=_or(command.emblem, clan.emblem),
        at=command.at,
    )
    return Success((edited,))


# Whoever was invited joins whatever the policy says; a request is for clans that take requests.
def _entered(
    command: RequestJoin | JoinClan, clan: Clan, clan_id: ClanId, rules: ClanRules
) -> Decided:
    user, at = command.actor_id, command.at
    if user in clan.members:
        return Failure(ClanState("member"))
    invited = user in clan.invited or clan.policy is JoinPolicy.OPEN
    if isinstance(command, RequestJoin):
        if clan.policy is not JoinPolicy.REQUEST:
            return Failure(ClanState(clan.policy.value))
        if not is_text(command.message, 0, rules.text_most):
            return Failure(ClanInvalid(("message",)))
        asked = ClanRequested(clan_id=clan_id, user_id=user, message=command.message, at=at)
        return Success((asked,) if user not in clan.requests else ())
    if not invited:
        return Failure(ClanState(clan.policy.value))
    return _joined(clan, clan_id, user, at, rules)


def _joined(clan: Clan, clan_id: ClanId, user: UserId, at: Instant, rules: ClanRules) -> Decided:
    size = capacity(clan, rules)
    if len(clan.members) >= size:
        return Failure(ClanFull(size))
    return Success((ClanJoined(clan_id=clan_id, user_id=user, role=Role.RECRUIT, at=at),))


def _left(command: LeaveClan, clan: Clan, clan_id: ClanId, rules: ClanRules) -> Decided:
    user, at = command.actor_id, command.at
    member = clan.members.get(user)
    if member is None:
        return Failure(_forbidden(None))
    left = ClanLeft(clan_id=clan_id, user_id=user, by=user, role=member.role, at=at)
    if member.role is not Role.OWNER:
        return Success((left,))
    if not command.deleted:
        return Failure(OwnerMustTransfer(len(clan.members)))
    heir = heir_of(clan, at, rules)
    if heir is None:
        return _ended(clan, clan_id, user, at)
    passed = ClanTransferred(clan_id=clan_id, user_id=heir, by=user, at=at)
    return Success(
        (passed, ClanLeft(clan_id=clan_id, user_id=user, by=user, role=Role.ADMIN, at=at))
    )


def _ended(clan: Clan, clan_id: ClanId, user: UserId, at: Instant) -> Decided:
    if clan.battles:
        return Failure(ClanState("in_battle"))
    ended = ClanEnded(
        clan_id=clan_id,
        user_id=user,
        name=clan.name,
        tag=clan.tag,
        treasury=clan.treasury,
        at=at,
    )
    return Success((ended,))


def _staffed(command: Staffing, clan: Clan, clan_id: ClanId, rules: ClanRules) -> Decided:
    role = standing_of(clan, command.actor_id, command.at, rules)
    if role is None:
        return Failure(_forbidden(None))
    match command:
        case InviteToClan():
            return _invited(command, role, clan, clan_id, rules)
        case AnswerJoin():
            return _answered(command, role, clan, clan_id, rules)
        case KickMember() | SetRole():
            return _ranked(command, role, clan, clan_id, rules)
        case TransferClan():
            if role is not Role.OWNER:
                return Failure(_forbidden(role))
            if command.user_id not in clan.members or command.user_id == command.actor_id:
                return Failure(ClanState("stranger"))
            actor, at = command.actor_id, command.at
            passed = ClanTransferred(clan_id=clan_id, user_id=command.user_id, by=actor, at=at)
            return Success((passed,))
        case EndClan():
            if role is not Role.OWNER:
                return Failure(_forbidden(role))
            if len(clan.members) > 1:
                return Failure(OwnerMustTransfer(len(clan.members)))
            return _ended(clan, clan_id, command.actor_id, command.at)
        case _:
            assert_never(command)


def _invited(
    command: InviteToClan, role: Role, clan: Clan, clan_id: ClanId, rules: ClanRules
) -> Decided:
    actor, user, at = command.actor_id, command.user_id, command.at
    if rank(role) < rank(Role.MEMBER):
        return Failure(_forbidden(role))
    if user in clan.members:
        return Failure(ClanState("member"))
    size = capacity(clan, rules)
    if len(clan.members) >= size:
        return Failure(ClanFull(size))
    fault = over_limit(Act.CLAN_INVITATION, command.recent, at, rules.limits)
    if fault is not None:
        return Failure(fault)
    invited = ClanInvited(clan_id=clan_id, user_id=user, by=actor, at=at)
    return Success((invited,) if user not in clan.invited else ())


def _answered(
    command: AnswerJoin, role: Role, clan: Clan, clan_id: ClanId, rules: ClanRules
) -> Decided:
    actor, user, at = command.actor_id, command.user_id, command.at
    if rank(role) < rank(Role.MEMBER):
        return Failure(_forbidden(role))
    if user not in clan.requests:
        return Failure(ClanState("not_requested"))
    if not command.accept:
        return Success((ClanRequestDeclined(clan_id=clan_id, user_id=user, by=actor, at=at),))
    return _joined(clan, clan_id, user, at, rules)


# Nobody touches an equal, and nobody gives a role as high as the own one.
def _ranked(
    command: KickMember | SetRole, role: Role, clan: Clan, clan_id: ClanId, rules: ClanRules
) -> Decided:
    actor, user, at = command.actor_id, command.user_id, command.at
    target = standing_of(clan, user, at, rules)
    if rank(role) < rank(Role.ADMIN):
        return Failure(_forbidden(role))
    if target is None:
        return Failure(ClanState("stranger"))
    given = command.role if isinstance(command, SetRole) else Role.RECRUIT
    if max(rank(target), rank(given)) >= rank(role):
        return Failure(_forbidden(role))
    if isinstance(command, KickMember):
        return Success((ClanLeft(clan_id=clan_id, user_id=user, by=actor, role=target, at=at),))
    raised = ClanRoleChanged(clan_id=clan_id, user_id=user, by=actor, role=given, at=at)
    return Success((raised,) if given is not target else ())


def _forbidden(role: Role | None) -> ClanPermission:
    return ClanPermission("none" if role is None else role.value)


def _or(given: str | None, before: str) -> str:
    return before if given is None else given


CLAN = clan_decider(CLANS)
