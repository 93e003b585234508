"""Who meets whom in a tournament: four published ways, each a pure function of seeds and results.

`seeds` are the players from the strongest to the weakest. A match without a second player is a
bye: its first player goes on, or scores, without playing.

Single elimination: the bracket of the next power of two, laid out so that the first two seeds can
meet in the last round only, the first four in the last two, and so on; what is missing becomes
byes of the strongest seeds. Double elimination: the same bracket, and a second one that takes in
who loses in the first, turned round so that the two of a match do not meet again at once; where a
bye leaves no loser, whoever waits there goes on.
Round robin: the circle method. Swiss: in order of score, then seed, each meets the next one that
it has not met, and where that leaves somebody over, pairs are exchanged until nobody is; the bye
goes to the lowest that has had none and without whom the others can be paired.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.pairing import DoubledPlayer, NoPairing, PairingFault, UndecidedMatch
from astracore.gamification.matchings import perfect_matching

MOST = 1024  # players: a bracket of ten rounds


@frozen
class Match:
    """Two who meet; without a second one it is a bye of the first."""

    first: str
    second: str | None


@frozen(kw_only=True)
class Standing:
    """One player of a Swiss tournament: points in halves, and whom it has met."""

    player: str
    points: int
    met: frozenset[str] = frozenset()
    had_bye: bool = False


@frozen(kw_only=True)
class Slot:
    """A place in a double elimination: the loser or winner of a match, by its name."""

    source: str
    loses: bool = False


@frozen(kw_only=True)
class Node:
    """A match of a double elimination that is not yet known: W2.1 is the second round's first."""

    name: str
    first: Slot
    second: Slot


def bracket_order(size: int) -> tuple[int, ...]:
    """The seeds of a bracket from top to bottom; `size` is taken up to a power of two.

    Invariant: in every first-round match the two seeds add up to size + 1.
    >>> bracket_order(8)
    (1, 8, 4, 5, 2, 7, 3, 6)
    """
    order = [1]
    while len(order) < min(size, MOST):
        top = 2 * len(order) + 1
        order = [seed for one in order for seed in (one, top - one)]
    return tuple(order)


def single_elimination(seeds: Sequence[str]) -> Result[tuple[Match, ...], PairingFault]:
    """The first round; byes go to the strongest seeds.

    Errors: NoPairing, DoubledPlayer.  Source: docs/formulas-social.md#pairing.
    Invariants: everybody once; as many byes as places are missing; no bye against a bye.
    >>> [(one.first, one.second) for one in single_elimination(["a", "b", "c"]).unwrap()]
    [('a', None), ('b', 'c')]
    """
    fault = _fault(seeds)
    if fault is not None:
        return Failure(fault)
    order = bracket_order(len(seeds))
    places = [seeds[seed - 1] if seed <= len(seeds) else None for seed in order]
    return Success(tuple(_matches(places)))


def next_round(
    matches: Sequence[Match], winners: frozenset[str]
) -> Result[tuple[Match, ...], PairingFault]:
    """The next round of a single elimination from the last one, winners of neighbours meeting.

    Errors: UndecidedMatch (a match has not exactly one winner), NoPairing (it was the last round).
    """
    if len(matches) < 2:
        return Failure(NoPairing(len(matches)))
    through: list[str | None] = []
    for match in matches:
        won = [one for one in (match.first, match.second) if one in winners]
        if match.second is None:
            won = [match.first]
        if len(won) != 1:
            return Failure(UndecidedMatch(match.first))
        through.append(won[0])
    if len(through) % 2:
        through.append(None)
    return Success(tuple(_matches(through)))


def round_robin(seeds: Sequence[str]) -> Result[tuple[tuple[Match, ...], ...], PairingFault]:
    """Every round, by the circle method; with an odd number each has one bye.

    Errors: NoPairing, DoubledPlayer.  Source: docs/formulas-social.md#pairing.
    Invariants: everybody meets everybody else once, and plays once a round.
    """
    fault = _fault(seeds)
    if fault is not None:
        return Failure(fault)
    ring: list[str | None] = [*seeds, *([None] if len(seeds) % 2 else [])]
    rounds = []
    for _ in range(len(ring) - 1):
        half = len(ring) // 2
        pairs = zip(ring[:half], reversed(ring[half:]), strict=True)
        rounds.append(tuple(_matches([one for pair in pairs for one in pair])))
        ring = [ring[0], ring[-1], *ring[1:-1]]
    return Success(tuple(rounds))


