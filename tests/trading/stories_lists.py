"""Stories of orders that know each other, and of exits that keep the size of a position."""

from typing import Any

from attrs import evolve

from astracore.ids import OrderId
from astracore.instants import HOUR
from astracore.trading.contracts.hedging import LegName
from astracore.trading.orders.groups import GroupKind, Release
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.types import MarginMode, OrderType, TimeInForce
from property_tests.trading_makers import (
    D,
    acked,
    asked_cancel,
    closing,
    gone,
    leverage,
    opening,
    turned_down,
)
from tests.trading.stories import (
    BUY,
    SELL,
    SOL,
    Story,
    amend,
    ask,
    at_eth,
    bought,
    cancel_all,
    done,
    known,
    later,
    listing,
    live,
    protect,
    sold,
    stop,
    trail,
)
from tests.trading.test_cash import hedging, mode

RICH = opening("100000")
PAIR = (ask("a", BUY, "1", "1980"), stop("b", BUY, "2020"))
OCO = listing(GroupKind.OCO, *PAIR)
TRIO = (*PAIR, stop("c", BUY, "2030"))
OUO = listing(GroupKind.OUO, *TRIO)
ENTRY = ask("e", BUY, "1", "1990")
EXITS = (stop("s", SELL, "1950"), ask("t", SELL, "1", "2050"))
BRACKET = listing(GroupKind.BRACKET, ENTRY, *EXITS)
CHILD = ask("c", SELL, "1", "2050")
OTO = listing(GroupKind.OTO, ENTRY, CHILD)
PARTS = evolve(OTO, release=Release.PARTIAL)
DEAR = stop("c", BUY, "2090")
SHORT_ENTRY = ask("e", SELL, "1", "2010")
COVERS = (stop("s", BUY, "2050"), ask("t", BUY, "1", "1950"))
GTD: dict[str, Any] = {"tif": TimeInForce.GTD, "terms": OrderTerms(expire_at=later(HOUR))}
LONG: dict[str, Any] = {"terms": OrderTerms(leg=LegName.LONG)}
SHORT: dict[str, Any] = {"terms": OrderTerms(leg=LegName.SHORT)}

