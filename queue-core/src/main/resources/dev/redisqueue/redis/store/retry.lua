--[[
Makes a borrowed message wait for its next attempt: taken -> delayed.
KEYS    1 taken HASH, 2 delayed ZSET, 3 consumers ZSET, 4 meta HASH
ARGV    1 consumer, 2 tag, 3 kind: 'k' goes to the ready list when due, 't' straight to a taker,
        4 message, or '' for as it was stored, 5 delay (ms), 6 total to add it to, or ''
Returns {1 where the consumer is live, else 0, 1 where the message was there, else 0,
        due time (ms), now (ms)}
Cost    9 commands
--]]
--@include now
--@include alive
--@include delay
local taken, delayed, consumers, meta = unpack(KEYS)
local live = alive(consumers, ARGV[1]) and 1 or 0
redis.call('HDEL', taken, '')
local message = redis.call('HGET', taken, ARGV[2])
local time = now()
if not message then
  return { live, 0, 0, time }
end
if ARGV[4] ~= '' then
  message = ARGV[4]
end
redis.call('ZADD', delayed, 'XX', 0, '')
local due = time + tonumber(ARGV[5])
delay(delayed, meta, ARGV[3], message, due)
redis.call('HDEL', taken, ARGV[2])
if ARGV[6] ~= '' then
  redis.call('HINCRBY', meta, ARGV[6], 1)
end
return { live, 1, due, time }
