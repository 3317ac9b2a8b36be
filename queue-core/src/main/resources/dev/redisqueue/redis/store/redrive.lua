--[[
Brings dead letters back to the tail: dead -> ready. Each once, however many processes do it, and
only the one that the caller read: an id may have died again in the meantime.
KEYS    1 dead ZSET, 2 letters HASH, 3 ready LIST
ARGV    for each letter: its id, its time of death (ms), its length, where in it its payload begins
        (bytes), what to put before that; at most 100 letters
Returns how many were brought back; an id without a letter is removed
Cost    5 commands, two more a letter
--]]
local dead, letters, ready = unpack(KEYS)
redis.call('HDEL', letters, '')
redis.call('ZREM', dead, '')
local ids, messages, gone = {}, {}, {}
for i = 1, #ARGV, 5 do
  local content = redis.call('HGET', letters, ARGV[i])
  local died = redis.call('ZSCORE', dead, ARGV[i])
  if not content then
    gone[#gone + 1] = ARGV[i]
  elseif died and tonumber(died) == tonumber(ARGV[i + 1]) and #content == tonumber(ARGV[i + 2]) then
    ids[#ids + 1] = ARGV[i]
    messages[#messages + 1] = ARGV[i + 4] .. string.sub(content, tonumber(ARGV[i + 3]) + 1)
  end
end
if #ids > 0 then
  redis.call('RPUSH', ready, unpack(messages))
  redis.call('HDEL', letters, unpack(ids))
  redis.call('ZREM', dead, unpack(ids))
end
if #gone > 0 then
  redis.call('ZREM', dead, unpack(gone))
end
return #ids
