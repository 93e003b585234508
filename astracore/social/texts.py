"""What people write: which texts are let in, and which are the same name."""

import unicodedata

FORBIDDEN = frozenset({"Cc", "Cs", "Co", "Cn"})  # control, surrogate, private, unassigned


def is_text(text: str, least: int, most: int) -> bool:
    """Whether `text` has `least` to `most` characters, all of them writable, none around it blank.

    >>> is_text("ada\\n", 1, 9), is_text("Ada & co", 3, 30), is_text("", 0, 9)
    (False, True, True)
    """
    if not least <= len(text) <= most or text != text.strip():
        return False
    return all(char == "\n" or unicodedata.category(char) not in FORBIDDEN for char in text)


def folded(name: str) -> str:
    """The key of a name: names that differ in case or width alone share it.

    >>> folded("Nova") == folded("NOVA") == folded("Ｎova")
    True
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
