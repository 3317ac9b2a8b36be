--[[
Makes due messages ready: delayed -> ready.
KEYS    1 delayed ZSET, 2 ready LIST, 3 meta HASH
ARGV    1 kinds to move: 'k', or 'kt' where the ready list may hold frames, 2 bytes to move in all,
        3 how many due messages to pass over; may be left out
Returns {how many moved, at most 100, next due time (ms) or false, now (ms)}; where 1 000 due
        messages were looked at and all are for takers, also how many to pass over to go on
Cost    7 commands, 1 more for each 16 that are due, up to 45 more where messages may be large
--]]
--@include now
--@include sized
--@include due
--@include known
local delayed, ready, meta = unpack(KEYS)
local known = largestknown(redis.call('HGET', meta, 'largest'))
redis.call('ZREM', delayed, '')
if known > 16384 then redis.call('ZCOUNT', delayed, 0, 0) end -- Proven as well.
local time = now()
local budget, bytes = tonumber(ARGV[2]), 0
local passed = tonumber(ARGV[3] or '0')
local members, messages, from = {}, {}, passed
repeat -- Messages for takers may stand before those that can move: looks past 1 000 of them.
  local due = sized(100, enough(budget, known), function(skip, n)
    return redis.call('ZRANGE', delayed, '-inf', time, 'BYSCORE', 'LIMIT', from + skip, n)
  end, atonce(known))
  for i = 1, #due do
    if string.find(ARGV[1], string.sub(due[i], 1, 1), 1, true) then
      bytes = bytes + #due[i] - 16
      if #members > 0 and bytes > budget then break end
      members[#members + 1] = due[i]
      messages[#messages + 1] = string.sub(due[i], 17)
    end
  end
  from = from + #due
until #members > 0 or #due == 0 or from - passed >= 1000
if #members > 0 then
  redis.call('RPUSH', ready, unpack(messages))
  redis.call('ZREM', delayed, unpack(members))
end
local reply = { #members, nextdue(delayed, known, 2 ^ 42), time }
if #members == 0 and from - passed >= 1000 then
  reply[4] = from
end
return reply
