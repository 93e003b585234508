"""CREDIT is earned, TOKEN is bought; what each brings, costs, and can never become."""

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.funds import InsufficientFunds
from astracore.errors.gates import TierRequired
from astracore.errors.ledger import BadText
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import (
    CashoutDisabled,
    EarningCap,
    ProductRefused,
    WeekAdjusted,
)
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, Instant, after, instant, utc_day
from astracore.outcome import is_failure
from astracore.revenue.economy.commands import AdjustFaucet
from astracore.revenue.economy.faucet import ECONOMY, faucet_after, growth_of
from astracore.revenue.economy.state import Economy
from astracore.revenue.wallets.commands import (
    BuyTokens,
    CashOut,
    ExpireTokens,
    GrantCredits,
    ReceiveCredits,
    SpendCredits,
    SpendTokens,
    WalletCommand,
)
from astracore.revenue.wallets.events import (
    CashoutRequested,
    CreditsGranted,
    CreditsReceived,
    CreditsSpent,
    TokensBought,
    TokensExpired,
    TokensSpent,
    WalletEvent,
)
from astracore.revenue.wallets.lots import taken
from astracore.revenue.wallets.prices import cash_out_amounts, reward_under, tokens_for
from astracore.revenue.wallets.rules import (
    TOKENS_BUY,
    CashOutRules,
    CreditUse,
    EconomyRules,
    TokenProduct,
    TokenRules,
)
from astracore.revenue.wallets.state import Wallet, tokens_of
from astracore.revenue.wallets.wallet import WALLETS

USER = UserId("u")
NOON = instant("2026-03-04T12:00:00Z").unwrap()
OPEN_RULES = EconomyRules(cash_out=CashOutRules(enabled=True))
LONE = "\ud800"
WEEK = ("50000", "20000", "1000000")  # issued, burned, supply


def grant(reward: int, faucet: str = "1", at: Instant = NOON) -> GrantCredits:
    return GrantCredits(
        user_id=USER,
        reward=reward,
        faucet=Decimal(faucet),
        reason="level_up",
        source_event_id="e",
        at=at,
    )


def spend(amount: int) -> SpendCredits:
    return SpendCredits(
        user_id=USER,
        amount=amount,
        use=CreditUse.SALE,
        counterpart="wallet/v",
        source_event_id="e",
        at=NOON,
    )


def receive(amount: int) -> ReceiveCredits:
    return ReceiveCredits(
        user_id=USER,
        amount=amount,
        use=CreditUse.STAKE,
        counterpart="game_escrow/1",
        source_event_id="e",
        at=NOON,
    )


def buy(usd: str, name: str = "p", at: Instant = NOON) -> BuyTokens:
    return BuyTokens(user_id=USER, usd=Decimal(usd), payment_id=name, at=at)


def use(amount: int, kind: TokenProduct = TokenProduct.COURSE) -> SpendTokens:
    return SpendTokens(user_id=USER, amount=amount, kind=kind, product="c1", at=NOON)


def pay_out(amount: int, *, identified: bool = True) -> CashOut:
    return CashOut(
        user_id=USER,
        cashout_id="x",
        amount=amount,
        identified=identified,
        at=NOON,
        rules=OPEN_RULES,
    )


def told(*commands: WalletCommand, wallet: Wallet | None = None) -> Wallet:
    state = Wallet() if wallet is None else wallet
    for command in commands:
        state = replay(WALLETS, WALLETS.decide(command, state).unwrap(), state)
    return state


def made(wallet: Wallet, command: WalletCommand) -> tuple[WalletEvent, ...]:
    return WALLETS.decide(command, wallet).unwrap()


def no(wallet: Wallet, command: WalletCommand) -> object:
    return WALLETS.decide(command, wallet).failure()


# --- worked examples --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usd", "tokens"),
    [("5", 500), ("10", 1050), ("20", 2200), ("50", 5750), ("15", 1575), ("49.99", 5498)],
)
def test_the_worked_packs(usd: str, tokens: int) -> None:
    assert tokens_for(Decimal(usd)).unwrap() == tokens


