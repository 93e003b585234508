"""What each refusal of margin, sizing and risk says, word for word: field by field in its place."""

from pathlib import Path

import pytest

from tests.core.test_refusals_risk import REFUSALS, Call

TOLD = Path(__file__).with_name("refusals_told.txt").read_text(encoding="utf-8").splitlines()
CALLS = [call for _, call in REFUSALS]


@pytest.mark.parametrize(("call", "told"), list(zip(CALLS, TOLD, strict=True)))
def test_a_refusal_says_what_was_wrong(call: Call, told: str) -> None:
    """A new case adds its line to refusals_told.txt, at the same place."""
    assert str(call().failure()) == told
