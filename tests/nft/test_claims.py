"""Claims: granted once, minted once, failed mints keep their number, editions have an end."""

import hashlib
import json
from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.nft import AlreadyMinted, MintState, NotEligible, SoldOut
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.eligibility.commands import (
    EligibilityCommand,
    FailMint,
    GrantEligibility,
    RecordMint,
    RequestMint,
)
from astracore.nft.eligibility.eligibility import (
    ELIGIBILITY,
    SUPPLY,
    grant,
    record_mint,
    request_mint,
)
from astracore.nft.eligibility.events import MintRequested
from astracore.nft.eligibility.requirements import Fact
from astracore.nft.eligibility.state import MINT_STATES, Claim, Supply
from astracore.nft.minting import SERIALS, Metadata, metadata_hash, token_number
from astracore.nft.rules import RULES, Measure
from astracore.nft.types import MintState as State
from astracore.nft.types import NftClass, Rarity

ADA = UserId("ada")
AT = Instant(0)
GRANT = GrantEligibility(
    user_id=ADA,
    class_=NftClass.SEASON_ITEM,
    facts=(Fact(Measure.EDITION_BOUGHT, Decimal(1)),),
    reference="winter",
    edition_rarity=Rarity.RARE,
    at=AT,
)
ASK = RequestMint(
    user_id=ADA, class_=NftClass.SEASON_ITEM, level=37, reference="winter", traits=(3,), at=AT
)
RECORD = RecordMint(
    user_id=ADA, class_=NftClass.SEASON_ITEM, reference="winter", tx_hash="0x1", at=AT
)
FAIL = FailMint(user_id=ADA, class_=NftClass.SEASON_ITEM, reference="winter", reason="gas", at=AT)


def eligible() -> Claim:
    return replay(ELIGIBILITY, grant(GRANT, Claim()).unwrap())


def asked() -> Claim:
    made = request_mint(ASK, eligible(), Supply(last=4)).unwrap()
    return replay(ELIGIBILITY, made.claim, eligible())


def test_a_claim_is_granted_once_and_keeps_its_rarity() -> None:
    assert eligible().rarity is Rarity.RARE
    better = evolve(GRANT, edition_rarity=Rarity.LEGENDARY)
    assert grant(better, eligible()).unwrap() == ()
    unmet = evolve(GRANT, facts=())
    assert grant(unmet, Claim()).failure() == NotEligible("season_item")
    assert ELIGIBILITY.decide(GRANT, Claim()) == grant(GRANT, Claim())


def test_a_mint_takes_the_next_serial_and_pins_everything() -> None:
    made = request_mint(ASK, eligible(), Supply(last=4)).unwrap()
    (event,) = made.claim
    assert isinstance(event, MintRequested)
    assert event.token_id == token_number(NftClass.SEASON_ITEM, 5)
    assert (event.power, event.level, event.traits) == (87, 37, (3,))
    pinned = {
        "class": "season_item",
        "level": 37,
        "power": 87,
        "rarity": "rare",
        "reference": "winter",
        "token_id": event.token_id,
        "traits": [3],
    }
    text = json.dumps(pinned, sort_keys=True, separators=(",", ":"))
    assert event.metadata_hash == hashlib.sha256(text.encode()).hexdigest()
    (taken,) = made.supply
    assert (taken.serial, taken.reference, taken.owner_id) == (5, "winter", ADA)
    supply = replay(SUPPLY, made.supply, Supply(last=4))
    assert (supply.last, dict(supply.editions)) == (5, {"winter": 1})


def test_any_text_has_a_hash() -> None:
    strange = Metadata(
        token_id="1",
        class_=NftClass.SEASON_ITEM,
        reference="\ud800",
        rarity=Rarity.RARE,
        level=1,
        power=1,
    )
    assert len(metadata_hash(strange)) == 64


