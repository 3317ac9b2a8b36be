-- Reads up to count values, but not much more than bytes: one first, then ten, then as many as the
-- mean size of those seen allows, at most 16 or as given at once, since larger ones may follow small
-- ones. fetch(from, count) reads.
local function sized(count, bytes, fetch, most)
  local values, read, seen, step = {}, 0, 0, bytes > 0 and 1 or 0
  while step > 0 and seen < count do
    local asked = math.min(step, count - seen)
    local found = fetch(seen, asked)
    for i = 1, #found do
      read = read + #found[i]
      values[seen + i] = found[i]
    end
    seen = seen + #found
    local fitting = math.floor(seen * (bytes - read) / (read + 1))
    step = #found < asked and 0 or math.min(seen == 1 and 10 or 16, most or 16, fitting)
  end
  return values
end
