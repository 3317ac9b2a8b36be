--[[
Removes the message at the head: ready -> gone. Where nothing is ready, a due message that may
not enter the ready list (kind t) is removed instead.
KEYS    1 ready LIST, 2 arrived LIST, 3 delayed ZSET
ARGV    1 largest message to send (bytes)
Returns {message}; {length} where the message is larger: it stays, see reject.lua;
        {false, next due time (ms) or false} where there is none
Cost    3 commands, 5 where nothing is ready
--]]
--@include now
local ready, arrived, delayed = unpack(KEYS)
local source = arrived
local message = redis.call('LINDEX', arrived, 0)
if not message then
  source = ready
  message = redis.call('LINDEX', ready, 0)
end
if message then
  if #message > tonumber(ARGV[1]) then
    return { #message }
  end
  return { redis.call('LPOP', source) }
end
local next = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
if next[1] and string.sub(next[1], 1, 1) == 't' and tonumber(next[2]) <= now() then
  if #next[1] - 16 > tonumber(ARGV[1]) then
    return { #next[1] - 16 }
  end
  redis.call('ZREM', delayed, next[1])
  return { string.sub(next[1], 17) }
end
return { false, next[2] or false }
