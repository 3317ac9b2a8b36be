--[[
Puts borrowed messages back to the head, in the order of their tags: taken -> ready.
KEYS    1 taken HASH, 2 ready LIST, 3 consumers ZSET, 4 meta HASH
ARGV    1 consumer, 2 total to add them to, or '', 3.. tag and message in ascending order of the
        tags, at most 500 pairs; an empty message: as it was stored
Returns {1 where the consumer is live, else 0, how many were there, 1 or 0 a tag, 2 where it was not
        its turn: what has the higher tags goes back first, as far as 256 kB go but at least one}
Cost    5 commands, two more a tag
--]]
--@include alive
local taken, ready, consumers, meta = unpack(KEYS)
local reply = { alive(consumers, ARGV[1]) and 1 or 0, 0 }
redis.call('HDEL', taken, '')
if ARGV[2] ~= '' then
  redis.call('HINCRBY', meta, ARGV[2], 0)
end
local tags, messages, bytes = {}, {}, 0
for i = #ARGV - 1, 3, -2 do
  bytes = bytes + redis.call('HSTRLEN', taken, ARGV[i])
  local turn = bytes <= 262144 or #tags == 0
  local stored = turn and redis.call('HGET', taken, ARGV[i])
  reply[2 + (i - 1) / 2] = stored and 1 or turn and 0 or 2
  if stored then
    tags[#tags + 1] = ARGV[i]
    messages[#messages + 1] = ARGV[i + 1] ~= '' and ARGV[i + 1] or stored
  end
end
reply[2] = #tags
if #tags > 0 then
  redis.call('LPUSH', ready, unpack(messages))
  redis.call('HDEL', taken, unpack(tags))
  if ARGV[2] ~= '' then
    redis.call('HINCRBY', meta, ARGV[2], #tags)
  end
end
return reply
