"""Cases of margin, sizing, risk, funding and account: every function by a worked example."""

import json
from typing import TypeAlias

import pytest

from astracore.verification.vectors import Status, run_cases

Stated: TypeAlias = dict[str, object]
EXAMPLE: Stated = {"side": "BUY", "qty": "1", "entry": "10000"}
TIERS = [
    {"floor": "0", "cap": "50000", "mmr": "0.004", "max_leverage": "125.0"},
    {"floor": "50000", "cap": None, "mmr": "0.005"},
]
FAIR: Stated = {"p": "0.6", "win": "1"}
GARCH: Stated = {"omega": "0.000002", "alpha": "0.13", "beta": "0.86"}
STEP: Stated = {"variance": "0.000256", "return": "0.01"}
RETURNS = ["0.02", "-0.02", "0.01", "-0.01"]

CASES: list[tuple[str, object, Stated]] = [
    ("account.margin_balance", "949.5", {"wallet": "1000", "unrealized": "-50.5"}),
    (
        "account.available_balance",
        "649.5",
        {
            "wallet": "1000",
            "unrealized": "-100",
            "position_margin": "200",
            "order_margin": "50.5",
        },
    ),
    (
        "funding.payment",
        "-4",
        {"contract": "inverse", "side": "BUY", "qty": "40000", "mark": "1", "rate": "0.0001"},
    ),
    (
        "funding.payment",
        {"error": "bad_input"},
        {"contract": "wheat", "side": "BUY", "qty": "1", "mark": "1", "rate": "1"},
    ),
    (
        "funding.payment",
        {"error": "bad_input"},
        {"side": "UP", "qty": "1", "mark": "1", "rate": "1"},
    ),
    (
        "funding.payment_prorata",
        "-0.5",
        {"contract": "spot", "qty": "10", "mark": "100", "rate": "0.001", "time_in_ratio": "0.5"},
    ),
    (
        "funding.interest_component",
        "0.0001",
        {"base_rate_daily": "0.0003", "quote_rate_daily": "0.0006", "intervals_per_day": "3"},
    ),
    ("margin.initial", "600.1", {"notional": "3000.5", "leverage": "5"}),
    (
        "margin.initial_rate",
        {"error": "invalid_leverage"},
        {"contract": "linear", "qty": "1", "price": "1", "rate": "1", "leverage": "0"},
    ),
    ("margin.maintenance", "950", {"notional": "120000", "mmr": "0.01", "amount": "250"}),
    ("margin.maintenance_amounts", ["0", "50"], {"tiers": TIERS}),
    ("margin.maintenance_amounts", {"error": "bad_input"}, {"tiers": "none"}),
    ("margin.maintenance_amounts", {"error": "bad_input"}, {"tiers": ["none"]}),
    (
        "margin.maintenance_amount_at",
        {"amount": "50", "mmr": "0.005"},
        {"tiers": TIERS, "notional": "50000.01"},
    ),
    (
        "margin.liquidation_price_linear",
        "9045.22613065",
        {**EXAMPLE, "margin": "1000", "mmr": "0.005"},
    ),
    (
        "margin.liquidation_price_linear_entry_mm",
        "16700",
        {**EXAMPLE, "entry": "20000", "leverage": "50", "mmr": "0.005", "extra_margin": "3000"},
    ),
    (
        "margin.liquidation_price_cross",
        "9137.5",
        {
            "wallet": "1000",
            "order_margin": "12.5",
            "others": [
                {
                    "side": "SELL",
                    "qty": "1",
                    "entry": "100",
                    "mark": "110",
                    "mmr": "0",
                    "maintenance_amount": "0",
                },
                {"side": "BUY", "qty": "1", "entry": "100", "mark_price": "90", "mmr": "0"},
                {"unrealized": "-50", "maintenance": "50", "fees": "5"},
                {"unrealised": "0", "maintenance": "0"},
            ],
            "target": {**EXAMPLE, "mmr": "0"},
        },
    ),
    ("margin.liquidation_price_cross", {"error": "bad_input"}, {"wallet": "1", "others": []}),
    (
        "margin.bankruptcy_price_inverse_cross",
        "5718.57142857",
        {"side": "BUY", "qty": "10000", "entry": "8000", "balance": "0.5", "taker_fee": "0.00075"},
    ),
    (
        "margin.liquidation_price_inverse_cross",
        "5739.5",
        {
            "side": "BUY",
            "qty": "10000",
            "entry": "8000",
            "balance": "0.5",
            "bankruptcy_price": "5718.57",
            "mmr": "0.005",
            "taker_fee": "0.00075",
            "tick": "0.5",
        },
    ),
    (
        "margin.buffered_liquidation",
        "1.525",
        {"side": "LONG", "entry": "2", "liquidation": "1.5", "buffer": "0.05"},
    ),
    (
        "margin.shift_liquidation",
        "8500",
        {"side": "BUY", "qty": "1", "liquidation": "9500", "added_margin": "1000"},
    ),
    (
        "margin.liquidation_after_increase",
        "9000",
        {
            "side": "BUY",
            "qty": "2",
            "entry": "10000",
            "base_distance": "500",
            "added_margin": "1000",
        },
    ),
    (
        "margin.borrow_interest",
        "0.02",
        {"scheme": "four_hourly", "borrowed": "40", "rate": "0.00025", "minutes": "240"},
    ),
    (
        "margin.borrow_interest",
        "0.00208333333",
        {
            "scheme": "hourly_ceil_per_day",
            "borrowed": "40",
            "rate": "0.00025",
            "minutes": "295",
        },
    ),
    ("margin.borrow_interest", {"error": "bad_input"}, {"scheme": "never"}),
    (
        "sizing.fixed_fractional",
        "0",
        {
            "entry": "2",
            "stop": "1",
            "equity": "9",
            "risk_fraction": "0.1",
            "quote_to_account_rate": "0",
        },
    ),
    (
        "sizing.fixed_fractional",
        {"error": "zero_stop_distance"},
        {"entry": "2", "stop": "2", "equity": "9", "risk_fraction": "0.1"},
    ),
    ("sizing.fixed_ratio_threshold", "15000", {"delta": "5000", "contracts": "3"}),
    (
        "sizing.atr_unit",
        "16",
        {
            "equity": "1000000",
            "risk_fraction": "0.01",
            "atr": "0.0141",
            "point_value": "42000",
            "lot": "1",
        },
    ),
    ("sizing.kelly_discrete", "0.2", {**FAIR, "loss": "1"}),
    ("sizing.kelly_growth_rate", "0.0201355136", {**FAIR, "fraction": "0.2"}),
    ("sizing.kelly_gaussian", "2.5", {"mean": "0.1", "volatility": "0.2"}),
    ("sizing.kelly_gaussian_growth", "0.12", {"mean": "0.1", "volatility": "0.2", "fraction": "2"}),
    ("sizing.kelly_continuous", "1.25", {"returns": ["0.1", "-0.1", "0.3"], "fraction": "0.5"}),
    ("sizing.kelly_from_trades", "0.25", {"pnls": ["20", "20", "-10", "-10"]}),
    ("sizing.equal_risk_contribution", ["0.8", "0.2"], {"covariance": [["1", "0"], ["0", "16"]]}),
    (
        "sizing.risk_budget_contributions",
        ["0.75", "0.25"],
        {"covariance": [["1", "0.5"], ["0.5", "4"]], "budgets": ["3", "1"]},
    ),
    ("risk.var_historical", "0.0185", {"returns": RETURNS, "confidence": "0.95"}),
    ("risk.es_historical", "-0.02", {"returns": RETURNS, "confidence": "0.95", "report": "return"}),
    (
        "risk.var_historical",
        {"error": "bad_input"},
        {"returns": RETURNS, "confidence": "0.95", "report": "both"},
    ),
    ("risk.var_parametric", "0.0260074195", {"returns": RETURNS, "confidence": "0.95"}),
    ("risk.es_parametric", "0.0326143531526", {"returns": RETURNS, "confidence": "0.95"}),
    ("risk.var_cornish_fisher", "0.0265307198", {"returns": RETURNS, "confidence": "0.95"}),
    ("risk.quantile_linear", "3", {"values": ["1", "2", "4"], "q": "0.75"}),
    ("risk.tail_mean_lowest", "1.5", {"values": ["3", "1", "2"], "q": "0.5"}),
    ("risk.var_normal_amount", "466000", {"sd": "200000", "z": "2.33"}),
    ("risk.es_normal_multiplier", "2.3378027922", {"confidence": "0.975"}),
    ("risk.cornish_fisher_z", "-2.24", {"z": "-2", "skew": "-0.6", "excess_kurtosis": "0"}),
    (
        "risk.cornish_fisher_quantile",
        "2.162328342",
        {"p": "0.99", "skew": "0.1", "excess_kurtosis": "-1"},
    ),
    ("risk.diversification_benefit", "2", {"var1": "3", "var2": "4", "portfolio_var": "5"}),
    ("risk.portfolio_sd_two", "5", {"sd1": "3", "sd2": "4", "correlation": "0"}),
    (
        "risk.ewma_variance_step",
        "0.00013",
        {"variance": "0.0001", "return": "0.02", "lambda": "0.9"},
    ),
    (
        "risk.ewma_vol_step",
        "0.0114017543",
        {"variance": "0.0001", "return": "0.02", "lambda": "0.9"},
    ),
    ("risk.garch_variance_step", "0.00023516", {**GARCH, **STEP}),
    ("risk.garch_vol_step", "0.0153349275", {**GARCH, **STEP}),
    ("risk.garch_long_run_variance", "0.0002", GARCH),
]


@pytest.mark.parametrize(("function", "expected", "inputs"), CASES)
def test_the_function_answers_as_worked_by_hand(
    function: str, expected: object, inputs: Stated
) -> None:
    """Within 1e-9, the last digit that these examples state."""
    case = {
        "id": "worked",
        "function": function,
        "inputs": inputs,
        "expected": expected,
        "tolerance": {"abs": "1e-9", "rel": "1e-9"},
    }
    (outcome,) = run_cases(json.dumps({"cases": [case]})).unwrap()
    assert outcome.status is Status.PASS, outcome.got
