--[[
Registers a consumer: none -> live. An id is used once.
KEYS    1 consumers ZSET, 2 taken HASH, 3 meta HASH
ARGV    1 consumer, 2 lease (ms), 3 layout version of the caller
Returns 1 registered; 0 the id is in use; -1 the layout in Redis is a newer one
Cost    8 commands
--]]
--@include now
redis.call('ZREM', KEYS[1], '')
if redis.call('EXISTS', KEYS[2]) == 1 or redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
local known = redis.call('HMGET', KEYS[3], 'layout', 'lease')
if known[1] and tonumber(known[1]) > tonumber(ARGV[3]) then
  return -1
end
redis.call('ZADD', KEYS[1], 'XX', 0, '')
local time = now()
-- The longest lease ever registered: tick.lua clamps deadlines by it.
local lease = math.max(tonumber(ARGV[2]), tonumber(known[2] or '0'))
redis.call('HSET', KEYS[3], 'layout', ARGV[3], 'lease', lease)
return redis.call('ZADD', KEYS[1], 'NX', time + tonumber(ARGV[2]), ARGV[1])
