--[[
Notes how large messages may be before one is put that is larger than those known so far: takes
read so many at once that a script stays short.
KEYS    1 meta HASH
ARGV    1 size (bytes)
Returns {}
Cost    2 commands
--]]
local known = tonumber(redis.call('HGET', KEYS[1], 'largest') or '0')
if known < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'largest', ARGV[1])
end
return {}