@pytest.mark.parametrize("usd", ["4.99", "50.01", "5.001", "NaN", "Infinity", "-5"])
def test_tokens_are_sold_in_cents_from_5_to_50(usd: str) -> None:
    assert isinstance(tokens_for(Decimal(usd)).failure(), ProductRefused)
    none = TokenRules(packs=())
    assert isinstance(tokens_for(Decimal(5), none).failure(), ProductRefused)


def test_the_worked_cash_out() -> None:
    """60000 → 210 − 4.2 = 205.8."""
    figures = cash_out_amounts(60_000).unwrap()
    assert cash_out_amounts(50_300).unwrap().fee == Decimal("3.53")
    assert (figures.gross, figures.fee, figures.net) == (
        Decimal(210),
        Decimal("4.2"),
        Decimal("205.8"),
    )


def test_the_worked_faucet() -> None:
    """1000000, +50000 −20000, f 1 → i 0.03, f 0.9."""
    growth = growth_of(Decimal(50_000), Decimal(20_000), Decimal(1_000_000)).unwrap()
    assert growth == Decimal("0.03")
    assert faucet_after(Decimal(1), growth).unwrap() == Decimal("0.9")


# --- the faucet -------------------------------------------------------------------------------


def adjust(week: int, issued: str, burned: str, supply: str) -> AdjustFaucet:
    return AdjustFaucet(
        week=week,
        issued=Decimal(issued),
        burned=Decimal(burned),
        supply=Decimal(supply),
        at=NOON,
    )


@pytest.mark.parametrize(
    ("faucet", "growth", "expected"),
    [
        ("1", "0.02", "1"),
        ("1", "0.0200001", "0.9"),
        ("1", "0", "1"),
        ("1", "-0.0001", "1.1"),
        ("0.5", "1", "0.5"),
        ("2", "-1", "2"),
        ("0.7291", "1", "0.6562"),
        ("1", None, "1"),
    ],
)
def test_the_faucet_at_its_edges(faucet: str, growth: str | None, expected: str) -> None:
    found = faucet_after(Decimal(faucet), None if growth is None else Decimal(growth))
    assert found.unwrap() == Decimal(expected)


def test_a_week_is_adjusted_once() -> None:
    (event,) = ECONOMY.decide(adjust(3, *WEEK), Economy()).unwrap()
    assert (event.issued, event.burned, event.supply) == tuple(map(Decimal, WEEK))
    after_ = ECONOMY.evolve(Economy(), event)
    assert after_ == Economy(faucet=Decimal("0.9"), week=3)
    assert ECONOMY.decide(adjust(3, "1", "1", "1"), after_).failure() == WeekAdjusted(3)
    for bad in (adjust(4, "-1", "0", "1"), adjust(4, "0", "NaN", "1"), adjust(4, "0", "0", "-1")):
        assert isinstance(ECONOMY.decide(bad, after_).failure(), NegativeAmount)
    (still,) = ECONOMY.decide(adjust(4, "5", "0", "0"), after_).unwrap()
    assert (still.growth, still.faucet) == (None, Decimal("0.9"))


@given(st.lists(st.tuples(*[st.integers(0, 10**6)] * 3), max_size=60))
def test_the_faucet_never_leaves_its_range(weeks: list[tuple[int, int, int]]) -> None:
    state = Economy()
    for week, (issued, burned, supply) in enumerate(weeks):
        command = adjust(week, str(issued), str(burned), str(supply))
        state = replay(ECONOMY, ECONOMY.decide(command, state).unwrap(), state)
        assert Decimal("0.5") <= state.faucet <= 2


# --- CREDIT -----------------------------------------------------------------------------------

rewards = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6000)), max_size=20)


