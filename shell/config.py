"""Everything that can be set from outside, read once, with every fault named at once."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal, TypeAlias

from annotated_types import Ge, Le
from attrs import frozen
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError
from returns.result import Failure, Result, Success

from astracore.platform.buckets import RATES, Quota
from shell.domains import DOMAINS

PREFIX = "ASTRA_"
REDIS = r"^rediss?://([^@/\s]*@)?([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?(/\d{1,3})?$"


@frozen
class BadSetting:
    """A setting is unknown or its value does not fit: `name` and `why` say which and how."""

    code: ClassVar[str] = "bad_setting"
    name: str
    why: str


ConfigFault: TypeAlias = tuple[BadSetting, ...]
LimitName: TypeAlias = Literal["public", "register", "read", "write", "orders", "topics"]
CACHES = r"^(off|memory|(redis|rediss|unix)://.+)$"
Count: TypeAlias = Annotated[int, Ge(1), Le(1_000_000_000)]


def listed(given: object) -> object:
    """Domains as they are written: `trading,gamification`.  Raises: ValueError."""
    if not isinstance(given, str):
        return given
    named = tuple(word.strip() for word in given.split(","))
    if set(named) <= set(DOMAINS):
        return named
    raise ValueError(f"one or more of {', '.join(DOMAINS)}, with commas")


class Config(BaseSettings):
    """The settings. Each may come from the environment as `ASTRA_<NAME>`.

    `database` is the address of a PostgreSQL database; without it the store is a SQLite file in
    `data`. `cache` is off, memory, or the address of a Redis. `bus` is the address of a Redis
    database; without it no other program is told of events. `seed` drives the simulated prices;
    with `candles` (a CSV of minute candles) the simulated venue plays those instead as `symbol`,
    `speed` minutes in one. `domains` says with commas which domains this process serves. `limits`
    changes how much may be asked for, as JSON:
    `{"register": [capacity, per minute]}`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Path("data")
    database: Annotated[str | None, Field(repr=False)] = None
    cache: Annotated[str, Field(repr=False, pattern=CACHES)] = "off"
    bus: Annotated[str | None, Field(repr=False, pattern=REDIS)] = None
    host: str = "127.0.0.1"
    port: Annotated[int, Ge(0), Le(65535)] = 8080
    seed: Annotated[int, Ge(0), Le(2**63 - 1)] = 7
    candles: Path | None = None
    symbol: str = "BTC-USD"
    speed: Annotated[int, Ge(1), Le(86_400)] = 60
    origins: tuple[str, ...] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    reuse_port: bool = False
    domains: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)] = DOMAINS
    limits: Mapping[LimitName, tuple[Count, Count]] = {}

    @property
    def rates(self) -> Mapping[str, Quota]:
        """The limits in force: those given, for all others those of the rules."""
        return {**RATES, **{name: Quota(*pair) for name, pair in self.limits.items()}}


TESTS = f"{PREFIX}TEST_"  # what begins so is read by the tests, not by the service


def config(
    environment: Mapping[str, str] | None = None, **given: object
) -> Result[Config, ConfigFault]:
    """The settings from the environment and from `given`, which wins where it is not None.

    Errors: every BadSetting at once; an unknown `ASTRA_…` variable is one.
    """
    seen = os.environ if environment is None else environment
    known = {f"{PREFIX}{name.upper()}" for name in Config.model_fields}
    strange = tuple(
        BadSetting(name, "no such setting")
        for name in sorted(seen)
        if name.startswith(PREFIX) and not name.startswith(TESTS) and name not in known
    )
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        read = Config(**chosen)  # type: ignore[arg-type]  # checked by the model itself
    except ValidationError as refusal:
        return Failure(strange + tuple(_fault(detail) for detail in refusal.errors()))
    except SettingsError as refusal:  # a list or a table that is no JSON
        return Failure((*strange, BadSetting(PREFIX, f"{refusal}: it is written as JSON")))
    return Failure(strange) if strange else Success(read)


def _fault(detail: Mapping[str, object]) -> BadSetting:
    place = detail["loc"]
    name = ".".join(str(part) for part in place) if isinstance(place, tuple) else str(place)
    return BadSetting(name, str(detail["msg"]))
