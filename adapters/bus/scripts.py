"""What Redis does in one step each: nobody sees a half of it, and each costs one round trip.

Keys: `astra.bus.position` is where the bus stands in the log, `astra.bus.groups` says which
streams each group reads, `astra.later.<group>` holds failed messages until they are due,
`astra.again.<group>` those given once more, `astra.dlq.<group>` the dead ones.
A message is the entry `<position>-0` of its stream, so that no entry can be written twice. Of dead
letters the newest 10,000 or so of a group wait to be fetched.
"""

AGAIN = "astra.again."
KEPT_LATER = 10_000  # failed messages of a group that wait; a further one is dead at once

# ARGV: position, then for each group its name, its position, how many streams, the streams.
OPEN = """
local stands = redis.call('GET', 'astra.bus.position')
if stands then return stands end
local i = 2
while i <= #ARGV do
  local group, floor, last = ARGV[i], ARGV[i + 1], i + 2 + tonumber(ARGV[i + 2])
  for n = i + 3, last do
    redis.pcall('XGROUP', 'CREATE', ARGV[n], group, floor, 'MKSTREAM')
  end
  redis.pcall('XGROUP', 'CREATE', 'astra.again.' .. group, group, '0', 'MKSTREAM')
  redis.call('HSET', 'astra.bus.groups', group, table.concat(ARGV, ' ', i + 3, last))
  i = last + 1
end
redis.call('SET', 'astra.bus.position', ARGV[1])
return ARGV[1]
"""

# ARGV: where the bus must stand, where it stands afterwards, then stream, position, body of each.
PUBLISH = """
local stands = redis.call('GET', 'astra.bus.position')
if stands ~= ARGV[1] then return stands end
if #ARGV == 2 and redis.call('HLEN', 'astra.bus.groups') > 0 then return stands end
for i = 3, #ARGV, 3 do
  local done = redis.pcall('XADD', ARGV[i], 'NOMKSTREAM', ARGV[i + 1] .. '-0',
    'position', ARGV[i + 1], 'event', ARGV[i + 2])
  if type(done) == 'table' and done.err and not string.find(done.err, 'equal or smaller') then
    return done
  end
end
redis.call('SET', 'astra.bus.position', ARGV[2])
return ARGV[2]
"""

# ARGV: group, the most groups there may be, streams.
JOIN = """
local stands = redis.call('GET', 'astra.bus.position')
if not stands then return 'unopened' end
local known = redis.call('HGET', 'astra.bus.groups', ARGV[1])
if not known and redis.call('HLEN', 'astra.bus.groups') >= tonumber(ARGV[2]) then return 'full' end
local all = known or ''
for i = 3, #ARGV do
  redis.pcall('XGROUP', 'CREATE', ARGV[i], ARGV[1], stands, 'MKSTREAM')
  if not string.find(' ' .. all .. ' ', ' ' .. ARGV[i] .. ' ', 1, true) then
    all = all .. (all == '' and '' or ' ') .. ARGV[i]
  end
end
redis.pcall('XGROUP', 'CREATE', 'astra.again.' .. ARGV[1], ARGV[1], '0', 'MKSTREAM')
redis.call('HSET', 'astra.bus.groups', ARGV[1], all)
return 'joined'
"""

# ARGV: group. A stream that nobody reads any more goes, too.
LEAVE = """
for stream in string.gmatch(redis.call('HGET', 'astra.bus.groups', ARGV[1]) or '', '%S+') do
  redis.pcall('XGROUP', 'DESTROY', stream, ARGV[1])
  local left = redis.pcall('XINFO', 'GROUPS', stream)
  if #left == 0 and not left.err then redis.call('DEL', stream) end
end
redis.call('DEL', 'astra.again.' .. ARGV[1], 'astra.later.' .. ARGV[1])
return redis.call('HDEL', 'astra.bus.groups', ARGV[1])
"""