LISTS: dict[str, Story] = {
    "one or the other: a fill of one lowers the other, the last of it ends it": (
        RICH,
        OCO,
        acked("a"),
        done("a", BUY, "0.4", "1980", "f"),
        amend("a", qty="0.5"),
        done("a", BUY, "0.6", "1980", "g"),
    ),
    "one or the other: what fires or ends takes the other with it": (
        RICH,
        OCO,
        acked("a"),
        at_eth("2020"),
        done("a", BUY, "0.3", "1980"),
        gone("a"),
        done("b", BUY, "0.7", "2021"),
        listing(GroupKind.OCO, ask("x", BUY, "1", "1980"), stop("y", BUY, "2020")),
        gone("x"),
    ),
    "three that lower each other, and go on when one ends": (
        RICH,
        OUO,
        done("a", BUY, "0.25", "1980"),
        at_eth("2020"),
        done("b", BUY, "0.25", "2020"),
        asked_cancel("c"),
        gone("a"),
        done("b", BUY, "0.5", "2020", "h"),
        OUO,
    ),
    "the leg that is filled pays with what its list has locked": (
        opening("2300"),
        OCO,
        done("a", BUY, "0.5", "1980", "f"),
        done("a", BUY, "0.5", "1980", "g"),
    ),
    "the one that stays locks what the other had locked for both": (
        opening("2300"),
        listing(GroupKind.OUO, *PAIR),
        gone("b"),
        asked_cancel("a"),
    ),
    "a bracket grows with its entry, and one exit ends it all": (
        RICH,
        BRACKET,
        acked("e"),
        done("e", BUY, "0.4", "1990", "f"),
        acked("t"),
        done("e", BUY, "0.1", "1990", "g"),
        done("t", SELL, "0.2", "2050", "h"),
        at_eth("1950"),
        done("e", BUY, "0.1", "1990", "i"),
        gone("e"),
        gone("t"),
        done("s", SELL, "0.4", "1949", "j"),
    ),
    "a bracket of which the target fills as the entry has": (
        RICH,
        BRACKET,
        done("e", BUY, "0.4", "1990", "f"),
        done("t", SELL, "0.4", "2050", "g"),
        gone("e"),
    ),
    "a short bracket, filled, stopped, at a live venue": (
        live(),
        listing(GroupKind.BRACKET, SHORT_ENTRY, *COVERS),
        acked("e"),
        done("e", SELL, "1", "2010"),
        acked("s"),
        acked("t"),
        done("s", BUY, "0.5", "2051", "g"),
        done("s", BUY, "0.5", "2052", "h"),
        gone("t"),
    ),
    "an entry that never fills takes its exits with it": (
        RICH,
        BRACKET,
        asked_cancel("s"),
        turned_down("e"),
        listing(
            GroupKind.BRACKET,
            evolve(ENTRY, order_id=OrderId("e2")),
            *(evolve(one, order_id=OrderId(f"{one.order_id}2")) for one in EXITS),
            name="m",
        ),
        cancel_all(opening_only=True),
        gone("e2"),
    ),
    "a child that waits for all of its parent": (
        RICH,
        OTO,
        acked("e"),
        done("e", BUY, "0.4", "1990", "f"),
        done("e", BUY, "0.6", "1990", "g"),
        done("c", SELL, "1", "2050"),
    ),
    "a child that waits for the end of its parent": (
        RICH,
        OTO,
        done("e", BUY, "0.4", "1990", "f"),
        cancel_all(opening_only=True),
        gone("e"),
        done("e", BUY, "0.1", "1990", "g"),
        gone("c"),
    ),
    "a child that grows with its parent": (
        RICH,
        PARTS,
        done("e", BUY, "0.4", "1990", "f"),
        done("c", SELL, "0.4", "2050", "g"),
        done("e", BUY, "0.3", "1990", "h"),
        gone("e"),
    ),
    "a child that needs more than its parent locks the difference": (
        opening("4090"),
        listing(GroupKind.OTO, ENTRY, DEAR),
        done("e", BUY, "1", "1990"),
    ),
    "a child can be paid by a hair": (
        opening("4186.59225"),
        listing(GroupKind.OTO, ENTRY, DEAR),
        done("e", BUY, "1", "1990"),
        at_eth("2090"),
    ),
    "a child that cannot be paid goes": (
        opening("4186.592249"),
        listing(GroupKind.OTO, ENTRY, DEAR),
        done("e", BUY, "1", "1990"),
    ),
    "a child that only reduces": (
        RICH,
        listing(GroupKind.OTO, ENTRY, evolve(CHILD, reduce_only=True)),
        done("e", BUY, "1", "1990"),
        ask("m", SELL, "1"),
        done("m", SELL, "1", "2000"),
    ),
    "a stop that follows its entry to market": (
        RICH,
        listing(
            GroupKind.BRACKET,
            ask("e", BUY, "1"),
            trail("s", SELL, "50"),
            ask("t", SELL, "1", "2050"),
        ),
        listing(GroupKind.BRACKET, ask("e", BUY, "1"), *EXITS),
        done("e", BUY, "1", "2001"),
        at_eth("1950"),
    ),
    "a list of which the time of one is over": (
        RICH,
        listing(GroupKind.OCO, ask("a", BUY, "1", "1980", **GTD), stop("b", BUY, "2020")),
        at_eth("2000", at=later(HOUR)),
        listing(GroupKind.OUO, ask("x", BUY, "1", "1980", **GTD), stop("y", BUY, "2020"), name="m"),
        at_eth("2000", at=later(HOUR)),
    ),
    "a list on cross margin": (
        opening("1000"),
        mode(MarginMode.CROSS),
        leverage(5),
        OCO,
        ask("m", BUY, "1.5", "1990"),
        ask("n", SELL, "1.5", "2010"),
        done("a", BUY, "1", "1980"),
    ),
    "exits keep the size of a position": (
        RICH,
        *bought(),
        protect(stop="1900", target="2100"),
        ask("m", BUY, "0.5"),
        done("m", BUY, "0.5", "2000"),
        ask("n", SELL, "0.7"),
        done("n", SELL, "0.7", "2000"),
        at_eth("1900"),
    ),
    "an exit that is filled in parts is as large as what is left": (
        RICH,
        *bought(),
        protect(stop="1900"),
        at_eth("1900"),
        done("019cb84a-4100-743b-8b27-5d4f4436a638", SELL, "0.3", "1900", "f"),
        done("019cb84a-4100-743b-8b27-5d4f4436a638", SELL, "0.7", "1900", "g"),
    ),
    "exits of another symbol are no stop of this one": (
        RICH,
        ask("s", BUY, "1", on=SOL),
        done("s", BUY, "1", "150", on=SOL),
        protect(stop="140", on=SOL),
        *bought(),
        protect(stop="1900"),
        protect(),
        protect("q"),
        closing(None, "c"),
        done("c", SELL, "1", "2000"),
    ),
    "a bracket that enters by a stop is judged at its level": (
        RICH,
        listing(GroupKind.BRACKET, stop("e", BUY, "2020"), stop("s", SELL, "2010"), EXITS[1]),
        listing(
            GroupKind.BRACKET, stop("e2", BUY, "2020"), stop("s2", SELL, "2020"), EXITS[1], name="m"
        ),
        at_eth("2020"),
        done("e", BUY, "1", "2020"),
        at_eth("2010"),
    ),
    "exits are judged as if nothing else were known than the entry's price": (
        RICH,
        listing(
            GroupKind.BRACKET,
            stop("e", BUY, "2020"),
            stop("s", SELL, "2010", facts=known(last=D(2005))),
            ask("t", SELL, "1", "2050", post_only=True, facts=known(best_bid=D(2060))),
        ),
        listing(
            GroupKind.BRACKET,
            evolve(SHORT_ENTRY, order_id=OrderId("e2")),
            stop("s2", BUY, "2050"),
            ask("t2", BUY, "1", "1950", post_only=True, facts=known(best_ask=D(1940))),
            name="m",
        ),
    ),
    "a held child waits though there is nothing to reduce": (
        RICH,
        *bought(),
        listing(GroupKind.OTO, ENTRY, evolve(CHILD, reduce_only=True)),
        ask("m", SELL, "1"),
        done("m", SELL, "1", "2000"),
    ),
    "a late fill of one lowers what the other has locked": (
        RICH,
        listing(GroupKind.OUO, *PAIR),
        gone("a"),
        at_eth("2020"),
        done("b", BUY, "0.2", "2020"),
        done("a", BUY, "0.3", "1980"),
    ),
    "a list that cannot be paid, by a unit": (
        opening("2122.060499"),
        OCO,
    ),
    "a list that can be paid, by a unit": (
        opening("2122.0605"),
        OCO,
    ),
    "a leg that says no time rests as its type does": (
        RICH,
        listing(GroupKind.OCO, evolve(PAIR[0], tif=None), PAIR[1]),
    ),
    "the leg that fires locks what the other had locked for it": (
        RICH,
        listing(GroupKind.OCO, stop("a", BUY, "2030"), stop("b", BUY, "2010")),
        at_eth("2010"),
        done("b", BUY, "1", "2010"),
    ),
    "exits of a short, replaced, and taken away": (
        RICH,
        *sold("2"),
        ask("k", BUY, "0.1", "1900"),
        protect(trail="50", target="1900"),
        protect("q", stop="2100"),
        protect("r"),
        protect("s", stop="1990"),
        protect("t", target="1900", stop="2000"),
        protect("u", on=SOL),
    ),
    "exits of one leg are not those of the other": (
        RICH,
        hedging(),
        ask("a", BUY, "1", **LONG),
        done("a", BUY, "1", "2000"),
        ask("b", SELL, "2", **SHORT),
        done("b", SELL, "2", "2000"),
        protect("p", stop="1900", leg=LegName.LONG),
        protect("q", stop="2100", leg=LegName.SHORT),
        protect("r", stop="1950", leg=LegName.LONG),
        closing("0.5", "c"),
        evolve(closing("0.5", "c"), leg=LegName.SHORT),
        done("c", BUY, "0.5", "2000"),
        at_eth("1950"),
    ),
    "a live venue fires exits by itself, whatever size they have come to": (
        live(),
        *bought(),
        protect(stop="1900", target="2100"),
        ask("m", BUY, "0.5"),
        done("m", BUY, "0.5", "2000"),
        cancel_all(),
    ),
    "a position that goes takes its exits with it": (
        RICH,
        *bought(),
        protect(stop="1900", target="2100"),
        closing(None, "c"),
        done("c", SELL, "0.4", "2000", "x"),
        done("c", SELL, "0.6", "2000", "y"),
    ),
    "lists that do not fit": (
        RICH,
        listing(GroupKind.OCO, PAIR[0]),
        listing(GroupKind.OUO, *TRIO, *(ask(name, BUY, "1", "1980") for name in "xyz")),
        listing(GroupKind.OTO, ENTRY, CHILD, PAIR[1]),
        listing(GroupKind.BRACKET, ENTRY, CHILD),
        listing(GroupKind.OCO, PAIR[0], PAIR[0]),
        listing(GroupKind.OCO, PAIR[0], evolve(PAIR[1], qty=D(2))),
        listing(GroupKind.OCO, PAIR[0], evolve(PAIR[1], symbol="SOL-USD")),
        listing(GroupKind.OCO, PAIR[0], ask("m", BUY, "1", type=OrderType.SCALED)),
        listing(GroupKind.OCO, PAIR[0], ask("m", BUY, "1", type=OrderType.MARKET_QUOTE)),
        listing(GroupKind.OCO, PAIR[0], ask("m", BUY, "1")),
        listing(GroupKind.OCO, PAIR[1], evolve(PAIR[0], tif=TimeInForce.IOC)),
        listing(GroupKind.OTO, ENTRY, ask("m", SELL, "1")),
        listing(GroupKind.OCO, PAIR[0], stop("b", SELL, "1900")),
        listing(GroupKind.BRACKET, ENTRY, EXITS[0], PAIR[0]),
        listing(GroupKind.BRACKET, ENTRY, PAIR[1], EXITS[1]),
        listing(GroupKind.BRACKET, ENTRY, EXITS[1], EXITS[0]),
        listing(GroupKind.BRACKET, ENTRY, stop("s", SELL, "1995"), EXITS[1]),
        listing(GroupKind.BRACKET, ENTRY, EXITS[0], ask("t", SELL, "1", "1990")),
        listing(GroupKind.BRACKET, SHORT_ENTRY, COVERS[0], ask("t", BUY, "1", "2010")),
        listing(
            GroupKind.BRACKET,
            ENTRY,
            EXITS[0],
            stop("t", SELL, "2050", kind=OrderType.TAKE_PROFIT_MARKET),
        ),
        listing(GroupKind.OCO, ask("x", BUY, "1", "1980"), stop("y", BUY, "2020")),
        listing(GroupKind.OCO, *PAIR, name="m"),
        listing(GroupKind.OCO, ask("z", BUY, "1", "1980"), stop("w", BUY, "1990"), name="m"),
    ),
}
