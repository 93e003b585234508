"""How the tests of tournaments make days, entries and closed trades."""

from decimal import Decimal

from hypothesis import strategies as st

from astracore.events.decider import replay
from astracore.gamification.tournaments.commands import (
    CloseTournament,
    JoinTournament,
    OpenTournament,
    RecordTournamentTrade,
    TournamentCommand,
)
from astracore.gamification.tournaments.events import (
    TournamentEvent,
)
from astracore.gamification.tournaments.scores import Tally, with_trade
from astracore.gamification.tournaments.state import UNOPENED, Tournament
from astracore.gamification.tournaments.tournament import TOURNAMENT
from astracore.gamification.tournaments.types import (
    daily_id,
)
from astracore.ids import AccountId, PositionId, UserId
from astracore.instants import DAY, HOUR, Instant, instant

D = Decimal
BEGIN = instant("2026-03-04T00:00:00Z").unwrap()
NAME = daily_id(BEGIN)
CAPITAL = D(100_000)


def after(micros: int) -> Instant:
    return Instant(BEGIN.micros + micros)


OPEN = OpenTournament(tournament_id=NAME, begin=BEGIN, at=after(-HOUR))
JOIN = JoinTournament(
    tournament_id=NAME, user_id=UserId("u"), account_id=AccountId("acc-u"), at=after(0)
)
TRADE = RecordTournamentTrade(
    tournament_id=NAME,
    user_id=UserId("u"),
    account_id=AccountId("acc-u"),
    position_id=PositionId("p"),
    net=D(100),
    volume=D(5000),
    qualifies=True,
    at=after(HOUR),
)
CLOSE = CloseTournament(tournament_id=NAME, at=after(DAY))


def played(*commands: TournamentCommand) -> tuple[Tournament, list[TournamentEvent]]:
    state, events = UNOPENED, list[TournamentEvent]()
    for command in commands:
        made = TOURNAMENT.decide(command, state).unwrap()
        events += made
        state = replay(TOURNAMENT, made, state)
    return state, events


nets = st.integers(-20_000, 20_000).map(D)
volumes = st.integers(0, 200_000).map(D)
trades = st.lists(st.tuples(nets, volumes, st.booleans()), min_size=1, max_size=12)


def tally_of(made: list[tuple[Decimal, Decimal, bool]]) -> Tally:
    tally = Tally()
    for net, volume, qualifies in made:
        tally = with_trade(tally, net, volume, qualifies=qualifies)
    return tally
