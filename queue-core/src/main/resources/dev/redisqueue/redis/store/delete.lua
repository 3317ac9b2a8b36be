--[[
Removes a dead letter for good: dead -> gone.
KEYS    1 dead ZSET, 2 letters HASH
ARGV    1 id
Returns 1, or 0 where there is none
Cost    3 commands
--]]
redis.call('ZREM', KEYS[1], '')
local count = redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
return count
