--[[
Counts the ready messages, with what a wait has just moved. Changes nothing.
KEYS    1 ready LIST, 2 arrived LIST
Returns the number
Cost    2 commands
--]]
return redis.call('LLEN', KEYS[1]) + redis.call('LLEN', KEYS[2])
