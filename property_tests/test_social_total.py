"""No decider of people or copies raises, whatever it is asked in whatever state; none minds its
caller's decimal context; none changes the past: what was decided folds, and encodes."""

import decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astracore.bots.copying.commands import CopyCommand, LeaderCommand
from astracore.catalog import bots, social
from astracore.events.catalog import Aggregate
from astracore.events.decider import replay
from astracore.outcome import is_failure
from astracore.social.battles.commands import BattleCommand
from astracore.social.challenges.commands import ChallengeCommand
from astracore.social.clans.commands import ClaimCommand, ClanCommand
from astracore.social.content.commands import ContentCommand
from astracore.social.friendships.commands import FriendCommand
from astracore.social.invites.commands import InviteCommand
from astracore.social.moderation.commands import CaseCommand
from astracore.social.profiles.commands import ProfileCommand
from property_tests import typed_doors
from property_tests.test_total import HOSTILE, PLAIN, called, text
from property_tests.typed_makers import Hint, World, made

AGGREGATES: dict[str, tuple[Aggregate[Any, Any, Any, Any], Any]] = {
    "profile": (social.PROFILE_AGGREGATE, ProfileCommand),
    "friend": (social.FRIEND_AGGREGATE, FriendCommand),
    "clan": (social.CLAN_AGGREGATE, ClanCommand),
    "claim": (social.CLAIM_AGGREGATE, ClaimCommand),
    "battle": (social.BATTLE_AGGREGATE, BattleCommand),
    "challenge": (social.CHALLENGE_AGGREGATE, ChallengeCommand),
    "content": (social.CONTENT_AGGREGATE, ContentCommand),
    "invite": (social.INVITE_AGGREGATE, InviteCommand),
    "case": (social.CASE_AGGREGATE, CaseCommand),
    "copy": (bots.COPY_AGGREGATE, CopyCommand),
    "leader": (bots.LEADER_AGGREGATE, LeaderCommand),
}


def kind_of(aggregate: Aggregate[Any, Any, Any, Any]) -> Hint:
    """The class of its state."""
    return type(aggregate.decider.initial)


@pytest.mark.parametrize("name", AGGREGATES)
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_decider_answers_anything(name: str, data: st.DataObject) -> None:
    aggregate, commands = AGGREGATES[name]
    world = data.draw(st.sampled_from(World))
    asked = {
        "command": data.draw(made(commands, world)),
        "state": data.draw(made(kind_of(aggregate), world)),
    }

    def decide(command: object, state: object) -> object:
        return aggregate.decider.decide(command, state)

    plain = called(decide, asked, PLAIN)
    assert text(plain) == text(called(decide, asked, data.draw(st.sampled_from(HOSTILE))))


@pytest.mark.parametrize("name", AGGREGATES)
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_decided_folds_and_survives_its_codec(name: str, data: st.DataObject) -> None:
    aggregate, commands = AGGREGATES[name]
    decider, state = aggregate.decider, aggregate.decider.initial
    for command in data.draw(st.lists(made(commands, World.PLAUSIBLE), max_size=6)):
        decided = decider.decide(command, state)
        if is_failure(decided):
            body = aggregate.faults.encode(decided.failure())
            assert aggregate.faults.decode(body).unwrap() == decided.failure()
            continue
        with decimal.localcontext(HOSTILE[0]):
            state = replay(decider, decided.unwrap(), state)
        for event in decided.unwrap():
            body = aggregate.events.encode(event)
            assert aggregate.events.decode(aggregate.events.name(event), body).unwrap() == event
        body = aggregate.state.encode(state)
        assert aggregate.state.decode(body).unwrap() == state


def test_the_doors_are_open() -> None:
    """What annotations do not say is said in one place, and it was read."""
    assert typed_doors.RULES
