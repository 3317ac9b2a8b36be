--[[
Removes all dead letters for good: dead -> gone.
KEYS    1 dead ZSET, 2 letters HASH
Returns how many
Cost    3 commands
--]]
redis.call('ZCARD', KEYS[1])
local count = redis.call('HLEN', KEYS[2])
redis.call('UNLINK', unpack(KEYS))
return count
