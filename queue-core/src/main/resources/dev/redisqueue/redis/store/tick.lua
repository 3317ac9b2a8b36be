--[[
What every process that opened the queue does now and then: puts what waits have moved back to
the head (arrived -> ready), finds a consumer to recover, and clamps deadlines that a clock
which went back has left too far away.
KEYS    1 ready LIST, 2 arrived LIST, 3 delayed ZSET, 4 consumers ZSET, 5 meta HASH
ARGV    1 lease of the caller (ms), 2 layout version of the caller
Returns {next due time (ms) or false, an expired consumer or false, now (ms), 1 where the layout in
        Redis is a newer one, else 0}; of a newer one nothing is changed or told
Cost    9 commands, up to 45 more where messages may be large
--]]
--@include now
--@include due
--@include known
local ready, arrived, delayed, consumers, meta = unpack(KEYS)
local noted = redis.call('HMGET', meta, 'layout', 'lease', 'largest')
if noted[1] and tonumber(noted[1]) > tonumber(ARGV[2]) then
  return { false, false, now(), 1 }
end
redis.call('ZREM', consumers, '')
-- What clamping writes is proven here, and LMOVE comes before it: either fails before a change.
redis.call('ZADD', consumers, 'XX', 0, '')
local time = now()
local expired = redis.call('ZRANGE', consumers, -time, time, 'BYSCORE', 'LIMIT', 0, 1)[1]
local due = nextdue(delayed, largestknown(noted[3]), 2 ^ 42)
local longest = math.max(tonumber(ARGV[1]), tonumber(noted[2] or '0'))
while redis.call('LMOVE', arrived, ready, 'RIGHT', 'LEFT') do end
local furthest = time + 2 * longest
for _, consumer in ipairs(redis.call('ZRANGE', consumers, '(' .. furthest, '+inf', 'BYSCORE', 'LIMIT', 0, 100)) do
  redis.call('ZADD', consumers, 'XX', furthest, consumer)
end
for _, consumer in ipairs(redis.call('ZRANGE', consumers, '-inf', '(-' .. furthest, 'BYSCORE', 'LIMIT', 0, 100)) do
  redis.call('ZADD', consumers, 'XX', -furthest, consumer)
end
return { due, expired or false, time, 0 }
