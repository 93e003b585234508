"""Who may be copied, as a decider."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.bots.copying.commands import LeaderCommand, PublishLeader, WithdrawLeader
from astracore.bots.copying.events import LeaderEvent, LeaderPublished, LeaderWithdrawn
from astracore.bots.copying.rules import COPY, CopyRules
from astracore.bots.copying.state import Listing, evolve_listing
from astracore.errors.bots import CopyChain, CopyState, LeaderFault, LeaderIneligible
from astracore.events.decider import Decider
from astracore.numeric import bounded

Decided: TypeAlias = Result[tuple[LeaderEvent, ...], LeaderFault]


def leader_decider(
    rules: CopyRules,
) -> Decider[LeaderCommand, Listing, LeaderEvent, LeaderFault]:
    """The decider under these rules."""

    def decide(command: LeaderCommand, listing: Listing) -> Decided:
        """Errors: CopyState, CopyChain, LeaderIneligible."""
        listed = listing.leader_id is not None and not listing.withdrawn
        match command:
            case PublishLeader():
                if listed:
                    return Failure(CopyState("listed"))
                return _published(command, rules)
            case WithdrawLeader():
                if listing.leader_id is None or listing.user_id is None or not listed:
                    return Failure(CopyState("unlisted"))
                gone = LeaderWithdrawn(
                    leader_id=listing.leader_id,
                    user_id=listing.user_id,
                    reason=command.reason,
                    at=command.at,
                )
                return Success((gone,))
            case _:
                assert_never(command)

    return Decider("bot.leader", Listing(), decide, evolve_listing)


LEADER = leader_decider(COPY)


def _published(command: PublishLeader, rules: CopyRules) -> Decided:
    if command.follows > 0:
        return Failure(CopyChain(command.actor_id))
    shallow = bounded(command.drawdown) and Decimal(0) <= command.drawdown <= rules.leader_drawdown
    checks = (
        ("identity", command.has_identity),
        ("days", command.days >= rules.leader_days),
        ("closes", command.closes >= rules.leader_closes),
        ("drawdown", shallow),
    )
    needs = tuple(name for name, met in checks if not met)
    if needs:
        return Failure(LeaderIneligible(needs))
    published = LeaderPublished(
        leader_id=command.leader_id,
        user_id=command.actor_id,
        account_id=command.account_id,
        mode=command.mode,
        description=command.description,
        at=command.at,
    )
    return Success((published,))
