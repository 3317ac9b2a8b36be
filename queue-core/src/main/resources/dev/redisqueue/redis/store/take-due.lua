--[[
Borrows due messages that may not enter the ready list (kind t): delayed -> taken.
Repeated by take.lua with the same first tag, never by itself.
KEYS    1 delayed ZSET, 2 consumers ZSET, 3 taken HASH, 4 meta HASH
ARGV    1 consumer, 2 first tag, 3 most messages, 4 largest message to send (bytes),
        5 bytes to send in all
Returns {'OK', messages, next due time (ms) or false, false}, {'LOST'}, {'STALE'}, {'PAUSED'}
        as take.lua does
Cost    9 commands, 1 more for each 16 that are due, up to 32 more where they may be large
--]]
--@include now
--@include alive
--@include sized
--@include due
--@include known
local delayed, consumers, taken, meta = unpack(KEYS)
local first, most = tonumber(ARGV[2]), tonumber(ARGV[3])
local largest, budget = tonumber(ARGV[4]), tonumber(ARGV[5])

redis.call('HDEL', taken, '')
if not alive(consumers, ARGV[1]) then
  return { 'LOST' }
end
local highest = redis.call('HGET', taken, '#')
if highest and first <= tonumber(highest) then
  return { 'STALE' }
end
local noted = redis.call('HMGET', meta, 'paused', 'largest')
if noted[1] then
  return { 'PAUSED' }
end
local known, longest = largestknown(noted[2]), 0
redis.call('ZREM', delayed, '')
if known > 16384 then redis.call('ZCOUNT', delayed, 0, 0) end -- Proven as well.
local time = now()
local due = sized(100, enough(budget, known), function(from, n)
  return redis.call('ZRANGE', delayed, '-inf', time, 'BYSCORE', 'LIMIT', from, n)
end, atonce(known))
local members, fields, sent, bytes = {}, { '#', 0 }, {}, 0
for i = 1, #due do
  local size = #due[i] - 16
  if size > longest then longest = size end
  if size > largest then size = 0 end
  if #members == most or (#members > 0 and bytes + size > budget) then break end
  if string.sub(due[i], 1, 1) == 't' then
    local message = string.sub(due[i], 17)
    members[#members + 1] = due[i]
    fields[#fields + 1] = first + #members - 1
    fields[#fields + 1] = message
    sent[#members] = #message > largest and #message or message
    bytes = bytes + size
  end
end
if #members > 0 then
  fields[2] = first + #members - 1
  redis.call('HSET', taken, unpack(fields))
  if longest > known then redis.call('HSET', meta, 'largest', longest) end
  redis.call('ZREM', delayed, unpack(members))
end
return { 'OK', sent, nextdue(delayed, known, 0), false }
