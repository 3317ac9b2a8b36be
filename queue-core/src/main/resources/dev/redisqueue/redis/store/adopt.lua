--[[
Gives messages whose consumer's entry was deleted an expired entry, so that they are recovered:
orphaned -> expired.
KEYS    1 consumers ZSET, 2 taken HASH
ARGV    1 consumer
Returns 1 adopted, 0 there was an entry or nothing to adopt
Cost    3 commands
--]]
redis.call('ZREM', KEYS[1], '')
if redis.call('EXISTS', KEYS[2]) == 0 then
  return 0
end
return redis.call('ZADD', KEYS[1], 'NX', 1, ARGV[1])
