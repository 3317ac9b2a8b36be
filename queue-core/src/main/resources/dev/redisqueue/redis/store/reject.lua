--[[
Makes a dead letter of the message that get.lua left because it is too large to be received,
without sending it: ready, delayed -> dead.
KEYS    1 ready LIST, 2 arrived LIST, 3 delayed ZSET, 4 dead ZSET, 5 letters HASH, 6 meta HASH
ARGV    1 largest message to receive (bytes), 2 letter id, 3 head of the letter
Returns {id of the letter}, or {false} where the head is no such message any more
Cost    13 commands
--]]
--@include now
--@include letter
local ready, arrived, delayed, dead, letters, meta = unpack(KEYS)
local source = redis.call('EXISTS', arrived) == 1 and arrived or ready
redis.call('LTRIM', source, 0, -1)
redis.call('ZREM', delayed, '')
local message, member = redis.call('LINDEX', source, 0), false
if not message then
  local first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
  if first[1] and string.sub(first[1], 1, 1) == 't' and tonumber(first[2]) <= now() then
    member = first[1]
    message = string.sub(member, 17)
  end
end
if not message or #message <= tonumber(ARGV[1]) then
  return { false }
end
local id = letter(dead, letters, meta, ARGV[2], ARGV[3] .. message)
if member then
  redis.call('ZREM', delayed, member)
else
  redis.call('LTRIM', source, 1, -1)
end
return { id }
