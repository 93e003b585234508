"""Instruments as staff list and change them: whatever is let in makes every notional exact."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from astracore.catalog.aggregates import INSTRUMENT_AGGREGATE
from astracore.events.envelope import Envelope
from astracore.events.projection import project
from astracore.instants import DAY, HOUR
from astracore.margin.brackets import Bracket, are_brackets
from astracore.outcome import is_failure
from astracore.projections.listings import LISTINGS, merged
from astracore.trading.listings.commands import (
    Changes,
    InstrumentCommand,
    ListInstrument,
    SetInstrumentStatus,
    UpdateInstrument,
)
from astracore.trading.listings.events import (
    InstrumentEvent,
    InstrumentStatusChanged,
    InstrumentUpdated,
)
from astracore.trading.listings.listing import LISTING, with_changes
from astracore.trading.listings.state import Listing
from astracore.trading.types import (
    INSTRUMENTS,
    MICRO,
    Instrument,
    InstrumentStatus,
    faulty_field,
)
from property_tests.random_histories import history
from property_tests.trading_makers import ETH, NOW, D
from tests.projections.test_account_models import log_of

DOGE = evolve(ETH, symbol="DOGE-USD")
steps = st.sampled_from([D("0.01"), D("0.001"), D("0.1"), D("1e-9"), D(0), D(-1), D("1e40")])
statuses = st.sampled_from(InstrumentStatus)


def asked_to_list(of: Instrument = DOGE, known: Instrument | None = None) -> ListInstrument:
    """A request to list."""
    return ListInstrument(instrument=of, by="staff:a", at=NOW, known=known)


def update(known: Instrument | None = None, status: InstrumentStatus | None = None,
           symbol: str = "DOGE-USD", **changes: object) -> UpdateInstrument:  # fmt: skip
    """A request to change."""
    return UpdateInstrument(
        symbol=symbol,
        changes=Changes(**changes),  # type: ignore[arg-type]
        reason="because it must be",
        by="staff:a",
        at=NOW,
        known=known,
        status=status,
    )


def after(state: Listing, command: InstrumentCommand) -> Listing:
    """The instrument once a command was accepted."""
    for event in LISTING.decide(command, state).unwrap():
        state = LISTING.evolve(state, event)
    return state


NINES = D("9" * 29)
ONE = Bracket(to=None, max_leverage=5, rate=D("0.01"), deduction=D(0))
TWO = (evolve(ONE, to=D(100)), evolve(ONE, rate=D("0.02"), deduction=D(1)))
UNFIT = (
    (evolve(ONE, to=D(5)),),
    (ONE, ONE),
    (evolve(ONE, max_leverage=0),),
    (evolve(ONE, rate=D(1)),),
    (evolve(ONE, rate=D("-0.01")),),
    (evolve(ONE, rate=D("NaN")),),
    (evolve(ONE, deduction=D(1)),),
    (evolve(TWO[0], to=D(0)), evolve(TWO[1], deduction=D(0))),
    (evolve(TWO[0], to=D("1e400")), TWO[1]),
    (TWO[0], evolve(TWO[1], deduction=D(2))),
    (TWO[0], evolve(TWO[1], rate=D("0.005"), deduction=D("-0.5"))),
)
LISTED = after(LISTING.initial, asked_to_list())


def code(command: InstrumentCommand, state: Listing = LISTED) -> str:
    """The code of a refusal."""
    return LISTING.decide(command, state).failure().code


def test_what_is_known_is_not_listed_again() -> None:
    assert Listing(instrument=DOGE, revision=1) == LISTED
    assert code(asked_to_list()) == "instrument_exists"
    assert code(asked_to_list(ETH, known=ETH), LISTING.initial) == "instrument_exists"


@pytest.mark.parametrize(
    "wrong",
    [
        {"tick": D("0.001"), "lot": D("0.0001")},
        {"symbol": "doge"},
        {"min_qty": D("0.00015")},
        {"max_qty": D("0.0001")},
        {"price_band": D(1)},
        {"brackets": ()},
        {"funding_interval": 7 * HOUR},
        {"tick": D("1e50"), "lot": D("1e-50")},
        {"multiplier": D(0)},
        {"multiplier": D(-1)},
        {"multiplier": D("0.001")},
        {"multiplier": D("NaN")},
        {
            "tick": D("9" * 30),
            "lot": D("9" * 30),
            "multiplier": D("9" * 30 + ".000000000000000001"),
        },
        {"max_market_notional": D(-1)},
        {"max_limit_notional": D(0)},
        {"max_position_notional": D("1e400")},
        {"session_close": -1},
        {"session_close": DAY + 1},
        *({"brackets": rows} for rows in UNFIT),
    ],
)
def test_steps_that_make_inexact_notionals_are_refused(wrong: dict[str, Any]) -> None:
    bad = evolve(DOGE, **wrong)
    assert code(asked_to_list(bad), LISTING.initial) == "instrument_precision"


def test_a_change_of_what_nobody_knows() -> None:
    assert code(update(), LISTING.initial) == "instrument_unavailable"
    assert code(update(symbol="OTHER-USD")) == "instrument_unavailable"


def test_a_built_in_instrument_is_changed_from_its_row() -> None:
    state = after(LISTING.initial, update(known=ETH, symbol="ETH-USD", min_notional=D(10)))
    assert state == Listing(instrument=evolve(ETH, min_notional=D(10)), revision=1)
    again = after(state, update(known=ETH, symbol="ETH-USD", price_band=D("0.1")))
    assert again.instrument == evolve(ETH, min_notional=D(10), price_band=D("0.1"))


def test_figures_and_status_change_together_or_alone() -> None:
    halted = InstrumentStatus.HALTED
    both = LISTING.decide(update(status=halted, min_notional=D(9)), LISTED).unwrap()
    assert [type(event) for event in both] == [InstrumentUpdated, InstrumentStatusChanged]
    assert [getattr(event, "revision", 0) for event in both] == [2, 3]
    assert both[-1].instrument == evolve(DOGE, min_notional=D(9), status=halted)
    alone = SetInstrumentStatus(symbol="DOGE-USD", status=halted, reason="r", by="b", at=NOW)
    (event,) = LISTING.decide(alone, LISTED).unwrap()
    assert isinstance(event, InstrumentStatusChanged)
    assert (event.previous, event.status) == (InstrumentStatus.ACTIVE, halted)
    assert LISTING.decide(update(), LISTED).unwrap() == ()
    assert LISTING.decide(update(status=InstrumentStatus.ACTIVE), LISTED).unwrap() == ()


def test_what_is_delisted_stays_so() -> None:
    gone = after(LISTED, update(status=InstrumentStatus.DELISTED))
    assert code(update(status=InstrumentStatus.ACTIVE), gone) == "invalid_transition"
    assert code(asked_to_list(), gone) == "instrument_exists"


def test_everything_but_symbol_kind_and_multiplier_can_be_changed() -> None:
    names = {field.name for field in fields(Changes)}
    fixed = {"symbol", "kind", "multiplier", "status"}
    assert names == {field.name for field in fields(Instrument)} - fixed
    assert with_changes(DOGE, Changes()) == DOGE


def test_lots_only_get_finer() -> None:
    """Who holds 0.0123 could not close that in lots of 0.01."""
    for lot in ("0.001", "0.00015"):
        assert code(update(lot=D(lot), min_qty=D("0.03"), tick=D(1))) == "instrument_precision"
    coarse = after(LISTING.initial, asked_to_list(evolve(DOGE, tick=D("0.02"))))
    finer = after(coarse, update(lot=D("0.00005")))
    assert finer.instrument == evolve(DOGE, lot=D("0.00005"), tick=D("0.02"))
    for lot in ("0", "-1", "NaN", "1e400"):
        assert code(update(lot=D(lot))) == "instrument_precision"


def test_a_lot_is_worth_an_exact_sum_at_the_ticks_of_before() -> None:
    """Orders rest, and the venue trades, at prices of 0.01 still: 0.00001 of that is too little."""
    assert code(update(lot=D("0.00001"), tick=D("0.1"))) == "instrument_precision"
    wide = after(LISTING.initial, update(known=ETH, symbol="ETH-USD", tick=D("0.1")))
    finer = update(known=ETH, symbol="ETH-USD", lot=D("0.00001"))
    assert code(finer, wide) == "instrument_precision"


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 900)), max_size=6))
def test_rising_brackets_are_let_in_and_charge_no_jump(rows: list[tuple[int, int]]) -> None:
    """Deductions by the rule make maintenance the same on both sides of every floor."""
    floors = [D(0), *sorted({D(floor) for floor, _ in rows})]
    rates = sorted(D(rate) / 1000 for _, rate in rows)
    rates = [D("0.005"), *(max(rate, D("0.005")) for rate in rates)][: len(floors)]
    made: list[Bracket] = []
    for place, (floor, rate) in enumerate(zip(floors, rates, strict=True)):
        behind = made[-1] if made else Bracket(to=None, max_leverage=1, rate=rate, deduction=D(0))
        less = floor * (rate - behind.rate) + behind.deduction
        to = floors[place + 1] if place + 1 < len(floors) else None
        made.append(Bracket(to=to, max_leverage=2, rate=rate, deduction=less))
    assert are_brackets(tuple(made))
    for one, other in pairwise(made):
        at = one.to or D(0)
        assert at * one.rate - one.deduction == at * other.rate - other.deduction
        spoilt = evolve(other, deduction=other.deduction + 1)
        assert not are_brackets(
            (*made[: made.index(other)], spoilt, *made[made.index(other) + 1 :])
        )


class Staff(RuleBasedStateMachine):
    """Whatever staff try, what is listed is sound, and revisions count the changes."""

    def __init__(self) -> None:
        super().__init__()
        self.state = LISTING.initial
        self.events: list[InstrumentEvent] = []

    def ask(self, command: InstrumentCommand) -> None:
        """One request, folded when it is accepted."""
        result = LISTING.decide(command, self.state)
        restored = INSTRUMENT_AGGREGATE.state.encode(self.state)
        assert (
            LISTING.decide(command, INSTRUMENT_AGGREGATE.state.decode(restored).unwrap()) == result
        )
        for event in () if is_failure(result) else result.unwrap():
            self.state = LISTING.evolve(self.state, event)
            self.events.append(event)

    @rule(tick=steps, lot=steps)
    def list_one(self, tick: Decimal, lot: Decimal) -> None:
        """A new instrument."""
        self.ask(asked_to_list(evolve(DOGE, tick=tick, lot=lot)))

    @rule(tick=st.none() | steps, band=st.none() | steps, status=st.none() | statuses)
    def change(
        self, tick: Decimal | None, band: Decimal | None, status: InstrumentStatus | None
    ) -> None:
        """Other figures, another status."""
        self.ask(update(status=status, tick=tick, price_band=band))

    @rule(interval=st.sampled_from([0, HOUR, 7 * HOUR, DAY]))
    def fund(self, interval: int) -> None:
        """Another interval."""
        self.ask(update(funding_interval=interval))

    @invariant()
    def is_sound(self) -> None:
        """Every notional is exact; the last event says what the state says."""
        listed = self.state.instrument
        assert self.state.revision == len(self.events)
        if listed is None:
            return
        assert faulty_field(listed) is None
        assert listed.tick * listed.lot % MICRO == 0
        assert self.events[-1].instrument == listed


TestStaff = Staff.TestCase


@given(st.lists(st.sampled_from([D(6), D(7), D(8)]), max_size=4))
def test_the_read_model_says_what_is_listed(minimums: list[Decimal]) -> None:
    state, events = LISTED, list(LISTING.decide(asked_to_list(), LISTING.initial).unwrap())
    for least in minimums:
        for event in LISTING.decide(update(min_notional=least), state).unwrap():
            state = LISTING.evolve(state, event)
            events.append(event)
    first = log_of(history(1, events=5).world)[0]
    log: list[Envelope[object]] = [
        evolve(first, event=event, position=place, version=place)  # type: ignore[arg-type]
        for place, event in enumerate(events, 1)
    ]
    (change,) = project(LISTINGS, lambda _keys: {}, log).unwrap()
    assert change.body is not None
    row = LISTINGS.row.decode(change.body).unwrap()
    assert row.instrument == state.instrument
    assert merged([row]) == {**INSTRUMENTS, "DOGE-USD": state.instrument}
    assert (LISTINGS.owner(row), LISTINGS.sort(row)) == ("", "DOGE-USD")
