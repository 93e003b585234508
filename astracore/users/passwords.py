"""What makes a password weak: all reasons at once. The text itself goes no further than here."""

import re
from itertools import pairwise

from returns.result import Failure, Result, Success

from astracore.errors.access import WeakPassword
from astracore.users.rules import PASSWORD_RULES, PasswordRules

# What people choose first; looked for without case, digits for letters, and trailing numbers.
COMMON = frozenset(
    {
        *("password", "passwort", "passw", "letmein", "welcome", "iloveyou", "sunshine"),
        *("princess", "football", "baseball", "superman", "batman", "dragon", "monkey"),
        *("shadow", "master", "michael", "jordan", "whatever", "trustno", "starwars"),
        *("qwerty", "qwertz", "azerty", "asdfgh", "zxcvbn", "qwertyuiop", "asdfghjkl"),
        *("administrator", "changeme", "default", "secret", "bitcoin", "ethereum"),
        *("crypto", "hodler", "tothemoon", "trading", "trader", "freedom", "computer"),
        *("internet", "hello", "helloworld", "testtest", "access", "login", "guest"),
        *("abcdef", "abcdefgh", "abcabc", "summer", "winter", "spring", "autumn"),
    }
)
SPELLED = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a",
                         "$": "s", "!": "i"})  # fmt: skip
KINDS = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"), re.compile("[^a-zA-Z0-9]"))


def password_strength(
    password: str, username: str, email: str = "", rules: PasswordRules = PASSWORD_RULES
) -> Result[None, WeakPassword]:
    """Whether the password may be used.

    Errors: WeakPassword with every reason: too_short, too_long, too_few_kinds, holds_name,
    holds_email, common.  Source: docs/formulas-access.md#password.
    >>> password_strength("ada-love", "ada-love").failure().reasons
    ('too_short', 'too_few_kinds', 'holds_name')
    """
    local = email.partition("@")[0]
    checks = (
        ("too_short", len(password) < rules.shortest),
        ("too_long", len(password) > rules.longest),
        ("too_few_kinds", not _has_kinds(password, rules)),
        ("holds_name", _holds(password, username, rules)),
        ("holds_email", _holds(password, local, rules)),
        ("common", is_common(password)),
    )
    reasons = tuple(name for name, broken in checks if broken)
    return Failure(WeakPassword(reasons)) if reasons else Success(None)


def _has_kinds(password: str, rules: PasswordRules) -> bool:
    found = sum(1 for kind in KINDS if kind.search(password) is not None)
    return found >= rules.kinds or len(password) >= rules.long_enough


def _holds(password: str, part: str, rules: PasswordRules) -> bool:
    return len(part) >= rules.part_least and part.casefold() in password.casefold()


def is_common(password: str) -> bool:
    """Whether the password is what people choose first, in whatever spelling.

    One common word with numbers and signs around it, one character again and again, or a run of
    neighbours such as 1234567890.
    >>> is_common("P4ssw0rd!2024"), is_common("abcdefghijkl"), is_common("correct horse battery")
    (True, True, False)
    """
    folded = password.casefold()
    core = re.sub(r"[^a-z]", "", folded)
    spelled = re.sub(r"[^a-z]", "", folded.strip("0123456789!$.").translate(SPELLED))
    return bool({core, spelled} & COMMON) or _is_run(folded)


def _is_run(text: str) -> bool:
    steps = {ord(right) - ord(left) for left, right in pairwise(text.replace("90", "9:"))}
    return len(text) > 1 and len(steps) == 1 and steps <= {-1, 0, 1}
