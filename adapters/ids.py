"""Fresh identifiers. The only place that asks for randomness to name things."""

import secrets

from astracore.instants import Instant


class RandomIds:
    """UUIDv7: 48 bits of time [ms], 74 random bits."""

    def fresh(self, at: Instant) -> str:
        """An identifier never given before, sorting by `at`.

        >>> RandomIds().fresh(Instant(1772618400000000))[:13]
        '019cb84a-6d00'
        """
        entropy = secrets.randbits(74)
        value = ((at.micros // 1000) & ((1 << 48) - 1)) << 80
        value |= 0x7 << 76 | (entropy >> 62) << 64 | 0b10 << 62 | (entropy & ((1 << 62) - 1))
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
