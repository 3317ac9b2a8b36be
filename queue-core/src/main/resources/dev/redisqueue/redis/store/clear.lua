--[[
Removes the ready and the delayed messages: ready, delayed -> gone.
KEYS    1 ready LIST, 2 arrived LIST, 3 delayed ZSET
Returns how many
Cost    4 commands
--]]
local count = redis.call('LLEN', KEYS[1]) + redis.call('LLEN', KEYS[2]) + redis.call('ZCARD', KEYS[3])
redis.call('UNLINK', unpack(KEYS))
return count
