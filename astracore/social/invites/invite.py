"""The invite as a decider."""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.social import InviteFault, InviteInvalid, SelfReferral, SocialLimit
from astracore.events.decider import Decider
from astracore.instants import after
from astracore.social.invites.commands import (
    ActivateReferral,
    CreateInvite,
    InviteCommand,
    Tier,
    UseInvite,
)
from astracore.social.invites.events import (
    InviteCreated,
    InviteEvent,
    InviteUsed,
    ReferralActivated,
)
from astracore.social.invites.rules import INVITES, InviteRules, free_code
from astracore.social.invites.state import UNMADE, Invite, Ticket, Use, evolve, is_live
from astracore.social.limits import Act, over_limit

Decided: TypeAlias = Result[tuple[InviteEvent, ...], InviteFault]


def invite_decider(
    rules: InviteRules,
) -> Decider[InviteCommand, Invite, InviteEvent, InviteFault]:
    """The decider under these rules."""

    def decide(command: InviteCommand, invite: Invite) -> Decided:
        """Errors: InviteInvalid, SelfReferral, SocialLimit, InvalidSeed."""
        if isinstance(command, CreateInvite):
            return _created(command, invite, rules)
        ticket = invite.ticket
        if ticket is None:
            return Failure(InviteInvalid("unknown"))
        match command:
            case UseInvite():
                return _used(command, invite, ticket)
            case ActivateReferral():
                return _activated(command, invite, ticket, rules)
            case _:
                assert_never(command)

    return Decider("social.invite", UNMADE, decide, evolve)


INVITE = invite_decider(INVITES)


def is_active(command: ActivateReferral, rules: InviteRules = INVITES) -> bool:
    """Identity tier, or e-mail tier and enough qualifying closes on enough days."""
    match command.tier:
        case Tier.IDENTITY:
            return True
        case Tier.EMAIL:
            return command.closes >= rules.closes and command.close_days >= rules.close_days
        case Tier.NONE:
            return False
        case _:
            assert_never(command.tier)


def _created(command: CreateInvite, invite: Invite, rules: InviteRules) -> Decided:
    if invite.ticket is not None:
        return Failure(InviteInvalid("made"))
    if command.live >= rules.live_most:
        return Failure(SocialLimit("live_invites", rules.live_most))
    fault = over_limit(Act.INVITE, command.recent, command.at, rules.limits)
    if fault is not None:
        return Failure(fault)
    return Result.do(
        (
            InviteCreated(
                invite_id=command.invite_id,
                actor_id=command.actor_id,
                code=code,
                uses=rules.uses_most,
                expires_at=after(command.at, rules.lasts),
                at=command.at,
            ),
        )
        for code in free_code(command.seed, command.taken, rules)
    )


def _used(command: UseInvite, invite: Invite, ticket: Ticket) -> Decided:
    user = command.user_id
    if user == ticket.inviter_id:
        return Failure(SelfReferral(user))
    if user in invite.used:
        return Success(())
    if not is_live(invite, command.at):
        used_up = len(invite.used) >= ticket.uses
        return Failure(InviteInvalid("used_up" if used_up else "expired"))
    return Success(
        (
            InviteUsed(
                invite_id=ticket.invite_id,
                inviter_id=ticket.inviter_id,
                user_id=user,
                code=ticket.code,
                at=command.at,
            ),
        )
    )


# Not active yet, too late, or rewarded before: nothing happens. Linked people get nothing.
def _activated(
    command: ActivateReferral, invite: Invite, ticket: Ticket, rules: InviteRules
) -> Decided:
    use: Use | None = invite.used.get(command.user_id)
    if use is None:
        return Failure(InviteInvalid("not_used"))
    late = command.at.micros - use.at.micros > rules.activates_within
    if use.activated or late or not is_active(command, rules):
        return Success(())
    if command.linked or command.user_id == ticket.inviter_id:
        return Failure(SelfReferral(command.user_id))
    pays_xp = command.xp_rewards < rules.xp_rewards
    pays_credits = command.credit_rewards < rules.credit_rewards
    return Success(
        (
            ReferralActivated(
                invite_id=ticket.invite_id,
                inviter_id=ticket.inviter_id,
                user_id=command.user_id,
                xp=rules.inviter_xp if pays_xp else 0,
                credits=rules.inviter_credits if pays_credits else 0,
                invited_credits=rules.invited_credits,
                at=command.at,
            ),
        )
    )
