--[[
Adds a message that becomes ready later: new -> delayed.
KEYS    1 delayed ZSET, 2 meta HASH
ARGV    1 message, 2 '+' and a delay (ms), or a due time (ms)
Returns {due time (ms), now (ms)}
Cost    4 commands
--]]
--@include now
--@include delay
-- A growing no-op comes first: a Redis that is full refuses the put before anything changed.
redis.call('ZADD', KEYS[1], 'XX', 0, '')
local time = now()
local due = tonumber(ARGV[2])
if string.sub(ARGV[2], 1, 1) == '+' then
  due = time + due
end
delay(KEYS[1], KEYS[2], 'k', ARGV[1], due)
return { due, time }
