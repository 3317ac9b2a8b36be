--[[
Removes messages that are done: taken -> gone.
KEYS    1 taken HASH, 2 consumers ZSET, 3 meta HASH
ARGV    1 consumer, 2.. tags, at most 4 000
Returns {1, how many were there} where the consumer is live, else {0, how many, 1 or 0 a tag}
Cost    4 commands, one more a tag where the consumer is not live
--]]
--@include alive
local taken, meta = KEYS[1], KEYS[3]
local count = #ARGV - 1
local live = alive(KEYS[2], ARGV[1])
redis.call('HDEL', taken, '')
redis.call('HINCRBY', meta, 'acked', count)
local reply = { live and 1 or 0, 0 }
if live then
  reply[2] = redis.call('HDEL', taken, unpack(ARGV, 2))
else
  for i = 2, #ARGV do
    reply[i + 1] = redis.call('HDEL', taken, ARGV[i])
    reply[2] = reply[2] + reply[i + 1]
  end
end
if reply[2] < count then
  redis.call('HINCRBY', meta, 'acked', reply[2] - count)
end
return reply