@given(rewards, st.sampled_from(["0", "0.5", "0.9", "1", "1.3310", "2"]))
@example([(0, 6000), (0, 6000), (0, 1), (1, 1)], "1")
def test_nobody_earns_more_than_the_cap_of_a_day(days: list[tuple[int, int]], faucet: str) -> None:
    """Beside rewards summed by day: each is × the faucet, down, until 10000 are reached."""
    wallet, day, sums = Wallet(), 0, dict[int, int]()
    for step, reward in days:
        day += step
        at = after(NOON, day * DAY)
        worth = int(Fraction(reward) * Fraction(faucet))
        left = 10_000 - sums.get(day, 0)
        outcome = WALLETS.decide(grant(reward, faucet, at), wallet)
        if left <= 0:
            assert outcome.failure() == EarningCap(10_000)
            continue
        wallet = replay(WALLETS, outcome.unwrap(), wallet)
        sums[day] = sums.get(day, 0) + min(worth, left)
        assert wallet.credits == sum(sums.values())
    assert all(total <= 10_000 for total in sums.values())


def test_a_reward_of_yesterday_counts_today() -> None:
    wallet = told(grant(9_999))
    late = grant(5, at=after(NOON, -DAY))
    (event,) = made(wallet, late)
    assert isinstance(event, CreditsGranted)
    assert (event.amount, event.day, event.balance) == (1, utc_day(NOON), 10_000)
    assert reward_under(Decimal("0.9"), 11).unwrap() == 9
    assert made(Wallet(), grant(1, "0")) == ()


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (grant(0), NegativeAmount("0")),
        (grant(-5), NegativeAmount("-5")),
        (grant(-(2**53)), NumericLimit("amount")),
        (grant(2**53), NumericLimit("amount")),
        (grant(1, "-1"), NegativeAmount("-1")),
        (grant(1, "NaN"), NegativeAmount("NaN")),
        (evolve(grant(1), reason=LONE), BadText("reason")),
        (receive(0), NegativeAmount("0")),
        (evolve(spend(1), counterpart=LONE), BadText("counterpart")),
        (spend(101), InsufficientFunds("wallet/u", "CREDIT", Decimal(100), Decimal(101))),
        (evolve(buy("5"), payment_id=LONE), BadText("payment_id")),
        (buy("4"), ProductRefused("tokens for 4 USD")),
        (use(0), NegativeAmount("0")),
        (use(1), InsufficientFunds("wallet/u", "TOKEN", Decimal(0), Decimal(1))),
    ],
)
def test_what_a_wallet_refuses(command: WalletCommand, cause: object) -> None:
    assert no(told(grant(100)), command) == cause


def test_credit_moves() -> None:
    assert told(grant(100), spend(40), receive(15)).credits == 75
    (out,) = made(told(grant(100)), spend(40))
    assert isinstance(out, CreditsSpent)
    assert (out.counterpart, out.source_event_id) == ("wallet/v", "e")
    (come,) = made(Wallet(), receive(15))
    assert isinstance(come, CreditsReceived)
    assert (come.counterpart, come.source_event_id) == ("game_escrow/1", "e")
    short = no(Wallet(), spend(1))
    assert isinstance(short, InsufficientFunds)
    assert isinstance(short.asked, Decimal)
    assert isinstance(short.balance, Decimal)


def test_credit_is_paid_out_only_where_the_rules_say_so() -> None:
    rich = Wallet(credits=400_000)
    assert no(rich, evolve(pay_out(60_000), rules=EconomyRules())) == CashoutDisabled()
    assert no(rich, pay_out(60_000, identified=False)) == TierRequired("identity")
    assert no(rich, pay_out(49_999)) == ProductRefused("less than 50000 CREDIT")
    assert no(rich, pay_out(0)) == NegativeAmount("0")
    assert made(rich, pay_out(50_000))
    assert isinstance(no(rich, pay_out(400_001)), InsufficientFunds)
    (small,) = made(rich, pay_out(60_000))
    assert isinstance(small, CashoutRequested)
    assert (small.gross, small.fee) == (Decimal(210), Decimal("4.2"))
    assert (small.net, small.due_at, small.balance) == (Decimal("205.8"), NOON, 340_000)
    (large,) = made(rich, pay_out(300_000))
    assert isinstance(large, CashoutRequested)
    assert (large.net, large.due_at) == (Decimal(1029), after(NOON, 48 * HOUR))
    assert told(pay_out(60_000), wallet=rich).credits == 340_000
    odd = EconomyRules(cash_out=CashOutRules(enabled=True, rate=Decimal("NaN")))
    assert no(rich, evolve(pay_out(60_000), rules=odd)) == NumericLimit("InvalidOperation")
    assert reward_under(Decimal("NaN"), 1).failure() == NumericLimit("InvalidOperation")
    poor = grant(0, "-1")
    assert no(rich, poor) == NegativeAmount("0")


