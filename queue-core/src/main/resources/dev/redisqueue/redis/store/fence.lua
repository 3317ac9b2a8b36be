--[[
Begins the recovery of a consumer: live, expired -> fenced. The mark is the lock too: it lets one
process work for a while, and anyone resume after that.
KEYS    1 consumers ZSET
ARGV    1 consumer, 2 lock (ms), 3 '1' where the caller owns the consumer: its lease need not have
        run out
Returns 'OK'; 'ALIVE' the lease runs; 'BUSY' another process is at it; 'GONE' not registered
Cost    4 commands
--]]
--@include now
redis.call('ZREM', KEYS[1], '')
local deadline = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 'nan')
if deadline ~= deadline then
  return 'GONE'
end
local time, lock = now(), tonumber(ARGV[2])
if ARGV[3] ~= '1' then
  if deadline > time then
    return 'ALIVE'
  end
  if deadline < -time then
    return 'BUSY'
  end
end
redis.call('ZADD', KEYS[1], 'XX', -(time + lock), ARGV[1])
return 'OK'