# ARGV: group, reader, milliseconds until a claim, how many at most, deliveries at most, streams.
RECLAIM = """
local found, group, reader = {}, ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local later = 'astra.later.' .. group
local function hand(stream, entry, count)
  table.insert(found, {stream, entry[1], count, entry[2][2], entry[2][4], entry[2][6] or stream})
end
for _, member in ipairs(
  redis.call('ZRANGEBYSCORE', later, '-inf', now, 'LIMIT', 0, ARGV[4])
) do
  redis.call('ZREM', later, member)
  local stream, id, count = string.match(member, '^(%S+) (%S+) (%d+)$')
  local got = redis.pcall('XCLAIM', stream, group, reader, 0, id, 'FORCE', 'RETRYCOUNT', count + 1)
  if got[1] then hand(stream, got[1], count + 1) end
end
for i = 6, #ARGV do
  local got = redis.pcall('XAUTOCLAIM', ARGV[i], group, reader, ARGV[3], '0', 'COUNT', ARGV[4])
  for _, entry in ipairs(got.err and {} or got[2]) do
    if entry then
      local pending = redis.call('XPENDING', ARGV[i], group, entry[1], entry[1], 1)
      local count = pending[1][4]
      if count > tonumber(ARGV[5]) then
        redis.call('XADD', 'astra.dlq.' .. group, 'MAXLEN', '~', 10000, '*',
          'stream', entry[2][6] or ARGV[i], 'position', entry[2][2], 'event', entry[2][4],
          'deliveries', count - 1, 'why', 'no reader answered')
        redis.call('XACK', ARGV[i], group, entry[1])
      else
        hand(ARGV[i], entry, count)
      end
    end
  end
end
return found
"""

# ARGV: group, then source and entry of each.
DONE = """
for i = 2, #ARGV, 2 do
  redis.call('XACK', ARGV[i], ARGV[1], ARGV[i + 1])
  if ARGV[i] == 'astra.again.' .. ARGV[1] then redis.call('XDEL', ARGV[i], ARGV[i + 1]) end
end
return #ARGV
"""

# ARGV: group, source, entry, count, milliseconds until the next delivery or -1, why, how many
# failed ones may wait. Only who holds the delivery may fail it.
FAIL = """
local group, source, id = ARGV[1], ARGV[2], ARGV[3]
if redis.call('XACK', source, group, id) == 0 then return 0 end
local later = 'astra.later.' .. group
if tonumber(ARGV[5]) >= 0 and redis.call('ZCARD', later) < tonumber(ARGV[7]) then
  local time = redis.call('TIME')
  local due = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[5]
  redis.call('ZADD', later, due, source .. ' ' .. id .. ' ' .. ARGV[4])
  return 1
end
local entry = redis.call('XRANGE', source, id, id)[1]
if entry then
  redis.call('XADD', 'astra.dlq.' .. group, 'MAXLEN', '~', 10000, '*',
    'stream', entry[2][6] or source, 'position', entry[2][2], 'event', entry[2][4],
    'deliveries', ARGV[4], 'why', ARGV[6])
  if source == 'astra.again.' .. group then redis.call('XDEL', source, id) end
end
return 2
"""

# Where each group stands: behind the oldest message that it has not answered.
STANDING = """
local stands = redis.call('GET', 'astra.bus.position')
if not stands then return false end
local found, listed = {}, redis.call('HGETALL', 'astra.bus.groups')
local function number(id) return tonumber(string.match(id, '^%d+')) end
for i = 1, #listed, 2 do
  local group, floor = listed[i], tonumber(stands)
  local function below(position) if position < floor then floor = position end end
  for stream in string.gmatch(listed[i + 1], '%S+') do
    local info, top = redis.pcall('XINFO', 'STREAM', stream), 0
    for n = 1, #info, 2 do
      if info[n] == 'last-generated-id' then top = number(info[n + 1]) end
    end
    for _, one in ipairs(info.err and {} or redis.call('XINFO', 'GROUPS', stream)) do
      local told = {}
      for n = 1, #one, 2 do told[one[n]] = one[n + 1] end
      if told.name == group then
        local last = number(told['last-delivered-id'])
        if last < top then below(last) end
        if told.pending > 0 then
          below(number(redis.call('XPENDING', stream, group)[2]) - 1)
        end
      end
    end
  end
  for _, member in ipairs(redis.call('ZRANGE', 'astra.later.' .. group, 0, -1)) do
    local stream, id = string.match(member, '^(%S+) (%d+)')
    if stream ~= 'astra.again.' .. group then below(tonumber(id) - 1) end
  end
  table.insert(found, {group, string.format('%.0f', floor), listed[i + 1]})
end
return found
"""

# ARGV: stream and position of each: what is not above it goes.
TRIM = """
for i = 1, #ARGV, 2 do
  redis.call('XTRIM', ARGV[i], 'MINID', string.format('%.0f', ARGV[i + 1] + 1))
end
return #ARGV
"""

# Everything of ours but the dead letters.
CLEAR = """
local listed = redis.call('HGETALL', 'astra.bus.groups')
for i = 1, #listed, 2 do
  for stream in string.gmatch(listed[i + 1], '%S+') do redis.call('DEL', stream) end
  redis.call('DEL', 'astra.again.' .. listed[i], 'astra.later.' .. listed[i])
end
return redis.call('DEL', 'astra.bus.position', 'astra.bus.groups')
"""
