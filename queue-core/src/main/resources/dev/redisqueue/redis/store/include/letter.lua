-- Stores a dead letter and counts it, in another total too where one is given. Nothing that can
-- fail follows the first change: HSET is that change, the commands after it are proven before. An
-- id already there gets a suffix that is not there either, and so does the empty one, which no-ops
-- of other scripts use.
local function letter(dead, letters, meta, id, content, total)
  redis.call('ZADD', dead, 'XX', 0, '')
  redis.call('HINCRBY', meta, 'buried', 0)
  if total then
    redis.call('HINCRBY', meta, total, 0)
  end
  local free = id
  while free == '' or redis.call('HEXISTS', letters, free) == 1 do
    free = id .. '~' .. redis.call('HINCRBY', meta, 'sequence', 1)
  end
  local died = now()
  redis.call('HSET', letters, free, content)
  redis.call('ZADD', dead, died, free)
  redis.call('HINCRBY', meta, 'buried', 1)
  if total then
    redis.call('HINCRBY', meta, total, 1)
  end
  return free
end
