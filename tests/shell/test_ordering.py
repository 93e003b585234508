"""What an order is decided on, and a refusal that must survive being stored."""

from astracore.errors.trading import PriceStale
from astracore.events.codec import codec
from astracore.instants import Instant
from astracore.marketdata.prints import Print
from astracore.numeric import parse_amount
from astracore.trading.types import INSTRUMENTS
from astracore.trading.venue.paper import Quotes
from shell.market import Markets
from shell.ordering import facts_for

ONE = parse_amount("1").unwrap()
NOW = Instant(1_700_000_000_000_000)


def quoted(symbol: str) -> Quotes | None:
    """Every market has traded at 1."""
    listed = INSTRUMENTS.get(symbol)
    return None if listed is None else Quotes(instrument=listed, last=ONE, seen=NOW)


def test_every_mark_goes_along() -> None:
    """A position opened a moment ago needs its mark before any read model knows of it."""
    markets = Markets(quotes=quoted)
    markets.observe(Print(symbol="BTC-USD", price=ONE, qty=ONE, at=NOW))
    facts = facts_for("BTC-USD", markets)
    assert {mark.symbol for mark in facts.marks} == set(INSTRUMENTS)


def test_a_market_nobody_knows_has_no_instrument() -> None:
    """The decider refuses it; the facts only say what is known."""
    assert facts_for("NONE-USD", Markets(quotes=quoted)).instrument is None


def test_a_stale_price_without_an_age_can_be_stored() -> None:
    """What is absent is left out of the stored bytes and must be read back as absent."""
    faults = codec(PriceStale)
    for cause in (PriceStale("BTC-USD", None), PriceStale("BTC-USD", 11_000_000)):
        assert faults.decode(faults.encode(cause)).unwrap() == cause
