"""Cases of positions, lots, fees, trades and trailing stops, by hand and by accident."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.verification.vectors import REGISTRY, CaseOutcome, Status, run_cases

AREAS = ("position.", "lots.", "fees.", "trade.", "orders.")
OURS = sorted(name for name in REGISTRY if name.startswith(AREAS))


def one(function: str, expected: object, inputs: object, within: object = "exact") -> CaseOutcome:
    """The verdict on a single case."""
    case = {
        "id": "c",
        "function": function,
        "inputs": inputs,
        "expected": expected,
        "tolerance": within,
    }
    (outcome,) = run_cases(json.dumps({"cases": [case]})).unwrap()
    return outcome


def fills(*rows: str) -> list[dict[str, str]]:
    """`BUY 1 @ 100 - 0.5` as fills."""
    made = []
    for row in rows:
        side, qty, _, price, *fee = row.split()
        made.append({"side": side, "qty": qty, "price": price, **({"fee": fee[1]} if fee else {})})
    return made


LOTS = [
    {"qty": "10", "price": "5", "date": "2020-01-02"},
    {"qty": "10", "price": "7", "date": "2020-01-01"},
]
CASES: list[tuple[str, object, object]] = [
    (
        "position.apply_fills",
        {"qty": "0", "avg_entry": None, "realized_gross": "0.01", "unrealized": "0"},
        {"contract": "inverse", "fills": fills("BUY 1000 @ 20000", "SELL 1000 @ 25000")},
    ),
    (
        "position.apply_fills",
        {"qty": "-1", "avg_entry": "12", "realized_gross": "4", "realized_net": "3.5",
         "fees": "0.5", "unrealized": "2", "total": "5.5"},
        {"contract": "quanto", "multiplier": "1", "mark": "10",
         "fills": fills("BUY 2 @ 10", "SELL 3 @ 12 - 0.5"), "settle_decimals": "2"},
    ),
    (
        "position.apply_fills",
        {"qty": "1.98", "fees": "2"},
        {"fills": [{"side": "BUY", "qty": "2", "price": "100", "base_fee": "0.02"}]},
    ),
    ("position.apply_fills", {"error": "invalid_price"}, {"fills": fills("BUY 1 @ 0")}),
    (
        "position.apply_fills",
        {"error": "invalid_price"},
        {"fills": fills("BUY 1 @ 1"), "mark": "0"},
    ),
    (
        "position.apply_fills",
        {"error": "numeric_limit"},
        {"fills": fills(f"BUY {'9' * 60} @ {'7' * 60}"), "mark": "1"},
    ),
    (
        "position.apply_fills",
        {"error": "bad_input"},
        {"fills": fills("BUY 1 @ 1"), "mark": "1", "settle_decimals": "x"},
    ),
    ("position.apply_fills", {"error": "bad_input"}, {"fills": fills("UP 1 @ 1")}),
    ("position.apply_fills", {"error": "bad_input"}, {"fills": "x"}),
    ("position.apply_fills", {"error": "bad_input"}, {"fills": [[["x"]]]}),
    ("position.apply_fills", {"error": "bad_input"}, {"fills": [], "contract": "cubic"}),
    ("position.apply_fills", {"error": "invalid_contract"}, {"fills": [], "multiplier": "0"}),
    ("position.apply_fills", {"qty": "0", "total": "0"}, {"fills": []}),
    (
        "position.average_cost_with_fees",
        {"steps": [{"realized": None}, {"realized": "-3.1", "cumulative_realized": "-3.1",
                                        "avg_entry": "10"}], "end_realized": "-3.1"},
        {"fills": fills("SELL 1 @ 10", "BUY 1 @ 11"), "fee_rate": "0.1"},
    ),
    (
        "position.average_cost_with_fees",
        {"steps": [{"avg_entry": "10", "realized": None}]},
        {"contract": "inverse", "fills": fills("SELL 100 @ 10 - 0.5")},
    ),
    ("position.average_cost_with_fees", {"steps": [], "end_realized": "0"}, {"fills": []}),
    ("position.average_entry_linear", "15", {"fills": [["1", "10"], ["1", "20"]]}),
    ("position.average_entry_inverse", "15", {"fills": fills("SELL 100 @ 10", "SELL 200 @ 20")}),
    ("position.average_entry_inverse", {"error": "zero_denominator"}, {"fills": [["1", "0"]]}),
    ("position.average_entry_linear", {"error": "bad_input"}, {"fills": [["1"]]}),
    ("position.average_entry_linear", None, {"fills": []}),
    ("position.closed_pnl", "7.5", {"gross": "10", "open_fee": "1", "close_fee": "2",
                                    "funding": "0.5"}),
    ("position.closed_pnl", "10", {"gross": "10", "funding": None}),
    ("position.contracts_for_exposure_inverse", "250", {"base_amount": "0.5", "price": "50000",
                                                        "contract_value": "100"}),
    ("position.contracts_for_exposure_inverse", {"error": "numeric_limit"},
     {"base_amount": "0.5", "price": "50000", "contract_value": "0"}),
    ("position.net_qty_with_base_fees", "-0.02", {"fills": [["BUY", "1", "0.01"],
                                                            ["SELL", "1", "0.01"]]}),
    ("position.net_qty_with_base_fees", {"error": "bad_input"}, {"fills": [["x", "1"]]}),
    ("position.net_qty_with_base_fees", {"error": "bad_input"}, {"fills": None}),
    ("position.notional", "8.7", {"contract": "inverse", "qty": "100", "price": "11.49",
                                  "settle_decimals": "1"}),
    ("position.notional", {"error": "invalid_price"}, {"qty": "1", "price": "0"}),
    ("position.notional_quanto", "0.03", {"contracts": "100", "multiplier": "0.000001",
                                          "price": "300"}),
    ("position.realized_excl_base_fee", "8.9", {"buy_qty": "1", "buy_price": "10",
     "sell_qty": "1", "sell_price": "20", "base_fee": "0.1", "quote_fee": "0.1"}),
    ("position.realized_return", "-0.1", {"side": "LONG", "avg_open": "10", "avg_close": "9"}),
    ("position.roi_inverse", "0.5", {"side": "BUY", "base_size": "10", "entry": "100",
                                     "exit": "200", "margin": "10"}),
    ("position.roi_inverse", {"error": "zero_denominator"}, {"side": "BUY", "base_size": "1",
     "entry": "100", "exit": "200", "margin": "0"}),
    ("position.roi_on_margin", "0.5", {"unrealized": "5", "qty": "1", "entry": "100",
                                       "leverage": "10"}),
    ("position.roi_on_margin", "0.25", {"unrealized": "5", "qty": "1", "entry": "100",
     "leverage": "10", "bankruptcy_price": "100", "close_fee_rate": "0.1"}),
    ("position.unrealized", "0.01", {"contract": "inverse", "side": "BUY", "qty": "1000",
                                     "entry": "20000", "mark": "25000"}),
    ("position.unrealized", "5", {"qty": "-1", "entry": "10", "mark": "5"}),
    ("position.unrealized", "33.33", {"qty": "100", "side": "SELL", "contract": "inverse",
                                      "entry": "3", "mark": "1.5", "settle_decimals": "2"}),
    ("lots.reduce", {"matched": [{"qty": "4", "price": "7", "date": "2020-01-01", "lot": "2"}],
                     "remaining": [{"qty": "10"}, {"qty": "6"}], "cost_removed": "28",
                     "remaining_qty": "16", "remaining_cost": "92", "average_cost": "6"},
     {"method": "FIFO", "lots": LOTS, "reductions": ["4"]}),
    ("lots.reduce", {"matched": [], "remaining": [{}, {}]},
     {"lots": LOTS, "reductions": ["0"], "method": None}),
    ("lots.reduce", {"matched": [{"price": "6", "qty": "5"}], "remaining": [{"price": "6"}]},
     {"method": "AVERAGE", "lots": LOTS, "reductions": ["5"]}),
    ("lots.reduce", {"average_cost": None, "remaining_qty": "0"},
     {"method": "AVERAGE", "lots": [], "reductions": ["0"]}),
    ("lots.reduce", {"error": "insufficient_lots"},
     {"method": "LIFO", "lots": LOTS, "reductions": ["15", "6"]}),
    ("lots.reduce", {"matched": [{"qty": "-4", "price": "7"}], "remaining_qty": "-16"},
     {"method": "HIFO", "reductions": ["4"],
      "lots": [{"qty": "-10", "price": "5"}, {"qty": "-10", "price": "7"}]}),
    ("lots.reduce", {"matched": [{"price": "7"}]},
     {"method": "SPECIFIC", "lots": LOTS, "reductions": [{"qty": "1", "date": "2020-01-01"}]}),
    ("lots.reduce", {"matched": [{"price": "5"}]},
     {"method": "FIFO", "lots": LOTS, "reductions": [{"qty": "1", "price": "5"}]}),
    ("lots.reduce", {"error": "ambiguous_lot"},
     {"method": "STRICT", "lots": LOTS, "reductions": ["1"]}),
    ("lots.reduce", {"remaining": []}, {"method": "STRICT", "lots": LOTS, "reductions": ["20"]}),
    ("lots.reduce", {"error": "lot_not_found"},
     {"method": "SPECID", "lots": LOTS, "reductions": [{"qty": "1", "lot": "9"}]}),
    ("lots.reduce", {"error": "bad_input"}, {"method": "x", "lots": LOTS, "reductions": ["1"]}),
    ("lots.reduce", {"error": "bad_input"}, {"lots": LOTS, "reductions": [{}]}),
    ("lots.reduce", {"error": "bad_input"},
     {"lots": [{"qty": "1", "price": "1", "date": "x"}], "reductions": []}),
    ("lots.reduce", {"cost_removed": "3", "average_cost": "3"},
     {"lots": [{"qty": "2", "total_cost": "6"}], "reductions": ["1"]}),
    ("lots.apply_fill", {"error": "numeric_limit"},
     {"lots": [["3", "1e80"]], "fill": {"side": "SELL", "qty": "1", "price": "1"}}),
    ("lots.match_rows", [{"qty": "10", "lot": "1"}, {"qty": "2", "lot": "2"}],
     {"method": "LIFO", "lots": LOTS, "reductions": ["12"]}),
    ("lots.cost_of_reductions", ["70", "25"],
     {"method": "FIFO", "lots": LOTS, "reductions": ["10", "5"]}),
    ("lots.apply_fill", {"matched": [{"qty": "10", "price": "7"}], "realized": "30",
                         "remaining": [{"qty": "10"}]},
     {"method": "FIFO", "lots": LOTS, "fill": {"side": "SELL", "qty": "10", "price": "10"}}),
    ("lots.apply_fill", {"matched": [], "realized": "0", "remaining": [{}, {}, {"qty": "1"}]},
     {"lots": LOTS, "fill": {"side": "BUY", "qty": "1", "price": "10", "date": "2020-02-01"}}),
    ("lots.apply_fill", {"matched": [{"qty": "-2"}], "realized": "-4",
                         "remaining": [{"qty": "1", "price": "7"}]},
     {"lots": [{"qty": "-2", "price": "5"}], "fill": {"side": "BUY", "qty": "3", "price": "7"}}),
    ("lots.apply_fill", {"error": "bad_input"}, {"lots": LOTS, "fill": "x"}),
    ("lots.apply_fill", {"error": "bad_input"}, {"lots": LOTS, "fill": None}),
    ("lots.apply_fill", {"error": "numeric_limit"},
     {"lots": LOTS, "fill": {"side": "SELL", "qty": "1", "total": "1e999"}}),
    ("lots.run", {"gains": ["48"], "remaining": {"qty": "5", "cost": "51"}},
     {"method": "FIFOALL", "events": [{"kind": "buy", "qty": "10", "price": "10", "fee": "2"},
                                      {"kind": "sell", "qty": "5", "price": "20", "fee": "1"}]}),
    ("lots.run", {"gains": ["5"], "remaining": [{"qty": "1", "price": "5", "date": "2020-01-02"}]},
     {"method": "HIFO", "events": [{"kind": "buy", "qty": "1", "price": "6"},
      {"kind": "buy", "qty": "1", "price": "5", "date": "2020-01-02"},
      {"kind": "sell", "qty": "1", "price": "11"}]}),
    ("lots.run", {"gains": ["6"]},
     {"method": "SPECIFIC", "events": [{"kind": "buy", "qty": "1", "price": "6"},
      {"kind": "buy", "qty": "1", "price": "5"},
      {"kind": "sell", "qty": "1", "price": "11", "lot": "2"}]}),
    ("lots.run", {"error": "insufficient_lots"},
     {"events": [{"kind": "sell", "qty": "1", "price": "6"}]}),
    ("lots.run", {"error": "bad_input"}, {"events": [{"kind": "gift", "qty": "1"}]}),
    ("lots.average_cost_step", {"qty": "5", "total_cost": "52", "gain": None},
     {"state": None, "tx": {"kind": "buy", "qty": "5", "price": "5", "fee": "2", "fx_rate": "2",
                            "fee_fx_rate": "1"}}),
    ("lots.average_cost_step", {"qty": "5", "total_cost": "54"},
     {"tx": {"kind": "buy", "qty": "5", "price": "5", "fee": "2", "fx_rate": "2"}}),
    ("lots.average_cost_step", {"qty": "10", "total_cost": "0", "gain": "10"},
     {"state": {"qty": "10", "total_cost": "30"}, "tx": {"kind": "RoC", "price": "4"}}),
    ("lots.average_cost_step", {"error": "insufficient_lots"},
     {"state": {"qty": "1", "total_cost": "1"}, "tx": {"kind": "sell", "qty": "2", "price": "1"}}),
    ("lots.average_cost_step", {"error": "bad_input"}, {"tx": ["x"]}),
    ("lots.average_cost_chain", [{"qty": "2", "total_cost": "6"}, {"gain": "1"}],
     {"events": [["buy", "2", "3"], ["sell", "1", "4"]]}),
    ("lots.average_cost_chain", {"error": "insufficient_lots"},
     {"events": [["buy", "2", "3"], ["sell", "3", "4"]]}),
    ("lots.pooled_cost_with_expenses", {"gains": ["199.5"]},
     {"events": [{"kind": "buy", "qty": "10", "cost": "100", "expenses": "1"},
                 {"kind": "sell", "qty": "5", "proceeds": "250", "expenses": "0"}]}),
    ("lots.pooled_unit_cost", "3.5", {"buys": [["1", "3"], ["1", "4"]]}),
    ("lots.pooled_unit_cost", "4", {"buys": [{"qty": "1", "price": "3", "fee": "1"}]}),
    ("lots.pooled_unit_cost", None, {"buys": []}),
    ("lots.pooled_unit_cost", {"error": "bad_input"}, {"buys": "x"}),
    ("lots.same_day_gain", "9", {"trades": [["buy", "10", "4"], ["sell", "5", "6"],
                                            {"side": "SELL", "qty": "5", "price": "4", "fee": "1"},
                                           ]}),
    ("fees.flat_per_order", ["10", "0", "0"], {"fills": ["1", "2", "3"], "flat": "10"}),
    ("fees.flat_per_order", {"error": "bad_input"}, {"fills": "x", "flat": "10"}),
    ("fees.open_and_close", {"open_fee": "0.1", "close_fee": "0.2"},
     {"qty": "1", "open": "100", "close": "200", "rate": "0.001"}),
    ("fees.open_and_close", {"open_fee": "0.34", "close_fee": "0.17"},
     {"contract": "inverse", "qty": "1", "open": "3", "close": "6", "rate": "1", "decimals": "2"}),
    ("fees.per_unit_cumulative", ["1", "1", "1.3"],
     {"fills": ["2", "-2", {"qty": "9"}], "rate": "0.1", "minimum": "1"}),
    ("fees.proportional", "24.02", {"contract": "linear", "qty": "1500000", "price": "0.8005",
                                    "rate": "0.00002", "currency": "USD", "decimals": "2"}),
    ("fees.proportional", "24.03", {"qty": "1501000", "price": "0.8005", "mode": "DOWN",
                                    "rate": "0.00002", "decimals": "2"}),
    ("fees.proportional", "5294", {"qty": "2200000", "price": "120.31", "rate": "0.00002",
                                   "decimals": "0"}),
    ("fees.proportional", "0.5", {"contract": "inverse", "qty": "10", "price": "4",
                                  "rate": "0.2"}),
    ("fees.proportional", {"error": "bad_input"}, {"qty": "1", "price": "1", "rate": "1",
                                                   "decimals": "x"}),
    ("fees.proportional_each", ["1", "2", "0.5"],
     {"rate": "0.1", "fills": [["1", "10"], {"qty": "2", "price": "10"}, "5"]}),
    ("trade.net_profit", {"net": "9.7", "ratio": "0.97"},
     {"side": "BUY", "qty": "1", "open": "10", "close": "20", "fee_close_rate": "0.015"}),
    ("trade.net_profit", {"error": "zero_denominator"},
     {"side": "SELL", "qty": "1", "open": "10", "close": "20", "fee_open_rate": "1"}),
    ("orders.trailing_stop_path", {"stops": ["90", "99", "99"], "fill_index": "2",
                                   "fill_price": "98"},
     {"side": "SELL", "mode": "percent", "trail": "0.1", "prices": ["100", "110", "98"]}),
    ("orders.trailing_stop_path", {"stops": ["105", "103"], "fill_index": None,
                                   "fill_price": None},
     {"side": "BUY", "mode": None, "trail": "5", "prices": ["101", "98"], "initial_stop": "105"}),
    ("orders.trailing_stop_path", {"stops": [None, "115"]},
     {"side": "SELL", "mode": "absolute", "trail": "5", "prices": ["101", "120"],
      "activation": "110"}),
    ("orders.trailing_stop_path", {"error": "bad_input"},
     {"side": "SELL", "mode": "sideways", "trail": "5", "prices": []}),
    ("orders.trailing_stop_path", {"error": "invalid_order"},
     {"side": "SELL", "trail": "0", "prices": []}),
]  # fmt: skip


@pytest.mark.parametrize(("function", "expected", "inputs"), CASES)
def test_cases_by_hand(function: str, expected: object, inputs: object) -> None:
    outcome = one(function, expected, inputs, {"abs": "1e-12"})
    assert outcome.status is Status.PASS, outcome


def test_each_function_has_a_case() -> None:
    assert {function for function, _, _ in CASES} == set(OURS)


KEYS = (
    "fills", "contract", "multiplier", "mark", "settle_decimals", "side", "qty", "price", "entry",
    "lots", "method", "reductions", "events", "state", "tx", "fill", "buys", "trades", "trail",
    "prices", "mode", "initial_stop", "rate", "decimals", "open", "close", "flat", "gross", "fee",
    "base_amount", "contracts", "base_size", "exit", "margin", "leverage", "kind", "date", "lot",
)  # fmt: skip
plain = st.sampled_from(
    ["1", "-1.5", "0", "1e999", "1e-999", "9" * 400, "NaN", "BUY", "SELL", "inverse", "FIFO",
     "AVERAGE", "percent", "2020-01-01", "x", "1e40", None, True]
)  # fmt: skip
nested = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=14,
)


@given(st.sampled_from(OURS), st.dictionaries(st.sampled_from(KEYS), nested))
def test_no_input_breaks_a_function(function: str, inputs: dict[str, object]) -> None:
    """Whatever a file says, there is a verdict and no traceback."""
    outcome = one(function, "1", inputs)
    assert outcome.status in {Status.PASS, Status.FAIL}


@given(st.integers(0, len(CASES) - 1), st.sampled_from(KEYS), nested)
def test_no_change_breaks_a_case(place: int, key: str, value: object) -> None:
    """Nor does a good case with one input replaced."""
    function, expected, inputs = CASES[place]
    assert isinstance(inputs, dict)
    changed = one(function, expected, {**inputs, key: value})
    assert changed.status in {Status.PASS, Status.FAIL}
