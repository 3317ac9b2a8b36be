--[[
Removes a borrowed message whose time has passed: taken -> gone.
KEYS    1 taken HASH, 2 consumers ZSET, 3 meta HASH
ARGV    1 consumer, 2 tag, 3 total to count it in
Returns {1 where the consumer is live, else 0, 1 where the message was there, else 0}
Cost    4 commands, one more where the message was there
--]]
--@include alive
local taken, consumers, meta = unpack(KEYS)
local live = alive(consumers, ARGV[1]) and 1 or 0
redis.call('HDEL', taken, '')
redis.call('HINCRBY', meta, ARGV[3], 0)
local count = redis.call('HDEL', taken, ARGV[2])
if count > 0 then
  redis.call('HINCRBY', meta, ARGV[3], count)
end
return { live, count }
