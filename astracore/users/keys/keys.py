"""API keys as a decider, and whether one admits a request."""

import ipaddress
import re
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import (
    BadToken,
    InvalidKey,
    KeyFault,
    ScopeDenied,
    SecondFactorRequired,
    TokenExpired,
    TooManyKeys,
)
from astracore.events.decider import Decider
from astracore.ids import UserId
from astracore.instants import Instant, utc_day
from astracore.users.keys.events import ApiKeyCreated, ApiKeyRevoked, ApiKeyUsed, KeyEvent
from astracore.users.rules import KEY_RULES, KEYS_BY_PLAN, KeyRules
from astracore.users.types import Scope

KEY_ID = re.compile(r"ak_[a-z2-7]{16}", re.ASCII)
Decided: TypeAlias = Result[tuple[KeyEvent, ...], KeyFault]


@frozen(kw_only=True)
class CreateApiKey:
    """A new key. `proved`: a code of the second factor was used up for it.

    `replaces` names the key that it takes the place of.
    """

    user_id: UserId
    key_id: str
    label: str
    scopes: tuple[str, ...]
    addresses: tuple[str, ...]
    expires_at: Instant
    plan: str
    proved: bool
    replaces: str | None = None
    at: Instant


@frozen(kw_only=True)
class UseApiKey:
    """A request came that the key signed."""

    user_id: UserId
    key_id: str
    at: Instant


@frozen(kw_only=True)
class RevokeApiKey:
    """The key is no longer wanted; asked again it changes nothing."""

    user_id: UserId
    key_id: str
    at: Instant


KeyCommand: TypeAlias = CreateApiKey | UseApiKey | RevokeApiKey


@frozen(kw_only=True)
class ApiKey:
    """One key that was not revoked."""

    key_id: str
    label: str
    scopes: tuple[Scope, ...]
    addresses: tuple[str, ...]
    expires_at: Instant
    created_at: Instant
    used_at: Instant | None = None


@frozen(kw_only=True)
class Keys:
    """One stream a user, because what is limited is all of them together."""

    alive: tuple[ApiKey, ...] = ()


def key_of(keys: Keys, key_id: str) -> ApiKey | None:
    """The key with this id that was not revoked, if there is one."""
    return next((key for key in keys.alive if key.key_id == key_id), None)


def decide(command: KeyCommand, keys: Keys, rules: KeyRules = KEY_RULES) -> Decided:
    """Errors: those of `create`; BadToken and TokenExpired of a key that is used."""
    match command:
        case CreateApiKey():
            return create(command, keys, rules)
        case UseApiKey():
            return use(command, keys)
        case RevokeApiKey():
            held = key_of(keys, command.key_id)
            return Success(() if held is None else (revoked(command),))
        case _:
            assert_never(command)


def create(command: CreateApiKey, keys: Keys, rules: KeyRules = KEY_RULES) -> Decided:
    """A key, within the plan's number; expired ones do not count. A replaced one is revoked.

    Errors: SecondFactorRequired, ScopeDenied (no such scope: withdrawing is none), InvalidKey
    (every faulty field), TooManyKeys.
    """
    if not command.proved:
        return Failure(SecondFactorRequired())
    unknown = next((name for name in command.scopes if name not in set(Scope)), None)
    if unknown is not None:
        return Failure(ScopeDenied(unknown[:64]))
    wrong = faulty_fields(command, keys, rules)
    if wrong:
        return Failure(InvalidKey(wrong))
    most = KEYS_BY_PLAN.get(command.plan, 0)
    counted = [
        key
        for key in keys.alive
        if key.expires_at.micros > command.at.micros and key.key_id != command.replaces
    ]
    if len(counted) >= most:
        return Failure(TooManyKeys(most))
    made = ApiKeyCreated(
        user_id=command.user_id,
        key_id=command.key_id,
        label=command.label,
        scopes=tuple(scope for scope in Scope if scope.value in command.scopes),
        addresses=command.addresses,
        expires_at=command.expires_at,
        replaces=command.replaces,
        at=command.at,
    )
    if command.replaces is None:
        return Success((made,))
    old = RevokeApiKey(user_id=command.user_id, key_id=command.replaces, at=command.at)
    return Success((made, revoked(old)))


