"""Causes that concern people: names, registration."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class BadUsername:
    """Text is not 3 to 30 of A-Z a-z 0-9 _ -, beginning with a letter or digit."""

    code: ClassVar[str] = "bad_username"
    text: str


@frozen
class UsernameTaken:
    """Someone holds this name already; upper and lower case are the same name."""

    code: ClassVar[str] = "username_taken"
    username: str


@frozen
class UserExists:
    """This user id is registered already."""

    code: ClassVar[str] = "user_exists"
    user_id: str


UserFault: TypeAlias = BadUsername | UsernameTaken | UserExists
