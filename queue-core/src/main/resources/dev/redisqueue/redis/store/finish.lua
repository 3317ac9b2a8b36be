--[[
Ends the recovery of a consumer that holds nothing any more: fenced -> none.
KEYS    1 taken HASH, 2 begun SET, 3 consumers ZSET
ARGV    1 consumer
Returns 1, or 0 where it still holds messages, or is not fenced
Cost    7 commands
--]]
-- DEL takes a key of any type: reading proves that these are ours.
redis.call('SCARD', KEYS[2])
local held = redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], '#')
local mark = redis.call('ZSCORE', KEYS[3], ARGV[1])
if held > 0 or (mark and tonumber(mark) > 0) then
  return 0
end
redis.call('ZREM', KEYS[3], '')
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
