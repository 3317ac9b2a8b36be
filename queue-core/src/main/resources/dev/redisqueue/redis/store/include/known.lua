-- How large messages may be: what a put has noted before (see mark.lua), or a reader since.
local function largestknown(noted) return math.max(16384, tonumber(noted or '0')) end

-- How many of that size may be read at once, so that a script stays short.
local function atonce(size) return math.max(1, math.floor(262144 / size)) end

-- After how many bytes no more is read: the next one could be large.
local function enough(budget, size) return size > 65536 and math.min(budget, 65536) or budget end
