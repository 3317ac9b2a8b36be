--[[
Makes a dead letter of a borrowed message: taken -> dead. Its bytes do not leave Redis.
KEYS    1 taken HASH, 2 dead ZSET, 3 letters HASH, 4 consumers ZSET, 5 meta HASH
ARGV    1 consumer, 2 tag, 3 letter id, 4 head of the letter, which the message follows,
        5 another total to count it in; may be left out
Returns {1 where the consumer is live, else 0, 1 where the message was there, else 0}
Cost    11 commands, 2 more with another total
--]]
--@include now
--@include alive
--@include letter
local taken, dead, letters, consumers, meta = unpack(KEYS)
local live = alive(consumers, ARGV[1]) and 1 or 0
redis.call('HDEL', taken, '')
local message = redis.call('HGET', taken, ARGV[2])
if not message then
  return { live, 0 }
end
letter(dead, letters, meta, ARGV[3], ARGV[4] .. message, ARGV[5])
redis.call('HDEL', taken, ARGV[2])
return { live, 1 }
