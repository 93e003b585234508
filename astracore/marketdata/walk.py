"""A seeded price process in whole ticks: quiet hours, storms, and a pull towards home."""

import hashlib

from attrs import frozen

MILLION = 1_000_000
DRAWS = 12  # uniform draws in one normal-looking number


@frozen(kw_only=True)
class Climate:
    """How a price behaves. Volatility is in millionths of the price for one step."""

    home: int  # [ticks] the price it is drawn to
    calm: int = 120  # the volatility that storms return to
    lowest: int = 40
    highest: int = 900
    pull: int = 200_000  # steps in which a deviation would be pulled back, roughly
    lots: int = 2000  # typical quantity of one print [lots]


@frozen(kw_only=True)
class Walk:
    """Where the process stands: enough to go on with the very same prices after a restart."""

    seed: int
    step: int
    price: int  # [ticks], at least 1
    volatility: int  # [millionths of the price a step]


@frozen(kw_only=True)
class Stride:
    """One print of the process."""

    price: int  # [ticks]
    lots: int  # at least 1


def started(seed: int, climate: Climate) -> Walk:
    """The process before its first step, at home and calm."""
    return Walk(seed=seed, step=0, price=climate.home, volatility=climate.calm)


def bell(noise: bytes) -> int:
    """About normal with deviation 1000: the sum of twelve uniform bytes' pairs, centred.

    >>> bell(bytes(24)), bell(bytes([255]) * 24)
    (-6000, 6000)
    """
    total = sum(int.from_bytes(noise[2 * n : 2 * n + 2]) for n in range(DRAWS))
    return total * 1000 // 65535 - 6000


def stride(walk: Walk, climate: Climate) -> tuple[Walk, Stride]:
    """One step: volatility drifts back to calm with shocks, the price moves by it and homewards.

    A pure function of (seed, step, price, volatility), on integers: the same on every machine.
    Invariant: the price is at least one tick, the volatility within the climate.
    """
    noise = hashlib.sha512(f"{walk.seed}:{walk.step}".encode()).digest()
    shock = walk.volatility * bell(noise[24:48]) + 375 * (climate.calm - walk.volatility)
    volatility = walk.volatility + dithered(shock, 12_000, noise[56:58])
    moved = walk.price * walk.volatility * bell(noise[:24]) * climate.pull
    homewards = (climate.home - walk.price) * MILLION * 1000
    step = dithered(moved + homewards, MILLION * 1000 * climate.pull, noise[54:56])
    size = int.from_bytes(noise[48:50]) * int.from_bytes(noise[50:52])
    now = Walk(
        seed=walk.seed,
        step=walk.step + 1,
        price=max(1, walk.price + step),
        volatility=min(climate.highest, max(climate.lowest, volatility)),
    )
    return now, Stride(price=now.price, lots=1 + climate.lots * size // (1 << 31))


def dithered(numerator: int, denominator: int, noise: bytes) -> int:
    """numerator/denominator, up or down by two bytes of noise, so that on average nothing is lost.

    >>> dithered(-7, 2, bytes([0, 0])), dithered(-7, 2, bytes([255, 255]))
    (-4, -3)
    """
    return (numerator + denominator * int.from_bytes(noise) // 65536) // denominator
