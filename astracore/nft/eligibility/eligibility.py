"""Claims as a decider, and the two decisions that touch a second stream: serials and the token."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.nft import AlreadyMinted, MintFault, NotEligible, SoldOut
from astracore.errors.nft import MintState as WrongMintState
from astracore.events.decider import Decider
from astracore.nft.eligibility.commands import (
    EligibilityCommand,
    FailMint,
    GrantEligibility,
    RecordMint,
    RequestMint,
)
from astracore.nft.eligibility.events import (
    EligibilityEvent,
    EligibilityGranted,
    MintFailed,
    MintRecorded,
    MintRequested,
    SerialTaken,
    SupplyEvent,
)
from astracore.nft.eligibility.requirements import earned_rarity
from astracore.nft.eligibility.state import Claim, Pinned, Supply, may
from astracore.nft.minting import SERIALS, Metadata, metadata_hash, power, token_number
from astracore.nft.rules import RULES, ClassRow, NftRules, class_row
from astracore.nft.tokens.events import NftMinted
from astracore.nft.types import MintState
from astracore.numeric import exact
from astracore.outcome import is_failure

Decided: TypeAlias = Result[tuple[EligibilityEvent, ...], MintFault]


@frozen(kw_only=True)
class Requested:
    """What is appended to the claim and to the class's serials."""

    claim: tuple[EligibilityEvent, ...]
    supply: tuple[SupplyEvent, ...]


@frozen(kw_only=True)
class Recorded:
    """What is appended to the claim, and the beginning of the token."""

    claim: tuple[EligibilityEvent, ...]
    token: tuple[NftMinted, ...]


def grant(command: GrantEligibility, claim: Claim, rules: NftRules = RULES) -> Decided:
    """A claim, once: the facts of the first grant decide its rarity.

    A class has one claim for each tournament or edition, or none of either: a name more would be
    a claim more.
    Errors: NotEligible, NumericLimit.  Source: docs/formulas-collectibles.md#eligibility.
    """
    if not may(claim.status, "grant"):
        return Success(())
    row = class_row(rules, command.class_)
    if row is not None and bool(command.reference) is not bool(row.per):
        return Failure(NotEligible(command.class_.value))
    rarity = earned_rarity(command.class_, command.facts, command.edition_rarity, rules)
    if is_failure(rarity):
        return rarity
    granted = EligibilityGranted(
        user_id=command.user_id,
        class_=command.class_,
        reference=command.reference,
        rarity=rarity.unwrap(),
        at=command.at,
    )
    return Success((granted,))


@exact
def request_mint(
    command: RequestMint, claim: Claim, supply: Supply, rules: NftRules = RULES
) -> Result[Requested, MintFault]:
    """Decide over both states. A claim that failed before keeps its number and its hash.

    Errors: NotEligible, AlreadyMinted, MintState, SoldOut, NumericLimit.
    Source: docs/formulas-collectibles.md#mint.
    Invariant: serials of a class are 1, 2, 3 …; no edition has more than its cap.
    """
    fault = unrequestable(claim)
    if fault is not None:
        return Failure(fault)
    row = class_row(rules, claim.class_)
    if row is None:
        return Failure(NotEligible(claim.class_.value))
    if claim.pinned is not None:
        return Success(Requested(claim=(requested(command, claim, claim.pinned),), supply=()))
    if sold_out(row, supply, claim.reference):
        return Failure(SoldOut(supply.last if row.cap is None else row.cap))
    serial = supply.last + 1
    pinned = pin(command, claim, serial, row, rules)
    if is_failure(pinned):
        return pinned
    taken = SerialTaken(
        class_=claim.class_, reference=claim.reference, serial=serial, owner_id=claim.owner_id
    )
    asked = requested(command, claim, pinned.unwrap())
    return Success(Requested(claim=(asked,), supply=(taken,)))


def unrequestable(claim: Claim) -> MintFault | None:
    """Why a claim cannot be minted now, or None."""
    if claim.status is MintState.NONE:
        return NotEligible(claim.class_.value)
    if claim.status is MintState.MINTED:
        return AlreadyMinted("" if claim.pinned is None else claim.pinned.token_id)
    return None if may(claim.status, "request") else WrongMintState(claim.status.value)


def sold_out(row: ClassRow, supply: Supply, reference: str) -> bool:
    """Whether the class or this edition of it has no serial left."""
    taken = supply.editions.get(reference, 0)
    return supply.last + 1 >= SERIALS or (row.cap is not None and taken >= row.cap)


def pin(
    command: RequestMint, claim: Claim, serial: int, row: ClassRow, rules: NftRules
) -> Result[Pinned, MintFault]:
    """Everything that the hash will say, for the next serial."""
    strength = power(claim.rarity, command.level, rules)
    if is_failure(strength):
        return strength
    metadata = Metadata(
        token_id=token_number(claim.class_, serial),
        class_=claim.class_,
        reference=claim.reference,
        rarity=claim.rarity,
        level=command.level,
        power=strength.unwrap(),
        traits=command.traits,
    )
    return Success(
        Pinned(
            token_id=metadata.token_id,
            level=metadata.level,
            power=metadata.power,
            traits=metadata.traits,
            metadata_hash=metadata_hash(metadata),
            kind=row.kind,
        )
    )


