"""Wallets: one account of a chain belongs to one user, who signs messages of fixed meaning."""

import re
from collections.abc import Mapping
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import BadCredentials, UnnamedType, WalletFault, WalletTaken
from astracore.events.decider import Decider
from astracore.instants import MINUTE, Instant
from astracore.users.commands import LinkWallet
from astracore.users.events import (
    UserEvent,
    WalletClaimed,
    WalletEvent,
    WalletLinked,
    WalletReleased,
)
from astracore.users.state import Claim, User
from astracore.users.types import Status

LONGEST_MESSAGE = 10 * MINUTE
# What every reading of SNIP-12 hashes alike: nothing nested, no enumerations, no 256-bit numbers.
PLAIN_TYPES = frozenset({"felt", "shortstring", "string", "bool", "u128", "ContractAddress"})
DIALECTS = frozenset({"snip12-1"})
NESTED = re.compile(r"enum|u256|\(|\*", re.ASCII)
Fields: TypeAlias = Mapping[str, str]  # of a message: name -> type


@frozen(kw_only=True)
class Linking:
    """What is appended to the streams of the user, the wallet before, and the new one."""

    user: tuple[UserEvent, ...] = ()
    old: tuple[WalletEvent, ...] = ()
    new: tuple[WalletEvent, ...] = ()


@frozen(kw_only=True)
class LoginMessage:
    """What a wallet signs to log in. `nonce` is good once."""

    domain: str
    chain: str
    address: str
    nonce: str
    issued_at: Instant
    expires_at: Instant


def wallet_key(chain: str, address: str) -> str:
    """The key of a wallet's stream, whatever the case and leading zeros of its digits.

    >>> wallet_key("SN_MAIN", "0x00Ab") == wallet_key("SN_MAIN", "0xab")
    True
    """
    digits = address.casefold().removeprefix("0x").lstrip("0")
    return f"{chain}:0x{digits or '0'}"


def link_wallet(
    command: LinkWallet, user: User, old: Claim, new: Claim
) -> Result[Linking, WalletFault]:
    """One user a wallet and one wallet a user; the same one again changes nothing.

    Errors: BadCredentials (nobody is there, or the signature is none), WalletTaken.
    """
    if user.user_id is None or user.status is Status.DELETED or not command.genuine:
        return Failure(BadCredentials())
    if new.holder is not None and new.holder != user.user_id:
        return Failure(WalletTaken())
    if new.holder == user.user_id:
        return Success(Linking())
    linked = WalletLinked(
        user_id=user.user_id, chain=command.chain, address=command.address, at=command.at
    )
    held = old.holder == user.user_id
    return Success(
        Linking(
            user=(linked,),
            old=(WalletReleased(user_id=user.user_id),) if held else (),
            new=(WalletClaimed(user_id=user.user_id),),
        )
    )


def login_message_fault(
    message: LoginMessage, domain: str, chain: str, now: Instant, *, nonce_is_new: bool
) -> BadCredentials | None:
    """The refusal of a message that is not for here and now, or was used; else None.

    Source: docs/formulas-access.md#wallet-login.
    """
    lives = message.expires_at.micros - message.issued_at.micros
    fine = (
        message.domain == domain,
        message.chain == chain,
        nonce_is_new,
        0 < lives <= LONGEST_MESSAGE,
        message.issued_at.micros <= now.micros < message.expires_at.micros,
    )
    return None if all(fine) else BadCredentials()


def typed_data(fields: Fields, dialect: str | None = None) -> Result[Fields, UnnamedType]:
    """The fields, when every reader of the message hashes them alike.

    Libraries differ about enumerations and numbers of 256 bits: they pass only where a dialect
    is named.  Errors: UnnamedType.  Source: docs/formulas-access.md#typed-data.
    >>> typed_data({"amount": "u256"}).failure(), typed_data({"nonce": "felt"}).unwrap()
    (UnnamedType(name='u256'), {'nonce': 'felt'})
    """
    for kind in fields.values():
        known = kind in PLAIN_TYPES
        named = dialect in DIALECTS and NESTED.search(kind) is not None
        if not (known or named):
            return Failure(UnnamedType(kind[:64]))
    return Success(fields)


def decide_wallet(
    command: LinkWallet, claim: Claim
) -> Result[tuple[WalletEvent, ...], WalletFault]:
    """The new wallet's half of `link_wallet`.  Errors: BadCredentials, WalletTaken."""
    user = User(user_id=command.user_id)
    return link_wallet(command, user, Claim(), claim).map(lambda made: made.new)


def evolve_wallet(claim: Claim, event: WalletEvent) -> Claim:
    """Fold one event of a wallet."""
    match event:
        case WalletClaimed():
            return changed(claim, holder=event.user_id)
        case WalletReleased():
            return Claim()
        case _:
            assert_never(event)


WALLETS: Decider[LinkWallet, Claim, WalletEvent, WalletFault] = Decider(
    "user.wallet", Claim(), decide_wallet, evolve_wallet
)
