--[[
Borrows due messages that may not enter the ready list (kind t): delayed -> taken.
Repeated by take.lua with the same first tag, never by itself.
KEYS    1 delayed ZSET, 2 consumers ZSET, 3 taken HASH, 4 meta HASH
ARGV    1 consumer, 2 first tag, 3 most messages, 4 largest message to send (bytes),
        5 bytes to send in all
Returns {'OK', messages, next due time (ms) or false, false}, {'LOST'}, {'STALE'}, {'PAUSED'}
        as take.lua does
Cost    9 commands, up to 2 more where more than 10 are due
--]]
--@include now
--@include alive
--@include sized
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
if redis.call('HGET', meta, 'paused') then
  return { 'PAUSED' }
end
redis.call('ZREM', delayed, '')
local time = now()
local due = sized(100, budget, function(from, n)
  return redis.call('ZRANGE', delayed, '-inf', time, 'BYSCORE', 'LIMIT', from, n)
end)
local members, fields, sent, bytes = {}, { '#', 0 }, {}, 0
for i = 1, #due do
  local size = #due[i] - 16
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
  redis.call('ZREM', delayed, unpack(members))
end
return { 'OK', sent, redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2] or false, false }