# --- TOKEN ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TokenProduct)
def test_tokens_buy_what_is_no_advantage(kind: TokenProduct) -> None:
    """Never XP, CREDIT, leverage, limits, rank, eligibility or chance; nobody else's, no money."""
    assert set(TOKENS_BUY) == set(TokenProduct)
    good = {"course", "coaching", "contest_entry", "cosmetic"}
    outcome = WALLETS.decide(use(10, kind), told(buy("5")))
    assert (not is_failure(outcome)) == (kind.value in good)


def test_a_payment_buys_tokens_once() -> None:
    wallet = told(buy("5"))
    assert made(wallet, buy("5")) == ()
    (event,) = made(wallet, buy("15", "q"))
    assert isinstance(event, TokensBought)
    assert (event.amount, event.balance) == (1575, 2075)


def test_tokens_lapse_after_730_days() -> None:
    wallet = told(buy("5"), buy("10", "q", after(NOON, DAY)), use(100))
    sweep = ExpireTokens(user_id=USER, at=after(NOON, 730 * DAY))
    assert made(wallet, evolve(sweep, at=after(NOON, 730 * DAY - 1))) == ()
    (event,) = made(wallet, sweep)
    assert isinstance(event, TokensExpired)
    assert (event.amount, event.balance, event.earned) == (400, 1050, Decimal(4))
    assert tokens_of(told(sweep, wallet=wallet)) == 1050


uses = st.lists(st.integers(1, 900), max_size=12)


@given(st.lists(st.integers(500, 5000), min_size=1, max_size=4), uses)
@example([500], [1, 499])
def test_what_was_paid_is_earned_as_tokens_go(cents: list[int], parts: list[int]) -> None:
    """Oldest first; over any cut of the uses, used-up lots have earned what they cost."""
    commands = [
        buy(str(Decimal(n) / 100), f"p{place}", after(NOON, place)) for place, n in enumerate(cents)
    ]
    wallet, used, earned = told(*commands), 0, Fraction(0)
    bought = [(lot.bought, Fraction(lot.paid)) for lot in wallet.lots]
    for part in parts:
        held = tokens_of(wallet)
        outcome = WALLETS.decide(use(part), wallet)
        assert is_failure(outcome) == (part > held)
        if is_failure(outcome):
            continue
        (event,) = outcome.unwrap()
        assert isinstance(event, TokensSpent)
        wallet = told(use(part), wallet=wallet)
        used, earned = used + part, earned + Fraction(event.earned)
        assert tokens_of(wallet) == held - part == event.balance
        exact_, left = Fraction(0), used
        for count, paid in bought:
            exact_ += paid * min(left, count) / count
            left -= min(left, count)
        assert abs(earned - exact_) <= Fraction(1, 200)
    rest = tokens_of(wallet)
    final = taken(wallet.lots, rest).unwrap()
    assert earned + Fraction(final.earned) == sum(paid for _, paid in bought)
    assert final.lots == ()
    assert taken(wallet.lots, -1).unwrap().lots == wallet.lots


def test_a_stored_use_that_no_lot_covers_is_folded() -> None:
    (event,) = made(told(buy("5")), use(100))
    assert WALLETS.evolve(Wallet(), event) == Wallet()
