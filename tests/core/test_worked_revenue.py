"""Every figure of the business itself that was worked out by hand, to the digit."""

from decimal import Decimal

from attrs import evolve

from astracore.revenue.performance_fee import (
    Entry,
    FeeTerms,
    Hurdle,
    Mark,
    crystallised,
    entry_credit,
    equalised,
)
from astracore.revenue.periods import Cycle
from astracore.revenue.recognition.commands import Stream
from astracore.revenue.saas import (
    Base,
    Movements,
    Paying,
    acquisition_cost,
    arpu,
    closing,
    customer_churn,
    lifetime_value,
    net_retention,
    payback,
    quick_ratio,
    revenue_churn,
    run_rate,
)
from astracore.revenue.splits.commands import SettleSplits, Share, SplitTable
from astracore.revenue.splits.split import SPLIT


def d(text: str) -> Decimal:
    return Decimal(text)


def test_the_figures_of_a_business() -> None:
    rows = [
        Paying(price=d("9.99"), cycle=Cycle.MONTHLY, count=100),
        Paying(price=d("199.90"), cycle=Cycle.YEARLY, count=20),
        Paying(price=d("56.97"), cycle=Cycle.QUARTERLY, count=10),
    ]
    rate = run_rate(rows).unwrap()
    assert (rate.mrr, rate.arr, rate.customers) == (d("1522.07"), d("18264.80"), 130)
    assert customer_churn(10, 200).unwrap() == d("0.05")
    moved = Movements(
        opening=d("1000"), expansion=d("80"), contraction=d("20"), churn=d("50"), new=d("30")
    )
    assert net_retention(moved).unwrap() == d("1.01")
    assert closing(moved).unwrap() == 1040
    assert revenue_churn(moved).unwrap() == d("0.07")
    assert round(quick_ratio(moved).unwrap(), 4) == d("1.5714")
    base = Base(yearly=rate.arr, customers=130, churn=d("0.05"))
    assert arpu(rate.arr / 12, 130).unwrap() == d("11.71")
    assert lifetime_value(base).unwrap() == d("187.33")
    assert acquisition_cost(d("3000"), 60).unwrap() == 50
    assert payback(d("50"), base).unwrap() == d("5.34")


def settle(month: str, net: str) -> SettleSplits:
    return SettleSplits(
        stream=Stream.SUBSCRIPTIONS,
        month=month,
        currency="USD",
        recognised=d(net),
        refunds=d("0"),
        fees=d("0"),
    )


def test_a_month_is_split_and_the_next_one_on_top_of_it() -> None:
    (first,) = SPLIT.decide(settle("2026-01", "1234.57"), SPLIT.initial).unwrap()
    amounts = [part.amount for part in first.parts]
    assert amounts == [d("617.28"), d("308.64"), d("185.19"), d("123.46")]
    state = SPLIT.evolve(SPLIT.initial, first)
    (loss,) = SPLIT.decide(settle("2026-02", "-10"), state).unwrap()
    assert loss.parts == ()
    state = SPLIT.evolve(state, loss)
    (third,) = SPLIT.decide(settle("2026-03", "12"), state).unwrap()
    assert sum(part.amount for part in third.parts) == 2


def test_who_leaves_the_table_leaves_no_more_to_give() -> None:
    """Whatever the table, what is given adds up to the highest total."""
    (first,) = SPLIT.decide(settle("2026-01", "100"), SPLIT.initial).unwrap()
    state = SPLIT.evolve(SPLIT.initial, first)
    half = d("0.5")
    two = SplitTable(shares=(Share(to="treasury", share=half), Share(to="operations", share=half)))
    (second,) = SPLIT.decide(evolve(settle("2026-02", "100"), table=two), state).unwrap()
    assert sum(part.amount for part in second.parts) == 100
    assert sum(SPLIT.evolve(state, second).given.values()) == 200


def test_a_performance_fee_above_its_mark_and_hurdle() -> None:
    plain = crystallised(FeeTerms(), Mark(value=d("100"), day=0), d("120"), 365).unwrap()
    assert (plain.fee, plain.mark.value) == (d("4"), d("116"))
    below = crystallised(FeeTerms(), plain.mark, d("110"), 730).unwrap()
    assert (below.fee, below.mark) == (d("0"), plain.mark)
    hard = FeeTerms(hurdle=d("0.05"))
    soft = FeeTerms(hurdle=d("0.05"), kind=Hurdle.SOFT)
    mark = Mark(value=d("100"), day=0)
    assert crystallised(hard, mark, d("120"), 365).unwrap().fee == 3
    assert crystallised(soft, mark, d("120"), 365).unwrap().fee == 4
    assert crystallised(soft, mark, d("104"), 365).unwrap().fee == 0


def test_entrants_above_and_below_the_mark_pay_for_their_own_gain() -> None:
    terms = FeeTerms()
    above = Entry(shares=d("10"), value=d("120"), mark=d("100"))
    assert entry_credit(terms, above).unwrap() == 40
    rises = equalised(terms, above, d("130")).unwrap()
    assert (rises.common, rises.returned, rises.owed) == (d("60"), d("40"), d("0"))
    falls = equalised(terms, above, d("110")).unwrap()
    assert (falls.common, falls.returned) == (d("20"), d("20"))
    below = Entry(shares=d("10"), value=d("80"), mark=d("100"))
    part = equalised(terms, below, d("90")).unwrap()
    assert (part.common, part.owed) == (d("0"), d("20"))
    whole = equalised(terms, below, d("130")).unwrap()
    assert (whole.common, whole.owed) == (d("60"), d("40"))
