"""What may have happened at the door. `pair` is a digest of account and address."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.instants import Instant


@frozen(kw_only=True)
class LoginFailed:
    """Somebody was not who they said."""

    TYPE: ClassVar[str] = "astra.user.login_failed.v1"
    pair: str
    at: Instant


@frozen(kw_only=True)
class LoginSlowed:
    """No login from there until `until`, but by known devices; `times` doubles it."""

    TYPE: ClassVar[str] = "astra.user.login_slowed.v1"
    pair: str
    times: int
    until: Instant
    at: Instant


@frozen(kw_only=True)
class LoginAdmitted:
    """A login succeeded: what failed before is forgiven."""

    TYPE: ClassVar[str] = "astra.user.login_admitted.v1"
    pair: str
    at: Instant


LoginEvent: TypeAlias = LoginFailed | LoginSlowed | LoginAdmitted