def requested(command: RequestMint, claim: Claim, pinned: Pinned) -> MintRequested:
    """The event of a mint that is on its way."""
    return MintRequested(
        token_id=pinned.token_id,
        class_=claim.class_,
        rarity=claim.rarity,
        owner_id=claim.owner_id,
        reference=claim.reference,
        kind=pinned.kind,
        level=pinned.level,
        power=pinned.power,
        traits=pinned.traits,
        metadata_hash=pinned.metadata_hash,
        at=command.at,
    )


def record_mint(
    command: RecordMint, claim: Claim, rules: NftRules = RULES
) -> Result[Recorded, MintFault]:
    """The claim is used up and the token begins: both streams, or neither.

    Reported twice, the second time changes nothing.
    Errors: MintState.
    """
    if claim.status is MintState.MINTED:
        return Success(Recorded(claim=(), token=()))
    pinned = claim.pinned
    if pinned is None or not may(claim.status, "record"):
        return Failure(WrongMintState(claim.status.value))
    row = class_row(rules, claim.class_)
    minted = NftMinted(
        token_id=pinned.token_id,
        class_=claim.class_,
        rarity=claim.rarity,
        owner_id=claim.owner_id,
        reference=claim.reference,
        kind=pinned.kind,
        level=pinned.level,
        power=pinned.power,
        metadata_hash=pinned.metadata_hash,
        tx_hash=command.tx_hash,
        points=0 if row is None else row.points,
        at=command.at,
    )
    used = MintRecorded(
        token_id=pinned.token_id,
        class_=claim.class_,
        reference=claim.reference,
        owner_id=claim.owner_id,
        tx_hash=command.tx_hash,
        at=command.at,
    )
    return Success(Recorded(claim=(used,), token=(minted,)))


def fail_mint(command: FailMint, claim: Claim) -> Decided:
    """Back to eligible.  Errors: MintState."""
    if claim.pinned is None or not may(claim.status, "fail"):
        return Failure(WrongMintState(claim.status.value))
    failed = MintFailed(
        token_id=claim.pinned.token_id,
        class_=claim.class_,
        rarity=claim.rarity,
        owner_id=claim.owner_id,
        reference=claim.reference,
        reason=command.reason,
        at=command.at,
    )
    return Success((failed,))


def decide(command: EligibilityCommand, claim: Claim) -> Decided:
    """The claim's half of every decision, for a class that has given no serial yet.

    Errors: NotEligible, AlreadyMinted, MintState, SoldOut, NumericLimit.
    """
    match command:
        case GrantEligibility():
            return grant(command, claim)
        case RequestMint():
            return request_mint(command, claim, Supply()).map(lambda made: made.claim)
        case RecordMint():
            return record_mint(command, claim).map(lambda made: made.claim)
        case FailMint():
            return fail_mint(command, claim)
        case _:
            assert_never(command)


def evolve(claim: Claim, event: EligibilityEvent) -> Claim:
    """Fold one event of a claim."""
    match event:
        case EligibilityGranted():
            return changed(
                claim,
                status=MintState.ELIGIBLE,
                owner_id=event.user_id,
                class_=event.class_,
                reference=event.reference,
                rarity=event.rarity,
            )
        case MintRequested():
            pinned = Pinned(
                token_id=event.token_id,
                level=event.level,
                power=event.power,
                traits=event.traits,
                metadata_hash=event.metadata_hash,
                kind=event.kind,
            )
            return changed(claim, status=MintState.REQUESTED, pinned=pinned)
        case MintRecorded():
            return changed(claim, status=MintState.MINTED)
        case MintFailed():
            return changed(claim, status=MintState.ELIGIBLE)
        case _:
            assert_never(event)


def decide_supply(
    command: RequestMint, supply: Supply
) -> Result[tuple[SupplyEvent, ...], MintFault]:
    """The serials' half of `request_mint`, for a claim that is open and new.

    Errors: SoldOut, NumericLimit.
    """
    claim = Claim(
        status=MintState.ELIGIBLE,
        owner_id=command.user_id,
        class_=command.class_,
        reference=command.reference,
    )
    return request_mint(command, claim, supply).map(lambda made: made.supply)


def evolve_supply(supply: Supply, event: SupplyEvent) -> Supply:
    """Count one serial."""
    editions: Mapping[str, int] = MappingProxyType(
        {**supply.editions, event.reference: supply.editions.get(event.reference, 0) + 1}
    )
    return Supply(last=event.serial, editions=editions)


ELIGIBILITY: Decider[EligibilityCommand, Claim, EligibilityEvent, MintFault] = Decider(
    "nft.eligibility", Claim(), decide, evolve
)
SUPPLY: Decider[RequestMint, Supply, SupplyEvent, MintFault] = Decider(
    "nft.supply", Supply(), decide_supply, evolve_supply
)
