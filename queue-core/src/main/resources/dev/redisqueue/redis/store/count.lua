--[[
Notes a message in a total: one that a get has removed, and that goes nowhere else.
KEYS    1 meta HASH
ARGV    1 total
Returns the total
Cost    2 commands
--]]
-- A removing no-op comes first: a Redis that is full counts too.
redis.call('HDEL', KEYS[1], '')
return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
