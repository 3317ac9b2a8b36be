-- The time of Redis in ms: the only clock that leases and due times know.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
