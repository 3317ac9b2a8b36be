--[[
Reads messages of a consumer that is being recovered. Changes nothing.
KEYS    1 taken HASH
ARGV    1 largest message to send (bytes), 2 bytes to send in all, 3.. tags
Returns for each tag, as far as the bytes go but at least one: the message, its length where it is
        larger, or false where it is gone
Cost    2 commands a tag
--]]
local largest, budget = tonumber(ARGV[1]), tonumber(ARGV[2])
local found, bytes = {}, 0
for i = 3, #ARGV do
  local size = redis.call('HSTRLEN', KEYS[1], ARGV[i])
  if size > largest then
    found[#found + 1] = size
  else
    bytes = bytes + size
    if bytes > budget and #found > 0 then
      break
    end
    found[#found + 1] = redis.call('HGET', KEYS[1], ARGV[i])
  end
end
return found
