--[[
Borrows messages from the head under the lease of a consumer: ready -> taken.
A repeat with the same first tag gets the same messages again. Tags only grow: a first tag at
or below the highest one ever handed out, and absent, is a copy that came too late.
KEYS    1 ready LIST, 2 arrived LIST, 3 delayed ZSET, 4 consumers ZSET, 5 taken HASH, 6 meta HASH
ARGV    1 consumer, 2 first tag, 3 most messages, 4 largest message to send (bytes),
        5 bytes to send in all
Returns {'OK', messages, next due time (ms) or false, an expired consumer or false};
        a message above the largest is borrowed too, but only its length comes back.
        {'LOST'} not registered or fenced; {'STALE'} too late; {'PAUSED'} paused.
        The last three change nothing, but that a pause puts the arrived messages back to the head.
Cost    11 commands, 10 for one message, 9 where nothing is ready; up to 3 more where messages had
        arrived, 1 or 2 more above 10 messages, and 1 for each 100
--]]
--@include now
--@include alive
--@include sized
local ready, arrived, delayed, consumers, taken, meta = unpack(KEYS)
local first, most = tonumber(ARGV[2]), tonumber(ARGV[3])
local largest, budget = tonumber(ARGV[4]), tonumber(ARGV[5])
local function reply(messages, due, expired)
  for i = 1, #messages do
    if #messages[i] > largest then
      messages[i] = #messages[i]
    end
  end
  return { 'OK', messages, due, expired }
end
local function head(key, count, bytes)
  return sized(count, bytes, function(from, n)
    return redis.call('LRANGE', key, from, from + n - 1)
  end)
end

-- A removing no-op comes first: it lets a Redis that is full be drained.
redis.call('HDEL', taken, '')
if not alive(consumers, ARGV[1]) then
  return { 'LOST' }
end
local held = redis.call('HMGET', taken, '#', ARGV[2])
if held[2] then
  local again, tag = {}, first
  while #again < most do
    local message = redis.call('HGET', taken, tag)
    if not message then break end
    again[#again + 1] = message
    tag = tag + 1
  end
  return reply(again, false, false)
end
if held[1] and first <= tonumber(held[1]) then
  return { 'STALE' }
end
if redis.call('HGET', meta, 'paused') then
  while redis.call('LMOVE', arrived, ready, 'RIGHT', 'LEFT') do end
  return { 'PAUSED' }
end
local due = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2] or false

local messages, fields, count, bytes, fromArrived, moreArrived = {}, { '#', 0 }, 0, 0, 0, false
for _, key in ipairs({ arrived, ready }) do
  if not moreArrived and count < most then
    local found = head(key, most - count, budget - bytes)
    for i = 1, #found do
      local size = #found[i] > largest and 0 or #found[i]
      if count > 0 and bytes + size > budget then break end
      fields[2 * count + 3] = first + count
      fields[2 * count + 4] = found[i]
      bytes, count = bytes + size, count + 1
      messages[count] = found[i]
    end
  end
  if key == arrived and count > 0 then
    fromArrived = count
    moreArrived = count < redis.call('LLEN', arrived) -- That comes before what is ready.
  end
end
if count == 0 then
  local time = now()
  local expired = redis.call('ZRANGE', consumers, -time, time, 'BYSCORE', 'LIMIT', 0, 1)[1]
  return reply(messages, due, expired or false)
end

-- Copy, then remove; removing is proven by a no-op of the same command.
redis.call('LTRIM', ready, 0, -1)
fields[2] = first + count - 1
redis.call('HSET', taken, unpack(fields))
if fromArrived > 0 then
  redis.call('LTRIM', arrived, fromArrived, -1)
end
if count > fromArrived then
  redis.call('LTRIM', ready, count - fromArrived, -1)
end
return reply(messages, due, false)
