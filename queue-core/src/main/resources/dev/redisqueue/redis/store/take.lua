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
        arrived, and 1 for each 16 messages, up to 32 where they may be large
--]]
--@include now
--@include alive
--@include due
--@include known
local ready, arrived, delayed, consumers, taken, meta = unpack(KEYS)
local first, most = tonumber(ARGV[2]), tonumber(ARGV[3])
local largest, budget = tonumber(ARGV[4]), tonumber(ARGV[5])

-- A removing no-op comes first: it lets a Redis that is full be drained.
redis.call('HDEL', taken, '')
if not alive(consumers, ARGV[1]) then
  return { 'LOST' }
end
local held = redis.call('HMGET', taken, '#', ARGV[2])
if held[2] then
  local again = {}
  while #again < most do
    local message = redis.call('HGET', taken, first + #again)
    if not message then break end
    again[#again + 1] = #message > largest and #message or message
  end
  return { 'OK', again, false, false }
end
if held[1] and first <= tonumber(held[1]) then
  return { 'STALE' }
end
local noted = redis.call('HMGET', meta, 'paused', 'largest')
if noted[1] then
  while redis.call('LMOVE', arrived, ready, 'RIGHT', 'LEFT') do end
  return { 'PAUSED' }
end
local known, longest = largestknown(noted[2]), 0
local due = nextdue(delayed, known, 0)

-- Here Lua costs more than the commands: it counts instead of asking for lengths, and ten tags
-- share a number made into text.
local messages, fields, count, bytes, fromArrived, moreArrived = {}, { '#', 0 }, 0, 0, 0, false
local digits, tens = { [0] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' }, false
local tag, filled = first, 2
for _, key in ipairs({ arrived, ready }) do
  -- Reads not much more than fits: one first, then ten, then as many as the mean size of those
  -- seen allows, and never so many that they could be too much if they are as large as any.
  local left = enough(budget, known) - bytes
  local seen, read, step = 0, 0, (moreArrived or left <= 0) and 0 or 1
  while step > 0 and count < most do
    local asked = math.min(step, most - count)
    local found = redis.call('LRANGE', key, seen, seen + asked - 1)
    local got, full = #found, false
    for i = 1, got do
      local message, size = found[i], #found[i]
      read = read + size
      if size > longest then longest = size end
      if size > largest then message, size = size, 0 end
      full = count > 0 and bytes + size > budget
      if full then break end
      bytes = bytes + size
      count = count + 1
      messages[count] = message
      local digit = tag % 10
      if digit == 0 or not tens then
        tens = tag < 10 and '' or string.format('%d', (tag - digit) / 10)
      end
      fields[filled + 1] = tens .. digits[digit]
      filled = filled + 2
      fields[filled] = found[i]
      tag = tag + 1
    end
    seen = seen + got
    step = (full or got < asked) and 0
        or math.min(seen == 1 and 10 or 16, atonce(math.max(known, longest)),
            math.floor(seen * (left - read) / (read + 1)))
  end
  if key == arrived and count > 0 then
    fromArrived = count
    moreArrived = count < redis.call('LLEN', arrived) -- That comes before what is ready.
  end
end
if count == 0 then
  local time = now()
  local expired = redis.call('ZRANGE', consumers, -time, time, 'BYSCORE', 'LIMIT', 0, 1)[1]
  return { 'OK', messages, due or nextdue(delayed, known, 2 ^ 42), expired or false }
end

-- Copy, then remove; removing is proven by a no-op of the same command.
redis.call('LTRIM', ready, 0, -1)
fields[2] = tag - 1
redis.call('HSET', taken, unpack(fields))
if longest > known then redis.call('HSET', meta, 'largest', longest) end
if fromArrived > 0 then redis.call('LTRIM', arrived, fromArrived, -1) end
if count > fromArrived then redis.call('LTRIM', ready, count - fromArrived, -1) end
return { 'OK', messages, due, false }
