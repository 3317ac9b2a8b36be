--[[
Adds messages at the tail, all or none, where the ready ones then are no more than the limit:
new -> ready.
KEYS    1 ready LIST
ARGV    1 most ready messages, 2.. messages, at most 1 000
Returns {1} stored, {0, how many are ready} full
Cost    2 commands
--]]
local size = redis.call('LLEN', KEYS[1])
if size + #ARGV - 1 > tonumber(ARGV[1]) then
  return { 0, size }
end
redis.call('RPUSH', KEYS[1], unpack(ARGV, 2))
return { 1 }
