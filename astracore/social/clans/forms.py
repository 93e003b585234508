"""What a clan may be called and look like: every fault of the form at once."""

import re

from attrs import frozen

from astracore.errors.social import ClanInvalid
from astracore.social.clans.rules import CLANS, ClanRules
from astracore.social.texts import is_text

TAG = re.compile(r"[A-Za-z0-9]+", re.ASCII)
COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
EMBLEM = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)


@frozen(kw_only=True)
class ClanForm:
    """What the form says; None is not looked at."""

    name: str | None = None
    tag: str | None = None
    description: str | None = None
    colour: str | None = None
    emblem: str | None = None


def form_fault(form: ClanForm, rules: ClanRules = CLANS) -> ClanInvalid | None:
    """The fields that do not have their form, in the order of the form.

    >>> form_fault(ClanForm(name="ab", tag="NOVA", colour="red"))
    ClanInvalid(fields=('name', 'colour'))
    """
    tag = form.tag
    checks = (
        ("name", form.name is None or is_line(form.name, *rules.name)),
        (
            "tag",
            tag is None
            or (rules.tag[0] <= len(tag) <= rules.tag[1] and TAG.fullmatch(tag) is not None),
        ),
        ("description", form.description is None or is_text(form.description, 0, rules.text_most)),
        ("colour", form.colour is None or COLOUR.fullmatch(form.colour) is not None),
        ("emblem", form.emblem is None or EMBLEM.fullmatch(form.emblem) is not None),
    )
    wrong = tuple(name for name, sound in checks if not sound)
    return ClanInvalid(wrong) if wrong else None


def is_line(text: str, least: int, most: int) -> bool:
    """A text of one line.

    >>> is_line("Nova Traders", 3, 30), is_line("a\\nb", 3, 30)
    (True, False)
    """
    return is_text(text, least, most) and "\n" not in text