def faulty_fields(
    command: CreateApiKey, keys: Keys, rules: KeyRules = KEY_RULES
) -> tuple[str, ...]:
    """The names of all fields that break the rules."""
    lives = command.expires_at.micros - command.at.micros
    replaced = command.replaces is None or key_of(keys, command.replaces) is not None
    new = KEY_ID.fullmatch(command.key_id) is not None and key_of(keys, command.key_id) is None
    checks = (
        ("key_id", new),
        ("label", len(command.label.strip()) >= 1 and len(command.label) <= rules.label),
        ("scopes", bool(command.scopes)),
        ("addresses", are_addresses(command.addresses, rules)),
        ("expires_at", 0 < lives <= rules.lives),
        ("replaces", replaced),
    )
    return tuple(name for name, fine in checks if not fine)


def are_addresses(addresses: tuple[str, ...], rules: KeyRules = KEY_RULES) -> bool:
    """Whether these are addresses or networks, as many as a key may have.

    >>> are_addresses(("192.0.2.7", "2001:db8::/32")), are_addresses(("everywhere",))
    (True, False)
    """
    return len(addresses) <= rules.addresses and all(network(one) for one in addresses)


def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The network that `text` names, or None."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None


def use(command: UseApiKey, keys: Keys) -> Decided:
    """Remember the day.  Errors: BadToken (no such key), TokenExpired."""
    key = key_of(keys, command.key_id)
    if key is None:
        return Failure(BadToken("key_id"))
    if command.at.micros >= key.expires_at.micros:
        return Failure(TokenExpired())
    if key.used_at is not None and utc_day(key.used_at) >= utc_day(command.at):
        return Success(())
    used = ApiKeyUsed(user_id=command.user_id, key_id=command.key_id, at=command.at)
    return Success((used,))


def revoked(command: RevokeApiKey) -> ApiKeyRevoked:
    """The end of a key."""
    return ApiKeyRevoked(user_id=command.user_id, key_id=command.key_id, at=command.at)


def admits(
    keys: Keys, key_id: str, scope: Scope, address: str, now: Instant
) -> Result[ApiKey, KeyFault]:
    """The key, when it may do this from there.

    Errors: BadToken (no such key), TokenExpired, ScopeDenied (the scope, or the address).
    """
    key = key_of(keys, key_id)
    if key is None:
        return Failure(BadToken("key_id"))
    if now.micros >= key.expires_at.micros:
        return Failure(TokenExpired())
    if scope not in key.scopes:
        return Failure(ScopeDenied(scope.value))
    return Success(key) if is_from(key.addresses, address) else Failure(ScopeDenied("address"))


def is_from(addresses: tuple[str, ...], address: str) -> bool:
    """Whether `address` is in one of the networks; no networks are everywhere.

    >>> is_from(("192.0.2.0/24",), "192.0.2.7"), is_from(("192.0.2.0/24",), "198.51.100.1")
    (True, False)
    """
    caller = network(address)
    if not addresses:
        return True
    if caller is None:
        return False
    places = (network(one) for one in addresses)
    return any(place is not None and caller.network_address in place for place in places)


def evolve(keys: Keys, event: KeyEvent) -> Keys:
    """Fold one event."""
    match event:
        case ApiKeyCreated():
            key = ApiKey(
                key_id=event.key_id,
                label=event.label,
                scopes=event.scopes,
                addresses=event.addresses,
                expires_at=event.expires_at,
                created_at=event.at,
            )
            return Keys(alive=(*keys.alive, key))
        case ApiKeyUsed():
            alive = tuple(
                changed(key, used_at=event.at) if key.key_id == event.key_id else key
                for key in keys.alive
            )
            return Keys(alive=alive)
        case ApiKeyRevoked():
            return Keys(alive=tuple(key for key in keys.alive if key.key_id != event.key_id))
        case _:
            assert_never(event)


KEYS: Decider[KeyCommand, Keys, KeyEvent, KeyFault] = Decider(
    "user.api_keys", Keys(), decide, evolve
)
