"""The numbers of invites and referrals, and the code of an invite."""

from attrs import field, frozen
from returns.result import Failure, Result

from astracore.errors.social import InviteInvalid
from astracore.errors.values import InvalidSeed
from astracore.instants import DAY
from astracore.numeric import seeded
from astracore.outcome import is_failure
from astracore.social.limits import LIMITS, SocialLimits

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
LENGTH = 8
CODES = len(ALPHABET) ** LENGTH
SEEDS = 2**64


@frozen(kw_only=True)
class InviteRules:
    """Every number of invites; a changed one is a new value, not new code."""

    uses_most: int = 10
    lasts: int = 30 * DAY
    live_most: int = 5
    activates_within: int = 60 * DAY
    closes: int = 5  # qualifying, for those of the e-mail tier
    close_days: int = 3
    inviter_xp: int = 200
    inviter_credits: int = 500
    invited_credits: int = 250
    xp_rewards: int = 5  # a month
    credit_rewards: int = 20
    attempts: int = 8
    limits: SocialLimits = field(default=LIMITS)


INVITES = InviteRules()


def invite_code(seed: int, attempt: int = 0) -> Result[str, InvalidSeed]:
    """Eight characters from `seed`; each attempt takes the next seed.

    Errors: InvalidSeed.  Source: docs/formulas-social.md#invite-code.
    >>> invite_code(7).unwrap()
    'ZD3P1YZJ'
    """
    number = seeded((seed + attempt) % SEEDS if attempt > 0 else seed, CODES)
    return number.map(_written)


def free_code(
    seed: int, taken: frozenset[str], rules: InviteRules = INVITES
) -> Result[str, InviteInvalid | InvalidSeed]:
    """The first code from `seed` on that nobody has.

    Errors: InvalidSeed, InviteInvalid (every attempt was taken).
    """
    for attempt in range(rules.attempts):
        code = invite_code(seed, attempt)
        if is_failure(code):
            return code
        if code.unwrap() not in taken:
            return code
    return Failure(InviteInvalid("collision"))


def is_code(text: str) -> bool:
    """Whether `text` could be a code.

    >>> is_code("0123ABCD"), is_code("0123ABCI"), is_code("0123ABC")
    (True, False, False)
    """
    return len(text) == LENGTH and all(char in ALPHABET for char in text)


def _written(number: int) -> str:
    places = (number // len(ALPHABET) ** place for place in reversed(range(LENGTH)))
    return "".join(ALPHABET[place % len(ALPHABET)] for place in places)
