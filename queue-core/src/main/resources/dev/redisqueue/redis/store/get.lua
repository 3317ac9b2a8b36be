--[[
Removes the message at the head: ready -> gone. Where nothing is ready, a due message that may
not enter the ready list (kind t) is removed instead.
KEYS    1 ready LIST, 2 arrived LIST, 3 delayed ZSET, 4 meta HASH
ARGV    1 largest message to send (bytes)
Returns {message}; {length} where the message is larger: it stays, see reject.lua;
        {false, next due time (ms) or false} where there is none
Cost    3 commands, 6 where nothing is ready, up to 45 more where messages may be large
--]]
--@include now
--@include due
--@include known
local ready, arrived, delayed, meta = unpack(KEYS)
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
local due = nextdue(delayed, largestknown(redis.call('HGET', meta, 'largest')), 2 ^ 42)
if due and tonumber(due) <= now() then
  local first = redis.call('ZRANGE', delayed, 0, 0)[1]
  if string.sub(first, 1, 1) == 't' then
    if #first - 16 > tonumber(ARGV[1]) then
      return { #first - 16 }
    end
    redis.call('ZREM', delayed, first)
    return { string.sub(first, 17) }
  end
end
return { false, due }
