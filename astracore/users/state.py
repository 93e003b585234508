"""What is remembered of a user and of a name."""

from attrs import frozen

from astracore.ids import UserId


@frozen(kw_only=True)
class User:
    """Nobody until `user_id` is there."""

    user_id: UserId | None = None
    username: str = ""


@frozen(kw_only=True)
class Claim:
    """Who holds a name, if anybody does."""

    holder: UserId | None = None
