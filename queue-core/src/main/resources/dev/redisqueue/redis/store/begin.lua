--[[
Notes that the handler of a recovered message begins: if the process dies now, the attempt counts.
KEYS    1 taken HASH, 2 begun SET
ARGV    1 tag
Returns 1, or 0 where the message is not held any more
Cost    3 commands
--]]
-- A removing no-op comes first: the handler begins even where Redis is full.
redis.call('SREM', KEYS[2], '')
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('SADD', KEYS[2], ARGV[1])
return 1
