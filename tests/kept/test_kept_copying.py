"""Edges of copy trading that walks do not come by."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.bots.copying.audit import LeaderClose, track_record
from astracore.bots.copying.commands import PublishLeader, StartCopy
from astracore.bots.copying.copy import COPY_DECIDER
from astracore.bots.copying.leader import LEADER
from astracore.bots.copying.sizing import (
    CopyMode,
    CopyTerms,
    LeaderFill,
    Standing,
    Steps,
    copy_size,
)
from astracore.bots.copying.state import Copy, Listing
from astracore.errors.bots import AllocationLimit, CopyInvalid
from astracore.ids import AccountId, UserId
from astracore.trading.types import AccountMode
from tests.kept.walking import START

D = Decimal
START_COPY = StartCopy(
    follow_id="f",
    leader_id="l",
    leader_user_id=UserId("bob"),
    leader_mode=AccountMode.LIVE,
    leader_listed=True,
    followers=0,
    actor_id=UserId("ada"),
    account_id=AccountId("a"),
    mode=AccountMode.LIVE,
    equity=D(1000),
    allocated=D(0),
    leaders=0,
    leads=False,
    terms=CopyTerms(),
    allocation=D(100),
    stop=D("0.3"),
    at=START,
)
PUBLISH = PublishLeader(
    leader_id="l",
    actor_id=UserId("ada"),
    account_id=AccountId("a"),
    mode=AccountMode.LIVE,
    description="d",
    has_identity=True,
    days=30,
    closes=50,
    drawdown=D(0),
    follows=0,
    at=START,
)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"terms": CopyTerms(mode=CopyMode.FIXED_AMOUNT, figure=D("Infinity"))}, "figure"),
        ({"terms": CopyTerms(mode=CopyMode.FIXED_AMOUNT, figure=D("NaN"))}, "figure"),
        ({"terms": CopyTerms(most=D("Infinity"))}, "most"),
        ({"terms": CopyTerms(most=D(0))}, "most"),
        ({"allocation": D("Infinity")}, "allocation"),
        ({"allocation": D(0)}, "allocation"),
        ({"stop": D("NaN")}, "stop"),
        ({"stop": D(0)}, "stop"),
        ({"stop": D(1)}, "stop"),
    ],
)
def test_terms_that_are_no_terms(change: dict[str, object], wrong: str) -> None:
    asked = evolve(START_COPY, **change)  # type: ignore[arg-type]
    assert COPY_DECIDER.decide(asked, Copy()).failure() == CopyInvalid((wrong,))


def test_small_terms_are_terms() -> None:
    small = evolve(START_COPY, terms=CopyTerms(most=D("0.5")), stop=D("0.001"))
    assert COPY_DECIDER.decide(small, Copy()).unwrap()
    little = evolve(START_COPY, allocation=D("0.5"))
    refused = COPY_DECIDER.decide(little, Copy()).failure()
    assert refused == AllocationLimit("least", D(100))


def test_who_never_lost_may_lead() -> None:
    assert LEADER.decide(PUBLISH, Listing()).unwrap()


@pytest.mark.parametrize(("net", "equity"), [("Infinity", "1"), ("1", "Infinity"), ("1", "0")])
def test_a_record_is_made_of_numbers(net: str, equity: str) -> None:
    close = LeaderClose(net=D(net), equity=D(equity), closed_at=START)
    assert track_record([close]).failure() == CopyInvalid(("close",))


def test_a_budget_that_just_suffices_caps_nothing() -> None:
    fill = LeaderFill(fill_id="x", symbol="S", qty=D(1), price=D(100), equity=D(1000))
    stands = Standing(equity=D(1000), available=D(100), held=D(0), price=D(100))
    steps = Steps(lot=D("0.01"), min_qty=D(0), min_notional=D(0))
    sized = copy_size(CopyTerms(), fill, stands, steps).unwrap()
    assert (sized.qty, sized.capped) == (D(1), False)
    short = evolve(stands, available=D("99.99"))
    capped = copy_size(CopyTerms(), fill, short, steps).unwrap()
    assert (capped.qty, capped.capped) == (D("0.99"), True)
