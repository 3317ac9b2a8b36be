-- The next due time (ms), or false. A body that may be large is not read to learn it, which even
-- comparing may cost too much: then it is a time that is not later, and half as far away or more,
-- and false where nothing is due within so many ms.
local function nextdue(delayed, known, within)
  if known <= 16384 then
    return redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2] or false
  end
  local time, ahead = now(), 0
  while redis.call('ZCOUNT', delayed, '-inf', time + ahead) == 0 do
    ahead = 2 * ahead + 1
    if ahead > within then return false end
  end
  return string.format('%.0f', time + math.floor(ahead / 2))
end
