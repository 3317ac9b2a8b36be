--[[
Reads dead letters. Changes nothing.
KEYS    1 dead ZSET, 2 letters HASH
ARGV    1 bytes to send of each at most, 2 bytes to read in all, 3.. ids
Returns for each id, as far as the bytes go but at least one: {time of death (ms) or false, length,
        the letter up to that many bytes}, or {false, 0, ''} where there is none
Cost    3 commands an id
--]]
local each, budget = tonumber(ARGV[1]), tonumber(ARGV[2])
local found, bytes = {}, 0
for i = 3, #ARGV do
  local size = redis.call('HSTRLEN', KEYS[2], ARGV[i])
  bytes = bytes + size -- What is not sent is read all the same.
  if bytes > budget and #found > 0 then
    break
  end
  local content = redis.call('HGET', KEYS[2], ARGV[i]) or ''
  found[#found + 1] = { redis.call('ZSCORE', KEYS[1], ARGV[i]) or false, size, string.sub(content, 1, each) }
end
return found
