--[[
Counts what consumers hold. Changes nothing.
KEYS    1 taken HASH, and those of others, at most 100
Returns how many messages
Cost    100 commands at most, one a key
--]]
-- One field is the highest tag.
local count = math.max(0, redis.call('HLEN', KEYS[1]) - 1)
for i = 2, #KEYS do
  count = count + math.max(0, redis.call('HLEN', KEYS[i]) - 1)
end
return count
