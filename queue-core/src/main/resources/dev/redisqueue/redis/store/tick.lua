--[[
What every process that opened the queue does now and then: puts what waits have moved back to
the head (arrived -> ready), finds a consumer to recover, and clamps deadlines that a clock
which went back has left too far away.
KEYS    1 ready LIST, 2 arrived LIST, 3 delayed ZSET, 4 consumers ZSET, 5 meta HASH
ARGV    1 lease of the caller (ms), 2 layout version of the caller
Returns {next due time (ms) or false, an expired consumer or false, now (ms), 1 where the layout in
        Redis is a newer one, else 0}; of a newer one nothing is changed or told
Cost    9 commands
--]]
--@include now
local ready, arrived, delayed, consumers, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'lease')
if known[1] and tonumber(known[1]) > tonumber(ARGV[2]) then
  return { false, false, now(), 1 }
end
redis.call('ZREM', consumers, '')
-- What clamping writes is proven here, and LMOVE comes before it: either fails before a change.
redis.call('ZADD', consumers, 'XX', 0, '')
local time = now()
local due = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2] or false
local longest = math.max(tonumber(ARGV[1]), tonumber(known[2] or '0'))
while redis.call('LMOVE', arrived, ready, 'RIGHT', 'LEFT') do end
local furthest = time + 2 * longest
for _, consumer in ipairs(redis.call('ZRANGE', consumers, '(' .. furthest, '+inf', 'BYSCORE', 'LIMIT', 0, 100)) do
  redis.call('ZADD', consumers, 'XX', furthest, consumer)
end
for _, consumer in ipairs(redis.call('ZRANGE', consumers, '-inf', '(-' .. furthest, 'BYSCORE', 'LIMIT', 0, 100)) do
  redis.call('ZADD', consumers, 'XX', -furthest, consumer)
end
local expired = redis.call('ZRANGE', consumers, -time, time, 'BYSCORE', 'LIMIT', 0, 1)[1]
return { due, expired or false, time, 0 }
