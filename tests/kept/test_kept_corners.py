"""More edges that walks do not come by: zeros without a sign, percentiles, those who have left."""

from decimal import Decimal

from attrs import evolve

from astracore.errors.access import BadCredentials
from astracore.events.decider import replay
from astracore.gamification.economy.report import percentiles, report
from astracore.gamification.economy.simulation import Economy, years
from astracore.gamification.game_rules import GameRules
from astracore.numeric.rounding import Rounding
from astracore.revenue.units import part_to
from astracore.social.battles.commands import Side
from astracore.social.battles.joint import suggestions
from astracore.social.clans.clan import CLAN
from astracore.social.clans.commands import Donate, SpendTreasury
from astracore.social.clans.state import Clan
from astracore.social.ids import ClanId
from astracore.users.commands import ChangeUsername
from astracore.users.registration import rename
from astracore.users.state import Claim
from astracore.users.types import Status
from tests.kept.social_walks import founded
from tests.kept.walking import START, Dice
from tests.users.people import ADA, newcomer

D = Decimal


def test_nothing_has_no_sign() -> None:
    cent = D("0.01")
    assert str(part_to(D("-0.001"), D(1), cent, Rounding.HALF_UP)) == "0.00"
    assert part_to(D("-0.006"), D(1), cent, Rounding.HALF_UP) == D("-0.01")


def test_percentiles_of_a_hundred_and_one() -> None:
    assert percentiles(range(101)) == (10, 50, 90)


def test_a_report_goes_on_as_long_as_the_longest_year() -> None:
    (year, *others) = years(Economy(traders=5, days=61, seed=1), GameRules())
    assert len(year.leagues) == 3
    short = [evolve(each, leagues=each.leagues[:1]) for each in others]
    assert [sum(month) for month in report((year, *short), GameRules()).leagues] == [5, 1, 1]


def test_the_deleted_are_not_renamed() -> None:
    asked = ChangeUsername(user_id=ADA, username="Lady", at=START)
    gone = newcomer(status=Status.DELETED)
    assert rename(asked, gone, Claim(holder=ADA), Claim()).failure() == BadCredentials()


def test_a_clan_that_is_just_large_enough_is_suggested() -> None:
    own = Side(clan_id=ClanId("a"), role=None, rating=1000, members=9, treasury=0)
    others = tuple(
        evolve(own, clan_id=ClanId(f"b{members}"), members=members) for members in (2, 3, 4)
    )
    assert [one.clan_id for one in suggestions(own, others)] == ["b3", "b4"]


def test_a_treasury_gives_a_single_credit() -> None:
    form = evolve(
        founded(Dice(1)),
        level=5,
        name="Nova",
        tag="NV",
        description="d",
        colour="#00ff00",
        emblem="star",
    )
    named = {"clan_id": form.clan_id, "actor_id": form.actor_id, "at": START}
    clan = Clan()
    for command in (
        form,
        Donate(**named, amount=1, balance=1),  # type: ignore[arg-type]
        SpendTreasury(**named, amount=1, purpose="p"),  # type: ignore[arg-type]
    ):
        clan = replay(CLAN, CLAN.decide(command, clan).unwrap(), clan)
    assert clan.treasury == 0
