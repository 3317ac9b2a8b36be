--[[
Adds a message unless another with the same key was added within the window: new -> ready,
delayed. The reservation is written last; the same id again is the same put.
KEYS    1 unique STRING, 2 ready LIST, 3 delayed ZSET, 4 meta HASH
ARGV    1 message, 2 message id, 3 window (ms), 4 '' for ready at once, '+' and a delay (ms), or a
        due time (ms), 5 most ready messages, 0 or left out: any number
Returns {1, due time (ms) or false, now (ms)} stored, {2} stored before by the same put,
        {0} refused as a duplicate, {3, how many are ready} full, and nothing reserved
Cost    5 commands, 7 with a delay, 6 with a limit
--]]
--@include now
--@include delay
local reserved = redis.call('GET', KEYS[1])
if reserved then
  return { reserved == ARGV[2] and 2 or 0 }
end
if ARGV[4] == '' and tonumber(ARGV[5] or '0') > 0 then
  local size = redis.call('LLEN', KEYS[2])
  if size >= tonumber(ARGV[5]) then
    return { 3, size }
  end
end
-- No key is there, so that XX changes nothing: it proves SET, and that Redis is not full.
redis.call('SET', KEYS[1], ARGV[2], 'XX', 'PX', ARGV[3])
local time, due = now(), false
if ARGV[4] == '' then
  redis.call('RPUSH', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[3], 'XX', 0, '')
  due = tonumber(ARGV[4])
  if string.sub(ARGV[4], 1, 1) == '+' then
    due = time + due
  end
  delay(KEYS[3], KEYS[4], 'k', ARGV[1], due)
end
redis.call('SET', KEYS[1], ARGV[2], 'NX', 'PX', ARGV[3])
return { 1, due, time }
