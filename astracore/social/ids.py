"""Typed identifiers of what people make together."""

from typing import NewType

ClanId = NewType("ClanId", str)
BattleId = NewType("BattleId", str)
ChallengeId = NewType("ChallengeId", str)
ContentId = NewType("ContentId", str)
InviteId = NewType("InviteId", str)
CaseId = NewType("CaseId", str)
