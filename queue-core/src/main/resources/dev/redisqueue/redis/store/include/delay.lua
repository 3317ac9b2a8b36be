-- Adds a message to the delayed ones. The sequence keeps equal messages apart and equal due
-- times in order; after somebody deleted it, it skips what is there. The caller has proven ZADD.
local function delay(delayed, meta, kind, message, due)
  repeat
    local sequence = redis.call('HINCRBY', meta, 'sequence', 1)
    local member = kind .. string.format('%015x', sequence) .. message
  until redis.call('ZADD', delayed, 'NX', due, member) == 1
end
