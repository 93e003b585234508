"""Five kinds of traders as data: how often they come, what they do, what they try to farm."""

from enum import StrEnum

from attrs import evolve, frozen


class Character(StrEnum):
    """Who plays."""

    CASUAL = "casual"
    GRINDER = "grinder"
    WASHER = "washer"
    MULTI_ACCOUNTER = "multi_accounter"
    WHALE = "whale"


class Trick(StrEnum):
    """What somebody's trades are."""

    HONEST = "honest"
    WASH = "wash"  # in and out at one price, soon: who waits out the rule's span has traded
    LINKED = "linked"  # against one's own second account


@frozen(kw_only=True)
class Habits:
    """The habits of a character; shares in thousandths.

    Who has `accounts` beyond the first does everything with each of them.
    """

    character: Character
    weight: int  # of the population, in thousandths
    attendance: int
    trades: int  # a day, at most
    symbols: int
    margin: int  # of a trade, at most [USD]
    wins: int
    stops: int
    small: int  # trades at a risk of 0.02 or less
    lessons: int  # an active day brings one
    shares: int  # social deeds a day, at most
    tournaments: int  # an active day brings one finished
    care: int  # active days that are calm and within the own loss limit
    tries: int  # an active day tries something else: a clan, a bot, a backtest
    trick: Trick = Trick.HONEST
    accounts: int = 1


CASUAL = Habits(
    character=Character.CASUAL,
    weight=500,
    attendance=550,
    trades=3,
    symbols=4,
    margin=300,
    wins=480,
    stops=600,
    small=500,
    lessons=60,
    shares=2,
    tournaments=60,
    care=700,
    tries=60,
)
# Who cheats attends, learns and shares exactly like the casual: what differs is what they try,
# so that what it earns can be seen.
CHEAT = evolve(CASUAL, weight=100, symbols=9, wins=500, stops=0, small=0)
CHARACTERS: tuple[Habits, ...] = (
    CASUAL,
    Habits(
        character=Character.GRINDER,
        weight=200,
        attendance=970,
        trades=16,
        symbols=9,
        margin=800,
        wins=520,
        stops=960,
        small=990,
        lessons=250,
        shares=8,
        tournaments=400,
        care=900,
        tries=250,
    ),
    evolve(CHEAT, character=Character.WASHER, trades=40, margin=5000, trick=Trick.WASH),
    evolve(
        CHEAT,
        character=Character.MULTI_ACCOUNTER,
        trades=12,
        margin=2000,
        trick=Trick.LINKED,
        accounts=5,
    ),
    Habits(
        character=Character.WHALE,
        weight=100,
        attendance=700,
        trades=8,
        symbols=6,
        margin=200_000,
        wins=510,
        stops=800,
        small=300,
        lessons=80,
        shares=3,
        tournaments=120,
        care=600,
        tries=100,
    ),
)
