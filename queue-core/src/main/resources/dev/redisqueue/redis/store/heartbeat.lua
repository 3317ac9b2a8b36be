--[[
Renews the lease of a consumer, and with it everything that it has borrowed.
KEYS    1 consumers ZSET, 2 taken HASH
ARGV    1 consumer, 2 lease (ms)
Returns how many messages it holds, or -1 where it is not registered or fenced
Cost    6 commands
--]]
--@include now
--@include alive
redis.call('ZREM', KEYS[1], '')
local held = redis.call('HLEN', KEYS[2]) - redis.call('HEXISTS', KEYS[2], '#')
if not alive(KEYS[1], ARGV[1]) then
  return -1
end
redis.call('ZADD', KEYS[1], 'XX', now() + tonumber(ARGV[2]), ARGV[1])
return held