def swiss_round(standings: Sequence[Standing]) -> Result[tuple[Match, ...], PairingFault]:
    """The next round; `standings` in the order of seeds.

    Errors: NoPairing (fewer than two, or nobody is left whom everybody could meet), DoubledPlayer.
    Source: docs/formulas-social.md#pairing.
    Invariants: nobody meets anybody twice, nobody has two byes, one bye only of an odd number.
    """
    fault = _fault([one.player for one in standings])
    if fault is not None:
        return Failure(fault)
    ranked = sorted(standings, key=lambda one: -one.points)
    if len(ranked) % 2 == 0:
        pairs = _paired(tuple(ranked))
        return Failure(NoPairing(len(ranked))) if pairs is None else Success(pairs)
    for resting in reversed(ranked):
        if resting.had_bye:
            continue
        pairs = _paired(tuple(one for one in ranked if one is not resting))
        if pairs is not None:
            return Success((*pairs, Match(resting.player, None)))
    return Failure(NoPairing(len(ranked)))


def double_elimination(players: int) -> Result[tuple[Node, ...], PairingFault]:
    """The matches that follow the first round of `single_elimination`, named W1.1, W1.2 and so on.

    W are those of whoever has not lost, L of those who lost once, F the final, and G the game that
    decides when the final was its winner's first defeat of the other.
    Errors: NoPairing.  Source: docs/formulas-social.md#pairing.
    Invariant: every match but the last gives its loser a place, once, unless it has lost twice.
    """
    if not 2 <= players <= MOST:
        return Failure(NoPairing(players))
    size = len(bracket_order(players))
    rounds = size.bit_length() - 1
    nodes = [*_winners(size), *_losers(size)]
    last = f"L{2 * rounds - 2}.1"
    lower = Slot(source=last) if rounds > 1 else Slot(source="W1.1", loses=True)
    nodes.append(Node(name="F", first=Slot(source=f"W{rounds}.1"), second=lower))
    nodes.append(Node(name="G", first=Slot(source="F"), second=Slot(source="F", loses=True)))
    return Success(tuple(nodes))


def _winners(size: int) -> Iterator[Node]:
    number, width = 2, size // 4
    while width:
        for place in range(1, width + 1):
            yield Node(
                name=f"W{number}.{place}",
                first=Slot(source=f"W{number - 1}.{2 * place - 1}"),
                second=Slot(source=f"W{number - 1}.{2 * place}"),
            )
        number, width = number + 1, width // 2


# Odd rounds pair those who are left; even ones take in the losers of the next winners' round.
def _losers(size: int) -> Iterator[Node]:
    width, number = size // 4, 1
    while width:
        for place in range(1, width + 1):
            drop = number == 1
            source = "W1" if drop else f"L{number - 1}"
            yield Node(
                name=f"L{number}.{place}",
                first=Slot(source=f"{source}.{2 * place - 1}", loses=drop),
                second=Slot(source=f"{source}.{2 * place}", loses=drop),
            )
        for place in range(1, width + 1):
            fallen = width + 1 - place
            yield Node(
                name=f"L{number + 1}.{place}",
                first=Slot(source=f"L{number}.{place}"),
                second=Slot(source=f"W{number // 2 + 2}.{fallen}", loses=True),
            )
        number, width = number + 2, width // 2


# Each in order of rank with the next one it has not met; mended where somebody is left over.
def _paired(ranked: tuple[Standing, ...]) -> tuple[Match, ...] | None:
    near = [
        [
            place
            for place, other in enumerate(ranked)
            if other is not one and other.player not in one.met and one.player not in other.met
        ]
        for one in ranked
    ]
    mates = perfect_matching(near)
    if mates is None:
        return None
    return tuple(
        Match(ranked[one].player, ranked[other].player)
        for one, other in enumerate(mates)
        if one < other
    )


def _matches(places: Sequence[str | None]) -> Iterator[Match]:
    for pair in list(pairwise(places))[::2]:
        there = [one for one in pair if one is not None]  # never empty: byes meet no byes
        yield Match(there[0], there[1] if len(there) > 1 else None)


def _fault(players: Sequence[str]) -> PairingFault | None:
    if not 2 <= len(players) <= MOST:
        return NoPairing(len(players))
    seen: set[str] = set()
    for player in players:
        if player in seen:
            return DoubledPlayer(player)
        seen.add(player)
    return None
