-- Whether a consumer is registered and not fenced. A deadline that has passed is no fence.
local function alive(consumers, consumer)
  local deadline = redis.call('ZSCORE', consumers, consumer)
  return deadline and tonumber(deadline) > 0
end