def test_mints_that_are_refused() -> None:
    assert request_mint(ASK, Claim(), Supply()).failure() == NotEligible("first_trade")
    assert request_mint(ASK, asked(), Supply()).failure() == MintState("mint_requested")
    minted = replay(ELIGIBILITY, record_mint(RECORD, asked()).unwrap().claim, asked())
    refused = request_mint(ASK, minted, Supply()).failure()
    assert refused == AlreadyMinted(token_number(NftClass.SEASON_ITEM, 5))
    odd = evolve(minted, pinned=None)
    assert request_mint(ASK, odd, Supply()).failure() == AlreadyMinted("")
    full = Supply(last=9, editions={"winter": 10_000, "summer": 3})
    assert request_mint(ASK, eligible(), full).failure() == SoldOut(10_000)
    summer = evolve(eligible(), reference="summer")
    assert request_mint(ASK, summer, full).unwrap().supply
    ended = request_mint(ASK, evolve(eligible(), class_=NftClass.LEVEL_25), Supply(last=SERIALS))
    assert ended.failure() == SoldOut(SERIALS)
    none = evolve(RULES, classes=())
    assert request_mint(ASK, eligible(), Supply(), none).failure() == NotEligible("season_item")
    bare = evolve(RULES, rarities=())
    assert request_mint(ASK, eligible(), Supply(), bare).failure() == NotEligible("rare")


def test_a_failed_mint_goes_back_and_keeps_its_number() -> None:
    failed = replay(ELIGIBILITY, ELIGIBILITY.decide(FAIL, asked()).unwrap(), asked())
    assert failed.status is State.ELIGIBLE
    again = request_mint(ASK, failed, Supply(last=99)).unwrap()
    assert again.supply == ()
    (event,) = again.claim
    assert isinstance(event, MintRequested)
    assert event.token_id == token_number(NftClass.SEASON_ITEM, 5)
    assert ELIGIBILITY.decide(FAIL, failed).failure() == MintState("eligible")


def test_a_mint_is_recorded_once_with_the_points_of_its_class() -> None:
    made = record_mint(RECORD, asked()).unwrap()
    (token,) = made.token
    assert (token.points, token.owner_id, token.tx_hash) == (50, ADA, "0x1")
    minted = replay(ELIGIBILITY, made.claim, asked())
    again = record_mint(RECORD, minted).unwrap()
    assert (again.claim, again.token) == ((), ())
    assert record_mint(RECORD, eligible()).failure() == MintState("eligible")
    assert ELIGIBILITY.decide(RECORD, asked()).unwrap() == made.claim
    assert record_mint(RECORD, asked(), evolve(RULES, classes=())).unwrap().token[0].points == 0


def test_each_half_decides_for_its_own_stream() -> None:
    assert ELIGIBILITY.decide(ASK, eligible()).unwrap()
    (taken,) = SUPPLY.decide(ASK, Supply(last=7)).unwrap()
    assert taken.serial == 8


@pytest.mark.parametrize("status", list(State))
@pytest.mark.parametrize("step", ["grant", "request", "record", "fail"])
def test_the_table_of_states_is_what_the_decider_does(status: State, step: str) -> None:
    claim = evolve(asked(), status=status)
    commands: dict[str, EligibilityCommand] = {
        "grant": GRANT,
        "request": ASK,
        "record": RECORD,
        "fail": FAIL,
    }
    events = ELIGIBILITY.decide(commands[step], claim).value_or(())
    expected = MINT_STATES[status].get(step)
    assert (replay(ELIGIBILITY, events, claim).status if events else None) is expected


def test_a_claim_has_a_name_where_its_class_has_and_nowhere_else() -> None:
    """Else a level would be claimed again under every name."""
    level = evolve(
        GRANT, class_=NftClass.LEVEL_25, facts=(Fact(Measure.LEVEL, Decimal(25)),), reference=""
    )
    assert replay(ELIGIBILITY, grant(level, Claim()).unwrap()).status is State.ELIGIBLE
    named = evolve(level, reference="again")
    assert grant(named, Claim()).failure() == NotEligible("level_25")
    assert grant(evolve(GRANT, reference=""), Claim()).failure() == NotEligible("season_item")
