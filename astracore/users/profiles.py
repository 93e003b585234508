"""What users say of themselves and how they like things: values and all their faults at once."""

import re

from attrs import field, frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import InvalidPreferences, InvalidProfile
from astracore.money.currencies import CURRENCIES
from astracore.users.types import Experience, Theme, Visibility

COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?", re.ASCII)
ZONE = re.compile(r"UTC|[A-Za-z]{1,14}(/[A-Za-z0-9_+-]{1,20}){1,2}", re.ASCII)
LINK = re.compile(r"https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[!-~]{0,200})?", re.ASCII)
CHANNELS = ("mail", "push", "socket")
DAY_MINUTES = 24 * 60


@frozen(kw_only=True)
class Profile:
    """What others see. Outside data enters through `profile`."""

    display_name: str = ""
    bio: str = ""
    avatar: str | None = None
    country: str | None = None
    experience: Experience = Experience.BEGINNER
    links: tuple[str, ...] = ()


@frozen(kw_only=True)
class Notice:
    """Whether notices of a kind reach a channel."""

    kind: str
    channel: str
    on: bool


@frozen(kw_only=True)
class Quiet:
    """Hours without notices, in minutes of the local day; the end may be the next day."""

    start: int
    end: int


@frozen(kw_only=True)
class TradingDefaults:
    """What an order form shows at first."""

    confirm_orders: bool = True
    leverage: int = 1


@frozen(kw_only=True)
class Preferences:
    """How a user likes things. Outside data enters through `preferences`."""

    locale: str = "en"
    zone: str = "UTC"
    day_start: int = 0  # hour of the local day
    theme: Theme = Theme.SYSTEM
    currency: str = "USD"
    notices: tuple[Notice, ...] = ()
    profile_visible: Visibility = Visibility.EVERYBODY
    trades_visible: Visibility = Visibility.NOBODY
    trading: TradingDefaults = field(factory=TradingDefaults)
    quiet: Quiet | None = None


def profile(stated: Profile) -> Result[Profile, InvalidProfile]:
    """The same, when every field keeps its rule.

    Errors: InvalidProfile, naming every field that does not.
    >>> profile(Profile(display_name="Ada", links=("http://x",))).failure().fields
    ('links',)
    """
    checks = (
        ("display_name", len(stated.display_name.strip()) >= 1 and len(stated.display_name) <= 50),
        ("bio", len(stated.bio) <= 500),
        ("avatar", stated.avatar is None or LINK.fullmatch(stated.avatar) is not None),
        ("country", stated.country is None or COUNTRY.fullmatch(stated.country) is not None),
        ("links", len(stated.links) <= 5 and all(map(LINK.fullmatch, stated.links))),
    )
    wrong = tuple(name for name, fine in checks if not fine)
    return Failure(InvalidProfile(wrong)) if wrong else Success(stated)


def preferences(stated: Preferences) -> Result[Preferences, InvalidPreferences]:
    """The same, when every field keeps its rule.

    Errors: InvalidPreferences, naming every field that does not.
    >>> preferences(Preferences(day_start=24, zone="Europe/Berlin")).failure().fields
    ('day_start',)
    """
    checks = (
        ("locale", LOCALE.fullmatch(stated.locale) is not None),
        ("zone", ZONE.fullmatch(stated.zone) is not None),
        ("day_start", 0 <= stated.day_start < 24),
        ("currency", stated.currency in CURRENCIES),
        ("notices", _are_notices(stated.notices)),
        ("trading", 1 <= stated.trading.leverage <= 50),
        ("quiet", stated.quiet is None or _is_quiet(stated.quiet)),
    )
    wrong = tuple(name for name, fine in checks if not fine)
    return Failure(InvalidPreferences(wrong)) if wrong else Success(stated)


def _are_notices(notices: tuple[Notice, ...]) -> bool:
    places = [(notice.kind, notice.channel) for notice in notices]
    kinds = all(1 <= len(notice.kind) <= 40 for notice in notices)
    known = all(notice.channel in CHANNELS for notice in notices)
    return kinds and known and len(set(places)) == len(places) <= 100


def _is_quiet(quiet: Quiet) -> bool:
    inside = 0 <= quiet.start < DAY_MINUTES and 0 <= quiet.end < DAY_MINUTES
    return inside and quiet.start != quiet.end
