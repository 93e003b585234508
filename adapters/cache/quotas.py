"""Token buckets that many processes share: one script, so that no two draw the same token."""

import hashlib
import hmac

from attrs import frozen

from adapters.cache.shared import Shared
from astracore.platform.buckets import DROPS, Bucket, Drawn, Quota, draw

PREFIX = "astra:quota:"
KIND = "quota"
# The same arithmetic as `draw`, by the server's clock. It answers what it found and what it left;
# what the caller is told is computed from that here. Lua's numbers are exact up to 2^53.
SCRIPT = """\
local now = redis.call('TIME')
local at = now[1] * 1000000 + now[2]
local room, rate, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local drops, since = string.match(redis.call('GET', KEYS[1]) or '', '^%[(%d+),(%d+)%]$')
drops, since = tonumber(drops or room), tonumber(since or at)
local left = math.min(room, drops + math.max(0, at - since) * rate)
if left >= cost then left = left - cost end
local life = math.ceil((room - left) / rate / 1000) + 1000
local kept = string.format('[%.0f,%.0f]', left, math.max(at, since))
redis.call('SET', KEYS[1], kept, 'PX', string.format('%.0f', life))
return {string.format('%.0f', drops), string.format('%.0f', since), string.format('%.0f', at), kept}
"""


@frozen
class SharedBuckets:
    """Buckets in the Redis of a cache; who they belong to is not readable there."""

    shared: Shared

    async def draw(self, kind: str, who: str, rate: Quota) -> Drawn | None:
        """Take one token; None when the server cannot be asked."""
        name = hmac.new(self.shared.key, f"{kind}:{who}".encode(), hashlib.sha256).hexdigest()
        room, cost = rate.capacity * DROPS, DROPS
        said = await self.shared.said(
            KIND, "EVAL", SCRIPT, 1, PREFIX + name, room, rate.per_minute, cost
        )
        if not isinstance(said, list):
            return None
        drops, since, at = (int(part) for part in said[:3])
        return draw(Bucket(drops, since), rate, at)
