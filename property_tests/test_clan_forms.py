"""Clans: how they are founded, what they may be called, and whose a name is."""

import pytest
from attrs import evolve as changed

from astracore.catalog.examples import example
from astracore.errors.social import (
    AlreadyInClan,
    ClanCooldown,
    ClanInvalid,
    ClanPermission,
    ClanState,
    LevelTooLow,
    NameTaken,
)
from astracore.events.decider import replay
from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from astracore.social.clans.claims import (
    CLAIM,
    claims_of,
    clan_move,
    name_key,
    tag_key,
    user_key,
)
from astracore.social.clans.clan import CLAN
from astracore.social.clans.commands import (
    Claim,
    EditClan,
    EndClan,
    Release,
)
from astracore.social.clans.events import (
    ClanJoined,
    ClanRoleChanged,
    JoinPolicy,
)
from astracore.social.clans.forms import ClanForm, form_fault
from astracore.social.clans.state import Clan, owner_of
from astracore.social.ids import ClanId
from property_tests.test_clans import NOVA, OTHER, OWNER, after, found, refusal, staffed


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        (ClanForm(name="abc", tag="ab", description="", colour="#0a1b2c", emblem="a_b-9"), ()),
        (ClanForm(name="x" * 30, tag="ABCDE", description="x" * 500), ()),
        (ClanForm(name="ab"), ("name",)),
        (ClanForm(name="x" * 31), ("name",)),
        (ClanForm(name=" abc"), ("name",)),
        (ClanForm(name="a\nbc"), ("name",)),
        (ClanForm(name="ab\ud800c"), ("name",)),
        (ClanForm(tag="a"), ("tag",)),
        (ClanForm(tag="ABCDEF"), ("tag",)),
        (ClanForm(tag="é1"), ("tag",)),
        (ClanForm(description="x" * 501), ("description",)),
        (
            ClanForm(colour="#ABCDEF", emblem="", name="", tag=""),
            ("name", "tag", "colour", "emblem"),
        ),
    ],
)
def test_forms_name_all_their_faults(form: ClanForm, wrong: tuple[str, ...]) -> None:
    assert form_fault(form) == (ClanInvalid(wrong) if wrong else None)


def test_founding_needs_a_form_and_a_level() -> None:
    assert refusal(changed(found(), tag="!", level=1), Clan()) == ClanInvalid(("tag",))
    assert refusal(changed(found(), level=4), Clan()) == LevelTooLow(4, 5)
    clan = after(Clan(), found())
    assert (clan.rating, owner_of(clan), clan.name) == (1000, OWNER, "Clan nova")
    assert (clan.tag, clan.colour, clan.emblem) == ("nova", "#00ff88", "star")
    edit = EditClan(
        clan_id=NOVA, actor_id=OWNER, description="we", policy=JoinPolicy.INVITE, at=Instant(1)
    )
    edited = after(clan, edit)
    assert (edited.description, edited.policy, edited.colour) == (
        *("we", JoinPolicy.INVITE),
        clan.colour,
    )
    assert refusal(changed(edit, emblem="!"), clan) == ClanInvalid(("emblem",))
    assert refusal(changed(edit, actor_id=OTHER), clan) == ClanPermission("none")


def test_claims_keep_names_and_members_unique() -> None:
    made = clan_move(found(), Clan(), {}).unwrap()
    claims = {one.key: replay(CLAIM, one.events) for one in made.claims}
    assert set(claims) == {name_key("CLAN NOVA"), tag_key("Nova"), user_key(OWNER)}
    twin = changed(found(ClanId("twin"), OTHER), name="clan NOVA", tag="X1")
    assert clan_move(twin, Clan(), claims).failure() == NameTaken("name:clan nova")
    tagged = changed(found(ClanId("twin"), OTHER), tag="nOvA")
    assert clan_move(tagged, Clan(), claims).failure() == NameTaken("tag:nova")
    second = found(ClanId("other"), OWNER)
    assert clan_move(second, Clan(), claims).failure() == AlreadyInClan(NOVA)
    own = replay(CLAN, made.clan)
    ended = clan_move(EndClan(clan_id=NOVA, actor_id=OWNER, at=Instant(5)), own, claims).unwrap()
    free = {one.key: replay(CLAIM, one.events, claims[one.key]) for one in ended.claims}
    soon = found(ClanId("other"), OWNER, 5 + DAY - 1)
    assert clan_move(soon, Clan(), free).failure() == ClanCooldown(5 + DAY)
    assert not is_failure(clan_move(found(ClanId("other"), OWNER, 5 + DAY), Clan(), free))
    foreign = Release(key="tag:nova", clan_id=ClanId("foe"), at=Instant(0))
    assert CLAIM.decide(foreign, claims["tag:nova"]).unwrap() == ()
    again = Claim(key="tag:nova", clan_id=ClanId("foe"), at=Instant(6))
    assert not is_failure(CLAIM.decide(again, free["tag:nova"]))


def test_events_that_move_nobody_claim_nothing() -> None:
    stray = example(ClanRoleChanged)
    assert claims_of((stray, example(ClanJoined))) == claims_of((example(ClanJoined),))
    assert CLAN.evolve(staffed(), stray) == staffed()
    assert clan_move(found(), Clan(clan_id=NOVA), {}).failure() == ClanState("founded")
