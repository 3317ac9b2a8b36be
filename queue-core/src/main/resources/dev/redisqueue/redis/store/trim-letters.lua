--[[
Removes the oldest dead letters that are above a number or an age: dead -> gone.
KEYS    1 dead ZSET, 2 letters HASH, 3 meta HASH
ARGV    1 most to keep, or '' for all, 2 age up to which to keep them (ms), or '' for any, 3 most
        to remove, 4 bytes to remove in all
Returns how many were removed
Cost    4 commands, 4 more where letters are removed, and one a letter
--]]
--@include now
local dead, letters, meta = unpack(KEYS)
redis.call('ZREM', dead, '')
local surplus, old = 0, 0
if ARGV[1] ~= '' then
  surplus = redis.call('ZCARD', dead) - tonumber(ARGV[1])
end
if ARGV[2] ~= '' then
  old = redis.call('ZCOUNT', dead, '-inf', now() - tonumber(ARGV[2]))
end
local count = math.min(tonumber(ARGV[3]), math.max(surplus, old))
if count <= 0 then
  return 0
end
redis.call('HDEL', letters, '')
redis.call('HINCRBY', meta, 'lettersExpired', 0)
local ids, oldest, bytes = {}, redis.call('ZRANGE', dead, 0, count - 1), 0
for i = 1, #oldest do
  bytes = bytes + redis.call('HSTRLEN', letters, oldest[i])
  if i > 1 and bytes > tonumber(ARGV[4]) then break end
  ids[i] = oldest[i]
end
local removed = redis.call('HDEL', letters, unpack(ids))
redis.call('ZREM', dead, unpack(ids))
redis.call('HINCRBY', meta, 'lettersExpired', removed)
return #ids
