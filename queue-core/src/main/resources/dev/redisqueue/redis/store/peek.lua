--[[
Reads the message at the head. Changes nothing.
KEYS    1 ready LIST, 2 arrived LIST
ARGV    1 bytes to send at most
Returns {the message up to that many bytes, its length}, or {false, 0}
Cost    2 commands
--]]
local message = redis.call('LINDEX', KEYS[2], 0) or redis.call('LINDEX', KEYS[1], 0)
if not message then
  return { false, 0 }
end
return { string.sub(message, 1, tonumber(ARGV[1])), #message }
